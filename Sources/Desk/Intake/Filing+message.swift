import Channels
import Conversations
import Routing
import Storage

extension Filing {
  /// The message as it will stand in the conversation.
  func keep(_ prepared: PreparedEvent, in conversation: inout ConversationRecord) -> MessageRecord {
    let event = prepared.event
    conversation.lastSeq += 1
    var message = MessageRecord(
      id: MessageID(newID()), conversation: conversation.id, seq: conversation.lastSeq,
      direction: event.direction == .inbound ? .inbound : .outbound,
      event: event.flags.bounce ? "bounce" : event.report == nil ? event.kind.rawValue : "report",
      channel: channelName, author: author(of: event), text: event.text, receivedAt: now)
    (message.externalID, message.subject, message.replyText) = (event.externalID, event.subject, event.replyText)
    (message.language, message.providerAt, message.effectiveAt) = (
      prepared.decision.language, event.sentAt, prepared.effectiveAt
    )
    message.trust = prepared.trust.rawValue
    message.flags = flags(of: prepared)
    message.extraJSON = extra(of: event)
    if let call = event.call {
      message.text = CallWords.text(call, note: event.text)
      // A transferred call leaves several records under one id: they are one message, whichever comes first.
      message.externalID = call.linkedID ?? event.externalID
    }
    return message
  }

  private func author(of event: InboundEvent) -> String? {
    guard event.direction == .inbound else { return "(sent from \(channel.title))" }
    return event.contact.name ?? event.mail?.from?.address ?? event.contact.phone ?? event.contact.id
  }

  private func flags(of prepared: PreparedEvent) -> String {
    let flags = prepared.event.flags
    let words = [
      flags.autoReply ? "auto_reply" : nil, flags.bounce ? "bounce" : nil, flags.mailingList ? "mailing_list" : nil,
      flags.isBulk ? "bulk" : nil,
      prepared.event.report?.rawValue, prepared.isAcknowledgement ? "ack" : nil,
      prepared.redacted.isEmpty ? nil : "redacted",
    ]
    return (words.compactMap(\.self) + flags.marks).joined(separator: " ")
  }

  private func extra(of event: InboundEvent) -> String? {
    if let call = event.call {
      return CallStage(call, partID: event.callPartID, note: event.text, at: event.sentAt ?? now).firstExtra.description
    }
    if let token = event.replyToken { return JSON.object([.init("reply_token", .string(token))]).description }
    guard let mail = event.mail else { return nil }
    let json: JSON = [
      "message_id": JSON(event.externalID), "references": JSON(mail.references), "to": JSON(mail.to),
      "cc": JSON(mail.cc),
      "reply_to": JSON(mail.replyTo), "from": JSON(mail.from?.address), "in_reply_to": JSON(event.inReplyTo),
      "thread_index": JSON(mail.threadIndex),
    ]
    return json.description
  }

  /// The decision to be stored, with all that it was made from; the conversation goes where it says.
  func route(_ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord, isNew: Bool)
    -> DecisionRecord?
  {
    guard message.direction == .inbound, !prepared.event.isAutomatic || isNew else { return nil }
    let decision = prepared.decision
    let before = isNew ? nil : conversation.standing
    let (after, moves) = decision.placing(before, fallbackCategory: configuration.table.fallbackCategory)
    (conversation.category, conversation.priority) = (after.category, after.priority)
    (conversation.queue, conversation.homeQueue) = (after.queue, after.homeQueue)
    if moves { (conversation.reason, conversation.skills) = (decision.reason, decision.skills.joined(separator: " ")) }
    if !decision.groups.isEmpty { conversation.join(decision.groups) }
    return DecisionRecord(
      id: newID(), conversation: conversation.id, message: message.id, at: now, kind: moves ? "route" : "kept",
      configuration: configuration.version, inputsHash: decision.inputsHash, category: decision.category,
      priority: decision.priority, queue: after.queue, traceJSON: decision.traceJSON,
      inputsJSON: before.map { prepared.inputs.json(before: $0) } ?? prepared.inputsJSON)
  }

  /// Status, waiting time and clocks of a new conversation with its first message; returns the clocks.
  func begin(_ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord)
    -> [ClockRecord]
  {
    guard message.direction == .inbound else { return [] }
    arrive(prepared, message, &conversation)
    if let call = prepared.event.call {
      conversation.status = CallWords.status(after: call, note: prepared.event.text, isOutbound: false)
      guard conversation.status.isWaiting else { return [] }
    }
    if let report = prepared.event.report, report != .complaint {
      // About a mail that we do not know: kept, and nobody's work.
      (conversation.status, conversation.resolvedAt) = (.resolved, now)
    }
    if prepared.event.isAutomatic { return [] }
    conversation.readyAt = min(conversation.readyAt, now)
    return desk.clocks(configuration, now: now).begin(at: prepared.effectiveAt, &conversation)
  }

  private func arrive(_ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord) {
    conversation.customerSeq = message.seq
    conversation.clearFlag(ConversationRecord.leftFlag)
    spoke(prepared, &conversation)
  }

  /// The customer has been there, whether or not it asks for an answer.
  private func spoke(_ prepared: PreparedEvent, _ conversation: inout ConversationRecord) {
    conversation.lastInboundAt = max(conversation.lastInboundAt ?? prepared.effectiveAt, prepared.effectiveAt)
  }

  /// Status, waiting time and clocks after the message; `begin` has done it for a new conversation's.
  func moveOn(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord, isNew: Bool,
    _ tx: Transaction
  ) throws {
    conversation.updatedAt = now
    try tx.log(
      id: newID(), conversation.id, message.direction.rawValue, at: prepared.effectiveAt, actor: nil,
      queue: conversation.queue,
      data: logged(prepared, message, conversation, isNew: isNew))
    guard message.direction == .inbound else {
      try sentElsewhere(prepared, message, &conversation, isNew: isNew, tx)
      return
    }
    // What a machine writes changes neither status, nor clocks, nor whose turn it is (REQUIREMENTS 22).
    if isNew || prepared.event.isAutomatic { return }
    if conversation.status == .resolved, message.hasFlag("ack") {
      spoke(prepared, &conversation)
      try tx.log(
        id: newID(), conversation.id, "ack", at: now, actor: nil, queue: conversation.queue,
        data: ["seq": JSON(message.seq)])
      return
    }
    arrive(prepared, message, &conversation)
    try change(&conversation, to: conversation.status.afterCustomerMessage(), actor: nil, tx)
    conversation.readyAt = min(conversation.readyAt, now)
    try startClocks(prepared, &conversation, at: prepared.effectiveAt, tx)
  }

  /// Somebody of ours wrote elsewhere. By mail it counts as an answer when it was proved to be ours: a mail joins a
  /// conversation under our name only then. One that says so without proof begins a conversation, to be seen and not
  /// worked through.
  private func sentElsewhere(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord, isNew: Bool,
    _ tx: Transaction
  ) throws {
    if prepared.event.isAutomatic || (prepared.event.mail != nil && isNew && prepared.trust != .verified) {
      if isNew { conversation.status = .pending }
      return
    }
    try answeredElsewhere(message, &conversation, tx)
  }

  /// What the event log keeps of a message: everything that reports are made from, and none of its words.
  private func logged(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: ConversationRecord, isNew: Bool
  ) -> JSON {
    let placement = conversation.placement(configuration)
    let facts = placement.facts(
      target: configuration.table.target(for: conversation), start: isNew ? conversation.status : nil)
    var members: [JSON.Member] = [.init("seq", JSON(message.seq)), .init("event", JSON(message.event))]
    if prepared.event.isAutomatic { members.append(.init("auto", true)) }
    if let call = prepared.event.call {
      members.append(.init("call", CallWords.json(call, id: prepared.event.externalID)))
    }
    if isNew || message.direction == .inbound { members.append(.init("facts", facts)) }
    return .object(members)
  }

  /// Somebody of ours wrote with the provider's own tool: it counts as an answer.
  private func answeredElsewhere(_ message: MessageRecord, _ conversation: inout ConversationRecord, _ tx: Transaction)
    throws
  {
    guard message.event == "message" else {
      if conversation.status == .new, conversation.customerSeq == 0 { conversation.status = .resolved }
      return
    }
    try desk.clocks(configuration, now: now).apply(.outbound, at: message.effectiveAt, to: &conversation, tx)
    conversation.firstResponseAt = conversation.firstResponseAt ?? message.effectiveAt
    if conversation.status.isWaiting { try change(&conversation, to: .pending, actor: nil, tx) }
  }

  func startClocks(
    _ prepared: PreparedEvent, _ conversation: inout ConversationRecord, at start: Instant, _ tx: Transaction
  ) throws {
    try desk.clocks(configuration, now: now).apply(.inbound, at: start, to: &conversation, tx)
  }

  /// Changes the status with everything that hangs on it.
  func change(
    _ conversation: inout ConversationRecord, to status: ConversationStatus, actor: String?, _ tx: Transaction
  ) throws {
    try desk.change(&conversation, to: status, actor: actor, configuration: configuration, now: now, tx)
  }
}

extension ConversationRecord {
  /// What a decision about the next message depends on.
  var standing: Standing {
    Standing(
      category: category, priority: priority, queue: queue, homeQueue: homeQueue, isAlarmed: hasFlag("alert"),
      isAnswered: firstResponseAt != nil)
  }
}
