package import Conversations

/// One row of `clocks`: a service target running, paused or decided.
package struct ClockRecord: Sendable {
  package enum State: String, Sendable { case running, paused, met, breached, cancelled }

  package var id: Int64
  package var conversation: ConversationID
  /// `first_response`, `next_reply`, `resolution`.
  package var kind: String
  package var target: String
  package var calendar: String
  package var calendarVersion: String
  /// Business seconds allowed.
  package var targetSeconds: Int64
  package var startedAt: Instant
  /// Business seconds used up before the present run.
  package var usedSeconds: Int64
  package var runningSince: Instant?
  package var dueAt: Instant?
  package var state: State
  package var warnAt: Instant?
  package var warnedAt: Instant?
  /// When the breach happened (the due time), set while the clock still runs or when it stops too late.
  package var breachedAt: Instant?
  package var stoppedAt: Instant?
  /// The part of the time after which a warning is due, in thousandths.
  package var warnPermille: Int64
  package var businessSeconds: Int64?
  package var calendarSeconds: Int64?
  /// When the next rung of its ladder is due; `nil` = none.
  package var escalateAt: Instant?
  /// A rung has changed the conversation: its promise stays.
  package var isPinned = false

  package init(
    id: Int64, conversation: ConversationID, kind: String, target: String, calendar: String, calendarVersion: String,
    targetSeconds: Int64, startedAt: Instant, dueAt: Instant?, warnAt: Instant?
  ) {
    (self.id, self.conversation, self.kind, self.target) = (id, conversation, kind, target)
    (self.calendar, self.calendarVersion, self.targetSeconds) = (calendar, calendarVersion, targetSeconds)
    (self.startedAt, usedSeconds, runningSince, self.dueAt) = (startedAt, 0, startedAt, dueAt)
    (state, self.warnAt, warnPermille) = (.running, warnAt, 800)
  }

  static let columns = """
    id, conversation_id, kind, target, calendar, calendar_version, target_seconds, started_at, used_seconds, running_since, \
    due_at, state, warn_at, warned_at, breached_at, stopped_at, warn_permille, business_seconds, calendar_seconds, \
    escalate_at, pinned
    """

  init(_ row: Row) {
    (id, conversation, kind, target) = (row.int64(0), ConversationID(row.int64(1)), row.text(2), row.text(3))
    (calendar, calendarVersion, targetSeconds) = (row.text(4), row.text(5), row.int64(6))
    (startedAt, usedSeconds, runningSince) = (row.instant(7), row.int64(8), row.optionalInstant(9))
    (dueAt, state) = (row.optionalInstant(10), State(rawValue: row.text(11)) ?? .running)
    (warnAt, warnedAt, breachedAt) = (row.optionalInstant(12), row.optionalInstant(13), row.optionalInstant(14))
    (stoppedAt, warnPermille) = (row.optionalInstant(15), row.int64(16))
    (businessSeconds, calendarSeconds) = (row.optionalInt64(17), row.optionalInt64(18))
    (escalateAt, isPinned) = (row.optionalInstant(19), row.int64(20) != 0)
  }

  var values: [Value] {
    [
      .int(id), .int(conversation.rawValue), .text(kind), .text(target), .text(calendar), .text(calendarVersion),
      .int(targetSeconds), Value(startedAt), .int(usedSeconds), Value(runningSince), Value(dueAt),
      .text(state.rawValue),
      Value(warnAt), Value(warnedAt), Value(breachedAt), Value(stoppedAt), .int(warnPermille), Value(businessSeconds),
      Value(calendarSeconds), Value(escalateAt), .int(isPinned ? 1 : 0),
    ]
  }
}

extension Transaction {
  package func insert(_ clocks: [ClockRecord]) throws {
    let largest = Self.insertClocks.count
    for start in stride(from: 0, to: clocks.count, by: largest) {
      let some = clocks[start..<min(start + largest, clocks.count)]
      _ = try run(Self.insertClocks[some.count - 1], some.flatMap(\.values))
    }
  }

  package func save(_ clock: ClockRecord) throws {
    _ = try run(
      """
      UPDATE clocks SET target = $2, calendar = $3, calendar_version = $4, target_seconds = $5, used_seconds = $6,
        running_since = $7, due_at = $8, state = $9, warn_at = $10, warned_at = $11, breached_at = $12, stopped_at = $13,
        warn_permille = $14, business_seconds = $15, calendar_seconds = $16, started_at = $17, escalate_at = $18,
        kind = $19, pinned = $20 WHERE id = $1
      """,
      [
        .int(clock.id), .text(clock.target), .text(clock.calendar), .text(clock.calendarVersion),
        .int(clock.targetSeconds),
        .int(clock.usedSeconds), Value(clock.runningSince), Value(clock.dueAt), .text(clock.state.rawValue),
        Value(clock.warnAt), Value(clock.warnedAt), Value(clock.breachedAt), Value(clock.stoppedAt),
        .int(clock.warnPermille),
        Value(clock.businessSeconds), Value(clock.calendarSeconds), Value(clock.startedAt), Value(clock.escalateAt),
        .text(clock.kind), .int(clock.isPinned ? 1 : 0),
      ])
  }

  package func clocks(of conversation: ConversationID) throws -> [ClockRecord] {
    try rows(
      "SELECT \(ClockRecord.columns) FROM clocks WHERE conversation_id = $1 ORDER BY id", [.int(conversation.rawValue)]
    )
    .map { ClockRecord($0) }
  }

  /// Running clocks whose due time has passed and whose breach nobody has marked.
  package func clocksOverdue(now: Instant, limit: Int) throws -> [ClockRecord] {
    try rows(
      """
      SELECT \(ClockRecord.columns) FROM clocks WHERE state = 'running' AND breached_at IS NULL AND due_at < $1
      ORDER BY due_at LIMIT $2 \(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { ClockRecord($0) }
  }

  package func clocksToWarn(now: Instant, limit: Int) throws -> [ClockRecord] {
    try rows(
      """
      SELECT \(ClockRecord.columns) FROM clocks WHERE state = 'running' AND warned_at IS NULL AND warn_at <= $1
      ORDER BY warn_at LIMIT $2 \(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { ClockRecord($0) }
  }

  /// Running clocks whose next rung is due.
  package func clocksToEscalate(now: Instant, limit: Int) throws -> [ClockRecord] {
    try rows(
      """
      SELECT \(ClockRecord.columns) FROM clocks WHERE state = 'running' AND escalate_at IS NOT NULL AND escalate_at <= $1
      ORDER BY escalate_at LIMIT $2 \(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { ClockRecord($0) }
  }

  /// Notes that a rung is taken; false when it was before.
  package func takeStep(_ clock: ClockRecord, _ step: String, at: Instant, now: Instant, detail: String) throws -> Bool
  {
    try run(
      """
      INSERT INTO escalations (clock_id, step, conversation_id, at, done_at, detail) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (clock_id, step) DO NOTHING
      """,
      [
        .int(clock.id), .text(step), .int(clock.conversation.rawValue), Value(at), Value(now), .text(detail),
      ]) == 1
  }

  /// The rungs of a clock that were taken.
  package func stepsTaken(_ clock: Int64) throws -> Set<String> {
    Set(try rows("SELECT step FROM escalations WHERE clock_id = $1", [.int(clock)]).map { $0.text(0) })
  }

  /// For one clock, and for the two that most conversations begin with.
  private static let insertClocks = (1...2).map { count in
    let width = ClockRecord.columns.split(separator: ",").count
    let rows = (0..<count).map { row in
      "(" + (1...width).map { "$\(row * width + $0)" }.joined(separator: ", ") + ")"
    }
    return "INSERT INTO clocks (\(ClockRecord.columns)) VALUES \(rows.joined(separator: ", "))"
  }
}
