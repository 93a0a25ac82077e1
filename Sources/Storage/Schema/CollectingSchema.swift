/// What is known of the mailboxes that mail is fetched from, and of how each channel fares.
enum CollectingSchema {
  static let sql = """
    CREATE TABLE mailboxes (
      channel TEXT PRIMARY KEY,
      place TEXT NOT NULL,
      uid_validity BIGINT,
      last_uid BIGINT NOT NULL DEFAULT 0,
      lease_holder BIGINT,
      lease_until BIGINT
    );
    CREATE TABLE channel_health (
      channel TEXT NOT NULL,
      direction TEXT NOT NULL,
      last_success_at BIGINT,
      last_failure_at BIGINT,
      failure TEXT,
      failures BIGINT NOT NULL DEFAULT 0,
      failing_since BIGINT,
      behind_since BIGINT,
      alerted_at BIGINT,
      PRIMARY KEY (channel, direction)
    );
    """
}
