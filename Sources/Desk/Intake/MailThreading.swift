import Channels
import Conversations
import Routing
import Storage

/// Where a mail might belong, and what says so.
struct ThreadCandidate {
  enum Evidence {
    /// A signed token: only we make one, only those we wrote to have it.
    case token
    /// A Message-ID that we know.
    case messageID
  }
  var conversation: ConversationRecord
  var evidence: Evidence
}

/// Finds the conversation of a mail (REQUIREMENTS 11–15): a signed token in a recipient, a signed token among the ids
/// answered, a Message-ID we know, newest first, a signed token quoted in the body. The first in which the sender takes
/// part is it.
struct MailThreading {
  let filing: Filing
  let event: InboundEvent
  let trust: SenderTrust
  let tx: Transaction

  private var configuration: DeskConfiguration { filing.configuration }
  private var mail: MailFields { event.mail ?? MailFields() }

  /// More ids than any client keeps.
  private static let idsMax = 64
  /// Whoever wrote or was addressed further back has been named again since.
  private static let envelopesMax = 500

  init(_ filing: Filing, _ prepared: PreparedEvent, _ tx: Transaction) {
    (self.filing, event, trust, self.tx) = (filing, prepared.event, prepared.trust, tx)
  }

  /// Ids that the mail says it answers, newest first.
  var answeredIDs: [String] {
    var seen = Set<String>()
    return Array((event.inReplyTo + mail.references.reversed()).prefix(Self.idsMax).filter { seen.insert($0).inserted })
  }

  /// Every conversation the mail points at, the best evidence first.
  func candidates() throws -> [ThreadCandidate] {
    let token = ThreadToken(keys: filing.desk.keys)
    let recipients = mail.to + mail.cc + (filing.delivery.envelope?.recipients ?? [])
    let ids = answeredIDs
    var marked = (recipients + ids).compactMap { token.conversation(in: $0) }
    var found: [ThreadCandidate] = []
    func add(_ id: ConversationID, _ evidence: ThreadCandidate.Evidence) throws {
      guard found.count < 8, let conversation = try filing.surviving(id, tx) else { return }
      if !found.contains(where: { $0.conversation.id == conversation.id }) {
        found.append(ThreadCandidate(conversation: conversation, evidence: evidence))
      }
    }
    let known = try tx.messages(mailIDs: ids, channels: configuration.mailChannels)
    for id in ids {
      if let message = known[id], try isSplitOff(message.conversation, anyOf: marked) {
        try add(message.conversation, .token)
      }
    }
    for id in marked { try add(id, .token) }
    for id in ids { if let message = known[id] { try add(message.conversation, .messageID) } }
    marked = mail.quotedMarks.compactMap { token.conversation(in: $0) }
    for id in marked { try add(id, .token) }
    return found
  }

  /// What was sent before a split bears the mark of the whole: the message that is answered tells which part is meant.
  private func isSplitOff(_ conversation: ConversationID, anyOf marked: [ConversationID]) throws -> Bool {
    var next: ConversationID? = conversation
    for _ in 0..<8 {
      guard let id = next, let part = try tx.conversation(id), part.hasFlag(ConversationRecord.splitFlag),
        let whole = part.relatedTo
      else { return false }
      if marked.contains(whole) { return true }
      next = whole
    }
    return false
  }

  /// Whether the sender takes part: wrote there, was addressed there, or is the customer. A mail whose sender is proved
  /// false takes part in nothing; we ourselves only with a token or a proof, since anybody can write our name.
  func takesPart(in candidate: ThreadCandidate, contact: ContactID) throws -> Bool {
    guard trust != .failed else { return false }
    if event.direction == .outboundEcho { return candidate.evidence == .token || trust == .verified }
    if candidate.conversation.contact == contact { return true }
    guard let sender = mail.from?.address ?? event.contact.email else { return false }
    return try participants(of: candidate.conversation).contains(sender.lowercased())
  }

  /// Addresses in lower case, our own left out.
  private func participants(of conversation: ConversationRecord) throws -> Set<String> {
    var addresses = Set<String>()
    for text in try tx.envelopes(of: conversation.id, limit: Self.envelopesMax) {
      guard let envelope = try? JSON(parsing: text) else { continue }
      for key in ["to", "cc", "reply_to"] {
        addresses.formUnion((envelope[key]?.array ?? []).compactMap { $0.string?.lowercased() })
      }
      if let from = envelope["from"]?.string { addresses.insert(from.lowercased()) }
    }
    for identity in try tx.identities(of: conversation.contact) where identity.kind == "email" {
      addresses.insert(identity.address.lowercased())
    }
    return addresses.filter { !configuration.owns($0) }
  }

  /// A relay or provider may have given our mail another Message-ID. Who answers with our token names it by that one: from
  /// now on it is known, and an answer that brings nothing else finds its way, too.
  func learn(from candidate: ThreadCandidate) throws {
    guard candidate.evidence == .token, event.direction == .inbound, !event.isAutomatic,
      let id = event.inReplyTo.first, id.utf8.count <= 998,
      ThreadToken(keys: filing.desk.keys).mark(in: id) == nil,
      try tx.messages(mailIDs: [id], channels: configuration.mailChannels).isEmpty,
      let sent = try tx.newestSent(in: candidate.conversation.id)
    else { return }
    try tx.learn(id, channel: filing.channelName, names: sent.id, at: filing.now)
  }
}

extension Filing {
  /// The conversation that a mail belongs to (`found`), or the one that a new conversation is related to.
  func threadOfMail(_ prepared: PreparedEvent, contact: ContactID, in tx: Transaction) throws -> (
    found: ConversationRecord?, related: ConversationID?
  ) {
    let event = prepared.event
    if event.flags.bounce || event.report != nil {
      // A report belongs to the mail that it speaks of, whoever says it; a guess at a thread proves nothing.
      guard prepared.trust != .failed, let message = try ownMessage(in: prepared.event, tx) else { return (nil, nil) }
      return (try surviving(message.conversation, tx), nil)
    }
    let threading = MailThreading(self, prepared, tx)
    let candidates = try threading.candidates()
    for candidate in candidates {
      guard mayGoOn(candidate.conversation), try threading.takesPart(in: candidate, contact: contact) else { continue }
      try threading.learn(from: candidate)
      return (candidate.conversation, nil)
    }
    guard let first = candidates.first else { return (nil, nil) }
    // Who was turned away once goes on in the conversation that was begun then.
    if prepared.trust != .failed,
      let next = try tx.newestConversation(relatedTo: first.conversation.id, contact: contact),
      mayGoOn(next)
    {
      return (next, nil)
    }
    return (nil, first.conversation.id)
  }

  /// A conversation that was resolved longer ago than its queue says is not reopened: the message starts a new one, linked
  /// to it (REQUIREMENTS 30).
  func mayGoOn(_ conversation: ConversationRecord) -> Bool {
    guard conversation.status == .resolved, let resolvedAt = conversation.resolvedAt else { return true }
    let queue = configuration.table.queue(conversation.homeQueue) ?? configuration.table.queue(conversation.queue)
    let days = queue?.reopenDays ?? QueueDefinition.reopenDaysDefault
    return now.seconds(since: resolvedAt) <= Int64(days) * 86_400
  }
}
