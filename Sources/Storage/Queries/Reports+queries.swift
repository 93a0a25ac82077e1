package import Conversations

/// One report of one period that was made.
package struct ReportRunRow: Sendable {
  package var report: String
  package var period: String
  package var from: Instant
  package var to: Instant
  package var madeAt: Instant
  /// Where it went.
  package var detail: String
  /// The newest line of the event log it knew; `nil` = it was made before that was kept.
  package var knownID: Int64?
  /// `{format: SHA-256}`.
  package var hashesJSON: String
  /// `{"metric_version","time_zone_data","plan"}`.
  package var provenanceJSON: String

  package init(
    report: String, period: String, from: Instant, to: Instant, madeAt: Instant, detail: String, knownID: Int64?,
    hashesJSON: String, provenanceJSON: String
  ) {
    (self.report, self.period, self.from, self.to) = (report, period, from, to)
    (self.madeAt, self.detail, self.knownID) = (madeAt, detail, knownID)
    (self.hashesJSON, self.provenanceJSON) = (hashesJSON, provenanceJSON)
  }

  init(_ row: Row) {
    (report, period, from, to) = (row.text(0), row.text(1), row.instant(2), row.instant(3))
    (madeAt, detail, knownID) = (row.instant(4), row.optionalText(5) ?? "", row.optionalInt64(6))
    (hashesJSON, provenanceJSON) = (row.optionalText(7) ?? "{}", row.optionalText(8) ?? "{}")
  }
}

extension Transaction {
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

  /// False when the claim ran out and another process has made it: then nothing of this run must go out.
  package func finishReport(_ run: ReportRunRow) throws -> Bool {
    try self.run(
      """
      UPDATE report_runs SET state = 'made', made_at = $3, detail = $4, known_id = $5, hashes_json = $6,
        provenance_json = $7, claimed_until = NULL WHERE report = $1 AND period = $2 AND state = 'claimed'
      """,
      [
        .text(run.report), .text(run.period), Value(run.madeAt), .text(run.detail), Value(run.knownID),
        .text(run.hashesJSON), .text(run.provenanceJSON),
      ]) == 1
  }

  /// Runs that were made, newest period first.
  package func reportRuns(_ report: String?, limit: Int) throws -> [ReportRunRow] {
    let condition = report == nil ? "" : "AND report = $2 "
    return try rows(
      """
      SELECT report, period, from_at, to_at, made_at, detail, known_id, hashes_json, provenance_json FROM report_runs
      WHERE state = 'made' \(condition)ORDER BY to_at DESC, report LIMIT $1
      """, [.int(Int64(limit))] + (report.map { [.text($0)] } ?? [])
    ).map { ReportRunRow($0) }
  }

  package func reportRun(_ report: String, period: String) throws -> ReportRunRow? {
    try first(
      """
      SELECT report, period, from_at, to_at, made_at, detail, known_id, hashes_json, provenance_json FROM report_runs
      WHERE state = 'made' AND report = $1 AND period = $2
      """, [.text(report), .text(period)]
    ).map { ReportRunRow($0) }
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
    try first("SELECT MIN(at) FROM events")?.optionalInstant(0)
  }
}
