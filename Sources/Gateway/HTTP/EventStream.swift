import Conversations
import HTTPTypes
import Hummingbird
import NIOCore

/// Server-sent events (WHATWG HTML §9.2): one long response, a comment as heartbeat so that dead peers are noticed.
enum EventStream {
  static let heartbeat: Duration = .seconds(20)

  struct Event: Sendable {
    var id: String?
    var name: String
    var data: JSON

    var text: String {
      (id.map { "id: \($0)\n" } ?? "") + "event: \(name)\ndata: \(data.description)\n\n"
    }
  }

  /// Streams what `produce` hands to its sink until it returns, throws, or the peer is gone.
  static func response(_ produce: @escaping @Sendable (Sink) async throws -> Void) -> Response {
    let body = ResponseBody { writer in
      let (lines, feed) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(1024))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { feed.finish() }
          try await produce(Sink(feed: feed))
        }
        group.addTask {
          while !Task.isCancelled {
            try await Task.sleep(for: heartbeat)
            feed.yield(": \n\n")
          }
        }
        for await line in lines { try await writer.write(ByteBuffer(string: line)) }
        group.cancelAll()
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        .accelBuffering: "no",
      ],
      body: body)
  }

  struct Sink: Sendable {
    fileprivate let feed: AsyncStream<String>.Continuation
    func send(_ event: Event) { feed.yield(event.text) }
    /// Tells the browser how long to wait before it connects again.
    func retry(milliseconds: Int) { feed.yield("retry: \(milliseconds)\n\n") }
  }
}

extension HTTPField.Name {
  /// nginx holds event streams back unless told not to.
  static let accelBuffering = named("X-Accel-Buffering")
  static let lastEventID = named("Last-Event-ID")
  static let forwardedFor = named("X-Forwarded-For")
  static let referrerPolicy = named("Referrer-Policy")

  private static func named(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("not a field name: \(text)") }
    return name
  }
}
