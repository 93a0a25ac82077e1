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
    var isClosed = false
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
  /// - Parameter responseSizeMax: in bytes, instead of the courier's own; a larger answer is `.failed(.tooLarge)`.
  package func carry(_ request: OutboundRequest, responseSizeMax: Int? = nil) async -> OutboundResponse {
    await submit(request, responseSizeMax: responseSizeMax, onBytes: nil)
  }

  /// Carries one web request whose answer is read as it comes, e.g. server-sent events.
  ///
  /// Only the bytes of a 2xx answer are streamed; any other answer comes back whole. `timeoutSeconds` of the request is
  /// the longest silence.
  /// - Parameter onBytes: called on the courier's thread, so it must not wait; `false` ends the transfer, which counts
  ///   as a good end.
  package func stream(_ request: HTTPRequest, onBytes: @escaping @Sendable ([UInt8]) -> Bool) async -> OutboundResponse
  {
    await submit(.http(request), responseSizeMax: nil, onBytes: onBytes)
  }

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
    guard let inbox = lane(for: request)?.inbox else { return .failed(Self.closed) }
    let ticket = inbox.newTicket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let submission = Submission(
          ticket: ticket, request: request, destination: destination,
          responseSizeMax: responseSizeMax ?? options.responseSizeMax, onBytes: onBytes, continuation: continuation)
        guard inbox.post(.carry(submission)) else { return continuation.resume(returning: .failed(Self.closed)) }
        // Cancelled before it was posted: the handler's letter came too early to mean anything.
        if Task.isCancelled { _ = inbox.post(.cancel(ticket)) }
      }
    } onCancel: {
      _ = inbox.post(.cancel(ticket))
    }
  }

  private func lane(for request: OutboundRequest) -> Lane? {
    let kind: Lane.Kind =
      switch request {
      case .http: .web
      case .mail(let mail): mail.server.encryption == .none ? .plainMail : .secureMail
      }
    return state.withLock { state in
      guard !state.isClosed else { return nil }
      if let lane = state.lanes[kind] { return lane }
      let lane = Lane(kind, options)
      state.lanes[kind] = lane
      return lane
    }
  }

  private static let closed = TransportFailure(kind: .cancelled, detail: "the courier is closed")
}
