package import Conversations

/// A conversation whose promise is about to be broken, or was.
package struct RiskRow: Sendable {
  package var id: ConversationID
  package var queue: String
  package var homeQueue: String
  package var priority: Priority
  package var assignee: String?
  package var dueAt: Instant
  /// The kind of the clock that falls due.
  package var clock: String?
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
  /// Conversations that are ours to go on with, or a third party's (their clocks run), and due by `until`, the most urgent first.
  package func conversationsAtRisk(until: Instant, limit: Int) throws -> [RiskRow] {
    try rows(
      """
      SELECT c.id, c.queue, c.home_queue, c.priority, c.assignee, c.due_at,
        (SELECT MIN(k.kind) FROM clocks k
         WHERE k.conversation_id = c.id AND k.state = 'running' AND k.due_at = c.due_at)
      FROM conversations c
      WHERE c.status IN ('new', 'open', 'on_hold') AND c.merged_into IS NULL AND c.due_at IS NOT NULL AND c.due_at <= $1
      ORDER BY c.due_at, c.id LIMIT $2
      """, [Value(until), .int(Int64(limit))]
    ).map {
      RiskRow(
        id: ConversationID($0.int64(0)), queue: $0.text(1), homeQueue: $0.text(2), priority: Priority(rank: $0.int(3)),
        assignee: $0.optionalText(4), dueAt: $0.instant(5), clock: $0.optionalText(6))
    }
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

  /// Promises kept since `since`, by kind.
  package func promisesKept(since: Instant) throws -> [StateCount] {
    try rows(
      "SELECT kind, COUNT(*) FROM clocks WHERE stopped_at >= $1 AND state = 'met' GROUP BY kind ORDER BY kind",
      [Value(since)]
    ).map { StateCount(state: $0.text(0), count: $0.int(1)) }
  }

  /// Lines of the event log of one kind since `since`: their data.
  package func eventData(_ kind: String, since: Instant) throws -> [String] {
    try rows(
      "SELECT COALESCE(data_json, '{}') FROM events WHERE at >= $1 AND kind = $2", [Value(since), .text(kind)]
    ).map { $0.text(0) }
  }
}
