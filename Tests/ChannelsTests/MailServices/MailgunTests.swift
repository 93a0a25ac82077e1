import Channels
import Conversations
import Testing

@Suite("Mailgun")
struct MailgunTests {
  private let adapter: any Adapter

  init() throws { adapter = try Specimen.mailgun.adapter() }

  private func event(_ fields: [(name: String, value: String)]) throws -> InboundEvent {
    try #require(try adapter.reading(Specimen.mailgunDelivery(fields)).events.first)
  }

  @Test("a mail keeps its words; quotes are cut for reading only; the thread hangs on its first reference")
  func answer() throws {
    let event = try event([
      ("from", "Ana Weiß <ana@example.org>"), ("Date", "Thu, 20 Aug 2026 10:59:58 +0200"),
      ("Message-Id", "<m2@example.org>"), ("In-Reply-To", "<t2@desk.example>"),
      ("References", "<t1@desk.example> <t2@desk.example>"),
      ("body-plain", "Still broken\r\n\r\nOn Wed, 19 Aug 2026, Support wrote:\r\n> hi\r\n"),
    ])
    #expect(event.text == "Still broken\r\n\r\nOn Wed, 19 Aug 2026, Support wrote:\r\n> hi\r\n")
    #expect(event.replyText == "Still broken")
    #expect(event.threadKey == "email:help@desk.example:<t1@desk.example>")
    #expect(event.externalID == "<m2@example.org>" && event.inReplyTo == ["<t2@desk.example>"])
    #expect(event.contact == ContactCard(id: "ana@example.org", name: "Ana Weiß", email: "ana@example.org"))
    #expect(event.sentAt?.rfc3339 == "2026-08-20T08:59:58Z")
  }

  @Test("the mail's own header fields tell what a machine wrote")
  func nature() throws {
    let headers =
      #"[["From","ana@example.org"],["Auto-Submitted","auto-replied"],["Content-Type","multipart/mixed; boundary=x"]]"#
    let event = try event([("message-headers", headers), ("body-plain", "I am away")])
    #expect(event.flags.autoReply && event.text == "I am away")
  }

  @Test("a raw mail is read whole, files and all")
  func raw() throws {
    let mime =
      "From: ana@example.org\r\nMessage-ID: <m3@example.org>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
      + "--x\r\n\r\nGr=FC\r\n--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nabc\r\n--x--\r\n"
    let event = try event([("body-mime", mime)])
    #expect(event.text?.hasPrefix("Gr=FC") == true)
    #expect(event.attachments.map(\.url) == ["email-part:0"] && event.attachments.map(\.kind) == [.image])
  }

  @Test("HTML alone is made readable; a mail without an id gets one that stays")
  func bare() throws {
    let fields = [("from", "ana@example.org"), ("body-html", "<p>Hi <b>you</b></p>")].map { (name: $0.0, value: $0.1) }
    let first = try event(fields)
    #expect(first.text?.contains("Hi you") == true)
    #expect(try event(fields).externalID == first.externalID && first.externalID.hasPrefix("<"))
  }

  @Test("a header line cannot be smuggled in by a line end")
  func injection() throws {
    let event = try event([
      ("from", "ana@example.org"), ("subject", "a\r\nAuto-Submitted: auto-replied"), ("body-plain", "x"),
    ])
    #expect(!event.flags.autoReply)
  }

  @Test("our own mailbox's mail is an echo")
  func echo() throws {
    let event = try event([("from", "Help <HELP@desk.example>"), ("body-plain", "x")])
    #expect(event.direction == .outboundEcho)
  }

  @Test("old deliveries and other tokens are turned away")
  func door() {
    let fields = [(name: "from", value: "a@example.org"), (name: "body-plain", value: "x")]
    let now = Specimen.arrival.seconds
    #expect(adapter.status(Specimen.mailgunDelivery(fields, sentAt: now - 900)) == 200)
    #expect(adapter.status(Specimen.mailgunDelivery(fields, sentAt: now - 901)) == 401)
    let delivery = Specimen.mailgunDelivery(fields)
    let body = String(decoding: delivery.body, as: UTF8.self).replacing("token=token-1", with: "token=token-2")
    #expect(adapter.status(delivery.with(body: body.utf8)) == 401)
  }

  @Test(
    "events that count become receipts",
    arguments: [
      (#""event":"delivered""#, Receipt.Status?.some(.delivered)), (#""event":"opened""#, .read),
      (#""event":"failed","severity":"permanent""#, .failed), (#""event":"failed","severity":"temporary""#, nil),
      (#""event":"clicked""#, nil),
    ])
  func receipts(own: String, expected: Receipt.Status?) throws {
    let data = #"{\#(own),"timestamp":1787216400.25,"message":{"headers":{"message-id":"o1@desk"}},"reason":"x"}"#
    let receipt = try adapter.reading(Specimen.mailgunEvent(data)).receipts.first
    #expect(receipt?.status == expected)
    if expected != nil { #expect(receipt?.externalID == "<o1@desk>") }
  }
}
