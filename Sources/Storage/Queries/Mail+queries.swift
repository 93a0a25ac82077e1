package import Conversations

extension Transaction {
  /// Messages by their Message-IDs on any of `channels`, also under an id they were given in transit. Of several with one
  /// id the newest.
  package func messages(mailIDs ids: [String], channels: [String]) throws -> [String: MessageRecord] {
    guard !ids.isEmpty, !channels.isEmpty else { return [:] }
    let values = (ids + channels).map { Value.text($0) }
    let idPlaces = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let channelPlaces = channels.indices.map { "$\($0 + ids.count + 1)" }.joined(separator: ", ")
    var found: [String: MessageRecord] = [:]
    let renamed = try rows(
      """
      SELECT external_id, message_id FROM message_aliases
      WHERE external_id IN (\(idPlaces)) AND channel IN (\(channelPlaces))
      """, values)
    for row in renamed { found[row.text(0)] = try message(MessageID(row.int64(1))) }
    let stored = try rows(
      """
      SELECT \(MessageRecord.columns) FROM messages
      WHERE external_id IN (\(idPlaces)) AND channel IN (\(channelPlaces)) ORDER BY id
      """, values
    ).map { MessageRecord($0) }
    for message in stored { if let id = message.externalID { found[id] = message } }
    return found
  }

  /// From now on `externalID` names `message`, too. The first to say so is believed.
  package func learn(_ externalID: String, channel: String, names message: MessageID, at: Instant) throws {
    _ = try run(
      """
      INSERT INTO message_aliases (channel, external_id, message_id, at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (channel, external_id) DO NOTHING
      """, [.text(channel), .text(externalID), .int(message.rawValue), Value(at)])
  }

  /// The newest message that we sent in a conversation and that left the house.
  package func newestSent(in conversation: ConversationID) throws -> MessageRecord? {
    try first(
      """
      SELECT \(MessageRecord.columns) FROM messages
      WHERE conversation_id = $1 AND direction IN ('out', 'bot') AND delivery_state IN ('accepted', 'delivered', 'read', 'failed')
      ORDER BY seq DESC LIMIT 1
      """, [.int(conversation.rawValue)]
    ).map { MessageRecord($0) }
  }

  /// The newest conversation of `contact` that goes on from `conversation`, merged-away ones left out.
  package func newestConversation(relatedTo conversation: ConversationID, contact: ContactID) throws
    -> ConversationRecord?
  {
    try first(
      """
      SELECT \(ConversationRecord.columns) FROM conversations
      WHERE related_to = $1 AND contact_id = $2 AND merged_into IS NULL ORDER BY id DESC LIMIT 1 \(dialect.forUpdate)
      """, [.int(conversation.rawValue), .int(contact.rawValue)]
    ).map { ConversationRecord($0) }
  }

  /// What the newest `limit` messages of a conversation say of senders and recipients (`MessageRecord.extraJSON`).
  package func envelopes(of conversation: ConversationID, limit: Int) throws -> [String] {
    try rows(
      """
      SELECT extra_json FROM messages WHERE conversation_id = $1 AND extra_json IS NOT NULL ORDER BY seq DESC LIMIT $2
      """, [.int(conversation.rawValue), .int(Int64(limit))]
    ).map { $0.text(0) }
  }
}

/// One row of `suppressions`: an address that nothing is sent to any more.
package struct SuppressionRecord: Sendable, Hashable {
  /// Lower case.
  package var address: String
  package var reason: String
  package var at: Instant
  package init(address: String, reason: String, at: Instant) {
    (self.address, self.reason, self.at) = (address.lowercased(), reason, at)
  }

  fileprivate init(_ row: Row) { (address, reason, at) = (row.text(0), row.text(1), row.instant(2)) }
}

extension Transaction {
  /// `nil` = mail to `address` may leave.
  package func suppression(of address: String) throws -> SuppressionRecord? {
    try first("SELECT address, reason, at FROM suppressions WHERE address = $1", [.text(address.lowercased())])
      .map { SuppressionRecord($0) }
  }

  /// The newest reason stands.
  package func suppress(_ suppression: SuppressionRecord) throws {
    _ = try run(
      """
      INSERT INTO suppressions (address, reason, at) VALUES ($1, $2, $3)
      ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, at = excluded.at
      """, [.text(suppression.address), .text(suppression.reason), Value(suppression.at)])
  }

  /// Returns whether it was there.
  package func liftSuppression(of address: String) throws -> Bool {
    try run("DELETE FROM suppressions WHERE address = $1", [.text(address.lowercased())]) == 1
  }

  /// Newest first.
  package func suppressions(limit: Int) throws -> [SuppressionRecord] {
    try rows("SELECT address, reason, at FROM suppressions ORDER BY at DESC, address LIMIT $1", [.int(Int64(limit))])
      .map { SuppressionRecord($0) }
  }
}
