import Conversations
import Routing
import Storage

extension Desk {
  /// Loads and locks one conversation the agent may see, lets `body` change it, saves it, tells the feed what `body` calls it.
  func act(
    on id: ConversationID, as agent: Agent,
    _ body:
      @escaping @Sendable (Desk, inout ConversationRecord, DeskConfiguration, Instant, Transaction) throws -> String
  ) async throws {
    let (configuration, now) = (configuration.value, now())
    let change = try await store.write { [self] tx -> LiveChange in
      var conversation = try visible(id, to: agent, tx)
      let what = try body(self, &conversation, configuration, now, tx)
      conversation.updatedAt = now
      try tx.save(conversation)
      return LiveChange(what, conversation)
    }
    feed.publish([change])
  }

  /// The conversation, locked, if the agent may see it; to others it does not exist.
  func visible(_ id: ConversationID, to agent: Agent, _ tx: Transaction) throws -> ConversationRecord {
    guard let found = try tx.lockedConversation(id), try mayOpen(found, agent, now(), tx) else {
      throw DeskError.notFound("no conversation \(id)")
    }
    return found
  }

  /// Of a queue that the agent serves; or in their hands, wherever a message of the customer has moved it meanwhile.
  func mayOpen(_ conversation: ConversationRecord, _ agent: Agent, _ now: Instant, _ tx: Transaction) throws -> Bool {
    if conversation.isVisible(to: agent) { return true }
    return try tx.lease(of: conversation.id, now: now)?.agent == agent.name
  }

  func servedQueues(_ agent: Agent, asked: String?, _ configuration: DeskConfiguration) throws -> [String] {
    guard let asked else { return configuration.table.queues.map(\.name).filter { agent.serves($0) } }
    guard configuration.table.queue(asked) != nil else { throw DeskError.notFound("no queue `\(asked)`") }
    guard agent.serves(asked) else { throw DeskError.denied("queue \(asked) is not yours") }
    return [asked]
  }

  /// Takes or renews the lease; false when somebody else was first.
  func hold(
    _ conversation: ConversationRecord, _ agent: Agent, _ configuration: DeskConfiguration, _ now: Instant,
    _ tx: Transaction
  ) throws -> Bool {
    let seconds = configuration.table.queue(conversation.queue)?.leaseSeconds ?? 900
    let until = now.adding(seconds: Int64(seconds))
    guard try tx.takeLease(conversation.id, agent: agent.name, now: now, until: until) else { return false }
    try logEvent("taken", conversation, agent, now, tx, data: ["until": JSON(until)])
    return true
  }

  func holdOrExplain(
    _ conversation: ConversationRecord, _ agent: Agent, _ configuration: DeskConfiguration, _ now: Instant,
    _ tx: Transaction
  ) throws {
    if try hold(conversation, agent, configuration, now, tx) { return }
    try refuseIfHeldByAnother(conversation, agent, now, tx)
  }

  func refuseIfHeldByAnother(_ conversation: ConversationRecord, _ agent: Agent, _ now: Instant, _ tx: Transaction)
    throws
  {
    if let lease = try tx.lease(of: conversation.id, now: now), lease.agent != agent.name {
      throw DeskError.held(by: lease.agent, until: lease.expiresAt)
    }
  }

  func logEvent(
    _ kind: String, _ conversation: ConversationRecord, _ agent: Agent, _ now: Instant, _ tx: Transaction,
    data: JSON? = nil
  ) throws {
    try tx.log(id: newID(now), conversation.id, kind, at: now, actor: agent.name, queue: conversation.queue, data: data)
  }

  /// A person's decision stands in the same list as the router's.
  func decided(
    _ kind: String, _ conversation: ConversationRecord, _ agent: Agent, _ why: String?,
    _ configuration: DeskConfiguration,
    _ now: Instant, _ tx: Transaction
  ) throws {
    let trace: JSON = [["step": "person", "agent": JSON(agent.name), "why": JSON(why)]]
    try tx.insert(
      DecisionRecord(
        id: newID(now), conversation: conversation.id, message: nil, at: now, kind: kind,
        configuration: configuration.version,
        inputsHash: "", category: conversation.category, priority: conversation.priority, queue: conversation.queue,
        traceJSON: trace.description))
  }
}
