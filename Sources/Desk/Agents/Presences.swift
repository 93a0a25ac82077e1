package import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Without a sign of life an agent is offline after this; as long as most leases.
  static let presenceSeconds: Int64 = 900
  /// A sign of life is written down at most this often.
  private static let prolongSeconds: Int64 = 60

  static func presenceEnd(_ now: Instant) -> Instant { now.adding(seconds: presenceSeconds) }

  /// What the agent says of themselves. Whoever goes offline gives back what they hold, and what waited for them waits for
  /// everybody, each in its old place.
  package func setPresence(_ state: Presence, of agent: Agent) async throws {
    let now = now()
    let changes = try await store.write { [self] tx -> [LiveChange] in
      let end = state == .offline ? now : Desk.presenceEnd(now)
      try tx.note(state, of: agent.name, now: now, until: end) { newID(now) }
      guard state == .offline else { return [] }
      return try giveBackHeld(agent.name, now, tx) + giveBackAssigned(agent.name, now, tx)
    }
    feed.publish(changes)
    offerBell.ring()
  }

  /// Somebody watches: they are there, unless they said that they are away.
  package func attend(_ agent: Agent) async throws {
    let now = now()
    try await store.write { [self] tx in
      let known = try tx.presence(of: agent.name)?.state(at: now) ?? .offline
      try tx.note(known == .away ? .away : .online, of: agent.name, now: now, until: Desk.presenceEnd(now)) {
        newID(now)
      }
    }
    offerBell.ring()
  }

  /// `{"state","since","until"}` as agents see it.
  package func presence(of agent: Agent) async throws -> JSON {
    let now = now()
    return try await store.read { try $0.presence(of: agent.name) }.json(now)
  }

  /// Every command of an agent who is there is a sign of life.
  func prolong(_ presence: PresenceRecord?, _ now: Instant) async throws {
    guard let presence, presence.state(at: now) != .offline,
      Desk.presenceEnd(now).seconds(since: presence.until) >= Desk.prolongSeconds
    else { return }
    try await store.write { try $0.prolongPresence(of: presence.agent, until: Desk.presenceEnd(now)) }
  }

  /// Those of whom nothing was heard for too long: what waits for them alone waits for everybody. What they hold ends with
  /// its lease, which is a sign of life that may last longer. Returns how many they were.
  @discardableResult
  package func sweepPresences() async throws -> Int {
    let now = now()
    let (count, changes) = try await store.write { [self] tx -> (Int, [LiveChange]) in
      let over = try tx.presencesOver(now: now)
      let changes = try over.flatMap { gone in
        try tx.note(.offline, of: gone.agent, now: now, until: gone.until) { newID(now) }
        return try giveBackAssigned(gone.agent, now, tx)
      }
      return (over.count, changes)
    }
    feed.publish(changes)
    return count
  }

  private func giveBackHeld(_ name: String, _ now: Instant, _ tx: Transaction) throws -> [LiveChange] {
    let held = try tx.held(by: name, now: now)
    return try tx.conversations(held.map(\.conversation)).map { conversation in
      try tx.dropLease(conversation.id)
      try tx.log(
        id: newID(now), conversation.id, "released", at: now, actor: name, queue: conversation.queue,
        data: ["cause": "offline"])
      return LiveChange("released", conversation)
    }
  }

  /// What waits for one agent alone waits for everybody, but for what `stays`.
  func giveBackAssigned(
    _ name: String, _ now: Instant, _ tx: Transaction, unless stays: (ConversationRecord) -> Bool = { _ in false }
  ) throws -> [LiveChange] {
    try tx.waitingFor(name).filter { !stays($0) }.map { found in
      var conversation = found
      (conversation.assignee, conversation.updatedAt) = (nil, now)
      try tx.save(conversation, over: found)
      try tx.log(
        id: newID(now), conversation.id, "assign", at: now, actor: nil, queue: conversation.queue,
        data: ["to": nil, "from": JSON(name), "cause": "offline"])
      return LiveChange("assigned", conversation)
    }
  }
}

extension Optional<PresenceRecord> {
  func json(_ now: Instant) -> JSON {
    guard let self else { return ["state": JSON(Presence.offline.rawValue), "since": nil, "until": nil] }
    let state = self.state(at: now)
    return [
      "state": JSON(state.rawValue), "since": JSON(state == self.state ? self.since : self.until),
      "until": state == .offline ? .null : JSON(self.until),
    ]
  }
}
