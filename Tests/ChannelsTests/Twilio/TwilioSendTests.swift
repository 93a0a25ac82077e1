import Channels
import Conversations
import Testing

@Suite("Sending through Twilio")
struct TwilioSendTests {
  private let adapter: TwilioSMS

  init() throws { adapter = try TwilioDesk.adapter(TwilioSMS.self) }

  private func message(
    _ text: String, thread: String = "sms:+12025550100:+14155550111", attachments: [Conversations.Attachment] = [],
    hoursAgo: Int64 = 1
  ) -> OutboundMessage {
    OutboundMessage(
      outboxID: OutboxID(1), conversation: ConversationID(1), threadKey: thread,
      contact: ContactCard(id: "+14155550111"), text: text, attachments: attachments,
      lastInboundAt: TwilioDesk.arrival.adding(seconds: -hoursAgo * 3600), now: TwilioDesk.arrival)
  }

  private func requests(_ message: OutboundMessage, _ adapter: TwilioSMS? = nil) throws -> [HTTPRequest] {
    try (adapter ?? self.adapter).render(message).compactMap { request in
      guard case .http(let http) = request else { return nil }
      return http
    }
  }

  @Test("an answer goes to the customer from the number they wrote to, with Basic authentication")
  func answer() throws {
    let request = try #require(try requests(message("Hello & 你好")).first)
    #expect(request.url.reveal() == "https://api.twilio.com/2010-04-01/Accounts/AC42/Messages.json")
    #expect(request.headers["Authorization"] == "Basic QUM0MjpuZXcgdG9rZW4=")
    let form = try #require(FormFields(urlEncoded: request.body))
    #expect(form["To"] == "+14155550111" && form["From"] == "+12025550100" && form["Body"] == "Hello & 你好")
    #expect(form["StatusCallback"] == "https://desk.example/hooks/line/status")
  }

  @Test("a long text goes in pieces of 1600 that together are the text")
  func longText() throws {
    let text = (1...700).map { "word\($0)" }.joined(separator: " ")
    let pieces = try requests(message(text)).map { FormFields(urlEncoded: $0.body)?["Body"] ?? "" }
    #expect(pieces.count > 2)
    #expect(pieces.allSatisfy { $0.utf16.count <= 1600 })
    #expect(pieces.joined() == text)
  }

  @Test("WhatsApp keeps its prefix and its window of a day; a messaging service and public media are named")
  func variants() throws {
    let thread = "whatsapp:+12025550100:+14155550111"
    let form = FormFields(urlEncoded: try #require(try requests(message("x", thread: thread)).first).body)
    #expect(form?["To"] == "whatsapp:+14155550111" && form?["From"] == "whatsapp:+12025550100")
    #expect(throws: Unrenderable.self) { try requests(message("x", thread: thread, hoursAgo: 25)) }
    let service = try TwilioDesk.adapter(TwilioSMS.self, [JSON.Member("messaging_service_sid", "MG1")])
    let picture = Conversations.Attachment(kind: .image, url: "https://desk.example/p.png")
    let other = FormFields(
      urlEncoded: try #require(try requests(message("", attachments: [picture]), service).first).body)
    #expect(other?["MessagingServiceSid"] == "MG1" && other?["MediaUrl"] == "https://desk.example/p.png")
    #expect(other?["Body"] == nil)
  }

  @Test("what cannot be sent says why")
  func unrenderable() {
    let file = Conversations.Attachment(kind: .file, filename: "a.pdf", content: [1, 2, 3])
    for message in [
      message(" "), message("x", attachments: [file]), message("x", thread: "sms:+12025550100:ACME"),
      message("x", thread: "sms:+1"),
    ] {
      #expect(throws: Unrenderable.self) { try requests(message) }
    }
  }

  private func outcome(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> Outcome {
    adapter.interpret(.http(status: status, headers: Headers(headers), body: Array(body.utf8)))
  }

  @Test("answers are told apart: taken, later, never")
  func answers() {
    #expect(outcome(201, #"{"sid":"SM9","status":"queued","error_code":null}"#) == .accepted(providerID: "SM9"))
    #expect(outcome(429, #"{"code":20429,"message":"Too Many"}"#, [("Retry-After", "7")]).isRetry(after: 7))
    #expect(outcome(503, "").isRetry(after: nil))
    #expect(outcome(400, #"{"code":30001,"message":"Queue overflow"}"#).isRetry(after: 120))
    #expect(outcome(400, #"{"code":21610,"message":"STOP"}"#).rejectedCode == "21610")
    #expect(outcome(400, #"{"code":12345,"message":"?"}"#).rejectedCode == "12345")
    #expect(outcome(201, #"{"sid":"SM9","status":"failed","error_code":30007}"#).rejectedCode == "30007")
    #expect(outcome(200, "<html>").isRetry(after: nil))
    #expect(adapter.interpret(.failed(TransportFailure(kind: .timeout, detail: "slow"))).isRetry(after: nil))
  }
}

extension Outcome {
  fileprivate func isRetry(after seconds: Int?) -> Bool {
    guard case .retry(seconds, _) = self else { return false }
    return true
  }

  fileprivate var rejectedCode: String? {
    guard case .rejected(_, let code) = self else { return nil }
    return code
  }
}
