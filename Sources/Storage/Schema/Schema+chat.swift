extension Schema {
  /// What is known of those at a chat beyond their words: what an agent has seen, and since when a page is closed that
  /// may only have been loaded again.
  static let chatPresence = """
    CREATE TABLE chat_presence (
      channel TEXT NOT NULL,
      thread_key TEXT NOT NULL,
      seen_message BIGINT,
      seen_at BIGINT,
      seen_by TEXT,
      leaving_at BIGINT,
      PRIMARY KEY (channel, thread_key)
    );
    CREATE INDEX chat_presence_leaving ON chat_presence (leaving_at) WHERE leaving_at IS NOT NULL;
    """
}
