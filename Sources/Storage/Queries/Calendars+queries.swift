package import Conversations

/// Opening hours as they were from an instant on.
package struct CalendarVersionRow: Sendable {
  package var name: String
  package var from: Instant
  package var version: String
  /// JSON.
  package var definition: String
}

extension Transaction {
  package func lastCalendarVersion(_ name: String) throws -> CalendarVersionRow? {
    try first(
      "SELECT name, from_at, version, definition_json FROM calendar_versions WHERE name = $1 ORDER BY from_at DESC LIMIT 1",
      [.text(name)]
    ).map { Self.calendarVersion($0) }
  }

  /// A version that another process kept in the same moment stays.
  package func insertCalendarVersion(_ name: String, from: Instant, version: String, definition: String) throws {
    _ = try run(
      """
      INSERT INTO calendar_versions (name, from_at, version, definition_json) VALUES ($1, $2, $3, $4)
      ON CONFLICT (name, from_at) DO NOTHING
      """, [.text(name), Value(from), .text(version), .text(definition)])
  }

  /// All of them, by name, oldest first.
  package func calendarVersions() throws -> [CalendarVersionRow] {
    try rows("SELECT name, from_at, version, definition_json FROM calendar_versions ORDER BY name, from_at").map {
      Self.calendarVersion($0)
    }
  }

  private static func calendarVersion(_ row: Row) -> CalendarVersionRow {
    CalendarVersionRow(name: row.text(0), from: row.instant(1), version: row.text(2), definition: row.text(3))
  }

  /// Whether a human's answer is written that no provider has taken or refused yet.
  package func hasReplyUnderway(in conversation: ConversationID) throws -> Bool {
    try first(
      """
      SELECT 1 FROM messages WHERE conversation_id = $1 AND direction = 'out' AND delivery_state IN ('queued', 'sending')
      LIMIT 1
      """, [.int(conversation.rawValue)]) != nil
  }

  /// Clocks that run, by id.
  package func runningClocks(after id: Int64, limit: Int) throws -> [ClockRecord] {
    try rows(
      "SELECT \(ClockRecord.columns) FROM clocks WHERE state = 'running' AND id > $1 ORDER BY id LIMIT $2",
      [.int(id), .int(Int64(limit))]
    ).map { ClockRecord($0) }
  }

  /// The conversation's next due time after its clocks have changed.
  package func refreshDue(of conversation: ConversationID) throws {
    guard let before = try lockedConversation(conversation) else { return }
    var after = before
    after.dueAt = try first(
      "SELECT MIN(due_at) FROM clocks WHERE conversation_id = $1 AND state = 'running'", [Value(conversation)]
    )?.optionalInstant(0)
    try save(after, over: before)
  }
}
