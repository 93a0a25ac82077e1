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

  /// Broken promises by when they broke: all of them, and those that still run.
  static let brokenPromises = """
    CREATE INDEX clocks_breached ON clocks (breached_at) WHERE breached_at IS NOT NULL;
    CREATE INDEX clocks_overdue ON clocks (breached_at) WHERE state = 'running' AND breached_at IS NOT NULL;
    """

  /// Resolved conversations by how long they lasted (`Lifetime`), then by when they began.
  static let lifetimes = """
    CREATE INDEX conversations_lifetime ON conversations (
      (CASE
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 3600000000 THEN 0
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 14400000000 THEN 1
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 86400000000 THEN 2
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 345600000000 THEN 3
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 1382400000000 THEN 4
        WHEN COALESCE(resolved_at, CASE WHEN merged_into IS NULL THEN started_at ELSE updated_at END)
          - started_at < 7776000000000 THEN 5
        ELSE 6 END), started_at) WHERE status = 'resolved';
    """
}
