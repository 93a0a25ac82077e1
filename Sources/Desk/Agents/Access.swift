package import Conversations
import Routing
import Storage

extension Desk {
  /// The agent behind a bearer token; `nil` when it is unknown, revoked, or its agent disabled. Only the hash is looked up.
  package func agent(token: String) async throws -> Agent? {
    guard (16...200).contains(token.utf8.count) else { return nil }
    let hash = sha256Hex(token.utf8)
    guard let (agent, presence) = try await store.read({ try $0.agent(tokenHash: hash) }) else { return nil }
    try await prolong(presence, now())
    return agent
  }

  /// Adds an agent; the name is what colleagues type.
  package func addAgent(_ agent: Agent) async throws {
    guard ChannelName(rawValue: agent.name) != nil else {
      throw DeskError.invalid("a name is 1…64 of a–z, 0–9, `-` and `_`: `\(agent.name)` is not")
    }
    try check(agent)
    let now = now()
    try await store.write { [self] tx in
      guard try tx.agent(agent.name) == nil else {
        throw DeskError.invalid("there is an agent `\(agent.name)` already")
      }
      try tx.insert(agent)
      try tx.audit(
        id: newID(now), at: now, actor: "operator", action: "agent added", subject: agent.name,
        detail: agent.role.rawValue)
    }
  }

  /// Changes what an agent serves, speaks, can and may hold. What is theirs alone in queues that they no longer serve waits
  /// for everybody.
  /// - Throws: `.notFound` (no such agent or queue), `.invalid`.
  package func changeAgent(_ name: String, _ change: AgentChange) async throws -> Agent {
    let now = now()
    let (agent, changes) = try await store.write { [self] tx -> (Agent, [LiveChange]) in
      guard var agent = try tx.agent(name), agent.disabledAt == nil else {
        throw DeskError.notFound("no agent `\(name)`")
      }
      change.apply(to: &agent)
      try check(agent)
      try tx.save(agent)
      try tx.audit(
        id: newID(now), at: now, actor: "operator", action: "agent changed", subject: name, detail: agent.abilities)
      let served = agent
      return (agent, try giveBackAssigned(name, now, tx) { served.serves($0.queue) })
    }
    feed.publish(changes)
    return agent
  }

  private func check(_ agent: Agent) throws {
    let table = configuration.value.table
    if let unknown = agent.queues.first(where: { table.queue($0) == nil }) {
      throw DeskError.notFound("no queue `\(unknown)`")
    }
    if let unknown = agent.languages.first(where: { !Pool.languages.contains($0) }) {
      throw DeskError.invalid("`\(unknown)` is not a language of two letters that we know, such as zh or en")
    }
    if let unknown = agent.skills.first(where: { !table.skills.contains($0) }) {
      let known = table.skills.sorted().joined(separator: ", ")
      throw DeskError.invalid(
        "no queue and no category asks for the skill `\(unknown)`\(known.isEmpty ? "" : "; asked for are: \(known)")")
    }
    if let capacity = agent.capacity, !(1...1000).contains(capacity) {
      throw DeskError.invalid("a capacity is from 1 to 1000")
    }
  }

  /// How every token of ours begins: whoever finds one knows what it opens.
  static let tokenStart = "pb_"

  /// Makes a token for an agent and returns it: it is shown once and kept only as its hash. `chance`: at least 32 fresh bytes.
  package func createToken(for name: String, label: String?, chance: [UInt8]) async throws -> String {
    let (now, token) = (now(), Self.tokenStart + base32(chance))
    let hash = sha256Hex(token.utf8)
    try await store.write { [self] tx in
      guard let agent = try tx.agent(name), agent.disabledAt == nil else {
        throw DeskError.notFound("no agent `\(name)`")
      }
      try tx.insertToken(id: newID(now), agent: agent.name, hash: hash, label: label, at: now)
      try tx.audit(id: newID(now), at: now, actor: "operator", action: "token created", subject: name, detail: label)
    }
    return token
  }
}

/// What is to be changed of an agent; `nil` stays as it is.
package struct AgentChange: Sendable {
  package var queues: [String]?
  package var languages: [String]?
  package var skills: [String]?
  /// `.some(nil)`: as much as they take.
  package var capacity: Int??
  package init(queues: [String]? = nil, languages: [String]? = nil, skills: [String]? = nil, capacity: Int?? = nil) {
    (self.queues, self.languages, self.skills, self.capacity) = (queues, languages, skills, capacity)
  }

  func apply(to agent: inout Agent) {
    agent.queues = queues ?? agent.queues
    agent.languages = languages ?? agent.languages
    agent.skills = skills ?? agent.skills
    agent.capacity = capacity ?? agent.capacity
  }
}

extension Agent {
  /// In one line.
  package var abilities: String {
    let parts = [
      queues.isEmpty ? "all queues" : queues.joined(separator: " "),
      languages.isEmpty ? "" : "speaks " + languages.joined(separator: " "),
      skills.isEmpty ? "" : "skills " + skills.joined(separator: " "), capacity.map { "capacity \($0)" } ?? "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  package var json: JSON {
    [
      "name": JSON(name), "display": JSON(display), "email": JSON(email), "role": JSON(role.rawValue),
      "queues": JSON(queues), "languages": JSON(languages), "skills": JSON(skills), "capacity": JSON(capacity),
      "disabled_at": JSON(disabledAt),
    ]
  }
}
