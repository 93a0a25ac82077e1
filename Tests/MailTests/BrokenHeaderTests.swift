import Mail
import Testing

@Suite("Headers that are broken or missing")
struct BrokenHeaderTests {
  private func parse(_ text: String) throws -> MailMessage { try MailMessage(parsing: Array(text.utf8)) }

  @Test(
    "who does not say From is known by Sender, Reply-To or the envelope",
    arguments: [
      ("Sender: bo@x.example\nReply-To: c@d.example", "bo@x.example"), ("Reply-To: Bo <bo@x.example>", "bo@x.example"),
      ("From:\nReturn-Path: <bo@x.example>", "bo@x.example"), ("From: Bo\nSender: bo@x.example", "bo@x.example"),
    ])
  func fallback(_ headers: String, _ address: String) throws {
    let mail = try parse("\(headers)\nSubject: x\n\nwords")
    #expect(mail.from?.address == address)
    #expect(!mail.hasAuthor)
  }

  @Test("a machine answers nobody whom only the envelope names")
  func envelopeOnly() throws {
    let mail = try parse("Return-Path: <bo@x.example>\nSubject: x\n\nwords")
    #expect(mail.nature.automationSigns == ["no sender"])
  }

  @Test("a byte-order mark hides no header")
  func byteOrderMark() throws {
    let mail = try parse("\u{FEFF}From: bo@x.example\nSubject: hi\n\nwords")
    #expect(mail.from?.address == "bo@x.example")
    #expect(mail.subject == "hi")
    #expect(mail.text == "words")
  }

  @Test("without an empty line the words begin at the first line that is no field")
  func noEmptyLine() throws {
    let mail = try parse("From: bo@x.example\nSubject: hi\n there\nmy card is gone\n\nplease help\n")
    #expect(mail.subject?.split(separator: " ") == ["hi", "there"])
    #expect(mail.text.split(separator: "\n") == ["my card is gone", "please help"])
  }

  @Test("mail without any field is all words", arguments: ["hello support\n\nmy card is gone\n", "我的卡丢了\n请帮忙\n"])
  func noHeaders(_ text: String) throws {
    let mail = try parse(text)
    #expect(mail.text.split(separator: "\n") == text.split(separator: "\n"))
    #expect(mail.from == nil)
  }

  @Test("a damaged line among headers takes nothing from those below it")
  func damagedLine() throws {
    let mail = try parse("From: bo@x.example\nthis is no header\nSubject: hi\nTo: c@d.example\n\nwords")
    #expect(mail.subject == "hi")
    #expect(mail.to.map(\.address) == ["c@d.example"])
    #expect(mail.text == "words")
  }

  @Test(
    "a mailbox file's first line is no word", arguments: ["From bo@x.example Mon May  1 10:00:00 2023\n", ">From bo\n"])
  func mailboxMark(_ mark: String) throws {
    let mail = try parse("\(mark)From: bo@x.example\nSubject: hi\n\nwords")
    #expect(mail.subject == "hi")
    #expect(mail.text == "words")
  }
}
