/// “X per cent in Y seconds” for calls and chats (METRICS §4). Four conventions are in use; whoever prints one says which.
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

  package static let usual = Convention.offeredWithoutShort

  /// Seconds that those waited who were answered.
  package var answered: [Int64]
  /// Seconds after which the others gave up.
  package var abandoned: [Int64]
  /// Y.
  package var withinSeconds: Int64
  /// Who gives up before that was hardly there.
  package var shortAbandonSeconds: Int64

  package init(answered: [Int64], abandoned: [Int64], withinSeconds: Int64 = 20, shortAbandonSeconds: Int64 = 5) {
    (self.answered, self.abandoned) = (answered, abandoned)
    (self.withinSeconds, self.shortAbandonSeconds) = (withinSeconds, shortAbandonSeconds)
  }

  package var offered: Int { answered.count + abandoned.count }
  package var shortAbandons: Int { abandoned.count { $0 < shortAbandonSeconds } }
  private var answeredInTime: Int { answered.count { $0 <= withinSeconds } }

  /// Per cent; `nil` when there was nothing to answer.
  package func percent(_ convention: Convention = usual) -> Double? {
    switch convention {
    case .answered: share(answeredInTime, of: answered.count)
    case .offered: share(answeredInTime, of: offered)
    case .offeredWithoutShort: share(answeredInTime, of: offered - shortAbandons)
    case .withAbandoned: share(answeredInTime + abandoned.count { $0 <= withinSeconds }, of: offered)
    }
  }

  /// Abandoned ÷ offered in per cent.
  package var abandonmentPercent: Double? { share(abandoned.count, of: offered) }

  /// The same, short ones counted on neither side.
  package var abandonmentWithoutShortPercent: Double? {
    share(abandoned.count - shortAbandons, of: offered - shortAbandons)
  }

  /// Average speed of answer in seconds.
  package var averageSpeedOfAnswer: Double? {
    answered.isEmpty ? nil : Double(answered.reduce(0, +)) / Double(answered.count)
  }
}

/// `part` ÷ `whole` in per cent; `nil` when there is no whole.
package func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? 100 * Double(part) / Double(whole) : nil }
