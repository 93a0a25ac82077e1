import Channels
import Conversations
import Synchronization

/// A token bucket: holds ten seconds' worth of tokens (five at least), fills steadily, and may be overdrawn by a message of several
/// parts, which those behind it then wait for. Pure.
struct TokenBucket: Sendable, Hashable {
  private let perMinute: Int
  private let capacity: Double
  private var level: Double
  private var at: Instant

  init(perMinute: Int, now: Instant) {
    self.perMinute = max(1, perMinute)
    capacity = max(5, Double(self.perMinute) / 6)
    (level, at) = (capacity, now)
  }

  private mutating func fill(_ now: Instant) {
    let elapsed = max(0, now.microseconds - at.microseconds)
    level = min(capacity, level + Double(elapsed) / 60_000_000 * Double(perMinute))
    at = max(at, now)
  }

  /// Microseconds until a token is there; 0 = now.
  mutating func wait(_ now: Instant) -> Int64 {
    fill(now)
    guard level < 1 else { return 0 }
    return Int64(((1 - level) / Double(perMinute) * 60_000_000).rounded(.up))
  }

  mutating func take(_ count: Int = 1) { level -= Double(count) }
  var isFull: Bool { level >= capacity }
}

/// What has left lately through each channel and to each recipient, in this process. Several routers at one store each
/// have their own: the providers' own word (429) bounds what they send together.
final class SendingPaces: Sendable {
  private struct Key: Hashable {
    var channel: String
    /// `nil` = the whole account.
    var recipient: String?
  }
  private let buckets = Mutex<[Key: TokenBucket]>([:])
  private static let bucketsMax = 20_000

  /// Takes a token for the account and one for the recipient, or neither and says how many microseconds to wait.
  func admit(_ channel: String, to recipient: String, pace: SendingPace, now: Instant) -> Int64 {
    buckets.withLock { buckets in
      if buckets.count > Self.bucketsMax { Self.forgetFull(&buckets, now) }
      let limits = Self.limits(channel, recipient, pace)
      var wait: Int64 = 0
      for (key, perMinute) in limits {
        wait = max(wait, buckets[key, default: TokenBucket(perMinute: perMinute, now: now)].wait(now))
      }
      if wait == 0 { for (key, _) in limits { buckets[key]?.take() } }
      return wait
    }
  }

  /// Its pace may be another one from now on.
  func forget(_ channel: String) { buckets.withLock { $0 = $0.filter { $0.key.channel != channel } } }

  /// A message was rendered into several requests: `count` beside the one it was admitted with.
  func charge(_ channel: String, to recipient: String, pace: SendingPace, count: Int) {
    guard count > 0 else { return }
    buckets.withLock { buckets in
      for (key, _) in Self.limits(channel, recipient, pace) { buckets[key]?.take(count) }
    }
  }

  private static func limits(_ channel: String, _ recipient: String, _ pace: SendingPace) -> [(Key, Int)] {
    [
      (Key(channel: channel, recipient: nil), pace.perMinute),
      (Key(channel: channel, recipient: recipient), pace.perMinuteToOne),
    ]
    .filter { $0.1 > 0 }
  }

  private static func forgetFull(_ buckets: inout [Key: TokenBucket], _ now: Instant) {
    for key in buckets.keys {
      _ = buckets[key]?.wait(now)
      if buckets[key]?.isFull == true { buckets[key] = nil }
    }
  }
}
