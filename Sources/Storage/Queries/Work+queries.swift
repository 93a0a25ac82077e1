package import Conversations

package struct LeaseRecord: Sendable {
  package var conversation: ConversationID
  package var agent: String
  package var expiresAt: Instant
  /// Offered, and not accepted yet.
  package var isOffer: Bool

  static let columns = "conversation_id, agent, expires_at, offered"

  init(_ row: Row) {
    (conversation, agent) = (row.identifier(0), row.text(1))
    (expiresAt, isOffer) = (row.instant(2), row.bool(3))
  }
}

package struct DecisionRecord: Sendable {
  package var id: Int64
  package var conversation: ConversationID
  package var message: MessageID?
  package var at: Instant
  /// `route`, `kept`, `next`, `offer`, `overflow`, `transfer`, `category`, `priority`, `merge`, `unmerge`, `split`.
  package var kind: String
  /// Version of the configuration it was made with.
  package var configuration: String
  package var inputsHash: String
  package var category: String
  package var priority: Priority
  package var queue: String
  package var traceJSON: String
  /// What it was made from: of routing, beside the words of its message, `DecisionInputs`; of giving out, `Matching`; of
  /// moving on, `Ways`; `nil` for a person's decision.
  package var inputsJSON: String?

  package init(
    id: Int64, conversation: ConversationID, message: MessageID?, at: Instant, kind: String, configuration: String,
    inputsHash: String, category: String, priority: Priority, queue: String, traceJSON: String,
    inputsJSON: String? = nil
  ) {
    (self.id, self.conversation, self.message, self.at) = (id, conversation, message, at)
    (self.kind, self.configuration, self.inputsHash) = (kind, configuration, inputsHash)
    (self.category, self.priority, self.queue, self.traceJSON) = (category, priority, queue, traceJSON)
    self.inputsJSON = inputsJSON
  }
}

extension Transaction {
  package func lease(of conversation: ConversationID, now: Instant) throws -> LeaseRecord? {
    try first(
      "SELECT \(LeaseRecord.columns) FROM leases WHERE conversation_id = $1 AND expires_at > $2",
      [.int(conversation.rawValue), Value(now)]
    ).map { LeaseRecord($0) }
  }

  /// Takes or renews the lease, or offers it; false when another agent holds a live one.
  package func takeLease(
    _ conversation: ConversationID, agent: String, now: Instant, until: Instant, isOffer: Bool = false
  ) throws -> Bool {
    try run(
      """
      INSERT INTO leases (conversation_id, agent, taken_at, expires_at, offered) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (conversation_id) DO UPDATE SET agent = excluded.agent, taken_at = excluded.taken_at,
        expires_at = excluded.expires_at, offered = excluded.offered
      WHERE leases.agent = excluded.agent OR leases.expires_at <= excluded.taken_at
      """, [.int(conversation.rawValue), .text(agent), Value(now), Value(until), Value(isOffer)]) == 1
  }

  package func dropLease(_ conversation: ConversationID) throws {
    _ = try run("DELETE FROM leases WHERE conversation_id = $1", [.int(conversation.rawValue)])
  }

  package func insert(_ decision: DecisionRecord) throws {
    _ = try run(
      """
      INSERT INTO decisions (id, conversation_id, message_id, at, kind, configuration, inputs_hash, category, priority, queue,
        trace_json, inputs_json)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """,
      [
        .int(decision.id), .int(decision.conversation.rawValue), Value(decision.message?.rawValue), Value(decision.at),
        .text(decision.kind), .text(decision.configuration), .text(decision.inputsHash), .text(decision.category),
        .int(Int64(decision.priority.rank)), .text(decision.queue), .text(decision.traceJSON),
        Value(decision.inputsJSON),
      ])
  }

  package func decisions(of conversation: ConversationID) throws -> [DecisionRecord] {
    try rows(
      """
      SELECT id, conversation_id, message_id, at, kind, configuration, inputs_hash, category, priority, queue, trace_json,
        inputs_json
      FROM decisions WHERE conversation_id = $1 ORDER BY id
      """, [.int(conversation.rawValue)]
    ).map { row in
      DecisionRecord(
        id: row.int64(0), conversation: ConversationID(row.int64(1)),
        message: row.optionalInt64(2).map { MessageID($0) },
        at: row.instant(3), kind: row.text(4), configuration: row.text(5), inputsHash: row.text(6),
        category: row.text(7),
        priority: Priority(rank: row.int(8)), queue: row.text(9), traceJSON: row.text(10),
        inputsJSON: row.optionalText(11))
    }
  }

  /// One line of the event log that reports are made from.
  package func log(
    id: Int64, _ conversation: ConversationID, _ kind: String, at: Instant, actor: String?, queue: String?,
    data: JSON? = nil
  )
    throws
  {
    _ = try run(
      "INSERT INTO events (id, conversation_id, at, kind, actor, queue, data_json) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [
        .int(id), .int(conversation.rawValue), Value(at), .text(kind), Value(actor), Value(queue),
        Value(data?.description),
      ])
  }
}
