package import Conversations

extension Transaction {
  /// Offers that nobody answered in time: they hold nothing any more.
  package func offersOver(now: Instant, limit: Int) throws -> [LeaseRecord] {
    try rows(
      """
      SELECT \(LeaseRecord.columns) FROM leases WHERE offered = 1 AND expires_at <= $1
      ORDER BY expires_at LIMIT $2\(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { LeaseRecord($0) }
  }

  /// `agent` is not offered this conversation again before `until`.
  package func noteDecline(of conversation: ConversationID, by agent: String, until: Instant) throws {
    try run(
      """
      INSERT INTO declines (conversation_id, agent, until_at) VALUES ($1, $2, $3)
      ON CONFLICT (conversation_id, agent) DO UPDATE SET until_at = excluded.until_at
      """, [Value(conversation), .text(agent), Value(until)])
  }

  /// Who is not to be offered what, now.
  package func declines(now: Instant) throws -> [ConversationID: Set<String>] {
    let found = try rows("SELECT conversation_id, agent FROM declines WHERE until_at > $1", [Value(now)])
    return Dictionary(grouping: found) { $0.identifier(0) }.mapValues { Set($0.map { $0.text(1) }) }
  }

  package func dropDeclines(before: Instant, limit: Int) throws -> Int {
    try run(
      """
      DELETE FROM declines WHERE (conversation_id, agent) IN
        (SELECT conversation_id, agent FROM declines WHERE until_at <= $1 LIMIT $2)
      """, [Value(before), .int(Int64(limit))])
  }
}
