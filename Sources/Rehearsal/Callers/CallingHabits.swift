/// How a provider goes about telling us something.
package struct CallingHabits: Sendable {
  /// Most events in one call.
  package var batchMax = 1
  /// Seconds until each further try of what was not answered with 2xx; afterwards it is given up.
  package var retrySeconds: [Int64]
  /// What comes of one customer waits for what came before.
  package var keepsOrder = false
  /// The longest that an event is under way for no reason that we see, in seconds.
  package var delaySecondsMax: Int64

  /// As documented, or else a guess that is marked as one.
  package static func of(_ product: ProviderAccount.Product) -> CallingHabits {
    switch product {
    // At once, then less and less often for 36 hours.
    case .messenger, .instagram:
      CallingHabits(batchMax: 20, retrySeconds: falling(from: 1, total: 36 * 3600), delaySecondsMax: 21_600)
    // For seven days, with growing pauses.
    case .whatsApp:
      CallingHabits(batchMax: 20, retrySeconds: falling(from: 5, total: 7 * 86_400), delaySecondsMax: 43_200)
    // Pauses double up to two minutes, for a day; one update of a chat after the other.
    case .telegram:
      CallingHabits(
        retrySeconds: (0..<700).map { min(120, 1 << min($0, 7)) }, keepsOrder: true, delaySecondsMax: 3600)
    // Redelivery is opt-in and its pauses are not documented: a guess.
    case .line: CallingHabits(batchMax: 20, retrySeconds: falling(from: 60, total: 86_400), delaySecondsMax: 3600)
    // Five times at once, where the URL ends in `#rc=5&rp=all`. twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    case .texting: CallingHabits(retrySeconds: [1, 1, 2, 3, 5], delaySecondsMax: 0)
    case .generic: CallingHabits(batchMax: 5, retrySeconds: falling(from: 10, total: 86_400), delaySecondsMax: 7200)
    // Nothing is documented of tries: a guess.
    case .calls: CallingHabits(retrySeconds: [1, 2, 4, 8, 16], delaySecondsMax: 0)
    // A mail server's queue, five days (RFC 5321 §4.5.4.1).
    case .mail: CallingHabits(retrySeconds: falling(from: 300, total: 5 * 86_400), delaySecondsMax: 43_200)
    }
  }

  /// Pauses that double up to six hours, `total` seconds together at most.
  private static func falling(from first: Int64, total: Int64) -> [Int64] {
    var (pauses, pause, sum): ([Int64], Int64, Int64) = ([], first, 0)
    while sum + pause <= total {
      pauses.append(pause)
      sum += pause
      pause = min(21_600, pause * 2)
    }
    return pauses
  }
}
