package import Conversations

/// A conversation whose category a person set, with the customer's first words.
package struct CorrectionRow: Sendable, Hashable {
  package var conversation: ConversationID
  /// The category it has now.
  package var category: String
  package var subject: String?
  package var text: String
}

extension Transaction {
  /// Conversations with a category that an agent decided on, oldest first, a page at a time: those with an id above
  /// `after`. Merged-away conversations and messages that were deleted are left out.
  package func corrections(after: ConversationID?, limit: Int) throws -> [CorrectionRow] {
    try rows(
      """
      SELECT c.id, c.category, m.subject, m.reply_text, m.text FROM conversations c
      JOIN messages m ON m.conversation_id = c.id AND m.seq = (
        SELECT MIN(n.seq) FROM messages n WHERE n.conversation_id = c.id AND n.direction = 'in' AND n.deleted_at IS NULL)
      WHERE c.id > $1 AND c.merged_into IS NULL
        AND EXISTS (SELECT 1 FROM decisions d WHERE d.conversation_id = c.id AND d.kind = 'category')
      ORDER BY c.id LIMIT $2
      """, [.int(after?.rawValue ?? -1), .int(Int64(limit))]
    ).map { row in
      CorrectionRow(
        conversation: ConversationID(row.int64(0)), category: row.text(1), subject: row.optionalText(2),
        text: row.optionalText(3) ?? row.optionalText(4) ?? "")
    }
  }
}
