import Channels
package import Conversations
import Routing
import Storage

/// What an agent wants to say.
package struct ReplyDraft: Sendable {
  package var text: String
  /// The newest sequence number the agent has been shown.
  package var seq: Int64?
  /// Send although somebody wrote since.
  package var anyway: Bool
  /// The status afterwards; `nil` = `pending`: the customer's turn.
  package var status: ConversationStatus?
  /// With their contents.
  package var files: [Attachment]
  /// What the customer may tap as an answer.
  package var options: [String] = []
  package init(
    text: String, seq: Int64?, anyway: Bool = false, status: ConversationStatus? = nil, files: [Attachment] = []
  ) {
    (self.text, self.seq, self.anyway, self.status, self.files) = (text, seq, anyway, status, files)
  }
}

extension Desk {
  /// Writes the reply and its outbox entry in one transaction.
  /// - Throws: `DeskError.movedOn` when the customer or a colleague wrote since `draft.seq`, `.held`, `.notFound`, `.invalid`.
  package func reply(_ draft: ReplyDraft, to id: ConversationID, by agent: Agent) async throws -> MessageID {
    let (configuration, now) = (configuration.value, now())
    let text = draft.text.trimmingTrailingSpace()
    guard !text.isEmpty || !draft.files.isEmpty else { throw DeskError.invalid("there is no text to send") }
    guard text.utf8.count <= Desk.replySizeMax else {
      throw DeskError.invalid("the text is longer than \(Desk.replySizeMax / 1024) KiB")
    }
    let content = Content(
      text: redactor.redact(text).text, options: draft.options.map { redactor.redact($0.trimmingBlanks()).text },
      files: try await kept(draft.files))
    let (message, change) = try await store.write { [self] tx in
      var conversation = try visible(id, to: agent, tx)
      try refuseIfHeldByAnother(conversation, agent, now, tx)
      if !draft.anyway { try refuseIfMovedOn(conversation, seen: draft.seq, tx) }
      let answering = try Answering.newest(in: id, tx)
      let recipient = try mailRecipient(conversation, answering, configuration, tx)
      if !draft.anyway, let recipient { try refuseIfSuppressed(recipient, tx) }
      conversation.clearFlag("topic_changed")
      let message = try send(
        content, draft.status, &conversation, answering, to: recipient, agent, configuration, now, tx)
      return (message, LiveChange("message", conversation))
    }
    feed.publish([change])
    outboxBell.ring()
    searchBell.ring()
    return message
  }

  /// Longer than any channel takes, shorter than what hurts.
  static let replySizeMax = 256 * 1024

  /// The files of an answer, on disk before anything speaks of them.
  private func kept(_ files: [Attachment]) async throws -> [StoredFile] {
    guard files.count <= Desk.replyFilesMax else {
      throw DeskError.invalid("more than \(Desk.replyFilesMax) files in one answer")
    }
    let named = files.map { file in
      var file = file
      file.filename = file.filename.map { redactor.redact($0).text }
      return file
    }
    return try await store(named)
  }

  static let replyFilesMax = 10

  /// What is to leave, redacted and with its files on disk.
  private struct Content: Sendable {
    var text: String
    var options: [String]
    var files: [StoredFile]
  }

  /// Files and quick replies are no use to a channel that cannot carry them: the agent hears of it now, not from the
  /// outbox. Asked with the first bytes of each file, since everybody waits for this transaction.
  private func refuseIfNotCarried(
    _ content: Content, _ conversation: ConversationRecord, _ answering: Answering, _ sender: Connection,
    _ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction
  ) throws {
    // They get theirs when they are records.
    let address = configuration.settings.address.map { "\($0)/files/f" }
    var message = OutboundMessage(
      outboxID: OutboxID(0), conversation: conversation.id, threadKey: conversation.threadKey,
      contact: try Desk.card(conversation, answering, tx), text: content.text,
      attachments: content.files.map { $0.sample(at: address) }, inReplyTo: answering.message?.externalID,
      lastInboundAt: conversation.lastInboundAt, replyToken: answering.replyToken, accessToken: Secret("for the form"),
      now: now)
    message.options = content.options
    do {
      _ = try sender.adapter?.requests(for: message)
    } catch {
      throw DeskError.invalid("the channel \(sender.name) cannot carry this: \(error.reason)")
    }
  }

  private func refuseIfMovedOn(_ conversation: ConversationRecord, seen: Int64?, _ tx: Transaction) throws {
    guard let seen else { throw DeskError.invalid("`seq` is missing: the newest message you have been shown") }
    let fresh = try tx.messages(of: conversation.id, afterSeq: seen).filter {
      $0.direction == .inbound || $0.direction == .outbound
    }
    guard !fresh.isEmpty else { return }
    throw DeskError.movedOn(messages: fresh.map { MessageView($0).json }, seq: conversation.lastSeq)
  }

  /// The address that an answer by mail goes to; `nil` when it leaves by another kind of channel.
  private func mailRecipient(
    _ conversation: ConversationRecord, _ answering: Answering, _ configuration: DeskConfiguration, _ tx: Transaction
  ) throws -> String? {
    guard configuration.sender(for: conversation.channel)?.adapter is any MailAdapter else { return nil }
    let card = try Desk.card(conversation, answering, tx)
    return card.email ?? card.id
  }

  private func refuseIfSuppressed(_ recipient: String, _ tx: Transaction) throws {
    guard let suppression = try tx.suppression(of: recipient) else { return }
    throw DeskError.invalid(
      "nothing is sent to \(recipient) since \(suppression.at.rfc3339): \(suppression.reason). "
        + "`--anyway` sends it all the same; `patchbay suppressions remove \(recipient)` lifts it")
  }

  private func send(
    _ content: Content, _ status: ConversationStatus?, _ conversation: inout ConversationRecord, _ answering: Answering,
    to recipient: String?, _ agent: Agent, _ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction
  ) throws -> MessageID {
    guard let sender = configuration.sender(for: conversation.channel) else {
      throw DeskError.invalid("the channel \(conversation.channel) is not enabled: nothing can be sent through it")
    }
    if !content.files.isEmpty || !content.options.isEmpty {
      try refuseIfNotCarried(content, conversation, answering, sender, configuration, now, tx)
    }
    conversation.lastSeq += 1
    var message = MessageRecord(
      id: MessageID(newID(now)), conversation: conversation.id, seq: conversation.lastSeq, direction: .outbound,
      channel: sender.name.rawValue, author: agent.name, text: content.text, receivedAt: now)
    // The subject of what is answered, which need not be the one that the conversation began with (REQUIREMENTS 15).
    (message.deliveryState, message.subject) = (.queued, answering.subject ?? conversation.subject)
    if let answered = answering.message, let recipient {
      let copies = try answering.copies { configuration.owns($0) }.filter { try tx.suppression(of: $0) == nil }
      message.extraJSON = Answering.pinned(to: answered.id, recipient: recipient, cc: copies).description
    }
    message.setOptions(content.options)
    try tx.insert(message)
    for (position, file) in content.files.enumerated() {
      try tx.insert(file.record(id: newID(now), of: message.id), position: position)
    }
    try tx.insert(
      OutboxRecord(
        id: OutboxID(newID(now)), conversation: conversation.id, message: message.id, channel: sender.name.rawValue,
        purpose: "reply", at: now))
    try logEvent("out", conversation, agent, now, tx, data: ["seq": JSON(message.seq)])
    conversation.waitingSince = nil
    try change(
      &conversation, to: status ?? .pending, actor: agent.name, configuration: configuration, now: now,
      cause: status == nil ? "reply" : nil, tx)
    try tx.dropLease(conversation.id)
    conversation.updatedAt = now
    try tx.save(conversation)
    return message.id
  }

  /// A word to colleagues; it never leaves the house and counts for nothing.
  package func note(_ text: String, on id: ConversationID, by agent: Agent) async throws {
    let clean = redactor.redact(text.trimmingTrailingSpace()).text
    guard !clean.isEmpty else { throw DeskError.invalid("there is no text to keep") }
    guard clean.utf8.count <= Desk.replySizeMax else {
      throw DeskError.invalid("the text is longer than \(Desk.replySizeMax / 1024) KiB")
    }
    try await act(on: id, as: agent) { desk, conversation, _, now, tx in
      conversation.lastSeq += 1
      let note = MessageRecord(
        id: MessageID(desk.newID(now)), conversation: id, seq: conversation.lastSeq, direction: .note,
        channel: conversation.channel, author: agent.name, text: clean, receivedAt: now)
      try tx.insert(note)
      try desk.logEvent("note", conversation, agent, now, tx, data: ["seq": JSON(note.seq)])
      return "note"
    }
    searchBell.ring()
  }
}

extension String {
  /// Without the white space at its end.
  func trimmingTrailingSpace() -> String {
    var scalars = Substring(self).unicodeScalars
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }
}
