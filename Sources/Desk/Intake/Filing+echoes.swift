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
    return true
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
    let (copy, whole) = (text.filter { !$0.isWhitespace }, sent.filter { !$0.isWhitespace })
    guard !copy.isEmpty else { return false }
    return copy == whole || (sent.count > cutMin && whole.contains(copy))
  }
}
