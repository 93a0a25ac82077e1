import Conversations
import Outbound
import Rehearsal
import Terminal

/// A visitor of the chat page: a session, what they say, and what their event stream shows them.
final class ChatGuest: Sendable {
  let session: String
  /// Everything the stream has shown, oldest first.
  let shown = Ledger<JSON>()
  private let wire: Wire
  private let stream: Task<Void, Never>

  init(_ wire: Wire) async throws {
    let answer = try await wire.post("/chat/webchat/session", [:])
    guard let session = answer.json["session"]?.string else { throw Failure.error("no chat session: \(answer.text)") }
    (self.wire, self.session) = (wire, session)
    let shown = shown
    stream = Task {
      var request = HTTPRequest(
        method: "GET", url: Secret("\(wire.base)/chat/webchat/events?session=\(session.percentEncoded)"),
        headers: Headers([("Accept", "text/event-stream")]))
      request.timeoutSeconds = 90
      let (chunks, feed) = AsyncStream.makeStream(of: [UInt8].self)
      async let end = Self.carry(request, wire.courier, into: feed)
      var parser = ServerSentEvents()
      for await chunk in chunks {
        for event in parser.take(chunk) where event.name == "message" {
          if let json = try? JSON(parsing: event.data) { shown.add(json) }
        }
      }
      _ = await end
    }
  }

  private static func carry(
    _ request: HTTPRequest, _ courier: Courier, into feed: AsyncStream<[UInt8]>.Continuation
  ) async -> OutboundResponse {
    defer { feed.finish() }
    return await courier.stream(request) { bytes in
      feed.yield(bytes)
      return true
    }
  }

  /// Returns the HTTP status.
  func say(_ id: String, _ text: String, language: String) async throws -> Int {
    try await wire.post(
      "/chat/webchat/messages",
      ["session": .string(session), "client_id": .string(id), "text": .string(text), "language": .string(language)]
    ).status
  }

  func leave() { stream.cancel() }
}
