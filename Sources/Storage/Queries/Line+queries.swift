package import Conversations

/// The first of a pool, as it waits.
package struct PoolHead: Sendable, Hashable {
  package var pool: Pool
  package var conversation: ConversationID
  package var turn: Turn
  package var queue: String
  /// The only agent who may be given it so far.
  package var keptFor: String?

  package init(pool: Pool, conversation: ConversationID, turn: Turn, queue: String, keptFor: String? = nil) {
    (self.pool, self.conversation, self.turn, self.queue) = (pool, conversation, turn, queue)
    self.keptFor = keptFor
  }
}

/// Where a conversation stands among all that wait.
package struct LinePlace: Sendable, Hashable {
  var pool: String
  var turn: Int64
  var id: Int64

  fileprivate var values: [Value] { [.text(pool), .int(turn), .int(id)] }
}

extension Transaction {
  /// The first of every pool that anything waits in: nothing held or offered, nothing snoozed. With `agent` nothing that is
  /// kept for somebody else; with `queue` only what lies there.
  ///
  /// From one pool to the next it goes by the index: the cost grows with the pools, not with what waits in them. Where a
  /// join would do, single look-ups stand: an engine that takes the table for small would join by reading all of it.
  package func poolHeads(for agent: String?, queue: String?, now: Instant) throws -> [PoolHead] {
    try rows(
      """
      WITH RECURSIVE pools (pool) AS (
        SELECT * FROM (
          SELECT c.pool FROM conversations c WHERE c.status IN ('new', 'open') ORDER BY c.pool LIMIT 1) AS one
        UNION ALL
        SELECT (SELECT c.pool FROM conversations c WHERE c.status IN ('new', 'open') AND c.pool > p.pool
          ORDER BY c.pool LIMIT 1)
        FROM pools p WHERE p.pool IS NOT NULL
      ), heads (pool, id) AS MATERIALIZED (
        SELECT p.pool, (
          SELECT h.id FROM conversations h WHERE h.pool = p.pool AND \(Self.waits) ORDER BY h.turn, h.id LIMIT 1)
        FROM pools p WHERE p.pool IS NOT NULL
      )
      SELECT s.pool, s.id, (SELECT c.turn FROM conversations c WHERE c.id = s.id),
        (SELECT c.queue FROM conversations c WHERE c.id = s.id),
        (SELECT CASE WHEN c.kept_until > $1 THEN c.kept_for END FROM conversations c WHERE c.id = s.id)
      FROM heads s WHERE s.id IS NOT NULL
      """, [Value(now), Value(agent), Value(queue)]
    ).compactMap(Self.head)
  }

  /// Who comes in the pool of `head` behind it.
  package func poolHead(after head: PoolHead, for agent: String?, queue: String?, now: Instant) throws -> PoolHead? {
    try first(
      """
      SELECT h.pool, h.id, h.turn, h.queue, CASE WHEN h.kept_until > $1 THEN h.kept_for END FROM conversations h
      WHERE h.pool = $4 AND \(Self.waits) AND (h.turn, h.id) > ($5, $6) ORDER BY h.turn, h.id LIMIT 1
      """,
      [
        Value(now), Value(agent), Value(queue), .text(head.pool.text), .int(head.turn.key), Value(head.conversation),
      ]
    ).flatMap(Self.head)
  }

  /// A conversation that waits, locked; `nil` when it waits no more or, on PostgreSQL, somebody else is just taking it.
  package func claimWaiting(_ id: ConversationID, now: Instant) throws -> ConversationRecord? {
    try first(
      """
      SELECT \(ConversationRecord.columnsOfH) FROM conversations h
      WHERE h.id = $2 AND h.status IN ('new', 'open') AND h.ready_at <= $1 AND h.merged_into IS NULL
        AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.conversation_id = h.id AND l.expires_at > $1)\(dialect.skipLocked)
      """, [Value(now), Value(id)]
    ).map { ConversationRecord($0) }
  }

  /// `$1` now, `$2` an agent or NULL, `$3` a queue or NULL.
  private static let waits = """
    h.status IN ('new', 'open') AND h.ready_at <= $1 AND h.merged_into IS NULL
        AND (CAST($3 AS TEXT) IS NULL OR h.queue = $3)
        AND (h.kept_until IS NULL OR h.kept_until <= $1 OR h.kept_for = COALESCE(CAST($2 AS TEXT), h.kept_for))
        AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.conversation_id = h.id AND l.expires_at > $1)
    """

  private static func head(_ row: Row) -> PoolHead? {
    Pool(row.text(0)).map {
      PoolHead(
        pool: $0, conversation: row.identifier(1), turn: Turn(key: row.int64(2)), queue: row.text(3),
        keptFor: row.optionalText(4))
    }
  }

  /// What waits for one agent alone, or is theirs by assignment, whatever its place.
  package func waitingFor(_ agent: String) throws -> [ConversationRecord] {
    try rows(
      """
      SELECT \(ConversationRecord.columns) FROM conversations WHERE pool = $1 AND status IN ('new', 'open')
      ORDER BY turn, id\(dialect.forUpdate)
      """, [.text(Pool.own(agent: agent).text)]
    ).map { ConversationRecord($0) }
  }

  /// What waits for everybody in `queue`, with no stops of its own, moves on at `moment` at the latest. Goes by the index,
  /// `limit` conversations behind `place` at a time; returns the place of the last, `nil` when there are no more.
  package func moveOnBy(_ moment: Instant, queue: String, after place: LinePlace?, limit: Int) throws -> LinePlace? {
    let start = place ?? LinePlace(pool: "\(queue) ", turn: .min, id: 0)
    // The byte after the space that ends a queue's name in its pools.
    let end = LinePlace(pool: "\(queue)!", turn: .min, id: 0)
    let last = try first(
      """
      SELECT pool, turn, id FROM conversations WHERE status IN ('new', 'open') AND (pool, turn, id) > ($1, $2, $3)
        AND pool < $4
      ORDER BY pool, turn, id LIMIT 1 OFFSET $5
      """, start.values + [.text(end.pool), .int(Int64(limit - 1))]
    ).map { LinePlace(pool: $0.text(0), turn: $0.int64(1), id: $0.int64(2)) }
    _ = try run(
      """
      UPDATE conversations SET moves_at = $1 WHERE status IN ('new', 'open') AND (pool, turn, id) > ($2, $3, $4)
        AND (pool, turn, id) <= ($5, $6, $7) AND ways IS NULL AND (moves_at IS NULL OR moves_at > $1)
      """, [Value(moment)] + start.values + (last ?? end).values)
    return last
  }

  /// Conversations whose time in their queue is over, held ones left out.
  package func conversationsToMove(now: Instant, limit: Int) throws -> [ConversationRecord] {
    try rows(
      """
      SELECT \(ConversationRecord.columnsOfH) FROM conversations h
      WHERE h.moves_at IS NOT NULL AND h.status IN ('new', 'open') AND h.moves_at <= $1 AND h.ready_at <= $1
        AND h.merged_into IS NULL
        AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.conversation_id = h.id AND l.expires_at > $1)
      ORDER BY h.moves_at LIMIT $2\(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { ConversationRecord($0) }
  }
}
