package import Conversations

/// Whether an agent is there, as last heard.
package struct PresenceRecord: Sendable, Hashable {
  package var agent: String
  package var state: Presence
  package var since: Instant
  /// Without a sign of life they are offline from then on.
  package var until: Instant
  /// When they were last given work.
  package var givenAt: Instant?
  /// Offers in a row that ran out.
  package var unanswered: Int

  package func state(at now: Instant) -> Presence { until > now ? state : .offline }
}

/// From `at` on an agent was in this state.
package struct PresenceChange: Sendable, Hashable {
  package var agent: String
  package var state: Presence
  package var at: Instant
}

/// What an agent holds of one kind of channel.
package struct LoadRow: Sendable, Hashable {
  package var agent: String
  package var channelKind: String
  package var count: Int
  /// Whether one of them is an offer they have not answered.
  package var hasOffer: Bool
}

/// One conversation that an agent holds.
package struct HeldRow: Sendable, Hashable {
  package var conversation: ConversationID
  package var queue: String
  package var channelKind: String
  package var isOffer: Bool
}

extension Transaction {
  package func presence(of agent: String) throws -> PresenceRecord? {
    try first("SELECT \(Self.presenceColumns) FROM presence p WHERE p.agent = $1", [.text(agent)])
      .map { Self.presence($0, from: 0) }
  }

  package func presences() throws -> [PresenceRecord] {
    try rows("SELECT \(Self.presenceColumns) FROM presence p ORDER BY p.agent").map { Self.presence($0, from: 0) }
  }

  /// Those whose time ran out since they were last seen.
  package func presencesOver(now: Instant) throws -> [PresenceRecord] {
    try rows(
      """
      SELECT \(Self.presenceColumns) FROM presence p WHERE p.state <> 'offline' AND p.until_at <= $1
      ORDER BY p.agent\(dialect.skipLocked)
      """, [Value(now)]
    ).map { Self.presence($0, from: 0) }
  }

  /// Writes who is there; `since` stays while the state does and has not run out. `isGiven`: they get work with it.
  ///
  /// What changes is logged, and first that the state before ran out, if it did: `newID` is asked for two ids.
  package func note(
    _ state: Presence, of agent: String, now: Instant, until: Instant, isGiven: Bool = false, newID: () -> Int64
  ) throws {
    try run(
      """
      INSERT INTO presence_log (id, agent, state, at)
      SELECT CAST($4 AS BIGINT), p.agent, 'offline', p.until_at FROM presence p
        WHERE p.agent = $1 AND p.state <> 'offline' AND p.until_at <= $3
      UNION ALL SELECT CAST($5 AS BIGINT), CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
        WHERE NOT EXISTS (SELECT 1 FROM presence p WHERE p.agent = $1 AND (
          p.state = $2 AND (p.until_at > $3 OR $2 = 'offline') OR $2 = 'offline' AND p.until_at <= $3))
      """, [.text(agent), Value(state), Value(now), .int(newID()), .int(newID())])
    try run(
      """
      INSERT INTO presence (agent, state, since, until_at, given_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (agent) DO UPDATE SET
        since = CASE WHEN presence.state = excluded.state AND presence.until_at > excluded.since THEN presence.since
          ELSE excluded.since END,
        state = excluded.state, until_at = excluded.until_at, unanswered = 0,
        given_at = COALESCE(excluded.given_at, presence.given_at)
      """, [.text(agent), Value(state), Value(now), Value(until), isGiven ? Value(now) : .null])
  }

  /// Changes of presence in a period, by agent and time, each agent's last one before it at its beginning; those logged
  /// with a larger id than `idLimit` aside.
  package func presenceChanges(from: Instant, to: Instant, upTo idLimit: Int64) throws -> [PresenceChange] {
    let before = try rows(
      """
      SELECT a.name, (SELECT p.state FROM presence_log p WHERE p.agent = a.name AND p.at <= $1 AND p.id <= $2
        ORDER BY p.at DESC, p.id DESC LIMIT 1) FROM agents a ORDER BY a.name
      """, [Value(from), .int(idLimit)]
    ).compactMap { row in
      row.optionalText(1).flatMap(Presence.init).map { PresenceChange(agent: row.text(0), state: $0, at: from) }
    }
    let changes = try rows(
      "SELECT agent, state, at FROM presence_log WHERE at > $1 AND at < $2 AND id <= $3 ORDER BY at, id",
      [Value(from), Value(to), .int(idLimit)]
    ).compactMap { row in
      Presence(rawValue: row.text(1)).map { PresenceChange(agent: row.text(0), state: $0, at: row.instant(2)) }
    }
    return before + changes
  }

  /// Of the newest change of anybody's presence.
  func newestPresence() throws -> Int64 {
    try first("SELECT COALESCE(MAX(id), 0) FROM presence_log")?.int64(0) ?? 0
  }

  /// A sign of life of somebody who is there.
  package func prolongPresence(of agent: String, until: Instant) throws {
    try run(
      "UPDATE presence SET until_at = $2 WHERE agent = $1 AND state <> 'offline' AND until_at < $2",
      [.text(agent), Value(until)])
  }

  package func noteGiven(to agent: String, at now: Instant) throws {
    try run("UPDATE presence SET given_at = $2 WHERE agent = $1", [.text(agent), Value(now)])
  }

  /// One more offer ran out; returns how many in a row.
  package func noteUnanswered(by agent: String) throws -> Int {
    try first(
      "UPDATE presence SET unanswered = unanswered + 1 WHERE agent = $1 RETURNING unanswered", [.text(agent)]
    )?.int(0) ?? 0
  }

  /// Agents who are online. With `isClaiming` nobody else gives them work before this transaction ends; those to whom
  /// somebody else is just giving are left out.
  package func agentsOnline(now: Instant, isClaiming: Bool = false) throws -> [(agent: Agent, presence: PresenceRecord)]
  {
    try rows(
      """
      SELECT \(Self.agentColumnsOfA), \(Self.presenceColumns) FROM presence p JOIN agents a ON a.name = p.agent
      WHERE p.state = 'online' AND p.until_at > $1 AND a.disabled_at IS NULL
      ORDER BY a.name\(isClaiming ? dialect.skipLocked : "")
      """, [Value(now)]
    ).map { (Self.agent($0), Self.presence($0, from: Self.agentColumnCount)) }
  }

  /// The last agent who answered this contact since `since`, if they are online now.
  package func lastAgentOnline(of contact: ContactID, since: Instant, now: Instant) throws -> String? {
    try first(
      """
      SELECT m.author FROM conversations c JOIN messages m ON m.conversation_id = c.id
        JOIN presence p ON p.agent = m.author
      WHERE c.contact_id = $1 AND m.direction = 'out' AND m.received_at >= $2 AND p.state = 'online' AND p.until_at > $3
      ORDER BY m.id DESC LIMIT 1
      """, [Value(contact), Value(since), Value(now)]
    )?.text(0)
  }

  /// What each agent holds, by kind of channel.
  package func loads(now: Instant) throws -> [LoadRow] {
    try rows(
      """
      SELECT l.agent, c.channel_kind, COUNT(*), MAX(l.offered) FROM leases l
        JOIN conversations c ON c.id = l.conversation_id
      WHERE l.expires_at > $1 GROUP BY l.agent, c.channel_kind
      """, [Value(now)]
    ).map { LoadRow(agent: $0.text(0), channelKind: $0.text(1), count: $0.int(2), hasOffer: $0.bool(3)) }
  }

  /// What one agent holds, offers included.
  package func held(by agent: String, now: Instant) throws -> [HeldRow] {
    try rows(
      """
      SELECT c.id, c.queue, c.channel_kind, l.offered FROM leases l JOIN conversations c ON c.id = l.conversation_id
      WHERE l.agent = $1 AND l.expires_at > $2 ORDER BY c.turn, c.id
      """, [.text(agent), Value(now)]
    ).map {
      HeldRow(conversation: $0.identifier(0), queue: $0.text(1), channelKind: $0.text(2), isOffer: $0.bool(3))
    }
  }

  /// Languages and skills that any agent is known to have: what nobody has can be asked of nobody.
  package func abilities() throws -> (languages: Set<String>, skills: Set<String>) {
    let found = try rows(
      "SELECT languages, skills FROM agents WHERE disabled_at IS NULL AND (languages <> '' OR skills <> '')")
    func words(_ column: Int) -> Set<String> {
      Set(found.flatMap { $0.text(column).split(separator: " ").map(String.init) })
    }
    return (words(0), words(1))
  }

  static let presenceColumns = "p.agent, p.state, p.since, p.until_at, p.given_at, p.unanswered"

  static func presence(_ row: Row, from first: Int) -> PresenceRecord {
    PresenceRecord(
      agent: row.text(first), state: Presence(rawValue: row.text(first + 1)) ?? .offline, since: row.instant(first + 2),
      until: row.instant(first + 3), givenAt: row.optionalInstant(first + 4), unanswered: row.int(first + 5))
  }
}
