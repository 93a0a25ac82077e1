package import Conversations
import Glibc
import Synchronization

/// What a pretend provider has received, in order, for others to look at.
package final class Ledger<Entry: Sendable>: Sendable {
  private let kept = Mutex<[Entry]>([])

  package init() {}

  package var entries: [Entry] { kept.withLock { $0 } }
  package var count: Int { kept.withLock { $0.count } }

  package func add(_ entry: Entry) { kept.withLock { $0.append(entry) } }
  package func removeAll() { kept.withLock { $0.removeAll() } }

  /// - Returns: whether `count` entries were there before the time was over.
  package func wait(for count: Int, within limit: Duration) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while self.count < count {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return true
  }
}

/// The time of day of a pretend provider, unless it is given another clock.
package func wallClock() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
