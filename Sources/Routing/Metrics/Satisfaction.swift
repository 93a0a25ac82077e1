/// What customers answered to “how was it?”, 1…5 (METRICS §4).
package struct Satisfaction: Sendable, Hashable {
  package var ratings: [Int]
  /// Surveys that arrived.
  package var delivered: Int

  /// Below this many ratings nothing is said of them.
  package static let fewest = 5

  package init(ratings: [Int], delivered: Int) { (self.ratings, self.delivered) = (ratings, delivered) }

  /// Ratings 4 and 5 ÷ all ratings, per cent; `nil` for fewer than five.
  package var percent: Double? { isTooFew ? nil : share(ratings.count { $0 >= 4 }, of: ratings.count) }
  package var responsePercent: Double? { share(ratings.count, of: delivered) }
  package var mean: Double? { isTooFew ? nil : Double(ratings.reduce(0, +)) / Double(ratings.count) }
  private var isTooFew: Bool { ratings.count < Self.fewest }

  /// The 95 % interval around `percent` (Wilson 1927), per cent.
  package var interval: ClosedRange<Double>? {
    isTooFew ? nil : Self.wilson(ratings.count { $0 >= 4 }, of: ratings.count)
  }

  package static func wilson(_ part: Int, of whole: Int) -> ClosedRange<Double>? {
    guard whole > 0 else { return nil }
    let (n, p, z) = (Double(whole), Double(part) / Double(whole), 1.959963984540054)
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    // At the ends the formula is exact but for rounding.
    let low = part <= 0 ? 0 : max(0, 100 * (middle - half))
    return low...(part >= whole ? 100 : min(100, 100 * (middle + half)))
  }
}

/// How an agent's logged-in time was spent, in seconds (METRICS §4). Breaks and training count in neither occupancy nor
/// utilisation's upper half.
package struct WorkTime: Sendable, Hashable {
  package var handle: Int64
  package var wrapUp: Int64
  /// Ready for the next one.
  package var idle: Int64
  /// Breaks, training, meetings.
  package var away: Int64
  package var conversations: Int

  package init(handle: Int64, wrapUp: Int64, idle: Int64, away: Int64, conversations: Int) {
    (self.handle, self.wrapUp, self.idle, self.away) = (handle, wrapUp, idle, away)
    self.conversations = conversations
  }

  private var busy: Int64 { handle + wrapUp }
  package var loggedIn: Int64 { busy + idle + away }
  /// Busy ÷ (busy + idle), per cent.
  package var occupancyPercent: Double? { share(Int(busy), of: Int(busy + idle)) }
  /// Busy ÷ logged-in time, per cent.
  package var utilisationPercent: Double? { share(Int(busy), of: Int(loggedIn)) }
  /// Average handling time in seconds.
  package var averageHandleSeconds: Double? { conversations == 0 ? nil : Double(busy) / Double(conversations) }
}
