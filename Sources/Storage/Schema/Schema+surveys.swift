extension Schema {
  /// What customers were asked after a resolution, and what they said.
  static let surveys = """
    CREATE TABLE surveys (
      id {id},
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      resolution BIGINT NOT NULL,
      contact_id BIGINT NOT NULL REFERENCES contacts (id),
      channel TEXT NOT NULL,
      thread_key TEXT NOT NULL,
      agent TEXT NOT NULL,
      message_id BIGINT,
      created_at BIGINT NOT NULL,
      delivered_at BIGINT,
      stars BIGINT,
      comment TEXT,
      rated_at BIGINT,
      UNIQUE (conversation_id, resolution)
    );
    CREATE INDEX surveys_contact ON surveys (contact_id, created_at);
    CREATE INDEX surveys_open ON surveys (channel, thread_key, id) WHERE rated_at IS NULL;
    CREATE INDEX surveys_message ON surveys (message_id) WHERE message_id IS NOT NULL;
    """
}
