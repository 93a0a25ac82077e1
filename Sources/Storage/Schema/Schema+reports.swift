extension Schema {
  /// What makes a report of the past come out the same again: calendars as they were, and what was sent out under which
  /// hash. And what keeps an escalation from happening twice.
  static let reporting = """
    CREATE TABLE calendar_versions (
      name TEXT NOT NULL,
      from_at BIGINT NOT NULL,
      version TEXT NOT NULL,
      definition_json TEXT NOT NULL,
      PRIMARY KEY (name, from_at)
    );
    ALTER TABLE report_runs ADD COLUMN known_id BIGINT;
    ALTER TABLE report_runs ADD COLUMN hashes_json TEXT;
    ALTER TABLE report_runs ADD COLUMN provenance_json TEXT;
    CREATE TABLE escalations (
      clock_id BIGINT NOT NULL REFERENCES clocks (id),
      step TEXT NOT NULL,
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      at BIGINT NOT NULL,
      done_at BIGINT NOT NULL,
      detail TEXT NOT NULL,
      PRIMARY KEY (clock_id, step)
    );
    CREATE INDEX escalations_at ON escalations (done_at);
    ALTER TABLE clocks ADD COLUMN escalate_at BIGINT;
    CREATE INDEX clocks_escalate ON clocks (escalate_at) WHERE state = 'running' AND escalate_at IS NOT NULL;
    CREATE INDEX outbox_dead ON outbox (finished_at) WHERE state = 'dead';
    DROP INDEX events_at;
    CREATE INDEX events_period ON events (at, conversation_id);
    CREATE INDEX conversations_unresolved ON conversations (started_at) WHERE status <> 'resolved';
    """
}
