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

  /// Conversations that may have been unresolved at `at`: those that are now, and those that have changed since.
  package func conversationsUnresolved(at instant: Instant) throws -> [Int64] {
    try rows(
      """
      SELECT id FROM conversations WHERE status <> 'resolved' AND started_at <= $1
      UNION SELECT conversation_id FROM events WHERE at > $1 AND kind IN ('status', 'reopened', 'merged')
      """, [Value(instant)]
    ).map { $0.int64(0) }
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
