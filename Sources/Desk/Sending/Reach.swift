import Channels
import Conversations
import Storage
import Synchronization

/// Which channels have just answered, so that not every message sent is written down as a success.
final class Reach: Sendable {
  private let answered = Mutex<[String: Instant]>([:])
  static let secondsBetweenNotes: Int64 = 60

  /// Whether an answer now is worth a note: the first one, the first after a failure, the first in a minute.
  func isNews(_ channel: String, now: Instant) -> Bool {
    answered.withLock { answered in
      if let last = answered[channel], now.seconds(since: last) < Self.secondsBetweenNotes { return false }
      answered[channel] = now
      return true
    }
  }

  func forget(_ channel: String) { answered.withLock { $0[channel] = nil } }
}

extension Desk {
  /// Whether a channel can be reached (REQUIREMENTS 8), told by what came back from it. A no to one message is an answer;
  /// refused credentials are neither: they stop the channel (`stop`).
  func noteReach(_ channel: String, _ response: OutboundResponse, _ outcome: Outcome) async {
    if let trouble = response.trouble {
      reach.forget(channel)
      await noteFailure(channel, .outward, outcome.detail ?? trouble)
    } else if case .unauthorized = outcome {
      reach.forget(channel)
    } else if reach.isNews(channel, now: now()) {
      await noteSuccess(channel, .outward)
    }
  }
}

extension OutboundResponse {
  /// Why nobody would get a message through here now: no answer, a server's own failure (RFC 9110 §15.6), a mail server
  /// that is closing (RFC 5321 §3.8).
  fileprivate var trouble: String? {
    switch self {
    case .failed(let failure): failure.detail
    case .http(let status, _, _): (500..<600).contains(status) ? "HTTP \(status)" : nil
    case .mail(let code, let text): code == 421 ? "421 \(text)" : nil
    }
  }
}
