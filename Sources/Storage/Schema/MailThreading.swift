extension Schema {
  /// Ids that our mails were given in transit, and the way from a conversation to those that go on from it.
  static let mailThreading = """
    CREATE TABLE message_aliases (
      channel TEXT NOT NULL,
      external_id TEXT NOT NULL,
      message_id BIGINT NOT NULL,
      at BIGINT NOT NULL,
      PRIMARY KEY (channel, external_id)
    );
    CREATE INDEX conversations_related ON conversations (related_to, id) WHERE related_to IS NOT NULL;
    CREATE INDEX suppressions_at ON suppressions (at);
    """
}
