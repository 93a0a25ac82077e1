extension Schema {
  /// Who was there when: each change of an agent's presence.
  static let presenceLog = """
    CREATE TABLE presence_log (
      id {id},
      agent TEXT NOT NULL,
      state TEXT NOT NULL,
      at BIGINT NOT NULL
    );
    CREATE INDEX presence_log_agent ON presence_log (agent, at, id);
    CREATE INDEX presence_log_at ON presence_log (at, id);
    """

  /// The line of waiting conversations: whose turn it is, who is there to take it, what is offered to whom.
  ///
  /// What waits already gets its pool and turn here, as `Pool` and `Turn` of this version reckon them; afterwards every
  /// write of a conversation brings them along.
  static let line = """
    ALTER TABLE conversations ADD COLUMN pool {text} NOT NULL DEFAULT '';
    ALTER TABLE conversations ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN kept_for TEXT;
    ALTER TABLE conversations ADD COLUMN kept_until BIGINT;
    ALTER TABLE conversations ADD COLUMN moves_at BIGINT;
    ALTER TABLE conversations ADD COLUMN ways TEXT;
    UPDATE conversations SET
      pool = CASE WHEN assignee IS NOT NULL THEN '@' || assignee
        ELSE queue || ' ' || category || ' ' || CASE
          WHEN (length(language) = 2 OR substr(language, 3, 1) = '-') AND lower(substr(language, 1, 2)) IN (
            'ar', 'bg', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fa', 'fi', 'fr', 'he', 'hi', 'hr', 'hu', 'id', 'it',
            'ja', 'ko', 'lt', 'lv', 'ms', 'nl', 'no', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sr', 'sv', 'th', 'tl', 'tr',
            'uk', 'ur', 'vi', 'zh')
          THEN lower(substr(language, 1, 2)) ELSE '-' END END,
      turn = CASE
          WHEN due_at < enqueued_at THEN enqueued_at
          WHEN due_at < enqueued_at + CAST(1000000 AS BIGINT) * CASE priority
            WHEN 0 THEN 300 WHEN 1 THEN 3600 WHEN 3 THEN 86400 ELSE 14400 END THEN due_at
          ELSE enqueued_at + CAST(1000000 AS BIGINT) * CASE priority
            WHEN 0 THEN 300 WHEN 1 THEN 3600 WHEN 3 THEN 86400 ELSE 14400 END
        END - CASE priority WHEN 0 THEN 1152921504606846976 ELSE 0 END;
    DROP INDEX conversations_waiting;
    CREATE INDEX conversations_turn ON conversations (pool, turn, id) WHERE status IN ('new', 'open');
    CREATE INDEX conversations_moving ON conversations (moves_at)
      WHERE moves_at IS NOT NULL AND status IN ('new', 'open');

    ALTER TABLE agents ADD COLUMN languages TEXT NOT NULL DEFAULT '';
    ALTER TABLE agents ADD COLUMN skills TEXT NOT NULL DEFAULT '';
    ALTER TABLE agents ADD COLUMN capacity BIGINT;
    CREATE TABLE presence (
      agent TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      since BIGINT NOT NULL,
      until_at BIGINT NOT NULL,
      given_at BIGINT,
      unanswered BIGINT NOT NULL DEFAULT 0
    );

    ALTER TABLE leases ADD COLUMN offered BIGINT NOT NULL DEFAULT 0;
    CREATE INDEX leases_offered ON leases (expires_at) WHERE offered = 1;
    CREATE TABLE declines (
      conversation_id BIGINT NOT NULL REFERENCES conversations (id),
      agent TEXT NOT NULL,
      until_at BIGINT NOT NULL,
      PRIMARY KEY (conversation_id, agent)
    );
    """
}
