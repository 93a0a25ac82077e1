package import Conversations

extension Transaction {
  /// The parts that a message was cut into, each under the provider's id of it. A part that is known keeps its state.
  package func insertParts(_ ids: [String], channel: String, of message: MessageID) throws {
    for id in ids {
      _ = try run(
        """
        INSERT INTO message_parts (channel, external_id, message_id, state) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel, external_id) DO NOTHING
        """,
        [.text(channel), .text(id), .int(message.rawValue), .text(DeliveryState.accepted.rawValue)])
    }
  }

  /// How far each part of a message has come, by the provider's id; empty for a message that left in one piece.
  package func parts(of message: MessageID) throws -> [String: DeliveryState] {
    let found = try rows(
      "SELECT external_id, state FROM message_parts WHERE message_id = $1", [.int(message.rawValue)])
    return Dictionary(found.map { ($0.text(0), DeliveryState(rawValue: $0.text(1)) ?? .accepted) }) { first, _ in first
    }
  }

  package func setPart(_ externalID: String, channel: String, to state: DeliveryState) throws {
    _ = try run(
      "UPDATE message_parts SET state = $3 WHERE channel = $1 AND external_id = $2",
      [.text(channel), .text(externalID), .text(state.rawValue)])
  }

  /// The message that a provider knows a part of as `externalID`.
  package func message(ofPart externalID: String, channel: String) throws -> MessageRecord? {
    try first(
      """
      SELECT \(MessageRecord.columns) FROM messages
      WHERE id = (SELECT message_id FROM message_parts WHERE channel = $1 AND external_id = $2)
      """, [.text(channel), .text(externalID)]
    ).map { MessageRecord($0) }
  }
}

extension Transaction {
  /// Whether a provider's id is that of a message here: filed, sent by us, or a part or another name of one that was.
  package func isKnown(channel: String, externalID: String) throws -> Bool {
    try first(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM messages WHERE channel = $1 AND external_id = $2)
        OR EXISTS (SELECT 1 FROM outbox WHERE channel = $1 AND provider_id = $2)
        OR EXISTS (SELECT 1 FROM message_parts WHERE channel = $1 AND external_id = $2)
        OR EXISTS (SELECT 1 FROM message_aliases WHERE channel = $1 AND external_id = $2)
      """, [.text(channel), .text(externalID)]) != nil
  }

  /// What is on its way to a thread: handed to the provider at least once, and its answer has not been stored.
  package func messagesUnderway(channel: String, threadKey: String) throws -> [MessageRecord] {
    let columns = MessageRecord.columns.split(separator: ", ").map { "m.\($0)" }.joined(separator: ", ")
    return try rows(
      """
      SELECT \(columns) FROM conversations c JOIN outbox o ON o.conversation_id = c.id JOIN messages m ON m.id = o.message_id
      WHERE c.channel = $1 AND c.thread_key = $2 AND o.channel = $1 AND o.state IN ('queued', 'sending') AND o.attempts > 0
      ORDER BY o.id
      """, [.text(channel), .text(threadKey)]
    ).map { MessageRecord($0) }
  }

  /// Messages that were filed as written elsewhere under one of these ids.
  package func echoes(_ ids: [String], channel: String) throws -> [MessageRecord] {
    guard !ids.isEmpty else { return [] }
    let places = ids.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
    return try rows(
      """
      SELECT \(MessageRecord.columns) FROM messages
      WHERE channel = $1 AND external_id IN (\(places)) AND direction = 'out' AND delivery_state IS NULL
      """, [.text(channel)] + ids.map { .text($0) }
    ).map { MessageRecord($0) }
  }

  /// Takes a message out with its attachments; the log keeps that it was there.
  package func remove(_ message: MessageID) throws {
    _ = try run("DELETE FROM attachments WHERE message_id = $1", [.int(message.rawValue)])
    _ = try run("DELETE FROM messages WHERE id = $1", [.int(message.rawValue)])
  }

  /// How many messages a provider has taken from us in a conversation since `instant`, each part by itself, apart from
  /// those of `entry`; what was written with the provider's own tool included.
  package func sentCount(
    in conversation: ConversationID, channel: String, since instant: Instant, besides entry: OutboxID
  )
    throws -> Int
  {
    let place: [Value] = [.int(conversation.rawValue), .text(channel), Value(instant)]
    let sent = try rows(
      """
      SELECT payload_json FROM outbox
      WHERE conversation_id = $1 AND channel = $2 AND state = 'accepted' AND finished_at >= $3 AND id <> $4
      """, place + [.int(entry.rawValue)])
    let elsewhere = try first(
      """
      SELECT COUNT(*) FROM messages WHERE conversation_id = $1 AND channel = $2 AND direction = 'out'
        AND delivery_state IS NULL AND effective_at >= $3
      """, place)?
      .int(0)
    let parts = sent.map { row in
      row.optionalText(0).flatMap { try? JSON(parsing: $0) }?["parts_sent"]?.int ?? 1
    }
    return parts.reduce(elsewhere ?? 0, +)
  }
}
