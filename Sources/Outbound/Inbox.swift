import CCurl
import Conversations
import Synchronization

/// What the callers tell a lane's thread.
enum Letter: Sendable {
  case carry(Submission)
  case cancel(Ticket)
}

/// Names one transfer for as long as its lane lives.
struct Ticket: Hashable, Sendable {
  let number: UInt64
}

/// One request with everything its transfer needs.
struct Submission: Sendable {
  let ticket: Ticket
  let request: OutboundRequest
  let destination: RequestGuard.Destination
  let responseSizeMax: Int
  /// Streaming: gets the bytes of a 2xx answer as they come; `false` ends the transfer.
  let onBytes: (@Sendable ([UInt8]) -> Bool)?
  let continuation: CheckedContinuation<OutboundResponse, Never>
}

/// A multi handle where other threads may see it.
///
/// `@unchecked`: only `curl_multi_wakeup`, which libcurl documents as safe from any thread, is called outside the
/// lane's thread, and only under the inbox's lock while the handle is alive.
struct MultiHandle: @unchecked Sendable {
  let raw: UnsafeMutableRawPointer
}

/// Where callers leave letters for a lane's thread, and how they wake it.
final class Inbox: Sendable {
  private struct State {
    var letters: [Letter] = []
    var isAsleep = false
    var isClosed = false
    var ticketsGiven: UInt64 = 0
  }

  private let state = Mutex(State())
  private let multi: MultiHandle

  init(waking multi: MultiHandle) { self.multi = multi }

  func newTicket() -> Ticket {
    state.withLock {
      $0.ticketsGiven += 1
      return Ticket(number: $0.ticketsGiven)
    }
  }

  /// - Returns: `false` when the lane is closed and nobody will read the letter.
  func post(_ letter: Letter) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      state.letters.append(letter)
      wake(&state)
      return true
    }
  }

  /// From here on `post` refuses; the thread fails what is under way and ends.
  func close() {
    state.withLock { state in
      guard !state.isClosed else { return }
      wake(&state)
      state.isClosed = true
    }
  }

  /// The thread's turn: all letters so far, `nil` when there are none and the lane is closed.
  func collect() -> [Letter]? {
    state.withLock { state in
      state.isAsleep = false
      guard !state.letters.isEmpty else { return state.isClosed ? nil : [] }
      defer { state.letters = [] }
      return state.letters
    }
  }

  /// Why the transfer of `ticket` should stop, as far as letters not yet read tell.
  ///
  /// For moments when libcurl holds the thread: after a mail's last byte it waits for the server's answer on the spot.
  func unreadStop(of ticket: Ticket) -> Transfer.Stop? {
    state.withLock { state in
      let isCancelled = state.letters.contains { if case .cancel(ticket) = $0 { true } else { false } }
      return isCancelled ? .byCaller : state.isClosed ? .byClosing : nil
    }
  }

  /// - Returns: whether the thread may sleep; whoever posts next will wake it.
  func fallAsleep() -> Bool {
    state.withLock { state in
      guard state.letters.isEmpty, !state.isClosed else { return false }
      state.isAsleep = true
      return true
    }
  }

  private func wake(_ state: inout State) {
    guard state.isAsleep else { return }
    state.isAsleep = false
    curl_multi_wakeup(multi.raw)
  }
}
