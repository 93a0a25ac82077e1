import Conversations
import Synchronization

/// A token bucket per key (a peer's address, a chat session): bursts are let through, floods are not.
final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var filledAt: Instant
  }
  private struct State {
    var buckets: [String: Bucket] = [:]
  }
  private let state = Mutex(State())
  /// More keys than this are forgotten together: an attacker cannot make the table grow.
  private static let keysMax = 50_000

  /// Takes a token from `key`'s bucket, which holds `burst` and gains `perMinute` a minute; false when it is empty.
  func allows(_ key: String, burst: Int, perMinute: Int, now: Instant) -> Bool {
    state.withLock { state in
      if state.buckets.count >= Self.keysMax { state.buckets.removeAll(keepingCapacity: true) }
      var bucket = state.buckets[key] ?? Bucket(tokens: Double(burst), filledAt: now)
      let gained = Double(max(0, now.microseconds - bucket.filledAt.microseconds)) / 60_000_000 * Double(perMinute)
      bucket.tokens = min(Double(burst), bucket.tokens + gained)
      bucket.filledAt = now
      defer { state.buckets[key] = bucket }
      guard bucket.tokens >= 1 else { return false }
      bucket.tokens -= 1
      return true
    }
  }
}
