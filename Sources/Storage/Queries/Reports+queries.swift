package import Conversations

/// One conversation that began in a period.
package struct ArrivalRow: Sendable {
  package var at: Instant
  package var queue: String
  package var category: String
  package var channel: String
  package var language: String
}

/// One clock decided in a period: stopped in it, or broken in it while it runs on.
package struct DecidedClockRow: Sendable {
  package var kind: String
  package var isMet: Bool
  /// `nil` while a broken clock still runs.
  package var businessSeconds: Int64?
  package var calendarSeconds: Int64?
  package var queue: String
  package var category: String
  package var channel: String
}

extension Transaction {
  /// Conversations that began in [from, to), merged-away ones left out, oldest first.
  package func arrivals(from: Instant, to: Instant) throws -> [ArrivalRow] {
    try rows(
      """
      SELECT started_at, home_queue, category, channel, language FROM conversations
      WHERE started_at >= $1 AND started_at < $2 AND merged_into IS NULL ORDER BY started_at, id
      """, [Value(from), Value(to)]
    ).map {
      ArrivalRow(at: $0.instant(0), queue: $0.text(1), category: $0.text(2), channel: $0.text(3), language: $0.text(4))
    }
  }

  /// Clocks decided in [from, to): kept ones by their stop, broken ones by the moment they broke (METRICS §4).
  package func decidedClocks(from: Instant, to: Instant) throws -> [DecidedClockRow] {
    try rows(
      """
      SELECT k.kind, k.breached_at, k.business_seconds, k.calendar_seconds, c.home_queue, c.category, c.channel
      FROM clocks k JOIN conversations c ON c.id = k.conversation_id
      WHERE k.state <> 'cancelled' AND c.merged_into IS NULL AND (
        (k.breached_at IS NULL AND k.stopped_at >= $1 AND k.stopped_at < $2) OR (k.breached_at >= $1 AND k.breached_at < $2))
      ORDER BY k.id
      """, [Value(from), Value(to)]
    ).map {
      DecidedClockRow(
        kind: $0.text(0), isMet: $0.optionalInt64(1) == nil, businessSeconds: $0.optionalInt64(2),
        calendarSeconds: $0.optionalInt64(3),
        queue: $0.text(4), category: $0.text(5), channel: $0.text(6))
    }
  }

  /// Waiting conversations at `at` by queue: begun before and not resolved until then.
  package func backlog(at: Instant) throws -> [(queue: String, startedAt: Instant)] {
    try rows(
      """
      SELECT home_queue, started_at FROM conversations
      WHERE started_at < $1 AND merged_into IS NULL AND (resolved_at IS NULL OR resolved_at >= $1) ORDER BY started_at, id
      """, [Value(at)]
    ).map { (queue: $0.text(0), startedAt: $0.instant(1)) }
  }

  /// How many events of `kind` happened in [from, to).
  package func eventCount(_ kind: String, from: Instant, to: Instant) throws -> Int {
    try first(
      "SELECT COUNT(*) FROM events WHERE at >= $1 AND at < $2 AND kind = $3", [Value(from), Value(to), .text(kind)])?
      .int(0) ?? 0
  }

  /// Claims the run of one report for one period; false when another process has it, or it is made.
  package func claimReport(_ report: String, period: String, from: Instant, to: Instant, now: Instant, until: Instant)
    throws -> Bool
  {
    try run(
      """
      INSERT INTO report_runs (report, period, from_at, to_at, state, claimed_until) VALUES ($1, $2, $3, $4, 'claimed', $6)
      ON CONFLICT (report, period) DO UPDATE SET claimed_until = excluded.claimed_until
      WHERE report_runs.state = 'claimed' AND report_runs.claimed_until <= $5
      """, [.text(report), .text(period), Value(from), Value(to), Value(now), Value(until)]) == 1
  }

  package func finishReport(_ report: String, period: String, at: Instant, detail: String) throws {
    _ = try run(
      "UPDATE report_runs SET state = 'made', made_at = $3, detail = $4, claimed_until = NULL WHERE report = $1 AND period = $2",
      [.text(report), .text(period), Value(at), .text(detail)])
  }

  /// The end of the last period that was made, and whether the report was ever made.
  package func lastReport(_ report: String) throws -> (period: String, to: Instant)? {
    try first(
      "SELECT period, to_at FROM report_runs WHERE report = $1 AND state = 'made' ORDER BY to_at DESC LIMIT 1",
      [.text(report)]
    )
    .map { (period: $0.text(0), to: $0.instant(1)) }
  }

  /// When the first conversation began: nothing before it is worth a report.
  package func firstConversationStart() throws -> Instant? {
    try first("SELECT MIN(started_at) FROM conversations")?.optionalInstant(0)
  }
}

extension Transaction {
  /// Conversations whose present resolution lies in [from, to).
  package func resolvedCount(from: Instant, to: Instant) throws -> Int {
    try first(
      "SELECT COUNT(*) FROM conversations WHERE resolved_at >= $1 AND resolved_at < $2 AND merged_into IS NULL",
      [Value(from), Value(to)])?
      .int(0) ?? 0
  }
}
