extension Schema {
  /// What each merge of two conversations changed: enough to take it back.
  static let conversationMerges = """
    CREATE TABLE conversation_merges (
      id {id},
      merged_id BIGINT NOT NULL REFERENCES conversations (id),
      survivor_id BIGINT NOT NULL REFERENCES conversations (id),
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      changed_json TEXT NOT NULL,
      undone_at BIGINT,
      undone_by TEXT
    );
    CREATE INDEX conversation_merges_merged ON conversation_merges (merged_id) WHERE undone_at IS NULL;
    CREATE INDEX conversation_merges_survivor ON conversation_merges (survivor_id) WHERE undone_at IS NULL;
    """

  /// The conversation that a message was said in, where a merge or a split has put it into another: whoever reads that one's page
  /// is not shown what was said elsewhere, perhaps by somebody else.
  static let messageOrigins = """
    ALTER TABLE messages ADD COLUMN origin_id BIGINT;
    CREATE INDEX messages_origin ON messages (origin_id) WHERE origin_id IS NOT NULL;
    """
}
