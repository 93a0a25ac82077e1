/// The migrations in order. A released one is never edited: its checksum is recorded in the store.
///
/// `{id}` is a primary key of 64 bits, `{bytes}` a byte string (see `Dialect`). Times are microseconds since 1970 (UTC),
/// truth values 0 or 1, columns called `…_json` hold text that SQL never looks into.
package enum Schema {
  package static let migrations: [Migration] = [
    Migration(number: 1, name: "people and conversations", sql: people + conversations),
    Migration(number: 2, name: "work: leases, decisions, clocks, outbox", sql: work),
    Migration(number: 3, name: "doors: deliveries, parked, receipts", sql: doors),
    Migration(number: 4, name: "house: agents, tokens, reports, audit", sql: house),
    SearchIndex.migration(number: 5),
    Migration(number: 6, name: "mail threading", sql: mailThreading),
    Migration(number: 7, name: "collecting: mailboxes, channel health", sql: CollectingSchema.sql),
    Migration(number: 8, name: "errands, channel memory and stops, claims, merges", sql: errands),
    Migration(number: 9, name: "reports: calendars as they were, escalations", sql: reporting),
    // The log says when the first conversation began; every new one paid for this index.
    Migration(number: 10, name: "one index less", sql: "DROP INDEX conversations_started"),
    Migration(number: 11, name: "parts of messages, changes that came early", sql: parts),
    Migration(number: 12, name: "what decisions were made from, configurations in force", sql: configurationLife),
    Migration(number: 13, name: "merges of conversations", sql: conversationMerges),
    Migration(number: 14, name: "chat: who has seen what, who is leaving", sql: chatPresence),
    Migration(number: 15, name: "surveys", sql: surveys),
    Migration(number: 16, name: "the line: turns, presence, offers", sql: line),
    Migration(number: 17, name: "presence as it was", sql: presenceLog),
    Migration(
      number: 18, name: "contact groups of conversations",
      sql: "ALTER TABLE conversations ADD COLUMN contact_groups TEXT NOT NULL DEFAULT ''"),
    Migration(number: 19, name: "what was open when", sql: lifetimes),
    Migration(
      number: 20, name: "clocks that have climbed",
      sql: "ALTER TABLE clocks ADD COLUMN pinned BIGINT NOT NULL DEFAULT 0"),
    Migration(number: 21, name: "broken promises by when they broke", sql: brokenPromises),
    Migration(
      number: 22, name: "skills that rules ask for",
      sql: "ALTER TABLE conversations ADD COLUMN skills TEXT NOT NULL DEFAULT ''"),
    Migration(number: 23, name: "where merged messages were said", sql: messageOrigins),
  ]

  private static let people = """
    CREATE TABLE contacts (
      id {id},
      name TEXT,
      language TEXT,
      created_at BIGINT NOT NULL,
      merged_into BIGINT
    );
    CREATE TABLE identities (
      id {id},
      contact_id BIGINT NOT NULL REFERENCES contacts (id),
      kind TEXT NOT NULL,
      address TEXT NOT NULL,
      display TEXT,
      verified BIGINT NOT NULL DEFAULT 0,
      created_at BIGINT NOT NULL,
      UNIQUE (kind, address)
    );
    CREATE INDEX identities_contact ON identities (contact_id);
    """

  private static let conversations = """
    CREATE TABLE counters (
      name TEXT PRIMARY KEY,
      value BIGINT NOT NULL
    );
    INSERT INTO counters (name, value) VALUES ('conversation', 0);
    CREATE TABLE conversations (
      id {id},
      channel TEXT NOT NULL,
      channel_kind TEXT NOT NULL,
      thread_key TEXT NOT NULL,
      contact_id BIGINT NOT NULL REFERENCES contacts (id),
      subject TEXT,
      status TEXT NOT NULL,
      category TEXT NOT NULL,
      priority BIGINT NOT NULL,
      queue TEXT NOT NULL,
      home_queue TEXT NOT NULL,
      language TEXT NOT NULL,
      reason TEXT NOT NULL,
      assignee TEXT,
      last_seq BIGINT NOT NULL,
      customer_seq BIGINT NOT NULL,
      waiting_since BIGINT,
      enqueued_at BIGINT NOT NULL,
      ready_at BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      last_inbound_at BIGINT,
      first_response_at BIGINT,
      resolved_at BIGINT,
      reopen_count BIGINT NOT NULL DEFAULT 0,
      due_at BIGINT,
      related_to BIGINT,
      merged_into BIGINT,
      updated_at BIGINT NOT NULL,
      flags TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX conversations_thread ON conversations (channel, thread_key, id);
    CREATE INDEX conversations_contact ON conversations (contact_id, id);
    CREATE INDEX conversations_updated ON conversations (updated_at, id);
    CREATE INDEX conversations_started ON conversations (started_at);
    CREATE INDEX conversations_waiting ON conversations (queue, priority, enqueued_at, id)
      WHERE status IN ('new', 'open');
    CREATE INDEX conversations_away ON conversations (home_queue) WHERE queue <> home_queue AND status IN ('new', 'open');
    CREATE TABLE messages (
      id {id},
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      seq BIGINT NOT NULL,
      direction TEXT NOT NULL,
      event TEXT NOT NULL,
      channel TEXT NOT NULL,
      external_id TEXT,
      author TEXT,
      subject TEXT,
      text TEXT,
      reply_text TEXT,
      language TEXT,
      provider_at BIGINT,
      received_at BIGINT NOT NULL,
      effective_at BIGINT NOT NULL,
      delivery_state TEXT,
      delivery_detail TEXT,
      trust TEXT,
      flags TEXT NOT NULL DEFAULT '',
      extra_json TEXT,
      edited_at BIGINT,
      deleted_at BIGINT,
      UNIQUE (conversation_id, seq)
    );
    CREATE INDEX messages_external ON messages (channel, external_id) WHERE external_id IS NOT NULL;
    CREATE TABLE attachments (
      id {id},
      message_id BIGINT NOT NULL REFERENCES messages (id),
      position BIGINT NOT NULL,
      kind TEXT NOT NULL,
      filename TEXT,
      content_type TEXT,
      size BIGINT,
      sha256 TEXT,
      url TEXT,
      state TEXT NOT NULL
    );
    CREATE INDEX attachments_message ON attachments (message_id);
    CREATE TABLE events (
      id {id},
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      at BIGINT NOT NULL,
      kind TEXT NOT NULL,
      actor TEXT,
      queue TEXT,
      data_json TEXT
    );
    CREATE INDEX events_conversation ON events (conversation_id, id);
    CREATE INDEX events_at ON events (at);
    """

  private static let work = """
    CREATE TABLE leases (
      conversation_id BIGINT PRIMARY KEY REFERENCES conversations (id),
      agent TEXT NOT NULL,
      taken_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    );
    CREATE INDEX leases_agent ON leases (agent);
    CREATE TABLE decisions (
      id {id},
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      message_id BIGINT,
      at BIGINT NOT NULL,
      kind TEXT NOT NULL,
      configuration TEXT NOT NULL,
      inputs_hash TEXT NOT NULL,
      category TEXT NOT NULL,
      priority BIGINT NOT NULL,
      queue TEXT NOT NULL,
      trace_json TEXT NOT NULL
    );
    CREATE INDEX decisions_conversation ON decisions (conversation_id, id);
    CREATE TABLE clocks (
      id {id},
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      kind TEXT NOT NULL,
      target TEXT NOT NULL,
      calendar TEXT NOT NULL,
      calendar_version TEXT NOT NULL,
      target_seconds BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      used_seconds BIGINT NOT NULL DEFAULT 0,
      running_since BIGINT,
      due_at BIGINT,
      state TEXT NOT NULL,
      warn_at BIGINT,
      warned_at BIGINT,
      breached_at BIGINT,
      stopped_at BIGINT,
      warn_permille BIGINT NOT NULL,
      business_seconds BIGINT,
      calendar_seconds BIGINT
    );
    CREATE INDEX clocks_conversation ON clocks (conversation_id, id);
    CREATE INDEX clocks_due ON clocks (due_at) WHERE state = 'running' AND breached_at IS NULL;
    CREATE INDEX clocks_warn ON clocks (warn_at) WHERE state = 'running' AND warned_at IS NULL;
    CREATE INDEX clocks_stopped ON clocks (stopped_at) WHERE stopped_at IS NOT NULL;
    CREATE TABLE outbox (
      id {id},
      conversation_id BIGINT NOT NULL,
      message_id BIGINT,
      channel TEXT NOT NULL,
      purpose TEXT NOT NULL,
      payload_json TEXT,
      state TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      not_before BIGINT NOT NULL,
      lease_until BIGINT,
      attempts BIGINT NOT NULL DEFAULT 0,
      detail TEXT,
      provider_id TEXT,
      finished_at BIGINT
    );
    CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state IN ('queued', 'sending');
    CREATE INDEX outbox_order ON outbox (conversation_id, id) WHERE state IN ('queued', 'sending');
    CREATE INDEX outbox_conversation ON outbox (conversation_id, id);
    CREATE INDEX outbox_provider ON outbox (channel, provider_id) WHERE provider_id IS NOT NULL;
    CREATE TABLE attempts (
      id {id},
      outbox_id BIGINT NOT NULL REFERENCES outbox (id),
      number BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      finished_at BIGINT,
      outcome TEXT,
      detail TEXT
    );
    CREATE INDEX attempts_outbox ON attempts (outbox_id, number);
    CREATE TABLE automatic_sends (
      id {id},
      recipient TEXT NOT NULL,
      channel TEXT NOT NULL,
      purpose TEXT NOT NULL,
      at BIGINT NOT NULL
    );
    CREATE INDEX automatic_sends_recipient ON automatic_sends (recipient, at);
    """

  private static let doors = """
    CREATE TABLE deliveries (
      channel TEXT NOT NULL,
      dedupe_key TEXT NOT NULL,
      received_at BIGINT NOT NULL,
      conversation_id BIGINT,
      message_id BIGINT,
      PRIMARY KEY (channel, dedupe_key)
    );
    CREATE TABLE raw_deliveries (
      id {id},
      channel TEXT NOT NULL,
      received_at BIGINT NOT NULL,
      door TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      size BIGINT NOT NULL,
      request_json TEXT,
      body {bytes}
    );
    CREATE TABLE parked (
      id {id},
      channel TEXT NOT NULL,
      received_at BIGINT NOT NULL,
      door TEXT NOT NULL,
      reason TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      size BIGINT NOT NULL,
      request_json TEXT NOT NULL,
      body {bytes},
      attempts BIGINT NOT NULL DEFAULT 1,
      replayed_at BIGINT,
      UNIQUE (channel, sha256)
    );
    CREATE INDEX parked_received ON parked (received_at);
    CREATE TABLE receipts (
      id {id},
      channel TEXT NOT NULL,
      external_id TEXT,
      thread_key TEXT,
      status TEXT NOT NULL,
      at BIGINT,
      received_at BIGINT NOT NULL,
      error_code TEXT,
      message_id BIGINT
    );
    CREATE INDEX receipts_external ON receipts (channel, external_id) WHERE message_id IS NULL;
    CREATE TABLE suppressions (
      address TEXT PRIMARY KEY,
      reason TEXT NOT NULL,
      at BIGINT NOT NULL
    );
    """

  private static let house = """
    CREATE TABLE agents (
      name TEXT PRIMARY KEY,
      display TEXT NOT NULL,
      email TEXT,
      role TEXT NOT NULL,
      queues TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      disabled_at BIGINT
    );
    CREATE TABLE tokens (
      id {id},
      agent TEXT NOT NULL REFERENCES agents (name),
      hash TEXT NOT NULL UNIQUE,
      label TEXT,
      created_at BIGINT NOT NULL,
      revoked_at BIGINT
    );
    CREATE TABLE report_runs (
      report TEXT NOT NULL,
      period TEXT NOT NULL,
      from_at BIGINT NOT NULL,
      to_at BIGINT NOT NULL,
      state TEXT NOT NULL,
      claimed_until BIGINT,
      made_at BIGINT,
      detail TEXT,
      PRIMARY KEY (report, period)
    );
    CREATE TABLE configurations (
      version TEXT PRIMARY KEY,
      loaded_at BIGINT NOT NULL,
      files_json TEXT NOT NULL
    );
    CREATE TABLE audit (
      id {id},
      at BIGINT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT,
      detail TEXT
    );
    CREATE INDEX audit_at ON audit (at);
    CREATE TABLE cursors (
      name TEXT PRIMARY KEY,
      value BIGINT NOT NULL
    );
    """
}
