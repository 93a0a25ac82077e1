/// When to try again, and when to give up. Pure: chance and age come in.
package struct RetryPolicy: Sendable, Hashable {
  /// The wait after the first failed attempt.
  package var firstDelaySeconds: Double
  /// Each further wait is this many times the one before.
  package var factor: Double
  /// The longest wait of our own choosing.
  package var delaySecondsMax: Double
  /// The longest wait a provider's `Retry-After` can ask for.
  package var retryAfterSecondsMax: Int
  /// How far a wait strays to either side, as a share of it, so that what failed together does not come back together.
  package var jitter: Double
  /// From the first attempt on; an attempt that would begin later is not made.
  package var giveUpAfterSeconds: Int64

  /// 15 s, 30 s, 1 min … 1 h, for three days.
  package static let standard = RetryPolicy()

  package init(
    firstDelaySeconds: Double = 15, factor: Double = 2, delaySecondsMax: Double = 3600,
    retryAfterSecondsMax: Int = 86_400, jitter: Double = 0.2, giveUpAfterSeconds: Int64 = 3 * 86_400
  ) {
    (self.firstDelaySeconds, self.factor, self.delaySecondsMax) = (firstDelaySeconds, factor, delaySecondsMax)
    (self.retryAfterSecondsMax, self.jitter) = (retryAfterSecondsMax, jitter)
    self.giveUpAfterSeconds = giveUpAfterSeconds
  }

  /// Seconds to wait before the next attempt; `nil` = give up.
  ///
  /// The provider's `Retry-After` is a lower bound: jitter is then only added, never taken away.
  /// - Parameters:
  ///   - attempt: attempts made so far, the failed one included: 1, 2, …
  ///   - ageSeconds: since the message was to go out first.
  ///   - retryAfterSeconds: the provider's wish, if it had one.
  ///   - chance: 0 ..< 1.
  /// - Returns: fractions included.
  package func delaySeconds(attempt: Int, ageSeconds: Int64, retryAfterSeconds: Int? = nil, chance: Double) -> Double? {
    let chance = min(max(chance, 0), 1)
    var delay = ownDelay(attempt: attempt) * (1 - jitter + 2 * jitter * chance)
    if let wish = retryAfterSeconds {
      let bound = Double(min(max(wish, 0), retryAfterSecondsMax))
      delay = max(delay, bound + min(bound, firstDelaySeconds) * jitter * chance)
    }
    return Double(ageSeconds) + delay > Double(giveUpAfterSeconds) ? nil : delay
  }

  /// The wait without chance; saturates instead of overflowing.
  private func ownDelay(attempt: Int) -> Double {
    var delay = min(firstDelaySeconds, delaySecondsMax)
    var doublings = 1
    while doublings < attempt, delay < delaySecondsMax, factor > 1 {
      delay = min(delay * factor, delaySecondsMax)
      doublings += 1
    }
    return delay
  }
}
