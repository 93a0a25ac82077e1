import Channels
import Conversations
import Routing
import Storage

extension Filing {
  /// The contact behind the event: by address, else a new one. Different stable ids never become one contact by themselves.
  func recognise(_ prepared: PreparedEvent, in tx: Transaction) throws -> ContactID {
    let card = prepared.event.contact
    let identity = primaryIdentity(of: prepared.event)
    if let (kind, address) = identity, let known = try tx.contact(kind: kind, address: address) { return known }
    let contact = ContactID(newID())
    try tx.insertContact(contact, name: card.name, language: prepared.decision.language, at: now)
    guard let (kind, address) = identity else { return contact }
    let display = card.name ?? card.email ?? card.phone ?? card.id
    if try tx.insertIdentity(
      id: newID(), contact: contact, kind: kind, address: address, display: display,
      verified: prepared.trust == .verified, at: now)
    {
      return contact
    }
    // Another process was first: its contact is the one (PostgreSQL only; SQLite has one writer).
    return try tx.contact(kind: kind, address: address) ?? contact
  }

  /// Mail addresses and telephone numbers mean the same person on every channel; other ids only within their connection.
  private func primaryIdentity(of event: InboundEvent) -> (kind: String, address: String)? {
    if event.mail != nil || event.channelKind.rawValue == "webform", let email = event.contact.email ?? event.contact.id
    {
      return ("email", email.lowercased())
    }
    if let phone = event.contact.phone { return ("phone", phone) }
    return event.contact.id.map { (event.channelKind.rawValue, "\(channelName):\($0)") }
  }

  /// The conversation that the event belongs to, or the beginnings of a new one (not yet inserted).
  func thread(for prepared: PreparedEvent, contact: ContactID, in tx: Transaction) throws -> (
    ConversationRecord, isNew: Bool
  ) {
    let candidate = prepared.event.mail == nil ? try byThreadKey(prepared.event, tx) : try byMail(prepared.event, tx)
    if let found = candidate, mayJoin(found, contact, prepared) { return (found, false) }
    let decision = prepared.decision
    var conversation = ConversationRecord(
      id: try tx.nextConversationID(), channel: channelName, channelKind: channel.kind.rawValue,
      threadKey: prepared.event.threadKey,
      contact: contact, subject: prepared.event.subject, category: decision.category, priority: decision.priority,
      queue: decision.queue, homeQueue: decision.intendedQueue, language: decision.language, reason: decision.reason,
      startedAt: prepared.effectiveAt, now: now)
    conversation.relatedTo = candidate?.id
    return (conversation, true)
  }

  private func byThreadKey(_ event: InboundEvent, _ tx: Transaction) throws -> ConversationRecord? {
    try tx.newestConversation(channel: channelName, threadKey: event.threadKey)
  }

  /// In this order: a signed token in a recipient, a signed token among the ids answered, a message id we know, newest first.
  private func byMail(_ event: InboundEvent, _ tx: Transaction) throws -> ConversationRecord? {
    let token = ThreadToken(keys: desk.keys)
    let mail = event.mail ?? MailFields()
    let recipients = mail.to + mail.cc + (delivery.envelope?.recipients ?? [])
    // A bounce is filed with the mail that it speaks of, not as a stranger's letter.
    let bounced = [event.bounce?.originalMessageID].compactMap(\.self)
    let ids = (event.inReplyTo + mail.references.reversed() + bounced).prefix(64)
    for text in recipients + ids {
      if let id = token.conversation(in: text), let found = try surviving(id, tx) { return found }
    }
    for id in ids {
      if let message = try tx.message(channel: channelName, externalID: id),
        let found = try surviving(message.conversation, tx)
      {
        return found
      }
    }
    return nil
  }

  /// The conversation, or the one it was merged into.
  private func surviving(_ id: ConversationID, _ tx: Transaction) throws -> ConversationRecord? {
    var next: ConversationID? = id
    for _ in 0..<8 {
      guard let id = next, let found = try tx.lockedConversation(id) else { return nil }
      guard let merged = found.mergedInto else { return found }
      next = merged
    }
    return nil
  }

  /// Whether the message may be added: its sender takes part, the conversation is not long over, and no machine guessed it.
  private func mayJoin(_ conversation: ConversationRecord, _ contact: ContactID, _ prepared: PreparedEvent) -> Bool {
    let takesPart = conversation.contact == contact || prepared.event.mail == nil || prepared.event.flags.bounce
    guard takesPart, prepared.trust != .failed else { return false }
    guard let resolvedAt = conversation.resolvedAt, conversation.status == .resolved else { return true }
    return now.seconds(since: resolvedAt) <= Filing.reopenSecondsMax
  }

  /// A conversation that was resolved longer ago is not reopened: the message starts a new one, linked to it.
  static let reopenSecondsMax: Int64 = 14 * 86_400
}
