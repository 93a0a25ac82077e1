package import Conversations

/// One row of `messages`.
package struct MessageRecord: Sendable {
  package var id: MessageID
  package var conversation: ConversationID
  /// 1, 2, 3… within the conversation, in the order of filing.
  package var seq: Int64
  package var direction: MessageDirection
  /// `message`, `postback`, `call`, `voicemail`, `bounce`…
  package var event: String
  package var channel: String
  package var externalID: String?
  /// An agent's name, or the customer's as the message gave it.
  package var author: String?
  package var subject: String?
  package var text: String?
  package var replyText: String?
  package var language: String?
  package var providerAt: Instant?
  package var receivedAt: Instant
  /// min(provider time, received time), the provider's clamped to [received − 7 d, received + 5 min].
  package var effectiveAt: Instant
  package var deliveryState: DeliveryState?
  package var deliveryDetail: String?
  package var trust: String?
  /// Words separated by spaces: `auto_reply`, `bounce`, `mailing_list`, `redacted`, `fetching`.
  package var flags: String
  /// Mail: `{"message_id","references","cc","to","from"}`; call: the call record.
  package var extraJSON: String?
  package var editedAt: Instant?
  package var deletedAt: Instant?

  package init(
    id: MessageID, conversation: ConversationID, seq: Int64, direction: MessageDirection, event: String = "message",
    channel: String, author: String?, text: String?, receivedAt: Instant
  ) {
    (self.id, self.conversation, self.seq, self.direction) = (id, conversation, seq, direction)
    (self.event, self.channel, self.author, self.text) = (event, channel, author, text)
    (self.receivedAt, effectiveAt, flags) = (receivedAt, receivedAt, "")
  }

  static let columns = """
    id, conversation_id, seq, direction, event, channel, external_id, author, subject, text, reply_text, language, \
    provider_at, received_at, effective_at, delivery_state, delivery_detail, trust, flags, extra_json, edited_at, deleted_at
    """

  init(_ row: Row) {
    (id, conversation, seq) = (MessageID(row.int64(0)), ConversationID(row.int64(1)), row.int64(2))
    direction = MessageDirection(rawValue: row.text(3)) ?? .inbound
    (event, channel, externalID, author) = (row.text(4), row.text(5), row.optionalText(6), row.optionalText(7))
    (subject, text, replyText) = (row.optionalText(8), row.optionalText(9), row.optionalText(10))
    (language, providerAt) = (row.optionalText(11), row.optionalInstant(12))
    (receivedAt, effectiveAt) = (row.instant(13), row.instant(14))
    deliveryState = row.optionalText(15).flatMap { DeliveryState(rawValue: $0) }
    (deliveryDetail, trust, flags, extraJSON) = (
      row.optionalText(16), row.optionalText(17), row.text(18), row.optionalText(19)
    )
    (editedAt, deletedAt) = (row.optionalInstant(20), row.optionalInstant(21))
  }

  var values: [Value] {
    [
      .int(id.rawValue), .int(conversation.rawValue), .int(seq), .text(direction.rawValue), .text(event),
      .text(channel),
      Value(externalID), Value(author), Value(subject), Value(text), Value(replyText), Value(language),
      Value(providerAt), Value(receivedAt), Value(effectiveAt), Value(deliveryState?.rawValue), Value(deliveryDetail),
      Value(trust), .text(flags), Value(extraJSON), Value(editedAt), Value(deletedAt),
    ]
  }
}

/// One row of `attachments`.
package struct AttachmentRecord: Sendable {
  package var id: Int64
  package var message: MessageID
  package var kind: String
  package var filename: String?
  package var contentType: String?
  package var size: Int64?
  package var sha256: String?
  package var url: String?
  /// `stored`, `reference` (a public URL or provider id), `fetching`, `failed`.
  package var state: String
  /// Why it failed.
  package var detail: String?

  package init(
    id: Int64, message: MessageID, kind: String, filename: String?, contentType: String?, size: Int64?, sha256: String?,
    url: String?, state: String, detail: String? = nil
  ) {
    (self.id, self.message, self.kind, self.filename) = (id, message, kind, filename)
    (self.contentType, self.size, self.sha256, self.url) = (contentType, size, sha256, url)
    (self.state, self.detail) = (state, detail)
  }
}

extension Transaction {
  package func insert(_ message: MessageRecord) throws {
    _ = try run(Self.insertMessage, message.values)
  }

  package func message(_ id: MessageID) throws -> MessageRecord? {
    try first("SELECT \(MessageRecord.columns) FROM messages WHERE id = $1", [.int(id.rawValue)]).map {
      MessageRecord($0)
    }
  }

  /// The message that a provider calls `externalID`, newest first if a provider reuses ids.
  package func message(channel: String, externalID: String) throws -> MessageRecord? {
    try first(
      "SELECT \(MessageRecord.columns) FROM messages WHERE channel = $1 AND external_id = $2 ORDER BY id DESC LIMIT 1",
      [.text(channel), .text(externalID)]
    ).map { MessageRecord($0) }
  }

  /// The conversation's messages as the customer lived them: by provider time, then provider id (what we said last), then
  /// order of filing. Of two ids the shorter comes first: many providers count, and 99 is before 100.
  /// `afterSeq` leaves out those filed up to it.
  package func messages(of conversation: ConversationID, afterSeq: Int64 = 0) throws -> [MessageRecord] {
    try rows(
      """
      SELECT \(MessageRecord.columns) FROM messages WHERE conversation_id = $1 AND seq > $2
      ORDER BY \(Self.livedAt), external_id IS NULL, LENGTH(external_id), external_id, seq
      """, [.int(conversation.rawValue), .int(afterSeq)]
    ).map { MessageRecord($0) }
  }

  /// What the conversation's customer wrote, as `messages(of:)` orders it: no bounces or reports, and nothing that a merge
  /// has brought from a conversation of somebody else.
  package func messagesToAnswer(in conversation: ConversationID) throws -> [MessageRecord] {
    try rows(
      """
      SELECT \(MessageRecord.columns) FROM messages
      WHERE conversation_id = $1 AND direction = 'in' AND event NOT IN ('bounce', 'report')
        AND (origin_id IS NULL OR (SELECT contact_id FROM conversations WHERE id = origin_id) =
          (SELECT contact_id FROM conversations WHERE id = conversation_id))
      ORDER BY \(Self.livedAt), external_id IS NULL, LENGTH(external_id), external_id, seq
      """, [.int(conversation.rawValue)]
    ).map { MessageRecord($0) }
  }

  /// When the customer lived a message: the provider's time within DESIGN §7's clamp, which unlike the effective time may
  /// lie a little after its arrival, so that a batch keeps the provider's order.
  private static let livedAt = """
    CASE WHEN provider_at IS NULL THEN received_at
      WHEN provider_at > received_at + 300000000 THEN received_at + 300000000
      WHEN provider_at < received_at - 604800000000 THEN received_at - 604800000000 ELSE provider_at END
    """

  /// False when a later edit has been here: it stays.
  package func edit(_ message: MessageID, text: String?, replyText: String?, at: Instant) throws -> Bool {
    try run(
      """
      UPDATE messages SET text = $2, reply_text = $3, edited_at = $4
      WHERE id = $1 AND (edited_at IS NULL OR edited_at <= $4)
      """, [.int(message.rawValue), Value(text), Value(replyText), Value(at)]) == 1
  }

  package func markDeleted(_ message: MessageID, at: Instant) throws {
    _ = try run("UPDATE messages SET deleted_at = $2 WHERE id = $1", [.int(message.rawValue), Value(at)])
  }

  package func setDelivery(_ message: MessageID, _ state: DeliveryState, detail: String?, externalID: String? = nil)
    throws
  {
    _ = try run(
      """
      UPDATE messages SET delivery_state = $2, delivery_detail = $3, external_id = COALESCE($4, external_id) WHERE id = $1
      """, [.int(message.rawValue), .text(state.rawValue), Value(detail), Value(externalID)])
  }

  package func insert(_ attachment: AttachmentRecord, position: Int) throws {
    _ = try run(
      """
      INSERT INTO attachments (id, message_id, position, kind, filename, content_type, size, sha256, url, state)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
      [
        .int(attachment.id), .int(attachment.message.rawValue), .int(Int64(position)), .text(attachment.kind),
        Value(attachment.filename), Value(attachment.contentType), Value(attachment.size), Value(attachment.sha256),
        Value(attachment.url), .text(attachment.state),
      ])
  }

  /// All attachments of a conversation in one query, by message and position.
  package func attachments(of conversation: ConversationID) throws -> [AttachmentRecord] {
    try rows(
      """
      SELECT a.id, a.message_id, a.kind, a.filename, a.content_type, a.size, a.sha256, a.url, a.state, a.detail
      FROM attachments a JOIN messages m ON m.id = a.message_id WHERE m.conversation_id = $1
      ORDER BY a.message_id, a.position
      """, [.int(conversation.rawValue)]
    ).map { Self.attachment($0) }
  }

  /// Of up to 200 messages.
  package func attachments(ofMessages ids: [MessageID]) throws -> [AttachmentRecord] {
    if ids.isEmpty { return [] }
    // One text for all, so that it is prepared once: what is left over names no message.
    let places = (1...200).map { "$\($0)" }.joined(separator: ", ")
    let values = (0..<200).map { Value.int($0 < ids.count ? ids[$0].rawValue : 0) }
    return try rows(
      """
      SELECT id, message_id, kind, filename, content_type, size, sha256, url, state, detail FROM attachments
      WHERE message_id IN (\(places)) ORDER BY message_id, position
      """, values
    ).map { Self.attachment($0) }
  }

  /// An attachment and the conversation it belongs to.
  package func attachment(_ id: Int64) throws -> (AttachmentRecord, ConversationID)? {
    try first(
      """
      SELECT a.id, a.message_id, a.kind, a.filename, a.content_type, a.size, a.sha256, a.url, a.state, a.detail, \
        m.conversation_id
      FROM attachments a JOIN messages m ON m.id = a.message_id WHERE a.id = $1
      """, [.int(id)]
    ).map { (Self.attachment($0), ConversationID($0.int64(10))) }
  }

  private static func attachment(_ row: Row) -> AttachmentRecord {
    AttachmentRecord(
      id: row.int64(0), message: MessageID(row.int64(1)), kind: row.text(2), filename: row.optionalText(3),
      contentType: row.optionalText(4), size: row.optionalInt64(5), sha256: row.optionalText(6),
      url: row.optionalText(7),
      state: row.text(8), detail: row.optionalText(9))
  }

  private static let insertMessage = """
    INSERT INTO messages (\(MessageRecord.columns)) VALUES (\((1...22).map { "$\($0)" }.joined(separator: ", ")))
    """
}

extension Transaction {
  /// The text and record of a call that went on.
  package func setCall(_ message: MessageID, event: String, text: String, extraJSON: String) throws {
    _ = try run(
      "UPDATE messages SET event = $2, text = $3, extra_json = $4 WHERE id = $1",
      [.int(message.rawValue), .text(event), .text(text), .text(extraJSON)])
  }
}

extension Transaction {
  /// Appends the messages of one conversation to another, in their order; returns which, with their numbers.
  package func moveMessages(from: ConversationID, to: ConversationID, firstSeq: Int64) throws
    -> [ConversationMerge.Moved]
  {
    let moved = try messageNumbers(of: from).enumerated().map { index, known in
      ConversationMerge.Moved(message: known.message, seq: known.seq, newSeq: firstSeq + Int64(index))
    }
    for one in moved { try move(one.message, to: to, seq: one.newSeq) }
    return moved
  }

  /// When the customer last wrote here, on whichever channel.
  package func lastInbound(in conversation: ConversationID) throws -> Instant? {
    try first(
      "SELECT MAX(effective_at) FROM messages WHERE conversation_id = $1 AND direction = 'in'",
      [.int(conversation.rawValue)])?
      .optionalInstant(0)
  }

  package func lastCustomerSeq(of conversation: ConversationID) throws -> Int64 {
    try first(
      "SELECT COALESCE(MAX(seq), 0) FROM messages WHERE conversation_id = $1 AND direction = 'in'",
      [.int(conversation.rawValue)])?
      .int64(0) ?? 0
  }
}

/// What the search lane needs of a message.
package struct IndexableMessage: Sendable {
  package var id: MessageID
  package var conversation: ConversationID
  package var author: String?
  package var subject: String?
  package var text: String?
}

extension Transaction {
  /// Messages made after `cursor` and before `before`, by id.
  package func messagesToIndex(after cursor: Int64, before: Int64, limit: Int) throws -> [IndexableMessage] {
    try rows(
      "SELECT id, conversation_id, author, subject, text FROM messages WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3",
      [.int(cursor), .int(before), .int(Int64(limit))]
    ).map {
      IndexableMessage(
        id: MessageID($0.int64(0)), conversation: ConversationID($0.int64(1)), author: $0.optionalText(2),
        subject: $0.optionalText(3),
        text: $0.optionalText(4))
    }
  }

  /// The texts of these messages, in one query.
  package func messageTexts(_ ids: [MessageID]) throws -> [MessageID: String] {
    guard !ids.isEmpty else { return [:] }
    let places = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let found = try rows(
      "SELECT id, COALESCE(text, subject, '') FROM messages WHERE id IN (\(places)) AND deleted_at IS NULL",
      ids.map { .int($0.rawValue) })
    return Dictionary(found.map { (MessageID($0.int64(0)), $0.text(1)) }) { first, _ in first }
  }
}
