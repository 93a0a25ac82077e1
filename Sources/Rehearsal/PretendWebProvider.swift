package import Conversations
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A request as a pretend provider got it.
package struct ReceivedRequest: Sendable {
  /// From 1, in the order of arrival.
  package var number: Int
  package var method: String
  /// Path and query.
  package var path: String
  package var headers: Headers
  package var body: [UInt8]
  package var fault: WebFault
  /// The id given to the message, `nil` when it was not taken.
  package var messageID: String?
  /// Which connection it came on, counted from 1.
  package var connection: Int
  package var receivedAt: Instant
}

/// An HTTP/1.1 server on loopback that answers like Meta's Graph API (pages, Instagram, WhatsApp, comments), Telegram's
/// Bot API, LINE, a texting service, or, on any other path, like a plain JSON sink; it keeps what it gets and misbehaves
/// as told.
package final class PretendWebProvider: Sendable {
  package let host: String
  package let port: Int
  private let ledger: Ledger<ReceivedRequest>
  private let listener: Listener
  private let desk: WebDesk

  /// Opens the door; port 0 means any free one. Fails when the port cannot be had.
  package static func start(
    faults: WebFaults = WebFaults(), host: String = "127.0.0.1", port: Int = 0,
    clock: @escaping @Sendable () -> Instant = wallClock
  ) async throws -> PretendWebProvider {
    let ledger = Ledger<ReceivedRequest>()
    let desk = WebDesk(faults: faults, clock: clock, ledger: ledger)
    let listener = try await Listener.open(host: host, port: port) { channel in
      try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
      try channel.pipeline.syncOperations.addHandler(WebHandler(desk))
    }
    return PretendWebProvider(host: host, listener: listener, ledger: ledger, desk: desk)
  }

  private init(host: String, listener: Listener, ledger: Ledger<ReceivedRequest>, desk: WebDesk) {
    (self.host, self.port, self.listener) = (host, listener.port, listener)
    (self.ledger, self.desk) = (ledger, desk)
  }

  /// `http://127.0.0.1:port`.
  package var url: String { "http://\(host):\(port)" }
  /// Every request read, oldest first, those that met a fault included.
  package var received: [ReceivedRequest] { ledger.entries }
  package var receivedCount: Int { ledger.count }
  /// Only those whose message was taken.
  package var taken: [ReceivedRequest] { ledger.entries.filter { $0.messageID != nil } }
  package var connectionsMade: Int { desk.connections }

  /// - Returns: whether `count` requests were there before the time was over.
  package func waitForCount(_ count: Int, within limit: Duration) async -> Bool {
    await ledger.wait(for: count, within: limit)
  }

  package func forget() { ledger.removeAll() }
  package func change(_ change: @Sendable (inout WebFaults) -> Void) { desk.change(change) }

  /// Answers of other providers: what `script` gives is said instead of the provider's own answer; `nil` leaves it.
  package func play(_ script: @escaping @Sendable (ReceivedRequest) -> ScriptedAnswer?) { desk.play(script) }

  /// Closes the door and every connection; connecting is refused until `comeUp`.
  package func goDown() async { await listener.close() }
  /// On the port it had, which stayed its own meanwhile.
  package func comeUp() async throws { try await listener.reopen() }
  /// For good.
  package func stop() async { await listener.stop() }
}

/// An answer as a test or a rehearsal wants it.
package struct ScriptedAnswer: Sendable {
  package var status: Int
  package var headers: [(String, String)]
  package var body: [UInt8]

  package init(status: Int = 200, headers: [(String, String)] = [], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  package static func json(_ value: JSON, status: Int = 200) -> ScriptedAnswer {
    ScriptedAnswer(status: status, body: value.bytes)
  }
}

/// What all connections of a pretend web provider share.
final class WebDesk: Sendable {
  private struct State {
    var faults: WebFaults
    var lastNumber = 0
    var connections = 0
    var keys = OneTimeKeys()
    var script: (@Sendable (ReceivedRequest) -> ScriptedAnswer?)?
  }

  private let state: Mutex<State>
  private let clock: @Sendable () -> Instant
  private let ledger: Ledger<ReceivedRequest>

  init(faults: WebFaults, clock: @escaping @Sendable () -> Instant, ledger: Ledger<ReceivedRequest>) {
    state = Mutex(State(faults: faults))
    (self.clock, self.ledger) = (clock, ledger)
  }

  var connections: Int { state.withLock { $0.connections } }
  func change(_ change: @Sendable (inout WebFaults) -> Void) { state.withLock { change(&$0.faults) } }

  func play(_ script: @escaping @Sendable (ReceivedRequest) -> ScriptedAnswer?) {
    state.withLock { $0.script = script }
  }

  func newConnection() -> Int {
    state.withLock {
      $0.connections += 1
      return $0.connections
    }
  }

  func nextFault(path: String, isMessage: Bool) -> WebFault {
    let (now, account) = (clock(), WebDialect.account(path: path))
    return state.withLock { $0.faults.next(at: now, account: account, isMessage: isMessage) }
  }

  /// Keeps the request and says what to answer.
  func take(_ request: ReceivedRequest) -> WebAnswers.Answer {
    var request = request
    request.number = state.withLock {
      $0.lastNumber += 1
      return $0.lastNumber
    }
    let scripted = request.fault.takesMessage ? state.withLock(\.script)?(request) : nil
    let isOwn = scripted == nil && request.fault.takesMessage
    let repeated = isOwn ? state.withLock { $0.keys.answer(request) } : nil
    let answer =
      (WebDialect(path: request.path) ?? .page).answer(to: request.fault) ?? scripted.map { WebAnswers.Answer($0) }
      ?? repeated
      ?? WebAnswers.answer(method: request.method, path: request.path, body: request.body, number: request.number)
    if request.fault.takesMessage { request.messageID = answer.messageID }
    request.receivedAt = clock()
    ledger.add(request)
    return answer
  }
}
