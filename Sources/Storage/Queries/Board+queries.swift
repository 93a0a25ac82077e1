package import Conversations

/// A promise that is about to be broken, or was, in a conversation that is ours to go on with.
package struct RiskRow: Sendable {
  package var id: ConversationID
  package var queue: String
  package var priority: Priority
  package var assignee: String?
  package var dueAt: Instant
  /// The kind of the clock.
  package var clock: String
}

/// Promises of one kind that were decided: broken ones count when they break, though they may run on.
package struct PromiseCount: Sendable {
  package var kind: String
  package var met: Int
  package var breached: Int
}

/// What an agent has in hand.
package struct HoldingRow: Sendable {
  package var agent: String
  package var count: Int
  package var since: Instant
}

/// What waits to leave through one connection.
package struct ChannelLoadRow: Sendable {
  package var channel: String
  package var queued: Int
  package var oldest: Instant?
  /// Given up since the start of the day.
  package var dead: Int
  package var parked: Int
}

extension Transaction {
  /// Promises that are not broken yet and due by `until`, the most urgent first; in `queues`, `nil` = in all.
  package func promisesAtRisk(now: Instant, until: Instant, queues: [String]?, limit: Int) throws -> [RiskRow] {
    var values = [Value(now), Value(until), .int(Int64(limit))]
    let isOurs = Self.isOurs(queues, &values)
    return try rows(
      """
      SELECT c.id, c.queue, c.priority, c.assignee, k.due_at, k.kind
      FROM clocks k JOIN conversations c ON c.id = k.conversation_id
      WHERE k.state = 'running' AND k.breached_at IS NULL AND k.due_at >= $1 AND k.due_at <= $2
        AND \(isOurs)
      ORDER BY k.due_at, c.id LIMIT $3
      """, values
    ).map { RiskRow($0) }
  }

  /// How many promises are broken and not made good yet, and the `limit` that broke last.
  package func promisesOverdue(now: Instant, queues: [String]?, limit: Int) throws -> (count: Int, newest: [RiskRow]) {
    var values = [Value(now), .int(Int64(limit))]
    let isOurs = Self.isOurs(queues, &values)
    let found = try rows(
      """
      SELECT c.id, c.queue, c.priority, c.assignee, k.due_at, k.kind, COUNT(*) OVER ()
      FROM (
        SELECT conversation_id, kind, breached_at AS due_at FROM clocks
          WHERE state = 'running' AND breached_at IS NOT NULL
        UNION ALL SELECT conversation_id, kind, due_at FROM clocks
          WHERE state = 'running' AND breached_at IS NULL AND due_at < $1
      ) AS k JOIN conversations c ON c.id = k.conversation_id
      WHERE \(isOurs)
      ORDER BY k.due_at DESC, c.id DESC LIMIT $2
      """, values)
    return (found.first?.int(6) ?? 0, found.map { RiskRow($0) })
  }

  /// To go on with by us, or by a third party (its clocks run), and in one of `queues`.
  private static func isOurs(_ queues: [String]?, _ values: inout [Value]) -> String {
    let term = "c.status IN ('new', 'open', 'on_hold') AND c.merged_into IS NULL"
    guard let queues else { return term }
    let places = queues.indices.map { "$\(values.count + 1 + $0)" }.joined(separator: ", ")
    values += queues.map { .text($0) }
    return queues.isEmpty ? "1 = 0" : term + " AND (c.queue IN (\(places)) OR c.home_queue IN (\(places)))"
  }

  package func holdings(now: Instant) throws -> [HoldingRow] {
    try rows(
      "SELECT agent, COUNT(*), MIN(taken_at) FROM leases WHERE expires_at > $1 GROUP BY agent ORDER BY agent",
      [Value(now)]
    ).map { HoldingRow(agent: $0.text(0), count: $0.int(1), since: $0.instant(2)) }
  }

  /// One row per connection that has something waiting, given up since `since`, or parked.
  package func channelLoads(since: Instant) throws -> [ChannelLoadRow] {
    try rows(
      """
      SELECT channel, SUM(queued), MIN(oldest), SUM(dead), SUM(parked) FROM (
        SELECT channel, 1 AS queued, created_at AS oldest, 0 AS dead, 0 AS parked FROM outbox
          WHERE state IN ('queued', 'sending')
        UNION ALL SELECT channel, 0, NULL, 1, 0 FROM outbox WHERE state = 'dead' AND finished_at >= $1
        UNION ALL SELECT channel, 0, NULL, 0, 1 FROM parked WHERE replayed_at IS NULL
      ) AS loads GROUP BY channel ORDER BY channel
      """, [Value(since)]
    ).map {
      ChannelLoadRow(
        channel: $0.text(0), queued: $0.int(1), oldest: $0.optionalInstant(2), dead: $0.int(3), parked: $0.int(4))
    }
  }

  /// Promises kept or broken since `since`, by kind, as reports count them: what was merged away counts for nothing.
  package func promisesDecided(since: Instant) throws -> [PromiseCount] {
    try rows(
      """
      SELECT d.kind, SUM(d.met), SUM(d.breached) FROM (
        SELECT conversation_id, kind, 1 AS met, 0 AS breached FROM clocks WHERE stopped_at >= $1 AND state = 'met'
        UNION ALL SELECT conversation_id, kind, 0, 1 FROM clocks WHERE breached_at >= $1 AND state <> 'cancelled'
      ) AS d JOIN conversations c ON c.id = d.conversation_id
      WHERE c.merged_into IS NULL GROUP BY d.kind ORDER BY d.kind
      """, [Value(since)]
    ).map { PromiseCount(kind: $0.text(0), met: $0.int(1), breached: $0.int(2)) }
  }
}

extension RiskRow {
  fileprivate init(_ row: Row) {
    self.init(
      id: ConversationID(row.int64(0)), queue: row.text(1), priority: Priority(rank: row.int(2)),
      assignee: row.optionalText(3), dueAt: row.instant(4), clock: row.text(5))
  }
}
