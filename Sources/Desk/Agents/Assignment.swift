package import Conversations
import Routing
import Storage

extension Desk {
  /// Takes (or renews) the lease on one conversation.
  package func take(_ id: ConversationID, for agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      try desk.holdOrExplain(conversation, agent, configuration, now, tx)
      return "taken"
    }
  }

  /// Gives a held conversation back; it keeps its place in the queue.
  package func release(_ id: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, _, now, tx in
      guard let lease = try tx.lease(of: id, now: now) else { return "released" }
      guard lease.agent == agent.name || agent.role != .agent else {
        throw DeskError.held(by: lease.agent, until: lease.expiresAt)
      }
      try tx.dropLease(id)
      try desk.logEvent("released", conversation, agent, now, tx)
      return "released"
    }
  }

  package func transfer(_ id: ConversationID, to queue: String, reason: String?, by agent: Agent) async throws {
    let reason = reason.map { redactor.redact($0).text }
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      guard configuration.table.queue(queue) != nil else { throw DeskError.notFound("no queue `\(queue)`") }
      let from = conversation.queue
      (conversation.queue, conversation.homeQueue, conversation.assignee) = (queue, queue, nil)
      // Whoever moves it by hand knows who is to have it.
      conversation.skills = ""
      conversation.lineUp(configuration, now: now)
      conversation.reason = "moved from \(from) by \(agent.name)" + (reason.map { ": \($0)" } ?? "")
      try tx.dropLease(id)
      try desk.decided("transfer", conversation, agent, reason, configuration, now, tx)
      try desk.retarget(&conversation, configuration: configuration, now: now, tx)
      try desk.logEvent("transfer", conversation, agent, now, tx, data: ["from": JSON(from), "reason": JSON(reason)])
      return "transferred"
    }
  }

  /// Gives the conversation to `assignee` (`nil` = to nobody in particular).
  package func assign(_ id: ConversationID, to assignee: String?, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, _, now, tx in
      if let assignee {
        guard let person = try tx.agent(assignee), person.disabledAt == nil else {
          throw DeskError.notFound("no agent `\(assignee)`")
        }
        guard person.serves(conversation.queue) else {
          throw DeskError.invalid("\(assignee) does not serve the queue \(conversation.queue)")
        }
      }
      (conversation.assignee, conversation.keptFor, conversation.keptUntil) = (assignee, nil, nil)
      try tx.dropLease(id)
      try desk.logEvent("assign", conversation, agent, now, tx, data: ["to": JSON(assignee)])
      return "assigned"
    }
  }

  /// Hides it from `next` until `until`; a customer's message wakes it.
  package func snooze(_ id: ConversationID, until: Instant, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, _, now, tx in
      guard until > now else { throw DeskError.invalid("the time to wake it lies in the past") }
      conversation.readyAt = until
      try tx.dropLease(id)
      try desk.logEvent("snooze", conversation, agent, now, tx, data: ["until": JSON(until)])
      return "snoozed"
    }
  }

  package func resolve(_ id: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      try desk.refuseIfHeldByAnother(conversation, agent, now, tx)
      try desk.change(&conversation, to: .resolved, actor: agent.name, configuration: configuration, now: now, tx)
      return "status"
    }
    outboxBell.ring()
  }

  package func reopen(_ id: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      try desk.change(&conversation, to: .open, actor: agent.name, configuration: configuration, now: now, tx)
      return "status"
    }
  }

  package func setCategory(_ id: ConversationID, _ category: String, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      guard configuration.table.category(category) != nil else { throw DeskError.notFound("no category `\(category)`") }
      let from = conversation.category
      conversation.category = category
      try desk.hasten(&conversation, agent, configuration, now, tx)
      try desk.decided("category", conversation, agent, "from \(from)", configuration, now, tx)
      try desk.retarget(&conversation, configuration: configuration, now: now, tx)
      try desk.logEvent("category", conversation, agent, now, tx, data: ["from": JSON(from), "to": JSON(category)])
      return "category"
    }
  }

  /// Into an urgent category: its queue and priority at once, in or out of hours, as if the router had seen it. The agent
  /// who decides so knows of it, so nobody else is alerted.
  private func hasten(
    _ conversation: inout ConversationRecord, _ agent: Agent, _ configuration: DeskConfiguration, _ now: Instant,
    _ tx: Transaction
  ) throws {
    guard let category = configuration.table.category(conversation.category), category.isUrgent else { return }
    conversation.priority = max(conversation.priority, category.priority)
    guard configuration.table.queue(category.queue) != nil, conversation.homeQueue != category.queue else { return }
    let from = conversation.queue
    (conversation.queue, conversation.homeQueue, conversation.assignee) = (category.queue, category.queue, nil)
    conversation.skills = ""
    conversation.lineUp(configuration, now: now)
    conversation.reason = "urgent category \(category.name)"
    try tx.dropLease(conversation.id)
    try logEvent(
      "transfer", conversation, agent, now, tx, data: ["from": JSON(from), "reason": JSON(conversation.reason)])
  }

  package func setPriority(_ id: ConversationID, _ priority: Priority, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      let from = conversation.priority
      conversation.priority = priority
      try desk.decided("priority", conversation, agent, "from \(from.rawValue)", configuration, now, tx)
      try desk.retarget(&conversation, configuration: configuration, now: now, tx)
      try desk.logEvent(
        "priority", conversation, agent, now, tx, data: ["from": JSON(from.rawValue), "to": JSON(priority.rawValue)])
      return "priority"
    }
  }
}

extension ConversationRecord {
  /// REQUIREMENTS 28: to agents who serve neither its queue nor the one it belongs to, it does not exist.
  func isVisible(to agent: Agent) -> Bool { agent.serves(queue) || agent.serves(homeQueue) }
}

extension LiveChange {
  init(_ what: String, _ conversation: ConversationRecord) {
    self.init(
      what, conversation.id, queue: conversation.queue, channel: conversation.channel, threadKey: conversation.threadKey
    )
  }
}
