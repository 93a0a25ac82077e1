import Conversations
import Routing
import Storage

extension Desk {
  func clocks(_ configuration: DeskConfiguration, now: Instant) -> ClockKeeper {
    ClockKeeper(desk: self, configuration: configuration, now: now)
  }

  /// Changes the status with everything that hangs on it: clocks, place in the queue, the event log.
  func change(
    _ conversation: inout ConversationRecord, to status: ConversationStatus, actor: String?,
    configuration: DeskConfiguration,
    now: Instant, cause: String? = nil, _ tx: Transaction
  ) throws {
    let before = conversation.status
    guard before != status else { return }
    conversation.status = status
    if status == .resolved {
      conversation.resolvedAt = now
      // Whatever comes of it later is not to be hidden.
      conversation.readyAt = min(conversation.readyAt, now)
      try tx.dropLease(conversation.id)
    }
    if before == .resolved {
      conversation.reopenCount += 1
      conversation.resolvedAt = nil
    }
    if status.isWaiting, !before.isWaiting {
      conversation.enqueuedAt = now
      conversation.lineUp(configuration, now: now)
    }
    try tx.log(
      id: newID(now), conversation.id, before == .resolved ? "reopened" : "status", at: now, actor: actor,
      queue: conversation.queue,
      data: .object(
        [.init("from", JSON(before.rawValue)), .init("to", JSON(status.rawValue))]
          + (cause.map { [.init("cause", JSON($0))] } ?? [])))
    try clocks(configuration, now: now).apply(.status(status), at: now, to: &conversation, from: before, tx)
    // Not after merges, splits and what resolves by itself.
    if status == .resolved, cause == nil, let actor {
      try askForRating(&conversation, resolvedBy: actor, configuration, now: now, tx)
    }
  }

  /// Queue, category or priority are others now: running clocks follow.
  func retarget(
    _ conversation: inout ConversationRecord, configuration: DeskConfiguration, now: Instant, _ tx: Transaction
  ) throws {
    let target = configuration.table.target(for: conversation)
    try clocks(configuration, now: now).apply(.target(target), at: now, to: &conversation, tx)
    try tx.log(
      id: newID(now), conversation.id, "placed", at: now, actor: nil, queue: conversation.queue,
      data: ["facts": conversation.placement(configuration).facts(target: target)])
  }

  /// An outgoing message failed for good: it says so, what it stopped runs on, and the conversation waits for an agent again.
  func sendFailed(
    _ message: MessageRecord, detail: String, configuration: DeskConfiguration, now: Instant, _ tx: Transaction
  ) throws {
    try tx.setDelivery(message.id, .failed, detail: detail)
    guard message.direction == .outbound, var conversation = try tx.lockedConversation(message.conversation) else {
      return
    }
    let hadCounted =
      message.deliveryState == .accepted || message.deliveryState == .delivered || message.deliveryState == .read
    if hadCounted {
      let accepted = try tx.acceptedAt(of: message.id) ?? message.receivedAt
      let answered = try tx.nextAcceptance(in: conversation.id, after: accepted)
      try clocks(configuration, now: now).apply(
        .replyRevoked(acceptedAt: accepted, answeredAt: answered), at: now, to: &conversation, tx)
      if try tx.clocks(of: conversation.id).contains(where: {
        $0.kind == ClockKind.firstResponse.rawValue && $0.stoppedAt == nil
      }) {
        conversation.firstResponseAt = nil
      }
    }
    if conversation.waitingSince == nil { conversation.waitingSince = try tx.lastInbound(in: conversation.id) }
    try tx.log(
      id: newID(now), conversation.id, "send_failed", at: now, actor: nil, queue: conversation.queue,
      data: ["seq": JSON(message.seq), "detail": JSON(detail), "author": JSON(message.author)])
    if conversation.status == .pending || conversation.status == .resolved {
      try change(
        &conversation, to: .open, actor: nil, configuration: configuration, now: now, cause: "send_failed", tx)
    }
    conversation.updatedAt = now
    try tx.save(conversation)
  }
}

extension ConversationRecord {
  /// Where it belongs, as the event log and the reports say it.
  func placement(_ configuration: DeskConfiguration) -> Placement {
    Placement(
      queue: homeQueue, hours: configuration.table.queue(homeQueue)?.calendar, category: category, priority: priority,
      channel: channel, channelKind: channelKind, language: language)
  }
}
