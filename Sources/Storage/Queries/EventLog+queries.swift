package import Conversations

/// One line of `events`.
package struct EventRow: Sendable {
  package var id: Int64
  package var conversation: Int64
  package var at: Instant
  package var kind: String
  package var actor: String?
  package var dataJSON: String?
}

extension Transaction {
  /// Conversations with an event in [from, to], by id.
  package func conversationsWithEvents(from: Instant, to: Instant) throws -> [Int64] {
    try rows(
      "SELECT DISTINCT conversation_id FROM events WHERE at >= $1 AND at <= $2 ORDER BY conversation_id",
      [Value(from), Value(to)]
    ).map { $0.int64(0) }
  }

  /// Conversations that may have been unresolved at `at`: those that are now, and those that ended later.
  package func conversationsUnresolved(at instant: Instant) throws -> [Int64] {
    try rows(Lifetime.unresolvedSQL, Lifetime.unresolvedValues(at: instant)).map { $0.int64(0) }
  }

  /// The newest line of the log, 0 before the first.
  private func newestEvent() throws -> Int64 {
    try first("SELECT COALESCE(MAX(id), 0) FROM events")?.int64(0) ?? 0
  }

  /// Of the newest event or change of presence: what a report knows.
  package func newestLogged() throws -> Int64 { max(try newestEvent(), try newestPresence()) }

  /// The log of these conversations, each in the order it was written; lines up to `idLimit` only.
  package func eventLog(of conversations: some Collection<Int64>, upTo idLimit: Int64) throws -> [EventRow] {
    guard !conversations.isEmpty else { return [] }
    let places = (0..<conversations.count).map { "$\($0 + 2)" }.joined(separator: ", ")
    return try rows(
      """
      SELECT id, conversation_id, at, kind, actor, data_json FROM events
      WHERE conversation_id IN (\(places)) AND id <= $1 ORDER BY conversation_id, id
      """, [.int(idLimit)] + conversations.map { .int($0) }
    ).map {
      EventRow(
        id: $0.int64(0), conversation: $0.int64(1), at: $0.instant(2), kind: $0.text(3), actor: $0.optionalText(4),
        dataJSON: $0.optionalText(5))
    }
  }
}

/// How long resolved conversations lasted, in classes that grow fourfold and more. Whoever asks what was open at a moment
/// looks in each class only at those that began so short before it that they may have lasted until then: what that takes
/// grows with what was open, not with the desk's age. An index of migration 19 knows the same expression.
package enum Lifetime {
  /// Upper bounds in seconds, the last class has none: 1 h, 4 h, 1 d, 4 d, 16 d, 90 d.
  static let bounds: [Int64] = [3600, 14_400, 86_400, 345_600, 1_382_400, 7_776_000]

  /// Of one that was never resolved itself: merged when it was last touched, or over as it began.
  private static let end =
    "COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)"
  private static let lengthClass: String = {
    let cases = bounds.enumerated().map { "WHEN \(end) - started_at < \($0.element)000000 THEN \($0.offset)" }
    return "(CASE \(cases.joined(separator: " ")) ELSE \(bounds.count) END)"
  }()

  /// `$1` the moment, `$2`… the earliest start by class.
  package static let unresolvedSQL: String = {
    let classes = (0...bounds.count).map { number in
      """
      SELECT id FROM conversations WHERE status = 'resolved' AND \(lengthClass) = \(number)
        AND started_at > $\(number + 2) AND started_at <= $1 AND \(end) > $1
      """
    }
    let open = "SELECT id FROM conversations WHERE status <> 'resolved' AND started_at <= $1"
    return ([open] + classes).joined(separator: "\nUNION ALL ")
  }()

  package static func unresolvedValues(at instant: Instant) -> [Value] {
    [Value(instant)] + bounds.map { Value(instant.adding(seconds: -$0)) } + [.int(.min)]
  }
}
