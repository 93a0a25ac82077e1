package import Conversations

/// One row of `errands`: something to be done after the commit that a delivery waited for, until it is done or given up.
/// Those that are done are removed.
package struct ErrandRecord: Sendable {
  package enum State: String, Sendable { case waiting, working, failed }

  package var id: Int64
  package var channel: String
  /// Two errands of one key on one channel are one.
  package var key: String
  /// `media`, or an adapter's name for a follow-up.
  package var kind: String
  /// The attachment, for `media`.
  package var subject: Int64?
  package var dataJSON: String
  package var state: State
  /// The same was asked for again meanwhile.
  package var again: Bool
  package var createdAt: Instant
  package var notBefore: Instant
  package var leaseUntil: Instant?
  package var attempts: Int64
  package var detail: String?

  package init(
    id: Int64, channel: String, key: String, kind: String, subject: Int64? = nil, dataJSON: String = "{}", at: Instant
  ) {
    (self.id, self.channel, self.key, self.kind, self.subject) = (id, channel, key, kind, subject)
    (self.dataJSON, state, again, createdAt, notBefore, attempts) = (dataJSON, .waiting, false, at, at, 0)
  }

  static let columns = """
    id, channel, key, kind, subject_id, data_json, state, again, created_at, not_before, lease_until, attempts, detail
    """

  init(_ row: Row) {
    (id, channel, key, kind) = (row.int64(0), row.text(1), row.text(2), row.text(3))
    (subject, dataJSON, state) = (row.optionalInt64(4), row.text(5), State(rawValue: row.text(6)) ?? .waiting)
    (again, createdAt, notBefore) = (row.int64(7) != 0, row.instant(8), row.instant(9))
    (leaseUntil, attempts, detail) = (row.optionalInstant(10), row.int64(11), row.optionalText(12))
  }
}

extension Transaction {
  /// Adds an errand. One of the same key that still waits is brought up to date; one under way is done once more when it
  /// has ended; one that was given up gets a new chance.
  package func insert(_ errand: ErrandRecord) throws {
    _ = try run(
      """
      INSERT INTO errands (id, channel, key, kind, subject_id, data_json, state, created_at, not_before)
      VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)
      ON CONFLICT (channel, key) DO UPDATE SET
        again = 1, data_json = excluded.data_json,
        attempts = CASE WHEN errands.state = 'failed' THEN 0 ELSE errands.attempts END,
        created_at = CASE WHEN errands.state = 'failed' THEN excluded.created_at ELSE errands.created_at END,
        not_before = CASE WHEN errands.state = 'failed' THEN excluded.not_before ELSE errands.not_before END,
        state = CASE WHEN errands.state = 'failed' THEN 'waiting' ELSE errands.state END
      """,
      [
        .int(errand.id), .text(errand.channel), .text(errand.key), .text(errand.kind), Value(errand.subject),
        .text(errand.dataJSON), Value(errand.createdAt), Value(errand.notBefore),
      ])
  }

  /// Takes up to `limit` errands that are due, those included whose worker died.
  package func claimErrands(now: Instant, leaseUntil: Instant, limit: Int) throws -> [ErrandRecord] {
    let due = try rows(
      """
      SELECT \(ErrandRecord.columns) FROM errands
      WHERE state IN ('waiting', 'working') AND not_before <= $1 AND (lease_until IS NULL OR lease_until <= $1)
      ORDER BY not_before, id LIMIT $2 \(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { ErrandRecord($0) }
    return try due.map { errand in
      var claimed = errand
      (claimed.state, claimed.leaseUntil, claimed.attempts) = (.working, leaseUntil, errand.attempts + 1)
      claimed.again = false
      try save(claimed)
      return claimed
    }
  }

  package func save(_ errand: ErrandRecord) throws {
    _ = try run(
      """
      UPDATE errands SET state = $2, again = $3, not_before = $4, lease_until = $5, attempts = $6, detail = $7 WHERE id = $1
      """,
      [
        .int(errand.id), .text(errand.state.rawValue), .int(errand.again ? 1 : 0), Value(errand.notBefore),
        Value(errand.leaseUntil), .int(errand.attempts), Value(errand.detail),
      ])
  }

  package func errand(_ id: Int64) throws -> ErrandRecord? {
    try first("SELECT \(ErrandRecord.columns) FROM errands WHERE id = $1", [.int(id)]).map { ErrandRecord($0) }
  }

  package func errands(limit: Int) throws -> [ErrandRecord] {
    try rows("SELECT \(ErrandRecord.columns) FROM errands ORDER BY id LIMIT $1", [.int(Int64(limit))]).map {
      ErrandRecord($0)
    }
  }

  package func removeErrand(_ id: Int64) throws { _ = try run("DELETE FROM errands WHERE id = $1", [.int(id)]) }

  /// When the next errand falls due; `nil` when none waits.
  package func nextErrandTime() throws -> Instant? {
    try first(
      """
      SELECT MIN(CASE WHEN lease_until IS NOT NULL AND lease_until > not_before THEN lease_until ELSE not_before END)
      FROM errands WHERE state IN ('waiting', 'working')
      """)?.optionalInstant(0)
  }
}

extension Transaction {
  /// What has become of an attachment's content: `fetching`, `stored` with its hash, or `failed` with the reason.
  package func setAttachment(
    _ id: Int64, state: String, sha256: String?, size: Int64?, contentType: String?, detail: String?
  ) throws {
    _ = try run(
      """
      UPDATE attachments SET state = $2, sha256 = COALESCE($3, sha256), size = COALESCE($4, size),
        content_type = COALESCE($5, content_type), detail = $6 WHERE id = $1
      """, [.int(id), .text(state), Value(sha256), Value(size), Value(contentType), Value(detail)])
  }
}
