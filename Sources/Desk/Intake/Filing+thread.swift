import Channels
import Conversations
import Routing
import Storage

extension Filing {
  /// The contact behind the event, with what it says of itself kept as claims.
  func recognise(_ prepared: PreparedEvent, in tx: Transaction) throws -> ContactID {
    let contact = try known(prepared, in: tx)
    try keepClaims(prepared, of: contact, in: tx)
    return contact
  }

  /// By address, else a new one. Different stable ids never become one contact by themselves.
  private func known(_ prepared: PreparedEvent, in tx: Transaction) throws -> ContactID {
    let card = prepared.event.contact
    let identity = primaryIdentity(of: prepared.event)
    if let identity, let other = card.otherID {
      let second = (kind: prepared.event.channelKind.rawValue, address: "\(channelName):\(other)")
      return try known(prepared, by: identity, and: second, in: tx)
    }
    if let identity, card.isEmailVerified, let email = card.email?.lowercased() {
      return try known(prepared, by: identity, and: (kind: "email", address: email), in: tx)
    }
    if let (kind, address) = identity, let known = try tx.contact(kind: kind, address: address) { return known }
    if let (kind, address) = identity, kind == "email", let claimant = try claimant(of: address, prepared, in: tx) {
      _ = try tx.insertIdentity(
        id: newID(), contact: claimant, kind: kind, address: address, display: card.name ?? address, verified: true,
        at: now)
      return claimant
    }
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

  /// By either of two ids that the provider says are one person's; the one that is missing is theirs from now on. Where
  /// they have long been two contacts, a person decides: the second id is a claim.
  private func known(
    _ prepared: PreparedEvent, by identity: (kind: String, address: String), and other: (kind: String, address: String),
    in tx: Transaction
  ) throws -> ContactID {
    let card = prepared.event.contact
    let (first, second) = try tx.contacts(identity, other)
    if let first, let second {
      if first != second {
        try tx.insertClaim(
          ClaimRecord(
            id: newID(), contact: first, kind: other.kind, address: other.address, source: channelName, at: now))
      }
      return first
    }
    let contact = first ?? second ?? ContactID(newID())
    if first == nil, second == nil {
      try tx.insertContact(contact, name: card.name, language: prepared.decision.language, at: now)
    }
    for (address, owner) in [(identity, first), (other, second)] where owner == nil {
      _ = try tx.insertIdentity(
        id: newID(), contact: contact, kind: address.kind, address: address.address,
        display: card.name ?? card.phone ?? card.id, verified: prepared.trust == .verified, at: now)
    }
    // Another process was first: its contact is the one (PostgreSQL only; SQLite has one writer).
    return try tx.contact(kind: identity.kind, address: identity.address) ?? contact
  }

  /// Mail addresses and telephone numbers mean the same person on every channel; other ids only within their connection.
  /// What is typed into a form is neither: it names a person of its own, until they prove that they read mail there.
  private func primaryIdentity(of event: InboundEvent) -> (kind: String, address: String)? {
    if event.channelKind == WebForm.kind {
      return event.contact.id.map { (WebForm.kind.rawValue, "\(channelName):\($0.lowercased())") }
    }
    if event.mail != nil, let email = event.contact.email ?? event.contact.id { return ("email", email.lowercased()) }
    if let phone = event.contact.phone { return ("phone", phone) }
    return event.contact.id.map { (event.channelKind.rawValue, "\(channelName):\($0)") }
  }

  /// The conversation that the event belongs to, or the beginnings of a new one (not yet inserted).
  func thread(for prepared: PreparedEvent, contact: ContactID, in tx: Transaction) throws -> (
    ConversationRecord, isNew: Bool
  ) {
    let (found, related) =
      prepared.event.mail == nil
      ? try byThreadKey(prepared.event, tx) : try threadOfMail(prepared, contact: contact, in: tx)
    if let found, let locked = try tx.lockedConversation(found.id) { return (locked, false) }
    let decision = prepared.decision
    var conversation = ConversationRecord(
      id: try tx.nextConversationID(), channel: channelName, channelKind: channel.kind.rawValue,
      threadKey: prepared.event.threadKey,
      contact: contact, subject: prepared.event.subject, category: decision.category, priority: decision.priority,
      queue: decision.queue, homeQueue: decision.intendedQueue, language: decision.language, reason: decision.reason,
      startedAt: prepared.effectiveAt, now: now)
    conversation.relatedTo = related
    return (conversation, true)
  }

  /// Where a channel has one thread per customer, the newest conversation of it, unless that is long over.
  private func byThreadKey(_ event: InboundEvent, _ tx: Transaction) throws -> (ConversationRecord?, ConversationID?) {
    guard let newest = try tx.newestConversation(channel: channelName, threadKey: event.threadKey) else {
      return (nil, nil)
    }
    return mayGoOn(newest) ? (newest, nil) : (nil, newest.id)
  }

  /// The conversation, or the one it was merged into; not locked.
  func surviving(_ id: ConversationID, _ tx: Transaction) throws -> ConversationRecord? {
    var next: ConversationID? = id
    for _ in 0..<8 {
      guard let id = next, let found = try tx.conversation(id) else { return nil }
      guard let merged = found.mergedInto else { return found }
      next = merged
    }
    return nil
  }
}
