import Mail
import Testing

@Suite("Writing mails")
struct ComposerTests {
  private func draft(subject: String = "Hi", text: String = "words") -> MailDraft {
    MailDraft(
      from: MailAddress(address: "desk@shop.example", name: "Shop"), to: [MailAddress(address: "bo@x.example")],
      subject: subject,
      text: text, messageID: "m1@shop.example", date: 1_683_705_600_000_000, boundarySeed: "s33d")
  }

  private func lines(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    var draft = draft(
      subject: "Ihre Größe, 您的订单 🎉 " + String(repeating: "很长", count: 60),
      text: "Grüße\n您好\n\n.\nFrom me\n" + String(repeating: "x", count: 2000))
    draft.to = [
      MailAddress(address: "bo@x.example", name: "Bo \"B\" Berg, Dr."),
      MailAddress(address: "li@x.example", name: "李雷"),
    ]
    draft.cc = [MailAddress(address: "cc@x.example", name: "=?utf-8?Q?trick?=")]
    draft.replyTo = [MailAddress(address: "desk+abc@shop.example")]
    draft.html = "<p>Grüße</p>"
    draft.inReplyTo = "p@x.example"
    draft.references = ["a@x.example", "p@x.example"]
    draft.attachments = [
      MailAttachment(filename: "合同 \"1\".pdf", contentType: "application/pdf", content: Array(0...255)),
      MailAttachment(filename: String(repeating: "é", count: 120) + ".txt", contentType: "text/plain", content: []),
    ]
    let bytes = try MailComposer.compose(draft)
    let mail = try MailMessage(parsing: bytes)
    #expect(mail.subject == draft.subject)
    #expect(mail.text.split(separator: "\n") == draft.text.split(separator: "\n"))
    #expect(mail.html?.hasPrefix("<p>Grüße</p>") == true)
    #expect(mail.to == draft.to && mail.cc == draft.cc && mail.replyTo == draft.replyTo && mail.from == draft.from)
    #expect(
      mail.messageID == "m1@shop.example" && mail.inReplyTo == ["p@x.example"] && mail.references == draft.references)
    #expect(mail.date == draft.date)
    #expect(mail.attachments.map(\.filename) == draft.attachments.map(\.filename))
    #expect(mail.attachments.map(\.content) == draft.attachments.map(\.content))
    #expect(lines(bytes).allSatisfy { $0.utf8.count <= 998 && !$0.utf8.contains(0x0A) && !$0.utf8.contains(0x0D) })
  }

  @Test("headers are ASCII and short lines")
  func shortLines() throws {
    let bytes = try MailComposer.compose(draft(subject: String(repeating: "很长的主题", count: 40)))
    let headers = lines(bytes).prefix { !$0.isEmpty }
    #expect(headers.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 0x80 } })
  }

  @Test(
    "the date is written in UTC",
    arguments: [
      (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 +0000"),
      (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
    ] as [(Int64, String)])
  func date(_ seconds: Int64, _ text: String) throws {
    var draft = draft()
    draft.date = seconds * 1_000_000
    #expect(lines(try MailComposer.compose(draft)).first == "Date: \(text)")
  }

  @Test("a long chain of references keeps its first and newest within 998 bytes")
  func references() throws {
    var draft = draft()
    draft.references = (0..<500).map { "id-\($0)@customer.example" }
    let bytes = try MailComposer.compose(draft)
    let mail = try MailMessage(parsing: bytes)
    #expect(mail.references.first == "id-0@customer.example")
    #expect(mail.references.last == "id-499@customer.example")
    #expect((10..<60).contains(mail.references.count))
    #expect(mail.headers["References"].map { $0.utf8.count < 998 } == true)
  }

  @Test(
    "no value can add a header",
    arguments: ["x\r\nBcc: evil@x.example", "x\nBcc: evil@x.example", "x\rBcc: evil@x.example", "x\u{0}\u{2028}Bcc: e"])
  func injection(_ value: String) throws {
    var draft = draft(subject: value)
    draft.to = [MailAddress(address: "bo@x.example", name: value)]
    draft.extraHeaders = [.init("X-Note", value)]
    draft.attachments = [MailAttachment(filename: value, contentType: value, contentID: value, content: [])]
    draft.boundarySeed = value
    let mail = try MailMessage(parsing: try MailComposer.compose(draft))
    #expect(mail.headers.all("Bcc").isEmpty)
    #expect(mail.headers.fields.count == 8)
    #expect(mail.attachments.count == 1)
  }

  @Test(
    "a file's type keeps its parameters, and nothing else",
    arguments: [
      ("text/html; charset=utf-8", "text/html; charset=utf-8"),
      ("text/csv;charset=\"utf-8\" ; header=present", "text/csv; charset=utf-8; header=present"),
      ("text/plain; title=\"two words\"", "text/plain; title=\"two words\""),
      ("text/html; charset", "text/html"), ("text/html; charset=utf-8 x", "text/html"),
      ("text/html; charset=utf-8\r\nBcc: evil@x.example", "text/html"),
      ("text/html; a=\"b\r\nBcc: evil@x.example\"", "text/html"), ("text/html; a=\"b\u{0}\"", "text/html"),
      ("text/html\r\nBcc: evil@x.example; charset=utf-8", "application/octet-stream"),
      ("text; charset=utf-8", "application/octet-stream"), ("text/a/b", "application/octet-stream"),
      ("multipart/mixed; boundary=b", "application/octet-stream"),
      ("message/rfc822; charset=utf-8", "application/octet-stream"),
    ])
  func types(given: String, written: String) throws {
    var draft = draft()
    draft.attachments = [MailAttachment(filename: "day.html", contentType: given, content: [1])]
    let lines = lines(try MailComposer.compose(draft))
    #expect(lines.contains("Content-Type: \(written)"))
    #expect(!lines.contains { $0.hasPrefix("Bcc") })
  }

  @Test(
    "addresses that could break out are refused",
    arguments: [
      "", "bo", "a@b@c", "a b@x.example", "bo@x.example\r\nBcc: e@x.example", "<bo@x.example>",
      "bo@x.example,e@x.example", "@x.example", "bo@", "b\u{202E}o@x.example",
    ])
  func addresses(_ address: String) {
    var draft = draft()
    draft.to = [MailAddress(address: address)]
    #expect(throws: MailDraftProblem.notAnAddress(address)) { try MailComposer.compose(draft) }
  }

  @Test(
    "fields of the draft's own are not written twice",
    arguments: ["Bcc", "subject", "Content-Type", "Bad Name", "a:b", "", "é"])
  func ownHeaders(_ name: String) {
    var draft = draft()
    draft.extraHeaders = [.init(name, "x")]
    #expect(throws: MailDraftProblem.unfitHeaderName(name)) { try MailComposer.compose(draft) }
  }

  @Test("ids that are none are refused", arguments: ["", "x", "a@", "@b", "a b@x", "<a@b>", "a\n@b"])
  func ids(_ id: String) {
    var draft = draft()
    draft.messageID = id
    #expect(throws: MailDraftProblem.notAMessageID(id)) { try MailComposer.compose(draft) }
  }

  @Test("a mail to nobody is refused")
  func nobody() {
    var draft = draft()
    draft.to = []
    #expect(throws: MailDraftProblem.noRecipient) { try MailComposer.compose(draft) }
  }

  @Test("automatic mail carries its marks")
  func extraHeaders() throws {
    var draft = draft()
    draft.extraHeaders = [.init("Auto-Submitted", "auto-replied")]
    #expect(try MailMessage(parsing: try MailComposer.compose(draft)).nature.isAutoReply)
  }
}
