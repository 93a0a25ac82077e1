extension Schema {
  /// What a provider calls each part of a message that had to be cut, with how far each has come; and edits, deletions and
  /// reactions that were here before their message.
  static let parts = """
    CREATE TABLE message_parts (
      channel TEXT NOT NULL,
      external_id TEXT NOT NULL,
      message_id BIGINT NOT NULL,
      state TEXT NOT NULL,
      PRIMARY KEY (channel, external_id)
    );
    CREATE INDEX message_parts_message ON message_parts (message_id);
    CREATE TABLE early_changes (
      id {id},
      channel TEXT NOT NULL,
      external_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      at BIGINT NOT NULL,
      received_at BIGINT NOT NULL,
      text TEXT,
      reply_text TEXT
    );
    CREATE INDEX early_changes_external ON early_changes (channel, external_id);
    CREATE INDEX early_changes_received ON early_changes (received_at);
    """
}
