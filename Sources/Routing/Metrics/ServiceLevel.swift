/// “X per cent in Y seconds” for calls and chats (METRICS §4). Four conventions are in use; whoever prints one says which.
/// Waits are counted as they come, each by its own Y, and none is kept.
package struct ServiceLevel: Sendable, Hashable {
  package enum Convention: String, Sendable, CaseIterable {
    /// answered ≤ Y ÷ answered
    case answered = "SL1"
    /// answered ≤ Y ÷ offered
    case offered = "SL2"
    /// answered ≤ Y ÷ (offered − short abandons): the default
    case offeredWithoutShort = "SL3"
    /// (answered ≤ Y + abandoned ≤ Y) ÷ offered
    case withAbandoned = "SL4"
  }

  package private(set) var answered = 0
  package private(set) var abandoned = 0
  /// Every Y, in seconds, that one of them was counted by.
  package private(set) var within: Set<Int64> = []
  private var (answeredInTime, abandonedInTime, shortAbandons) = (0, 0, 0)
  /// What those waited in all who were answered.
  private var answerSeconds: Int64 = 0

  package init() {}

  /// Somebody was answered after so many seconds, on a channel with this Y.
  package mutating func answer(after seconds: Int64, within y: Int64) {
    answered += 1
    if seconds <= y { answeredInTime += 1 }
    answerSeconds += seconds
    within.insert(y)
  }

  /// Somebody gave up after so many seconds; before `short` they were hardly there.
  package mutating func abandon(after seconds: Int64, within y: Int64, short: Int64) {
    abandoned += 1
    if seconds <= y { abandonedInTime += 1 }
    if seconds < short { shortAbandons += 1 }
    within.insert(y)
  }

  package mutating func add(_ other: ServiceLevel) {
    answered += other.answered
    abandoned += other.abandoned
    answeredInTime += other.answeredInTime
    abandonedInTime += other.abandonedInTime
    shortAbandons += other.shortAbandons
    answerSeconds += other.answerSeconds
    within.formUnion(other.within)
  }

  package var offered: Int { answered + abandoned }

  /// Per cent; `nil` when there was nothing to answer.
  package func percent(_ convention: Convention) -> Double? {
    switch convention {
    case .answered: share(answeredInTime, of: answered)
    case .offered: share(answeredInTime, of: offered)
    case .offeredWithoutShort: share(answeredInTime, of: offered - shortAbandons)
    case .withAbandoned: share(answeredInTime + abandonedInTime, of: offered)
    }
  }

  /// Abandoned ÷ offered in per cent.
  package var abandonmentPercent: Double? { share(abandoned, of: offered) }

  /// The same, short ones counted on neither side.
  package var abandonmentWithoutShortPercent: Double? { share(abandoned - shortAbandons, of: offered - shortAbandons) }

  /// Average speed of answer in seconds.
  package var averageSpeedOfAnswer: Double? { answered == 0 ? nil : Double(answerSeconds) / Double(answered) }
}

/// `part` ÷ `whole` in per cent; `nil` when there is no whole.
package func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? 100 * Double(part) / Double(whole) : nil }
