package import Conversations

package struct TokenRecord: Sendable {
  package var id: Int64
  package var agent: String
  package var label: String?
  package var createdAt: Instant
  package var revokedAt: Instant?
}

/// A version of the configuration that came into force.
package struct ConfigurationLogRow: Sendable, Hashable {
  package var at: Instant
  package var version: String
  /// `start`, `reload`.
  package var how: String
  package var actor: String
  package init(at: Instant, version: String, how: String, actor: String) {
    (self.at, self.version, self.how, self.actor) = (at, version, how, actor)
  }
}

extension Transaction {
  package func insert(_ agent: Agent) throws {
    _ = try run(
      """
      INSERT INTO agents (name, display, email, role, queues, created_at, languages, skills, capacity)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      [
        .text(agent.name), .text(agent.display), Value(agent.email), .text(agent.role.rawValue),
        .text(agent.queues.joined(separator: " ")), Value(agent.createdAt),
        .text(agent.languages.joined(separator: " ")), .text(agent.skills.joined(separator: " ")),
        Value(agent.capacity),
      ])
  }

  /// Writes what may change of an agent: queues, languages, skills, capacity.
  package func save(_ agent: Agent) throws {
    try run(
      "UPDATE agents SET queues = $2, languages = $3, skills = $4, capacity = $5 WHERE name = $1",
      [
        .text(agent.name), .text(agent.queues.joined(separator: " ")),
        .text(agent.languages.joined(separator: " ")), .text(agent.skills.joined(separator: " ")),
        Value(agent.capacity),
      ])
  }

  package func agents() throws -> [Agent] {
    try rows("SELECT \(Self.agentColumns) FROM agents ORDER BY name").map { Self.agent($0) }
  }

  package func agent(_ name: String) throws -> Agent? {
    try first("SELECT \(Self.agentColumns) FROM agents WHERE name = $1", [.text(name)]).map { Self.agent($0) }
  }

  package func disableAgent(_ name: String, at: Instant) throws {
    _ = try run("UPDATE agents SET disabled_at = $2 WHERE name = $1", [.text(name), Value(at)])
    _ = try run("UPDATE tokens SET revoked_at = $2 WHERE agent = $1 AND revoked_at IS NULL", [.text(name), Value(at)])
    _ = try run("DELETE FROM leases WHERE agent = $1", [.text(name)])
    // What waits for them waits for everybody, in its old place.
    let theirs = try rows(
      "SELECT \(ConversationRecord.columns) FROM conversations WHERE assignee = $1 AND status <> 'resolved'",
      [.text(name)]
    ).map { ConversationRecord($0) }
    for before in theirs {
      var after = before
      after.assignee = nil
      try save(after, over: before)
    }
    _ = try run("DELETE FROM presence WHERE agent = $1", [.text(name)])
  }

  /// The agent behind a token that is neither revoked nor of a disabled agent, and whether they are there. `hash` is
  /// lower-case hex SHA-256.
  package func agent(tokenHash hash: String) throws -> (agent: Agent, presence: PresenceRecord?)? {
    try first(
      """
      SELECT \(Self.agentColumnsOfA), \(Self.presenceColumns) FROM tokens t JOIN agents a ON a.name = t.agent
        LEFT JOIN presence p ON p.agent = a.name
      WHERE t.hash = $1 AND t.revoked_at IS NULL AND a.disabled_at IS NULL
      """, [.text(hash)]
    ).map { row in
      let isKnown = row.optionalText(Self.agentColumnCount) != nil
      return (Self.agent(row), isKnown ? Self.presence(row, from: Self.agentColumnCount) : nil)
    }
  }

  package func insertToken(id: Int64, agent: String, hash: String, label: String?, at: Instant) throws {
    _ = try run(
      "INSERT INTO tokens (id, agent, hash, label, created_at) VALUES ($1, $2, $3, $4, $5)",
      [.int(id), .text(agent), .text(hash), Value(label), Value(at)])
  }

  package func tokens() throws -> [TokenRecord] {
    try rows("SELECT id, agent, label, created_at, revoked_at FROM tokens ORDER BY id").map {
      TokenRecord(
        id: $0.int64(0), agent: $0.text(1), label: $0.optionalText(2), createdAt: $0.instant(3),
        revokedAt: $0.optionalInstant(4))
    }
  }

  package func revokeToken(_ id: Int64, at: Instant) throws -> Bool {
    try run("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [.int(id), Value(at)]) == 1
  }

  package func audit(id: Int64, at: Instant, actor: String, action: String, subject: String?, detail: String?) throws {
    _ = try run(
      "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)",
      [.int(id), Value(at), .text(actor), .text(action), Value(subject), Value(detail)])
  }

  package func rememberConfiguration(version: String, at: Instant, filesJSON: String) throws {
    _ = try run(
      "INSERT INTO configurations (version, loaded_at, files_json) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING",
      [.text(version), Value(at), .text(filesJSON)])
  }

  /// Writes down that a version is in force.
  package func logConfiguration(_ row: ConfigurationLogRow) throws {
    try run(
      "INSERT INTO configuration_log (at, version, how, actor) VALUES ($1, $2, $3, $4)",
      [Value(row.at), .text(row.version), .text(row.how), .text(row.actor)])
  }

  /// Which versions came into force, the newest first.
  package func configurationLog(limit: Int) throws -> [ConfigurationLogRow] {
    try rows(
      "SELECT at, version, how, actor FROM configuration_log ORDER BY at DESC, version LIMIT $1", [.int(Int64(limit))]
    ).map { ConfigurationLogRow(at: $0.instant(0), version: $0.text(1), how: $0.text(2), actor: $0.text(3)) }
  }

  /// Keeps a classifier's file, once.
  package func rememberModel(version: String, content: [UInt8]) throws {
    guard try first("SELECT 1 FROM configuration_models WHERE version = $1", [.text(version)]) == nil else { return }
    try run(
      "INSERT INTO configuration_models (version, content) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING",
      [.text(version), .blob(content)])
  }

  /// A classifier's file; `nil` when it was not kept.
  package func model(version: String) throws -> [UInt8]? {
    try first("SELECT content FROM configuration_models WHERE version = $1", [.text(version)])?.blob(0)
  }

  /// All versions that are kept.
  package func configurationVersions() throws -> [String] {
    try rows("SELECT version FROM configurations ORDER BY version").map { $0.text(0) }
  }

  /// The files of a version as one JSON object, path → text; `nil` when no router has accepted it.
  package func configurationFiles(_ version: String) throws -> String? {
    try first("SELECT files_json FROM configurations WHERE version = $1", [.text(version)])?.text(0)
  }

  package func cursor(_ name: String) throws -> Int64 {
    try first("SELECT value FROM cursors WHERE name = $1", [.text(name)])?.int64(0) ?? 0
  }

  package func setCursor(_ name: String, _ value: Int64) throws {
    _ = try run(
      "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [.text(name), .int(value)])
  }

  private static let agentColumns =
    "name, display, email, role, queues, created_at, disabled_at, languages, skills, capacity"
  static let agentColumnsOfA = agentColumns.split(separator: ", ").map { "a." + $0 }.joined(separator: ", ")
  static let agentColumnCount = 10

  static func agent(_ row: Row) -> Agent {
    var agent = Agent(
      name: row.text(0), display: row.text(1), email: row.optionalText(2),
      role: Agent.Role(rawValue: row.text(3)) ?? .agent,
      queues: row.text(4).split(separator: " ").map(String.init), createdAt: row.instant(5))
    agent.disabledAt = row.optionalInstant(6)
    agent.languages = row.text(7).split(separator: " ").map(String.init)
    agent.skills = row.text(8).split(separator: " ").map(String.init)
    agent.capacity = row.optionalInt(9)
    return agent
  }
}
