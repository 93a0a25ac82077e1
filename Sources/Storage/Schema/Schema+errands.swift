extension Schema {
  /// What happens after the commit that a delivery waited for: errands (files to fetch, pages to pull), what channels
  /// remember between them, channels that stand still until their credentials are put right, claims of addresses, merges
  /// of contacts, and how far files of call records have been read.
  static let errands = """
    ALTER TABLE attachments ADD COLUMN detail TEXT;
    CREATE TABLE errands (
      id {id},
      channel TEXT NOT NULL,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      subject_id BIGINT,
      data_json TEXT NOT NULL,
      state TEXT NOT NULL,
      again BIGINT NOT NULL DEFAULT 0,
      created_at BIGINT NOT NULL,
      not_before BIGINT NOT NULL,
      lease_until BIGINT,
      attempts BIGINT NOT NULL DEFAULT 0,
      detail TEXT,
      UNIQUE (channel, key)
    );
    CREATE INDEX errands_due ON errands (not_before, id) WHERE state IN ('waiting', 'working');
    CREATE TABLE channel_memory (
      channel TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      expires_at BIGINT,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (channel, name)
    );
    CREATE TABLE channel_stops (
      channel TEXT PRIMARY KEY,
      reason TEXT NOT NULL,
      since BIGINT NOT NULL,
      probe_at BIGINT NOT NULL,
      probes BIGINT NOT NULL DEFAULT 0
    );
    CREATE TABLE claims (
      id {id},
      contact_id BIGINT NOT NULL REFERENCES contacts (id),
      kind TEXT NOT NULL,
      address TEXT NOT NULL,
      source TEXT NOT NULL,
      at BIGINT NOT NULL,
      UNIQUE (contact_id, kind, address)
    );
    CREATE INDEX claims_address ON claims (kind, address);
    CREATE TABLE contact_merges (
      id {id},
      merged_id BIGINT NOT NULL REFERENCES contacts (id),
      survivor_id BIGINT NOT NULL REFERENCES contacts (id),
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      moved_json TEXT NOT NULL,
      undone_at BIGINT,
      undone_by TEXT
    );
    CREATE INDEX contact_merges_merged ON contact_merges (merged_id) WHERE undone_at IS NULL;
    CREATE INDEX contact_merges_survivor ON contact_merges (survivor_id) WHERE undone_at IS NULL;
    CREATE TABLE followed_files (
      channel TEXT NOT NULL,
      path TEXT NOT NULL,
      inode BIGINT NOT NULL,
      position BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (channel, path)
    );
    """
}
