import AsyncAlgorithms
import Conversations
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

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

  /// Streams what `produce` hands to its sink until it returns or throws, the peer is gone, or the router stops: an open
  /// stream has no end of its own to wait for, and its reader comes again by itself.
  ///
  /// `place`: counted while the stream is open; without one the stream ends at once.
  static func response(
    to request: Request, _ place: StreamPlaces.Place, _ produce: @escaping @Sendable (Sink) async throws -> Void
  ) -> Response {
    let body = ResponseBody { writer in
      let lines = AsyncChannel<String>()
      guard place.take() else { return try await writer.finish(nil) }
      defer { place.leave() }
      try await request.body.consumeWithInboundCloseHandler { _ in
        try await withGracefulShutdownHandler {
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
              defer { lines.finish() }
              try await produce(Sink(lines: lines))
            }
            group.addTask {
              while !Task.isCancelled {
                try await Task.sleep(for: heartbeat)
                await lines.send(": \n\n")
              }
            }
            for await line in lines { try await writer.write(ByteBuffer(string: line)) }
            group.cancelAll()
          }
        } onGracefulShutdown: {
          lines.finish()
        }
      } onInboundClosed: {
        lines.finish()
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

  /// Each `send` waits until the line before it was written: a slow reader slows its own stream down and loses nothing.
  struct Sink: Sendable {
    fileprivate let lines: AsyncChannel<String>
    func send(_ event: Event) async { await lines.send(event.text) }
    /// Tells the browser how long to wait before it connects again.
    func retry(milliseconds: Int) async { await lines.send("retry: \(milliseconds)\n\n") }
  }
}

/// How many streams are open, per session, agent or address: each costs a connection and a place in the live feed.
final class StreamPlaces: Sendable {
  private let open = Mutex<[String: Int]>([:])
  private let total = Atomic(0)

  /// Open now.
  var count: Int { total.load(ordering: .relaxed) }

  /// One stream's place under all of its keys.
  struct Place: Sendable {
    fileprivate let places: StreamPlaces
    fileprivate let keys: [(name: String, limit: Int)]

    /// False when one of the keys has all it may have.
    func take() -> Bool {
      places.open.withLock { open in
        guard keys.allSatisfy({ open[$0.name, default: 0] < $0.limit }) else { return false }
        for key in keys { open[key.name, default: 0] += 1 }
        places.total.add(1, ordering: .relaxed)
        return true
      }
    }

    func leave() {
      places.open.withLock { open in
        for key in keys {
          let left = open[key.name, default: 1] - 1
          open[key.name] = left > 0 ? left : nil
        }
        places.total.subtract(1, ordering: .relaxed)
      }
    }
  }

  /// - Throws: 429 when there is no room now.
  func place(_ keys: (name: String, limit: Int)...) throws -> Place {
    let isFull = open.withLock { open in keys.contains { open[$0.name, default: 0] >= $0.limit } }
    guard !isFull else { throw DoorProblem(429, "too_many", "too many open streams; close some") }
    return Place(places: self, keys: keys)
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
