package import Conversations
import Synchronization

/// Carries requests to the world with libcurl: HTTP/1.1 over kept connections, and mail over SMTP.
///
/// It decides nothing about a message: it does not retry (except a mail whose kept connection turned out to be dead
/// before the mail began), does not follow redirects unless asked, and answers with what came back. Every request ends:
/// with an answer, with a failure, or `.failed(.cancelled)` when its task is cancelled or the courier is closed.
/// Secrets appear in no failure's words.
package final class Courier: Sendable {
  private struct State {
    var lanes: [Lane.Kind: Lane] = [:]
    /// Requests given to each lane and not yet answered.
    var load: [Lane.Kind: Int] = [:]
    var isClosed = false
    var accepted = 0
  }

  private let options: CourierOptions
  private let state = Mutex(State())

  package init(options: CourierOptions = CourierOptions()) { self.options = options }

  deinit { close() }

  /// Carries one request and waits for its answer.
  ///
  /// A mail goes to all its recipients or to none: the first refused recipient ends it, and the answer names it. So a
  /// retry never sends twice to those who had it. Web requests on a kept connection that the server closed meanwhile
  /// are sent again by libcurl if not one byte was answered (RFC 9112 §9.3.1).
  /// - Parameters:
  ///   - request: what to carry.
  ///   - responseSizeMax: in bytes, instead of the courier's own; a larger answer is `.failed(.tooLarge)`.
  /// - Returns: the answer, or why there is none.
  package func carry(_ request: OutboundRequest, responseSizeMax: Int? = nil) async -> OutboundResponse {
    await submit(request, responseSizeMax: responseSizeMax, onBytes: nil)
  }

  /// Carries one web request whose answer is read as it comes, e.g. server-sent events.
  ///
  /// Only the bytes of a 2xx answer are streamed; any other answer comes back whole. `timeoutSeconds` of the request is
  /// the longest silence.
  /// - Parameters:
  ///   - request: what to carry.
  ///   - onBytes: called on the courier's thread, so it must not wait; `false` ends the transfer, which counts as a
  ///     good end.
  /// - Returns: the answer without the bytes already streamed, or why there is none.
  package func stream(_ request: HTTPRequest, onBytes: @escaping @Sendable ([UInt8]) -> Bool) async -> OutboundResponse
  {
    await submit(.http(request), responseSizeMax: nil, onBytes: onBytes)
  }

  /// Requests taken to be carried so far, those still waiting for their turn included.
  package var acceptedCount: Int { state.withLock { $0.accepted } }

  /// Ends everything under way with `.failed(.cancelled)` and the threads with it; does not wait. May be called twice.
  package func close() {
    let lanes = state.withLock { state in
      state.isClosed = true
      defer { state.lanes = [:] }
      return Array(state.lanes.values)
    }
    for lane in lanes { lane.inbox.close() }
  }

  private func submit(
    _ request: OutboundRequest, responseSizeMax: Int?, onBytes: (@Sendable ([UInt8]) -> Bool)?
  ) async -> OutboundResponse {
    let destination: RequestGuard.Destination
    do {
      destination = try RequestGuard(allowedProtocols: options.allowedProtocols).check(request)
    } catch {
      return .failed(error)
    }
    guard let (kind, inbox) = enterLane(for: request, to: destination) else { return .failed(Self.closed) }
    defer { leaveLane(kind) }
    let ticket = inbox.newTicket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let submission = Submission(
          ticket: ticket, request: request, destination: destination,
          responseSizeMax: responseSizeMax ?? options.responseSizeMax, onBytes: onBytes, continuation: continuation)
        guard inbox.post(.carry(submission)) else { return continuation.resume(returning: .failed(Self.closed)) }
        state.withLock { $0.accepted += 1 }
        // Cancelled before it was posted: the handler's letter came too early to mean anything.
        if Task.isCancelled { _ = inbox.post(.cancel(ticket)) }
      }
    } onCancel: {
      _ = inbox.post(.cancel(ticket))
    }
  }

  /// The web's lane, or the mail server's least busy one, the first of equals: so idle servers see one connection.
  private func enterLane(
    for request: OutboundRequest, to destination: RequestGuard.Destination
  ) -> (kind: Lane.Kind, inbox: Inbox)? {
    state.withLock { state in
      var kind = Lane.Kind.web
      if case .mail(let mail) = request {
        let kinds = (0..<max(1, options.maxMailConnectionsPerHost)).map {
          Lane.Kind.mail(destination, mail.server.encryption, connection: $0)
        }
        kind = kinds.min { state.load[$0, default: 0] < state.load[$1, default: 0] } ?? kind
      }
      guard !state.isClosed, let lane = state.lanes[kind] ?? Lane(kind, options) else { return nil }
      state.lanes[kind] = lane
      state.load[kind, default: 0] += 1
      return (kind, lane.inbox)
    }
  }

  private func leaveLane(_ kind: Lane.Kind) { state.withLock { $0.load[kind, default: 1] -= 1 } }

  private static let closed = TransportFailure(kind: .cancelled, detail: "the courier is closed")
}
