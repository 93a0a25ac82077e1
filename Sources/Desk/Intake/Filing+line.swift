import Conversations
import Routing
import Storage

extension Filing {
  /// How long a conversation is kept for the agent whom its customer knows.
  private static let keptSeconds: Int64 = 300

  /// Where it stands in the line after this message: on its way through the targets of its rule, kept for the agent whom
  /// the customer knows, or free where its agent is gone.
  func takePlace(
    _ prepared: PreparedEvent, _ conversation: inout ConversationRecord, from before: ConversationRecord, isNew: Bool,
    _ tx: Transaction
  ) throws {
    guard conversation.status.isWaiting else { return }
    let hasMoved = isNew || conversation.queue != before.queue
    if hasMoved { try setOut(prepared.decision, &conversation, tx) }
    guard isNew || !before.status.isWaiting else { return }
    try freeFromAbsent(&conversation, tx)
    try keepForKnown(&conversation, tx)
  }

  private func setOut(_ decision: RoutingDecision, _ conversation: inout ConversationRecord, _ tx: Transaction) throws {
    let targets = decision.targets
    guard let first = targets.first, conversation.queue == first.queue else {
      return conversation.lineUp(configuration, now: now)
    }
    conversation.lineUp(
      configuration, now: now, rest: Array(targets.dropFirst()), timeoutSeconds: first.timeoutSeconds)
    guard targets.count > 1 else { return }
    let ways = Ways(targets: targets, attended: try desk.attendedQueues(configuration, now, tx))
    // Nobody anywhere: it waits where it was meant to begin.
    guard let next = ways.next, next > 0 else { return }
    _ = try desk.follow(ways, &conversation, configuration, now, tx)
  }

  /// What belongs to an agent who has gone does not wait for them (REQUIREMENTS 30). Of those who never were there nobody
  /// knows whether they are gone.
  private func freeFromAbsent(_ conversation: inout ConversationRecord, _ tx: Transaction) throws {
    guard let assignee = conversation.assignee, let presence = try tx.presence(of: assignee),
      presence.state(at: now) == .offline
    else { return }
    conversation.assignee = nil
    try tx.log(
      id: newID(), conversation.id, "assign", at: now, actor: nil, queue: conversation.queue,
      data: ["to": nil, "from": JSON(assignee), "cause": "offline"])
  }

  private func keepForKnown(_ conversation: inout ConversationRecord, _ tx: Transaction) throws {
    guard let sticky = configuration.table.queue(conversation.queue)?.stickySeconds, conversation.assignee == nil,
      conversation.priority != .urgent,
      let known = try tx.lastAgentOnline(of: conversation.contact, since: now.adding(seconds: -sticky), now: now)
    else { return }
    (conversation.keptFor, conversation.keptUntil) = (known, now.adding(seconds: Self.keptSeconds))
  }
}
