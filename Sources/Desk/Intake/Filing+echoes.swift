import Channels
import Conversations
import Storage

/// What comes back of what we sent ourselves.
extension Filing {
  /// An echo of something this desk sent is no news: it bears a Message-ID that only we make, or one that a provider gave
  /// ours. Through whichever list, forwarding or hand it came back, nobody said anything new (REQUIREMENTS 10).
  func isOurOwn(_ event: InboundEvent, in tx: Transaction) throws -> Bool {
    guard event.call == nil else { return false }
    if event.mail != nil, let conversation = ThreadToken(keys: desk.keys).conversation(in: event.externalID) {
      if try tx.conversation(conversation) != nil {
        try tx.log(id: newID(), conversation, "own_mail_returned", at: now, actor: nil, queue: nil)
      }
      return true
    }
    guard event.direction == .outboundEcho else { return false }
    if try tx.isKnown(channel: channelName, externalID: event.externalID) { return true }
    guard event.mail == nil, event.kind == .message else { return false }
    return try isUnderway(event, in: tx)
  }

  /// The echo may be faster than the answer that tells us its id: then the words say whose it is. Should they not, because
  /// the provider changed them, the acceptance takes the echo back (`Desk.noteParts`).
  private func isUnderway(_ event: InboundEvent, in tx: Transaction) throws -> Bool {
    // Whoever stores the acceptance holds this row: from here on it either has been stored or will find the echo.
    guard try tx.newestConversation(channel: channelName, threadKey: event.threadKey) != nil else { return false }
    if try tx.isKnown(channel: channelName, externalID: event.externalID) { return true }
    let underway = try tx.messagesUnderway(channel: channelName, threadKey: event.threadKey)
    guard let sent = try underway.first(where: { try isEcho(event, of: $0, tx) }) else { return false }
    try tx.learn(event.externalID, channel: channelName, names: sent.id, at: now)
    try noteArrival(event, of: sent, tx)
    return true
  }

  /// Should the answer to our request never come, the echo says what it would have said: nothing is sent twice. Only
  /// where the message is one request; what else came back may be a part of it, or somebody else's picture.
  private func noteArrival(_ event: InboundEvent, of message: MessageRecord, _ tx: Transaction) throws {
    guard EchoWords.isSame(event.text ?? "", as: message.text ?? ""),
      try !tx.attachments(of: message.conversation).contains(where: { $0.message == message.id }),
      var entry = try tx.outboxEntry(message: message.id)
    else { return }
    entry.noteEcho(event.externalID)
    if entry.state == .queued { entry.notBefore = now }
    try tx.save(entry)
  }

  private func isEcho(_ event: InboundEvent, of message: MessageRecord, _ tx: Transaction) throws -> Bool {
    guard let text = event.text, !text.isEmpty else {
      return try !event.attachments.isEmpty
        && tx.attachments(of: message.conversation).contains { $0.message == message.id }
    }
    return EchoWords.isEcho(text, of: message.text ?? "")
  }
}

/// Whether a provider's copy says what we sent.
enum EchoWords {
  /// No provider cuts shorter texts than this (X: 280, Weibo: 300).
  static let cutMin = 250

  /// White space apart, the whole text or, of a long one, a piece of it.
  static func isEcho(_ text: String, of sent: String) -> Bool {
    isSame(text, as: sent) || (sent.count > cutMin && isPiece(words(text), of: words(sent)))
  }

  /// White space apart, the whole text.
  static func isSame(_ text: String, as sent: String) -> Bool {
    let copy = words(text)
    return !copy.isEmpty && copy == words(sent)
  }

  private static func isPiece(_ copy: String, of whole: String) -> Bool { !copy.isEmpty && whole.contains(copy) }

  private static func words(_ text: String) -> String { text.filter { !$0.isWhitespace } }
}
