package import Conversations
import Routing
import Storage

extension Desk {
  /// The agent behind a bearer token; `nil` when it is unknown, revoked, or its agent disabled. Only the hash is looked up.
  package func agent(token: String) async throws -> Agent? {
    guard (16...200).contains(token.utf8.count) else { return nil }
    let hash = sha256Hex(token.utf8)
    return try await store.read { try $0.agent(tokenHash: hash) }
  }

  /// Adds an agent; the name is what colleagues type.
  package func addAgent(_ agent: Agent) async throws {
    guard ChannelName(rawValue: agent.name) != nil else {
      throw DeskError.invalid("a name is 1…64 of a–z, 0–9, `-` and `_`: `\(agent.name)` is not")
    }
    let known = Set(configuration.value.table.queues.map(\.name))
    if let unknown = agent.queues.first(where: { !known.contains($0) }) {
      throw DeskError.notFound("no queue `\(unknown)`")
    }
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

  /// Makes a token for an agent and returns it: it is shown once and kept only as its hash. `chance`: at least 32 fresh bytes.
  package func createToken(for name: String, label: String?, chance: [UInt8]) async throws -> String {
    let (now, token) = (now(), "pb_" + base32(chance))
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

extension Agent {
  package var json: JSON {
    [
      "name": JSON(name), "display": JSON(display), "email": JSON(email), "role": JSON(role.rawValue),
      "queues": JSON(queues),
      "disabled_at": JSON(disabledAt),
    ]
  }
}
