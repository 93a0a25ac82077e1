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
}
