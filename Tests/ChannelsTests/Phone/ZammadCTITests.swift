import Channels
import Conversations
import Testing

@Suite("Zammad's CTI interface")
struct ZammadCTITests {
  private let adapter: ZammadCTI

  init() throws {
    adapter = try PhoneDesk.adapter(
      ZammadCTI.self,
      [
        JSON.Member("token", "url-token"), JSON.Member("block_caller_ids", ["0171 5550*", "+4930111111"]),
        JSON.Member("default_caller_id", "49221000"),
        JSON.Member("outbound_caller_ids", ["4930*": "4930000", "493012*": "4930999"]),
      ])
  }

  private func delivery(_ body: String, path: String = "/url-token", method: String = "POST") -> RawDelivery {
    PhoneDesk.delivery(body, path: path, type: "application/json", method: method)
  }

  @Test("a wrong token, no token and other methods are turned away")
  func door() {
    let body = #"{"event":"newCall","from":"493012","to":"4922147","callId":"1"}"#
    #expect(PhoneDesk.refusal(adapter, delivery(body, path: "/url-toke")) == 401)
    #expect(PhoneDesk.refusal(adapter, delivery(body, path: "")) == 401)
    #expect(PhoneDesk.refusal(adapter, delivery(body, method: "GET")) == 405)
    #expect(PhoneDesk.refusal(adapter, delivery(body)) == nil)
  }

  @Test("national numbers become E.164 and name the thread")
  func nationalNumbers() throws {
    let body = #"{"event":"newCall","from":"030 12345-678","to":"0221 4710334","direction":"in","callId":"c1"}"#
    let event = try #require(try PhoneDesk.reading(adapter, delivery(body)).events.first)
    #expect(event.threadKey == "phone:+492214710334:+493012345678")
    #expect(event.contact == ContactCard(id: "+493012345678", phone: "+493012345678"))
    #expect(event.call?.disposition == .ringing)
    #expect(event.sentAt == PhoneDesk.arrival)
  }

  @Test("each withheld caller has a thread and no contact")
  func withheld() throws {
    let body = #"{"event":"newCall","from":"Anonymous","to":"02214710334","direction":"in","callId":"c2"}"#
    let event = try #require(try PhoneDesk.reading(adapter, delivery(body)).events.first)
    #expect(event.threadKey == "phone:+492214710334:anonymous:c2")
    #expect(event.contact == ContactCard())
  }

  @Test(
    "numbers in SIP and tel addresses are numbers, names are names",
    arguments: [
      ("sip:+493012345678@pbx.example;user=phone", "+493012345678"), ("tel:+49-30-12345678", "+493012345678"),
      ("03012345678@pbx.example", "+493012345678"), ("SIP:anonymous@anonymous.invalid", "anonymous"),
      ("sip:ana@pbx.example", "sip:ana@pbx.example"), ("100", "100"),
    ])
  func addresses(sent: String, number: String) throws {
    let body = #"{"event":"newCall","from":"\#(sent)","to":"02214710334","direction":"in","callId":"c6"}"#
    #expect(try PhoneDesk.reading(adapter, delivery(body)).events.first?.call?.from == number)
  }

  @Test("blocked callers are rejected, by whole number and by beginning", arguments: ["491715550123", "+4930111111"])
  func blocked(caller: String) throws {
    let body = #"{"event":"newCall","from":"\#(caller)","to":"02214710334","direction":"in","callId":"c3"}"#
    let reading = try PhoneDesk.reading(adapter, delivery(body))
    #expect(reading.answer == .json(["action": "reject", "reason": "busy"]))
    #expect(reading.events.first?.call?.disposition == .blocked)
  }

  @Test(
    "an outbound call shows the number of the longest rule that fits",
    arguments: [("493099", "4930000"), ("493012345", "4930999"), ("498912345", "49221000")])
  func callerID(called: String, shown: String) throws {
    let body = #"{"event":"newCall","from":"10","to":"\#(called)","direction":"out","call_id":"c4"}"#
    let reading = try PhoneDesk.reading(adapter, delivery(body))
    #expect(reading.answer == .json(["action": "dial", "caller_id": .string(shown), "number": .string(called)]))
    #expect(reading.events.first?.direction == .outboundEcho)
  }

  @Test("a mailbox that picks up has not answered the caller")
  func mailbox() throws {
    let delivery = PhoneDesk.delivery(
      "event=answer&from=493012345678&to=492214710334&direction=in&callId=c5&user%5B%5D=voicemail", path: "/url-token",
      type: "application/x-www-form-urlencoded")
    #expect(try PhoneDesk.reading(adapter, delivery).events.first?.call?.disposition == .voicemail)
  }

  @Test("calls without a usable id are unreadable, unknown events are passed over")
  func oddities() throws {
    let long = String(repeating: "x", count: 300)
    #expect(PhoneDesk.refusal(adapter, delivery(#"{"event":"newCall","from":"1","to":"2"}"#)) == 400)
    #expect(
      PhoneDesk.refusal(adapter, delivery(#"{"event":"newCall","from":"1","to":"2","callId":"\#(long)"}"#)) == 400)
    let reading = try PhoneDesk.reading(adapter, delivery(#"{"event":"transfer"}"#))
    #expect(reading.events.isEmpty && reading.ignored == ["transfer"])
  }

  @Test("nothing can be written to a caller")
  func render() {
    let message = OutboundMessage(
      outboxID: OutboxID(1), conversation: ConversationID(1), threadKey: "phone:+492214710334:+4930",
      contact: ContactCard(), text: "Hello", now: PhoneDesk.arrival)
    #expect(throws: Unrenderable.self) { try adapter.render(message) }
  }
}
