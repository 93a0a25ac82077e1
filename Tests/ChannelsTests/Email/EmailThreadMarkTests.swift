import Channels
import Conversations
import Testing

@Suite("What ties mails together")
struct EmailThreadMarkTests {
  private let mark = "c391-abcdefghijklmnop"

  private func adapter(_ more: [JSON.Member] = []) throws -> any Adapter {
    var specimen = Specimen.email
    specimen.settings = .object(
      [JSON.Member("address", "support@example.com"), JSON.Member("smtp_host", "smtp.example.com")].filter { own in
        !more.contains { $0.key == own.key }
      } + more)
    return try specimen.adapter()
  }

  private func answer(to address: String = "ana@example.org") -> OutboundMessage {
    OutboundMessage(
      outboxID: OutboxID(55), conversation: ConversationID(391), threadKey: "t",
      contact: ContactCard(id: address, email: address),
      text: "See https://example.com/a?b=1&c=2. 好的", subject: "refund", inReplyTo: "<m3@example.org>",
      references: ["<m1@example.org>"], threadToken: mark, now: Specimen.arrival)
  }

  private func mail(_ message: OutboundMessage, _ more: [JSON.Member] = []) throws -> MailRequest {
    guard case .mail(let request)? = try adapter(more).render(message).first else { throw Unrenderable("no mail") }
    return request
  }

  private func read(_ bytes: [UInt8]) throws -> InboundEvent {
    try #require(try adapter().reading(Specimen.delivery(bytes, door: .lmtp)).events.first)
  }

  @Test("the mark is hidden in the HTML form, and seen in the plain text only where the address has none")
  func marks() throws {
    let cases: [(more: [JSON.Member], isSeen: Bool, isFound: Bool)] = [
      ([], false, true), ([JSON.Member("plus_addressing", false)], true, true),
      ([JSON.Member("thread_mark", "visible")], true, true), ([JSON.Member("thread_mark", "none")], false, false),
      ([JSON.Member("html", false)], false, false),
    ]
    for (more, isSeen, isFound) in cases {
      let event = try read(mail(answer(), more).message)
      #expect(event.text?.contains("[\(mark)]") == isSeen, "\(more)")
      #expect(event.mail?.quotedMarks == (isFound ? [mark] : []), "\(more)")
    }
  }

  @Test("marks are found in quotes of every kind, and nothing else is taken for one")
  func quoted() throws {
    func found(_ body: String, type: String = "text/plain") throws -> [String] {
      let head = "From: ana@example.org\nTo: support@example.com\nMessage-ID: <q@example.org>\n"
      let raw = "\(head)Content-Type: \(type); charset=utf-8\n\n\(body)\n"
      return try read(Array(raw.replacing("\n", with: "\r\n").utf8)).mail?.quotedMarks ?? []
    }
    for body in [
      "> [\(mark)]", "编号\(mark)。", "mailto:support%2B\(mark)@example.com", "support+\(mark)@example.com",
      "[C391-ABCDEFGHIJKLMNOP]",
      "<\(mark).o55@example.com>",
    ] {
      #expect(try found(body) == [mark], "\(body)")
    }
    #expect(
      try found("<p>yes</p><blockquote><div style=\"color:#ffffff\">[\(mark)]</div></blockquote>", type: "text/html")
        == [mark])
    for body in [
      "abc391-abcdefghijklmnop", "c391-abcdefghijklmno", "c391-abcdefghijklmnopq", "c391-abcdefgh1jklmnop",
      "c-abcdefghijklmnop",
    ] {
      #expect(try found(body).isEmpty, "\(body)")
    }
    let many = (0..<5000).map { "c\($0)-abcdefghijklmnop" }.joined(separator: " ")
    #expect(try found(many).count == 16)
  }

  @Test("web addresses can be followed, markup in the text is none")
  func html() throws {
    var message = answer()
    message.text = "<b>no</b> https://example.com/a_(b).\n在https://example.com/c。"
    let text = String(decoding: try mail(message).message, as: UTF8.self)
    let event = try read(mail(message).message)
    #expect(text.contains("multipart/alternative"))
    #expect(event.text?.contains("<b>no</b> https://example.com/a_(b).") == true)
  }

  @Test("domains of other scripts are written in ASCII, in the envelope and in the header")
  func international() throws {
    let request = try mail(answer(to: "li@例子.中国"))
    #expect(request.recipients == ["li@xn--fsqu00a.xn--fiqs8s"])
    #expect(String(decoding: request.message, as: UTF8.self).contains("li@xn--fsqu00a.xn--fiqs8s"))
    #expect(try mail(answer(to: "o'li@bücher.example")).recipients == ["o'li@xn--bcher-kva.example"])
  }

  @Test("a long chain keeps its root and its newest ids within 998 octets")
  func references() throws {
    var message = answer()
    message.references = (0..<200).map { "<message-\($0)@customer.example.org>" }
    let request = try mail(message)
    let references = try read(request.message).mail?.references ?? []
    #expect(references.first == "<message-0@customer.example.org>")
    #expect(references.suffix(2) == ["<message-199@customer.example.org>", "<m3@example.org>"])
    #expect(references.count > 20 && references.joined(separator: " ").utf8.count <= 998)
    let lines = String(decoding: request.message, as: UTF8.self).split(separator: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 998 })
  }

  @Test("Outlook's thread index goes on from the mail answered, and from nothing else")
  func threadIndex() throws {
    var message = answer()
    message.threadIndex = "AdxYZ0hAAAAAAAAAAAAAAAAAAAAAAA=="  // 22 bytes
    let first = try read(mail(message).message).mail?.threadIndex
    #expect(first?.hasPrefix("AdxYZ0hAAAAAAAAAAAAAAAAAAAAAA") == true && (first?.utf8.count ?? 0) == 36)
    message.threadIndex = first
    #expect(try read(mail(message).message).mail?.threadIndex?.utf8.count == 44)
    for broken in ["", "x", "AAAA", String(repeating: "A", count: 4000)] {
      message.threadIndex = broken
      #expect(try read(mail(message).message).mail?.threadIndex == nil, "\(broken.prefix(10))")
    }
  }

  @Test("a relay that renames mails says how, and that name is kept")
  func renamed() throws {
    let more = [JSON.Member("smtp_host", "email-smtp.eu-west-1.amazonaws.com")]
    let id = "0102018f6d2c3a4b-1d2e3f40-aaaa-bbbb-cccc-1234567890ab-000000"
    let outcome = try adapter(more).interpret(.mail(code: 250, text: "Ok \(id)"))
    #expect(outcome == .accepted(providerID: "<\(id)@eu-west-1.amazonses.com>"))
    #expect(try adapter(more).interpret(.mail(code: 250, text: "2.0.0 OK queued")) == .accepted(providerID: nil))
    #expect(try adapter().interpret(.mail(code: 250, text: "Ok \(id)")) == .accepted(providerID: nil))
  }
}
