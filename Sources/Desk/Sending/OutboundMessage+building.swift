import Channels
import Conversations
import Storage

extension Desk {
  /// Everything an adapter needs to put the entry into its provider's form, read in one snapshot; files from their folder.
  func outboundMessage(for entry: OutboxRecord, _ configuration: DeskConfiguration, now: Instant) async throws
    -> OutboundMessage
  {
    if entry.message == nil { return try await payloadMessage(entry, configuration, now: now) }
    var message = try await store.read { tx in try self.assemble(entry, configuration, now: now, tx) }
    for index in message.attachments.indices {
      if let sha256 = message.attachments[index].sha256 {
        message.attachments[index].content = try await attachments.load(sha256: sha256)
      }
    }
    return message
  }

  private func assemble(
    _ entry: OutboxRecord, _ configuration: DeskConfiguration, now: Instant, _ tx: Transaction
  ) throws -> OutboundMessage {
    guard let id = entry.message, let message = try tx.message(id),
      let conversation = try tx.conversation(message.conversation)
    else {
      throw DeskError.notFound("the message of outbox entry \(entry.id)")
    }
    let answering = try Answering.of(message, tx)
    // What has been said since used up the token that came with the customer's words.
    let isFirstAnswer = try tx.messages(of: conversation.id, afterSeq: answering.message?.seq ?? 0)
      .allSatisfy { $0.id == id || $0.direction == .note }
    let files = try tx.attachments(of: conversation.id).filter { $0.message == id }
    var outbound = OutboundMessage(
      outboxID: entry.id, conversation: conversation.id, threadKey: conversation.threadKey,
      contact: try Self.card(conversation, answering, tx), text: message.text ?? "",
      subject: message.subject ?? conversation.subject,
      attachments: files.map {
        Attachment(
          kind: Attachment.Kind(rawValue: $0.kind) ?? .file, filename: $0.filename, contentType: $0.contentType,
          size: $0.size.map(Int.init), sha256: $0.sha256,
          url: address(of: $0, writtenAt: message.receivedAt, configuration))
      },
      inReplyTo: answering.message?.externalID, references: answering.references,
      cc: try answering.copies { configuration.owns($0) }.filter { copy in
        try tx.suppression(of: copy) == nil && !entry.leftOut.contains { $0.address == copy }
      },
      threadToken: ThreadToken(keys: keys).text(for: conversation.id), isAutomatic: message.direction == .bot,
      lastInboundAt: conversation.lastInboundAt, replyToken: isFirstAnswer ? answering.replyToken : nil,
      attempt: Int(entry.attempts), now: now)
    (outbound.threadIndex, outbound.options) = (answering.threadIndex, message.options)
    let window = configuration.channels[entry.channel]?.adapter?.window(ofThread: conversation.threadKey)
    if window?.messagesMax != nil, let last = conversation.lastInboundAt {
      outbound.sentSinceInbound = try tx.sentCount(
        in: conversation.id, channel: entry.channel, since: last, besides: entry.id)
    }
    return outbound
  }

  /// Where the answer goes: to where the mail asked for answers, else to the contact's address on this channel.
  static func card(_ conversation: ConversationRecord, _ answering: Answering, _ tx: Transaction) throws -> ContactCard
  {
    let (contact, identities) = (try tx.contact(conversation.contact), try tx.identities(of: conversation.contact))
    let prefix = "\(conversation.channel):"
    // A contact may have several addresses on one channel since it was merged: the thread names the right one.
    let here = identities.filter { $0.kind == conversation.channelKind && $0.address.hasPrefix(prefix) }
      .map { $0.address.dropFirst(prefix.count) }
    let own = here.first { conversation.threadKey.hasSuffix(":\($0)") } ?? here.first
    // Who filled in the form reads answers where they said, whoever else they turn out to be.
    let typed = conversation.channelKind == WebForm.kind.rawValue ? own.map(String.init) : nil
    let phone = identities.first(where: \.isNumber)?.address
    let known = identities.filter { $0.kind == "email" }.map(\.address)
    let email = answering.address ?? typed ?? known.first
    // Somebody else of the thread wrote last: their name, not the customer's.
    let isCustomer = answering.address.map { known.contains($0.lowercased()) } ?? true
    let name = isCustomer ? contact?.name : answering.message?.author
    return ContactCard(id: own.map(String.init) ?? email ?? phone, name: name, phone: phone, email: email)
  }

  /// What is no message of a conversation: an alert, a report. Its text and files stand in the payload.
  private func payloadMessage(_ entry: OutboxRecord, _ configuration: DeskConfiguration, now: Instant) async throws
    -> OutboundMessage
  {
    guard let payload = entry.payloadJSON.flatMap({ try? JSON(parsing: $0) }), let to = payload["to"]?.string else {
      throw DeskError.invalid("outbox entry \(entry.id) has no payload")
    }
    let adapter = configuration.channels[entry.channel]?.adapter
    guard let thread = adapter?.thread(telling: to) else {
      throw DeskError.invalid("`\(entry.channel)` cannot write to \(to) first")
    }
    var files: [Attachment] = []
    for file in payload["files"]?.array ?? [] {
      guard let sha256 = file["sha256"]?.string else { continue }
      let content = try await attachments.load(sha256: sha256)
      files.append(
        Attachment(
          kind: .file, filename: file["filename"]?.string, contentType: file["content_type"]?.string,
          size: content.count, sha256: sha256, content: content))
    }
    let (subject, text) = (payload["subject"]?.string, payload["text"]?.string ?? "")
    // Chats have no subjects.
    let isWhole = adapter is any MailAdapter || adapter is GenericWebhook
    var message = OutboundMessage(
      outboxID: entry.id, conversation: ConversationID(0), threadKey: thread,
      contact: ContactCard(id: to, email: EmailAddress.plausible(to)),
      text: isWhole ? text : [subject, text].compactMap(\.self).joined(separator: "\n\n"), subject: subject,
      attachments: files, isAutomatic: true, now: now)
    message.html = payload["html"]?.string
    return message
  }
}

extension OutboundMessage {
  /// Whom a pace counts: a mail's domain, else the chat itself.
  var paceKey: String {
    guard threadKey.hasPrefix("email:"), let address = contact.email, let at = address.lastIndex(of: "@") else {
      return threadKey
    }
    return address[at...].lowercased()
  }
}
