package import Conversations

/// One row of `chat_presence`.
package struct ChatPresence: Sendable, Hashable {
  package var channel: String
  package var threadKey: String
  /// The newest of the customer's messages that an agent has been shown.
  package var seenMessage: MessageID?
  package var seenAt: Instant?
  package var seenBy: String?
  /// When the page was closed, until it is known whether it opens again.
  package var leavingAt: Instant?

  fileprivate static let columns = "channel, thread_key, seen_message, seen_at, seen_by, leaving_at"

  fileprivate init(_ row: Row) {
    (channel, threadKey, seenMessage) = (row.text(0), row.text(1), row.optionalIdentifier(2))
    (seenAt, seenBy, leavingAt) = (row.optionalInstant(3), row.optionalText(4), row.optionalInstant(5))
  }
}

extension Transaction {
  package func chatPresence(channel: String, threadKey: String) throws -> ChatPresence? {
    try first(
      "SELECT \(ChatPresence.columns) FROM chat_presence WHERE channel = $1 AND thread_key = $2",
      [.text(channel), .text(threadKey)]
    ).map { ChatPresence($0) }
  }

  /// An agent has been shown the customer's messages up to `message`; false when that was known.
  package func noteSeen(channel: String, threadKey: String, message: MessageID, by agent: String, at: Instant) throws
    -> Bool
  {
    try run(
      """
      INSERT INTO chat_presence (channel, thread_key, seen_message, seen_at, seen_by) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (channel, thread_key) DO UPDATE
      SET seen_message = excluded.seen_message, seen_at = excluded.seen_at, seen_by = excluded.seen_by
      WHERE chat_presence.seen_message IS NULL OR chat_presence.seen_message < excluded.seen_message
      """, [.text(channel), .text(threadKey), Value(message), Value(at), .text(agent)]) == 1
  }

  /// The page was closed at `at`; `nil` = somebody is there.
  package func setLeaving(channel: String, threadKey: String, at: Instant?) throws {
    _ = try run(
      """
      INSERT INTO chat_presence (channel, thread_key, leaving_at) VALUES ($1, $2, $3)
      ON CONFLICT (channel, thread_key) DO UPDATE SET leaving_at = excluded.leaving_at
      """, [.text(channel), .text(threadKey), Value(at)])
  }

  /// Pages that were closed at or before `instant` and that nobody has come back to.
  package func chatsLeft(before instant: Instant, limit: Int) throws -> [ChatPresence] {
    try rows(
      """
      SELECT \(ChatPresence.columns) FROM chat_presence WHERE leaving_at IS NOT NULL AND leaving_at <= $1
      ORDER BY leaving_at LIMIT $2 \(dialect.skipLocked)
      """, [Value(instant), .int(Int64(limit))]
    ).map { ChatPresence($0) }
  }

  /// Whether `chatsLeft` would find any, without waiting for anybody.
  package func hasChatsLeft(before instant: Instant) throws -> Bool {
    try first(
      "SELECT 1 FROM chat_presence WHERE leaving_at IS NOT NULL AND leaving_at <= $1 LIMIT 1", [Value(instant)]) != nil
  }

  /// What a customer may see of a thread after `after`, by id; notes and automatic mail are told apart by direction.
  package func threadMessages(channel: String, threadKey: String, after: Int64, limit: Int) throws -> [MessageRecord] {
    try saidInThread(
      "m.direction IN ('in', 'out', 'bot') AND m.id > $3", [.text(channel), .text(threadKey), .int(after)], limit: limit
    )
  }

  /// What we said in a thread up to `message` and the customer has not been known to have read, by id.
  package func unreadInThread(channel: String, threadKey: String, upTo message: Int64) throws -> [MessageRecord] {
    try saidInThread(
      "m.direction IN ('out', 'bot') AND m.id <= $3 AND m.delivery_state IN ('accepted', 'delivered')",
      [.text(channel), .text(threadKey), .int(message)], limit: 200)
  }

  /// Messages of the thread `$1`, `$2` wherever merges have put them, and none that a merge has brought from elsewhere.
  private func saidInThread(_ term: String, _ values: [Value], limit: Int) throws -> [MessageRecord] {
    let columns = MessageRecord.columns.split(separator: ", ").map { "m.\($0)" }.joined(separator: ", ")
    let half = { (place: String) in
      """
      SELECT \(columns) FROM conversations c JOIN messages m ON \(place)
      WHERE c.channel = $1 AND c.thread_key = $2 AND \(term)
      """
    }
    return try rows(
      """
      \(half("m.conversation_id = c.id AND m.origin_id IS NULL")) UNION ALL \(half("m.origin_id = c.id"))
      ORDER BY 1 LIMIT $\(values.count + 1)
      """, values + [Value(limit)]
    ).map { MessageRecord($0) }
  }

  /// Messages of a conversation that were said in another thread: a merge has brought them.
  package func messagesFromElsewhere(in conversation: ConversationID) throws -> Set<MessageID> {
    Set(
      try rows(
        """
        SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
        JOIN conversations o ON o.id = m.origin_id
        WHERE m.conversation_id = $1 AND (o.channel <> c.channel OR o.thread_key <> c.thread_key)
        """, [Value(conversation)]
      ).map { $0.identifier(0) })
  }

  /// Whether a message was said in a thread, wherever a merge has put it.
  package func isSaid(_ message: MessageID, inChannel channel: String, threadKey: String) throws -> Bool {
    try first(
      """
      SELECT 1 FROM messages m JOIN conversations c ON c.id = COALESCE(m.origin_id, m.conversation_id)
      WHERE m.id = $1 AND c.channel = $2 AND c.thread_key = $3
      """, [Value(message), .text(channel), .text(threadKey)]) != nil
  }

  /// The newest of the customer's messages in a conversation.
  package func newestInbound(in conversation: ConversationID) throws -> MessageID? {
    try first(
      "SELECT MAX(id) FROM messages WHERE conversation_id = $1 AND direction = 'in'", [Value(conversation)])?
      .optionalIdentifier(0)
  }
}
