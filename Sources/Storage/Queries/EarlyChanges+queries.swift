package import Conversations

/// One row of `early_changes`: an edit, a deletion or a reaction whose message has not come yet.
package struct EarlyChange: Sendable {
  package var id: Int64
  /// `edit`, `delete`, `reaction`.
  package var kind: String
  /// The provider's time where there is one.
  package var at: Instant
  package var text: String?
  package var replyText: String?

  package init(id: Int64, kind: String, at: Instant, text: String?, replyText: String?) {
    (self.id, self.kind, self.at, self.text, self.replyText) = (id, kind, at, text, replyText)
  }
}

extension Transaction {
  /// Marks a message that is still to come, so that `reserve` says `.awaited` when it does: no other message has to ask.
  /// False when the message has been filed.
  package func awaitMessage(channel: String, key: String, receivedAt: Instant) throws -> Bool {
    try run(
      """
      INSERT INTO deliveries (channel, dedupe_key, received_at, conversation_id, message_id) VALUES ($1, $2, $3, -1, -1)
      ON CONFLICT (channel, dedupe_key) DO UPDATE SET received_at = excluded.received_at WHERE deliveries.message_id = -1
      """, [.text(channel), .text(key), Value(receivedAt)]) == 1
  }

  package func insert(_ change: EarlyChange, channel: String, externalID: String, receivedAt: Instant) throws {
    _ = try run(
      """
      INSERT INTO early_changes (id, channel, external_id, kind, at, received_at, text, reply_text)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .int(change.id), .text(channel), .text(externalID), .text(change.kind), Value(change.at), Value(receivedAt),
        Value(change.text), Value(change.replyText),
      ])
  }

  /// What came before the message, in the order it was done; it is kept no longer.
  package func takeEarlyChanges(channel: String, externalID: String) throws -> [EarlyChange] {
    let message: [Value] = [.text(channel), .text(externalID)]
    let found = try rows(
      """
      SELECT id, kind, at, text, reply_text FROM early_changes WHERE channel = $1 AND external_id = $2 ORDER BY at, id
      """, message)
    _ = try run("DELETE FROM early_changes WHERE channel = $1 AND external_id = $2", message)
    return found.map {
      EarlyChange(
        id: $0.int64(0), kind: $0.text(1), at: $0.instant(2), text: $0.optionalText(3), replyText: $0.optionalText(4))
    }
  }

  /// Drops up to `limit` changes received before `before`: their messages will not come any more.
  package func dropEarlyChanges(before: Instant, limit: Int) throws -> Int {
    try run(
      """
      DELETE FROM early_changes WHERE id IN (
        SELECT id FROM early_changes WHERE received_at < $1 ORDER BY received_at LIMIT $2)
      """, [Value(before), .int(Int64(limit))])
  }
}
