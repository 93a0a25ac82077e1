import Channels
import Conversations
import Testing

/// What the tests of chat adapters share.
enum ChatDesk {
  static func message(
    _ text: String, thread: String, attachments: [Conversations.Attachment] = [], inReplyTo: String? = nil
  ) -> OutboundMessage {
    OutboundMessage(
      outboxID: OutboxID(7), conversation: ConversationID(3), threadKey: thread, contact: ContactCard(), text: text,
      attachments: attachments, inReplyTo: inReplyTo, lastInboundAt: Specimen.arrival, now: Specimen.arrival)
  }

  static func requests(_ adapter: some Adapter, _ message: OutboundMessage) throws -> [HTTPRequest] {
    try adapter.render(message).compactMap { request in
      guard case .http(let http) = request else { return nil }
      return http
    }
  }

  static func bodies(_ adapter: some Adapter, _ message: OutboundMessage) throws -> [JSON] {
    try requests(adapter, message).map { try JSON(parsing: $0.body) }
  }

  /// `accepted ID`, `retry SECONDS`, `rejected CODE` or `unauthorized CODE`.
  static func outcome(_ adapter: some Adapter, _ status: Int, _ body: String, retryAfter: String? = nil) -> String {
    let headers = Headers(retryAfter.map { [("Retry-After", $0)] } ?? [])
    switch adapter.interpret(.http(status: status, headers: headers, body: Array(body.utf8))) {
    case .accepted(let id): return "accepted \(id ?? "-")"
    case .retry(let seconds, _): return "retry \(seconds.map(String.init) ?? "-")"
    case .rejected(_, let code): return "rejected \(code ?? "-")"
    case .unauthorized(_, let code): return "unauthorized \(code ?? "-")"
    }
  }

  static func signature(_ secret: String, over text: String) -> [UInt8] {
    Signatures.hmac(.sha256, secret: Secret(secret), over: Array(text.utf8))
  }
}
