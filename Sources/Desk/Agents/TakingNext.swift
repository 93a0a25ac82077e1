package import Conversations
import Routing
import Storage

extension Desk {
  /// What came of asking for work.
  private enum Asked: Sendable {
    case taken(ConversationRecord)
    case nothing
    case full(load: Int, of: Int)
  }

  /// Takes the conversation whose turn it is among the agent's queues and holds it for him by a lease that nobody else can
  /// get; what he was offered comes first. Whoever asks is online.
  /// - Throws: `DeskError.nothingWaiting`, `.full`, `.denied`, `.notFound` (no such queue).
  package func takeNext(for agent: Agent, queue: String?) async throws -> ConversationID {
    let (configuration, now) = (configuration.value, now())
    let queues = Set(try servedQueues(agent, asked: queue, configuration))
    let asked = try await store.write { [self] tx -> Asked in
      let asked = try next(agent, queues, queue, configuration, now, tx)
      var isGiven = false
      if case .taken = asked { isGiven = true }
      try tx.note(.online, of: agent.name, now: now, until: Desk.presenceEnd(now), isGiven: isGiven) { newID(now) }
      return asked
    }
    switch asked {
    case .taken(let conversation):
      feed.publish([LiveChange("taken", conversation)])
      return conversation.id
    case .nothing: throw DeskError.nothingWaiting
    case .full(let load, let capacity): throw DeskError.full(load: load, of: capacity)
    }
  }

  private func next(
    _ agent: Agent, _ queues: Set<String>, _ queue: String?, _ configuration: DeskConfiguration, _ now: Instant,
    _ tx: Transaction
  ) throws -> Asked {
    let held = try tx.held(by: agent.name, now: now)
    if let offer = held.first(where: { $0.isOffer && queues.contains($0.queue) }),
      let conversation = try tx.lockedConversation(offer.conversation),
      try hold(conversation, agent, configuration, now, tx)
    {
      return .taken(conversation)
    }
    let me = WorkCandidate(agent, load: configuration.load(held.map { ($0.channelKind, 1) }))
    if let capacity = agent.capacity, me.isFull { return .full(load: me.load, of: capacity) }
    let line = try Line(for: agent, configuration, now: now, tx)
    let heads = try tx.poolHeads(for: agent.name, queue: queue, now: now).filter { queues.contains($0.queue) }
    var matching = Matching(at: now, options: heads.map { line.option($0) }, agents: [me])
    while let (option, _) = matching.outcome() {
      if let conversation = try tx.claimWaiting(option.conversation, now: now),
        try hold(conversation, agent, configuration, now, tx)
      {
        try decided("next", conversation, matching, configuration, tx)
        return .taken(conversation)
      }
      // Somebody else is just taking it: whoever comes behind it.
      matching.options.removeAll { $0.conversation == option.conversation }
      if let other = try tx.poolHead(after: option.head, for: agent.name, queue: queue, now: now) {
        matching.options.append(line.option(other))
      }
    }
    return .nothing
  }
}
