import Channels
import Conversations
import Testing

@Suite("Twilio's signature")
struct TwilioSignatureTests {
  private let adapter: TwilioSMS
  private let form = [
    ("MessageSid", "SM1"), ("AccountSid", "AC42"), ("From", "+14155550111"), ("To", "+12025550100"), ("Body", "Hi"),
  ]

  init() throws { adapter = try TwilioDesk.adapter(TwilioSMS.self) }

  private func refusal(_ delivery: RawDelivery) -> Int? { PhoneDesk.refusal(adapter, delivery) }

  @Test("the URL counts with and without its port, with its path below the channel and its raw query")
  func urls() {
    #expect(refusal(TwilioDesk.delivery(form)) == nil)
    #expect(refusal(TwilioDesk.delivery(form, signedURL: "https://desk.example:443/hooks/line")) == nil)
    #expect(refusal(TwilioDesk.delivery(form, path: "/status", query: "a=b%20c")) == nil)
    #expect(refusal(TwilioDesk.delivery(form, signedURL: "https://other.example/hooks/line")) == 403)
    #expect(refusal(TwilioDesk.delivery(form, signedURL: "http://desk.example/hooks/line")) == 403)
    #expect(refusal(TwilioDesk.delivery(form, signedURL: "https://desk.example:8443/hooks/line")) == 403)
  }

  @Test("both tokens of a rotation count, others do not")
  func rotation() {
    #expect(refusal(TwilioDesk.delivery(form, token: "old token")) == nil)
    #expect(refusal(TwilioDesk.delivery(form, token: "older token")) == 403)
  }

  @Test("a changed parameter, an added one and a lost signature are turned away")
  func tampering() {
    var delivery = TwilioDesk.delivery(form)
    delivery.body += Array("&Evil=1".utf8)
    #expect(refusal(delivery) == 403)
    delivery = TwilioDesk.delivery(form)
    delivery.headers = Headers([("Content-Type", "application/x-www-form-urlencoded")])
    #expect(refusal(delivery) == 403)
    delivery = TwilioDesk.delivery(form)
    delivery.method = "PUT"
    #expect(refusal(delivery) == 405)
  }

  @Test("values of one name are sorted and counted once")
  func repeated() {
    let body = "MessageSid=SM1&From=%2B14155550111&To=%2B12025550100&Body=x&Tag=b&Tag=a&Tag=a"
    let signed = "https://desk.example/hooks/lineBodyxFrom+14155550111MessageSidSM1TagaTagbTo+12025550100"
    #expect(refusal(TwilioDesk.delivery(body: body, type: "application/x-www-form-urlencoded", signed: signed)) == nil)
  }

  @Test("a body that is no form is covered by its hash in the URL, or not at all")
  func otherBodies() {
    let (body, url) = (#"{"a":1}"#, "https://desk.example/hooks/line")
    let hash = Signatures.hex(Signatures.digest(.sha256, of: Array(body.utf8)))
    let query = "bodySHA256=\(hash)"
    let genuine = TwilioDesk.delivery(body: body, type: "application/json", query: query, signed: "\(url)?\(query)")
    // Genuine, but nothing a message could be read from.
    #expect(refusal(genuine) == 400)
    var changed = genuine
    changed.body = Array(#"{"a":2}"#.utf8)
    #expect(refusal(changed) == 403)
    #expect(refusal(TwilioDesk.delivery(body: body, type: "application/json", signed: url)) == 403)
  }

  @Test("a signed GET carries its parameters in the query")
  func get() throws {
    let query = "MessageSid=SM1&From=%2B14155550111&To=%2B12025550100&Body=Hi"
    let delivery = TwilioDesk.delivery(
      body: "", type: "text/plain", query: query, signed: "https://desk.example/hooks/line?\(query)", method: "GET")
    #expect(try PhoneDesk.reading(adapter, delivery).events.map(\.text) == ["Hi"])
  }
}
