import Foundation
import Mail
import Testing

/// What mail programs and servers do to mails on their way, one habit each.
@Suite("Habits of clients and servers") struct ClientHabitTests {
  static let introductions = [
    "Example Support Team <\nsupport@support.example.com> 于2023年5月10日周三 10:23写道：",
    "Example Support Team\n<support@support.example.com> 于2023年5月10日周三 10:23写道：",
    "Example Support Team <\nsupport@support.example.com> escreveu (quarta, 10/05/2023 à(s) 10:23):",
    "Missatge de Example Support Team <\nsupport@support.example.com> del dia dc., 10 de maig 2023 a les 10:23:",
    "Wiadomość napisana przez Example Support Team <\nsupport@support.example.com> w dniu 10.05.2023, o godz. 10:23:",
    "----- Ursprüngliche Mail -----\nVon: Support <support@example.com>\nAn: Anna <anna@c.example>\nBetreff: Frage",
    "-----Izvorna poruka-----\nFrom: Support <support@example.com>\nSent: Wednesday, May 10, 2023 10:23 AM\nTo: Anna\nSubject: x",
  ]

  @Test("the line before an introduction that belongs to it goes with it", arguments: introductions)
  func introduced(words: String) throws {
    #expect(try reply("Danke, I will check.\n\n\(words)\n\n> old words\n") == "Danke, I will check.", "\(words)")
  }

  @Test(
    "an introduction with the quote in its line",
    arguments: [
      "Am Mi., 10. Mai 2023 um 10:23 Uhr schrieb Support<support@example.com>:   old words",
      "On Wed, May 10, 2023 at 10:23 AM, Support<support@example.com> wrote:   old words",
      "Op wo, mei 10, 2023 om 10:23 schreef Support<support@example.com>:   old words",
    ])
  func oneLine(words: String) throws { #expect(try reply("Thanks, done.\n\n\(words)") == "Thanks, done.") }

  @Test(
    "what telephones and apps put below a mail",
    arguments: [
      "Sent from my BlackBerry 10 smartphone on the EE network.", "Sent from my Verizon, Samsung Galaxy smartphone",
      "Odesláno z iPhonu", "来自QQ邮箱", "获取适用于 Android 的 Outlook", "Gesendet mit der WEB.DE Mail App",
      "Sent from Zoho Mail",
    ])
  func devices(line: String) throws { #expect(try reply("It works now.\n\n\(line)") == "It works now.") }

  @Test("a sentence that begins like one stays")
  func sentences() throws {
    #expect(try reply("Sent from my bank, the money never came to you.").contains("never came"))
  }

  @Test("a report that begins with when the mail was received still names whom it did not reach")
  func bounceText() throws {
    let mail = try read(
      ["From: mailer-daemon@x.example", "Subject: Warning: could not send message for past 4 hours"],
      body: """
            **********************************************
            **      THIS IS A WARNING MESSAGE ONLY      **
            **********************************************

        The original message was received at Wed, 10 May 2023 10:00:00 GMT

           ----- The following addresses had transient non-fatal errors -----
        <bob@nowhere.example>
        451 4.4.1 reply: read error from nowhere.example
        """)
    #expect(mail.bounce?.recipient == "bob@nowhere.example" && mail.bounce?.status == "4.4.1")
  }

  @Test("who passes a report on has not bounced")
  func passedOn() throws {
    let words = "Why do I get this?\n\n<bob@nowhere.example>: 550 5.1.1 User unknown"
    for subject in ["Fwd: Undelivered Mail Returned to Sender", "WG: Undelivered Mail Returned to Sender", "转发: 退信通知"] {
      let mail = try read(["From: Anna <anna@c.example>", "Subject: \(subject)"], body: words)
      #expect(mail.bounce == nil, "\(subject)")
    }
    #expect(try read(["From: x@c.example", "Return-Path: <>", "Subject: Undelivered Mail"], body: words).bounce != nil)
  }

  @Test(
    "subjects of robots",
    arguments: [
      "Out of Office AutoReply: Your ticket", "Out-of-office reply: x",
      "AUTO: Bob ist außer Haus (Rückkehr am 15.05.2023)",
      "부재중 자동 응답: x", "Respuesta automática de fuera de la oficina: x",
    ])
  func robots(subject: String) throws {
    #expect(try read(["From: Bob <bob@c.example>", "Subject: \(subject)"], body: "Back on Monday").nature.isAutoReply)
  }

  @Test("a part whose headers nothing ends keeps its words")
  func partWithoutBlank() throws {
    let head = ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=\"B\""]
    for part in ["Content-Type: text/plain\nHello there.", "Hello there.", "Content-Type: text/plain\n \nHello there."]
    {
      let mail = try read(
        head,
        body:
          "--B\n\(part)\n--B\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\na,b\n--B--\n")
      #expect(mail.text.contains("Hello there.") && mail.attachments.count == 1, "\(part): \(mail.text)")
    }
  }

  @Test("a damaged line among a part's headers, or one of spaces, ends them no sooner than those of a mail")
  func partWithDamage() throws {
    let head = ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=B"]
    for damage in ["a line that is none", " "] {
      let part = "Content-Type: text/plain\n\(damage)\nContent-Transfer-Encoding: base64\n\nSGVsbG8gdGhlcmUu"
      let mail = try read(head, body: "--B\n\(part)\n--B--\n")
      #expect(mail.text.trimmingCharacters(in: .whitespacesAndNewlines) == "Hello there.", "\(damage)")
    }
  }

  @Test("raw bytes of a subject are read as the words are")
  func statedCharset() throws {
    let subject: [UInt8] = [0xE4, 0xE6, 0xEE, 0xF0, 0xE4]  // הזמנה in windows-1255
    let mail = try MailMessage(
      parsing: Array("From: a@c.example\nSubject: ".utf8) + subject
        + Array("\nContent-Type: text/plain; charset=windows-1255\n\nhi\n".utf8))
    #expect(mail.subject == "הזמנה")
  }

  @Test("addresses with a bracket too many or a quote too few")
  func addresses() throws {
    for from in ["Anna Berg <<anna@c.example>>", "\"Anna Berg <anna@c.example>"] {
      let mail = try read(["From: \(from)", "Subject: x"], body: "hi")
      #expect(
        mail.from?.address == "anna@c.example" && mail.from?.name == "Anna Berg",
        "\(from): \(String(describing: mail.from))")
    }
  }
}
