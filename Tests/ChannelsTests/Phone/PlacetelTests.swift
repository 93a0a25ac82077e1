import Channels
import Conversations
import Testing

@Suite("Placetel")
struct PlacetelTests {
  private let adapter: Placetel

  init() throws { adapter = try PhoneDesk.adapter(Placetel.self, [JSON.Member("shared_secret", "between us")]) }

  private func delivery(_ body: String, secret: String = "between us") -> RawDelivery {
    let signature = Signatures.hex(Signatures.hmac(.sha256, secret: Secret(secret), over: Array(body.utf8)))
    return PhoneDesk.delivery(
      body, type: "application/x-www-form-urlencoded", headers: [("X-PLACETEL-SIGNATURE", signature)])
  }

  @Test("only the shared secret opens the door")
  func door() {
    let body = "event=IncomingCall&from=03012345678&to=02214710334&call_id=p1"
    #expect(PhoneDesk.refusal(adapter, delivery(body)) == nil)
    #expect(PhoneDesk.refusal(adapter, delivery(body, secret: "between them")) == 401)
    #expect(PhoneDesk.refusal(adapter, PhoneDesk.delivery(body)) == 401)
  }

  @Test(
    "a hang-up says how the call went",
    arguments: [
      ("accepted", CallRecord.Disposition.completed), ("missed", .noAnswer), ("voicemail", .voicemail),
      ("blocked", .blocked), ("busy", .busy), ("canceled", .canceled), ("unavailable", .failed),
      ("something new", .completed),
    ])
  func hangup(type: String, expected: CallRecord.Disposition) throws {
    let body = "event=HungUp&from=03012345678&to=02214710334&call_id=p2&duration=0&type=\(FormFields.encode(type))"
    let call = try PhoneDesk.reading(adapter, delivery(body)).events.first?.call
    #expect(call?.disposition == expected)
    #expect(call?.durationSeconds == 0 && call?.startedAt == nil)
  }

  @Test("a call with a length began that long before its end")
  func length() throws {
    let body = "event=HungUp&from=02214710334&to=03012345678&call_id=p3&duration=61&type=accepted&direction=out"
    let event = try #require(try PhoneDesk.reading(adapter, delivery(body)).events.first)
    #expect(event.direction == .outboundEcho)
    #expect(event.call?.startedAt == PhoneDesk.arrival.adding(seconds: -61))
  }

  @Test("without a direction our own number tells it")
  func direction() throws {
    let body = "event=CallAccepted&from=02214710334&to=03012345678&call_id=p4"
    #expect(try PhoneDesk.reading(adapter, delivery(body)).events.first?.direction == .outboundEcho)
  }

  @Test("absurd lengths and missing ids do no harm")
  func absurd() throws {
    let body = "event=HungUp&from=anonymous&to=02214710334&call_id=p5&duration=9223372036854775807"
    let call = try PhoneDesk.reading(adapter, delivery(body)).events.first?.call
    #expect(call?.from == "anonymous" && call?.durationSeconds == nil && call?.startedAt == nil)
    #expect(PhoneDesk.refusal(adapter, delivery("event=HungUp&from=1&to=2")) == 400)
  }
}
