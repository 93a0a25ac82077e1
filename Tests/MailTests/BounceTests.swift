import Mail
import Testing

@Suite("Bounces")
struct BounceTests {
  private func report(_ fields: String, sender: String = "MAILER-DAEMON@mx.example") throws -> MailMessage {
    try read(
      [
        "From: \(sender)", "Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b1",
      ],
      body: "--b1\nContent-Type: text/plain\n\nI'm sorry.\n--b1\nContent-Type: message/delivery-status\n\n\(fields)\n"
        + "--b1\nContent-Type: message/rfc822\n\nMessage-ID: <ours@desk.example>\nTo: bo@x.example\nSubject: Hello\n\nwords\n--b1--\n"
    )
  }

  @Test("a report for machines says who, why and about which mail")
  func machine() throws {
    let mail = try report(
      "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bo@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user"
    )
    #expect(mail.nature.isBounce)
    #expect(!mail.nature.isAutoReply)
    #expect(mail.bounce?.recipient == "bo@x.example")
    #expect(mail.bounce?.status == "5.1.1")
    #expect(mail.bounce?.action == .failed)
    #expect(mail.bounce?.originalMessageID == "ours@desk.example")
    #expect(mail.bounce?.diagnostic == "smtp; 550 5.1.1 no such user")
    #expect(!mail.nature.automationSigns.isEmpty)
  }

  @Test("groups that forget their blank line are read; the failed recipient goes first")
  func withoutBlankLine() throws {
    let mail = try report(
      "Reporting-MTA: dns; mx.example\nFinal-Recipient: rfc822; ok@x.example\nAction: delivered\nStatus: 2.0.0\nFinal-Recipient: rfc822;bo@x.example\nAction: Failed\nStatus: 5.2.2 (full)"
    )
    #expect(mail.bounce?.recipient == "bo@x.example")
    #expect(mail.bounce?.status == "5.2.2")
  }

  @Test("all recipients that failed are told, each with its reason")
  func several() throws {
    let mail = try report(
      "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bo@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no\n\n"
        + "Final-Recipient: rfc822; ok@x.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; li@x.example\nAction: failed\nStatus: 5.2.2"
    )
    #expect(
      mail.bounce?.failures == [
        .init(recipient: "bo@x.example", status: "5.1.1", diagnostic: "smtp; 550 no"),
        .init(recipient: "li@x.example", status: "5.2.2", diagnostic: nil),
      ])
  }

  @Test("a vague status gives way to the one in the other side's words")
  func vague() throws {
    let mail = try report(
      "Final-Recipient: rfc822; bo@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.26 refused by 192.0.2.4"
    )
    #expect(mail.bounce?.status == "5.7.26")
  }

  @Test("a delay is told, and is no bounce")
  func delay() throws {
    let mail = try report("Final-Recipient: rfc822; bo@x.example\nAction: delayed\nStatus: 4.4.1")
    #expect(!mail.nature.isBounce)
    #expect(mail.bounce?.action == .delayed)
    #expect(!mail.nature.automationSigns.isEmpty)
  }

  @Test(
    "reports in words are read",
    arguments: [
      "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<bo@x.example>:\n192.0.2.5 does not like recipient.\nRemote host said: 550 5.1.1 unknown\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <a@desk.example>\nMessage-ID: <ours@desk.example>\nTo: other@x.example\n",
      "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients.\n\n  bo@x.example\n    SMTP error from remote mail server after RCPT TO:<bo@x.example>:\n    host mx.x.example [192.0.2.20]: 550 5.1.1 User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-Id: <ours@desk.example>\n",
      "很抱歉，您的邮件被退回来了……\n收件人邮件地址（bo@x.example）不存在，邮件无法送达。\nhost mx[192.0.2.9] said: 550 5.1.1 Mailbox not found\n\n原邮件\nMessage-ID: <ours@desk.example>\n",
      "Delivery to the following recipient failed permanently:\n\n     bo@x.example\n\nTechnical details:\n550 5.1.1 no\n\n----- Original message -----\n\nMessage-ID: <ours@desk.example>\n",
    ])
  func words(_ text: String) throws {
    let mail = try read(
      [
        "From: Mail Delivery System <Mailer-Daemon@x.example>",
        "Subject: Mail delivery failed: returning message to sender", "Content-Type: text/plain; charset=utf-8",
      ], body: text)
    #expect(mail.nature.isBounce)
    #expect(mail.bounce?.recipient == "bo@x.example")
    #expect(mail.bounce?.status == "5.1.1")
    #expect(mail.bounce?.originalMessageID == "ours@desk.example")
  }

  @Test("a report passed on by a gateway is read inside its envelope")
  func enclosedReport() throws {
    let mail = try read(
      ["From: MAILER-DAEMON@gw.example", "Subject: Returned mail", "Content-Type: multipart/mixed; boundary=g"],
      body:
        "--g\n\nThe following addresses had permanent fatal errors\n--g\nContent-Type: message/rfc822\n\nFrom: x@y.example\n"
        + "To: desk@shop.example\nContent-Type: multipart/report; boundary=r\n\n--r\n\nsorry\n--r\nContent-Type: message/delivery-status\n\n"
        + "Final-Recipient: rfc822; bo@x.example\nAction: failed\nStatus: 5.1.1\n--r--\n--g--\n")
    #expect(mail.bounce?.recipient == "bo@x.example")
    #expect(mail.bounce?.status == "5.1.1")
  }

  @Test("a header that names the recipient is believed")
  func failedRecipients() throws {
    let mail = try read(
      ["From: mailer-daemon@x.example", "Subject: x", "X-Failed-Recipients: bo@x.example"], body: "sorry")
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test(
    "people who talk of bounces do not bounce",
    arguments: [
      (
        "Re: Mail delivery failed",
        "My mail to shop@x.example came back: 550 5.1.1 user unknown. It could not be delivered!"
      ),
      ("delivery failed", "My parcel could not be delivered to the address."),
      ("Undelivered parcel", "It was not delivered."),
    ])
  func people(_ subject: String, _ body: String) throws {
    let mail = try read(["Subject: \(subject)"], body: body)
    #expect(!mail.nature.isBounce)
    #expect(mail.bounce == nil)
  }

  @Test("receipts and complaints are known and are no bounces")
  func otherReports() throws {
    func report(_ type: String) throws -> MailMessage {
      try read(
        ["Content-Type: multipart/report; boundary=b1"],
        body: "--b1\n\nread\n--b1\nContent-Type: \(type)\n\nDisposition: x\n--b1--")
    }
    #expect(try report("message/disposition-notification").nature.isReceipt)
    #expect(try report("message/feedback-report").nature.isComplaint)
    #expect(try !report("message/disposition-notification").nature.isBounce)
  }
}
