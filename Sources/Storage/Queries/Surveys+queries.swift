package import Conversations

/// One row of `surveys`: a customer was asked, after one resolution of one conversation.
package struct SurveyRecord: Sendable, Hashable {
  package var id: Int64
  package var conversation: ConversationID
  /// Which resolution of the conversation: how often it had been reopened before.
  package var resolution: Int64
  package var contact: ContactID
  package var channel: String
  package var threadKey: String
  /// Who resolved it.
  package var agent: String
  /// What carries the question; `nil` on the chat page.
  package var message: MessageID?
  package var createdAt: Instant
  package var deliveredAt: Instant?
  /// 1…5.
  package var stars: Int?
  package var comment: String?
  package var ratedAt: Instant?

  package init(id: Int64, of conversation: ConversationRecord, agent: String, at now: Instant) {
    (self.id, self.conversation, resolution) = (id, conversation.id, conversation.reopenCount)
    (contact, channel, threadKey) = (conversation.contact, conversation.channel, conversation.threadKey)
    (self.agent, createdAt) = (agent, now)
  }

  fileprivate static let columns = """
    id, conversation_id, resolution, contact_id, channel, thread_key, agent, message_id, created_at, delivered_at, stars, \
    comment, rated_at
    """

  fileprivate init(_ row: Row) {
    (id, conversation, resolution) = (row.int64(0), row.identifier(1), row.int64(2))
    (contact, channel, threadKey) = (row.identifier(3), row.text(4), row.text(5))
    (agent, message, createdAt) = (row.text(6), row.optionalIdentifier(7), row.instant(8))
    (deliveredAt, stars, comment) = (row.optionalInstant(9), row.optionalInt(10), row.optionalText(11))
    ratedAt = row.optionalInstant(12)
  }
}

extension Transaction {
  /// False when this resolution has been asked about.
  package func insert(_ survey: SurveyRecord) throws -> Bool {
    try run(
      """
      INSERT INTO surveys (\(SurveyRecord.columns))
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL, NULL)
      ON CONFLICT (conversation_id, resolution) DO NOTHING
      """,
      [
        .int(survey.id), Value(survey.conversation), .int(survey.resolution), Value(survey.contact),
        .text(survey.channel), .text(survey.threadKey), .text(survey.agent), Value(survey.message),
        Value(survey.createdAt),
      ]) == 1
  }

  package func survey(_ id: Int64) throws -> SurveyRecord? {
    try first("SELECT \(SurveyRecord.columns) FROM surveys WHERE id = $1 \(dialect.forUpdate)", [.int(id)]).map {
      SurveyRecord($0)
    }
  }

  /// The newest of a conversation, only to look at.
  package func latestSurvey(of conversation: ConversationID) throws -> SurveyRecord? {
    try first(
      "SELECT \(SurveyRecord.columns) FROM surveys WHERE conversation_id = $1 ORDER BY id DESC LIMIT 1",
      [Value(conversation)]
    ).map { SurveyRecord($0) }
  }

  /// The newest in a chat that nobody has answered.
  package func openSurvey(channel: String, threadKey: String, since: Instant) throws -> SurveyRecord? {
    try first(
      """
      SELECT \(SurveyRecord.columns) FROM surveys
      WHERE channel = $1 AND thread_key = $2 AND rated_at IS NULL AND created_at >= $3 ORDER BY id DESC LIMIT 1
      """, [.text(channel), .text(threadKey), Value(since)]
    ).map { SurveyRecord($0) }
  }

  package func hasSurvey(ofContact contact: ContactID, since: Instant) throws -> Bool {
    try first(
      "SELECT 1 FROM surveys WHERE contact_id = $1 AND created_at > $2 LIMIT 1", [Value(contact), Value(since)]) != nil
  }

  /// The survey that a message carries.
  package func survey(carriedBy message: MessageID) throws -> SurveyRecord? {
    try first("SELECT \(SurveyRecord.columns) FROM surveys WHERE message_id = $1", [Value(message)]).map {
      SurveyRecord($0)
    }
  }

  /// False when it was noted before.
  package func markDelivered(survey id: Int64, at: Instant) throws -> Bool {
    try run("UPDATE surveys SET delivered_at = $2 WHERE id = $1 AND delivered_at IS NULL", [.int(id), Value(at)]) == 1
  }

  /// False when a rating was there before.
  package func rate(survey id: Int64, stars: Int, comment: String?, at: Instant) throws -> Bool {
    try run(
      "UPDATE surveys SET stars = $2, comment = $3, rated_at = $4 WHERE id = $1 AND rated_at IS NULL",
      [.int(id), Value(stars), Value(comment), Value(at)]) == 1
  }

  /// What a customer adds to their rating, once; false when there is a comment.
  package func addComment(_ comment: String, survey id: Int64) throws -> Bool {
    try run(
      "UPDATE surveys SET comment = $2 WHERE id = $1 AND rated_at IS NOT NULL AND comment IS NULL",
      [.int(id), .text(comment)]) == 1
  }
}
