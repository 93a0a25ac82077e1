import Channels
import Conversations
import Testing

extension Specimen {
  static let genericSettings: [JSON.Member] = [
    JSON.Member("secret", "between us"), JSON.Member("signed", "{timestamp}.{nonce}.{body}"),
    JSON.Member("timestamp_header", "X-Time"), JSON.Member("nonce_header", "X-Nonce"),
    JSON.Member("signature_prefix", "v1="), JSON.Member("events_at", "data.events"),
    JSON.Member(
      "fields",
      [
        "id": "id", "type": "kind", "contact_id": "from.id", "contact_name": "from.name", "text": "parts.0.text",
        "sent_at": "at", "thread": "room", "category": "topic",
      ]), JSON.Member("kinds", ["msg": "message", "gone": "delete"]),
  ]

  static func genericDelivery(_ body: String, at time: Instant = arrival) -> RawDelivery {
    let signed = Array("\(time.seconds).n1.\(body)".utf8)
    let signature = "v1=" + Signatures.hex(Signatures.hmac(.sha256, secret: Secret("between us"), over: signed))
    return delivery(
      body.utf8, type: "application/json",
      headers: [("X-Signature", signature), ("X-Time", String(time.seconds)), ("X-Nonce", "n1")])
  }

  static let generic = Specimen(
    kind: GenericWebhook.kind, proof: .header("X-Signature", coversBody: true), settings: .object(genericSettings),
    deliveries: [
      genericDelivery(
        #"{"data":{"events":[{"kind":"msg","id":12345678901234567890,"from":{"id":"u1","name":"Ana"},"room":"r7","#
          + #""at":1787216400,"parts":[{"text":"你好"}],"topic":"refund"},{"kind":"typing","id":1},"#
          + #"{"kind":"gone","id":"m0","from":{"id":"u1"},"parts":[{"text":"x"}]}]}}"#)
    ])
}

@Suite("The generic webhook")
struct GenericWebhookTests {
  private func adapter(_ more: [JSON.Member] = []) throws -> any Adapter {
    var specimen = Specimen.generic
    specimen.settings = .object(Specimen.genericSettings.filter { own in !more.contains { $0.key == own.key } } + more)
    return try specimen.adapter()
  }

  @Test("events are read where the channel file says they are")
  func reading() throws {
    let reading = try adapter([JSON.Member("answer", "ok")]).reading(Specimen.generic.deliveries[0])
    #expect(reading.answer.body == Array("ok".utf8) && reading.ignored == ["typing"])
    let event = try #require(reading.events.first)
    #expect(event.externalID == "12345678901234567890" && event.threadKey == "generic:specimen:r7")
    #expect(event.text == "你好" && event.contact.name == "Ana" && event.categoryHint == "refund")
    #expect(event.sentAt == Instant(seconds: 1_787_216_400))
    #expect(reading.events.last?.kind == .delete && reading.events.last?.text == nil)
    #expect(reading.events.last?.threadKey == "generic:specimen:u1")
  }

  @Test(
    "what is checked has to be signed",
    arguments: ["{body}", "{timestamp}.{body}", "{nonce}.{body}", "{timestamp}.{nonce}"])
  func unsigned(pattern: String) {
    #expect(throws: SettingProblem.self) { try adapter([JSON.Member("signed", .string(pattern))]) }
  }

  @Test(
    "old deliveries and those from the future are replays",
    arguments: [(-301, 401), (-300, 200), (300, 200), (301, 401)])
  func replay(offset: Int64, status: Int) throws {
    let body = String(decoding: Specimen.generic.deliveries[0].body, as: UTF8.self)
    let delivery = Specimen.genericDelivery(body, at: Specimen.arrival.adding(seconds: offset))
    #expect(try adapter().status(delivery) == status)
    #expect(try adapter().status(delivery.with(header: "X-Nonce", "n2")) == 401)
  }

  @Test("an answer is signed as deliveries are, and refused words are the service's own")
  func answers() throws {
    let adapter = try adapter([JSON.Member("reply_url", "https://service.example/in")])
    let message = OutboundMessage(
      outboxID: OutboxID(5), conversation: ConversationID(9), threadKey: "generic:specimen:r7",
      contact: ContactCard(id: "u1"), text: "好的", inReplyTo: "m1", now: Specimen.arrival)
    guard case .http(let call)? = try adapter.render(message).first else { throw Unrenderable("no call") }
    let body = try JSON(parsing: call.body)
    #expect(body["thread"]?.string == "r7" && body["text"]?.string == "好的" && body["id"]?.string == "5")
    var echo = Specimen.delivery(call.body)
    echo.headers = call.headers
    #expect(!adapter.isRefused(echo))
    let answer = { (status: Int, body: String) in
      OutboundResponse.http(status: status, headers: Headers(), body: Array(body.utf8))
    }
    #expect(adapter.interpret(answer(201, #"{"id":7}"#)) == .accepted(providerID: "7"))
    #expect(adapter.interpret(answer(204, "")) == .accepted(providerID: nil))
    #expect(adapter.interpret(answer(400, #"{"message":"no room"}"#)) == .rejected(reason: "no room", code: "400"))
    let refused = "the service does not accept our signature: HTTP 401"
    #expect(adapter.interpret(answer(401, "")) == .unauthorized(reason: refused, code: "401"))
    #expect(adapter.interpret(answer(503, "")) == .retry(afterSeconds: nil, reason: "HTTP 503"))
  }

  @Test(
    "a mapping that cannot work is a problem of the settings",
    arguments: [
      JSON.Member("fields", ["id": "id"]), JSON.Member("fields", ["id": "id", "contact_id": "c", "colour": "c"]),
      JSON.Member("kinds", ["x": "poke"]), JSON.Member("reply_url", "http://service.example"),
    ])
  func mappings(member: JSON.Member) {
    #expect(throws: SettingProblem.self) { try adapter([member]) }
  }
}
