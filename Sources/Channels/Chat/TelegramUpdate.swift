import Conversations

/// One update of the Bot API, told as events. core.telegram.org/bots/api#update
struct TelegramUpdate: Sendable {
  private let update: JSON
  private let botID: String
  /// The owner of a connected business account, whose messages are ours.
  private let ownerID: String?
  private let receivedAt: Instant

  init(_ update: JSON, botID: String, ownerID: String?, receivedAt: Instant) {
    (self.update, self.botID, self.ownerID, self.receivedAt) = (update, botID, ownerID, receivedAt)
  }

  private static let kind = ChannelKind("telegram")

  /// What the update says; empty for those that say nothing to a desk. Unreadable when it should say something.
  func events() throws(Unreadable) -> [InboundEvent] {
    for (key, kind) in Self.messages {
      guard let message = update[key], !message.isNull else { continue }
      return try event(message, kind: kind, isBusiness: key.hasSuffix("business_message")).map { [$0] } ?? []
    }
    if let deleted = update["deleted_business_messages"] { return try deletions(deleted) }
    if let pressed = update["callback_query"] { return try [pressedButton(pressed)] }
    if let reaction = update["message_reaction"] { return try [self.reaction(reaction)] }
    return []
  }

  /// Channel posts are the owner's own broadcasts: nobody waits for an answer to them.
  private static let messages: [(key: String, kind: InboundEvent.Kind)] = [
    ("message", .message), ("edited_message", .edit), ("business_message", .message),
    ("edited_business_message", .edit),
  ]

  private func event(_ message: JSON, kind: InboundEvent.Kind, isBusiness: Bool) throws(Unreadable) -> InboundEvent? {
    let (chat, id) = try place(message["chat"], message["message_id"])
    let content = TelegramContent(message)
    guard !content.isService else { return nil }
    let sender = message.first("sender_chat", "from")
    let senderID = sender?["id"]?.text
    // Of a business chat the customer is the chat: whoever else writes there writes for the business.
    let isOurs = senderID == botID || (isBusiness && (senderID == ownerID || senderID != chat))
    let time = Instant(provider: (kind == .edit ? message["edit_date"] : nil) ?? message["date"])
    return InboundEvent(
      kind: kind, channelKind: Self.kind, externalID: "\(chat):\(id)",
      threadKey: thread(chat, topic: content.topic), direction: isOurs ? .outboundEcho : .inbound,
      contact: Self.card(isOurs && message["chat"]?["type"]?.string == "private" ? message["chat"] : sender),
      sentAt: time ?? receivedAt, text: content.text,
      inReplyTo: content.repliedTo.map { ["\(chat):\($0)"] } ?? [], attachments: content.attachments)
  }

  /// More messages than an update of Telegram's deletes at once: a list of any length would be an event of a kilobyte for
  /// each two bytes.
  private static let deletionsMax = 1000

  private func deletions(_ deleted: JSON) throws(Unreadable) -> [InboundEvent] {
    guard let chat = deleted["chat"]?["id"]?.int64 else { return [] }
    let ids = (deleted["message_ids"]?.array ?? []).compactMap(\.int64)
    guard ids.count <= Self.deletionsMax else {
      throw Unreadable(status: 200, reason: "\(ids.count) deletions in one update")
    }
    return ids.map { id in
      InboundEvent(
        kind: .delete, channelKind: Self.kind, externalID: "\(chat):\(id)", threadKey: thread("\(chat)", topic: nil),
        contact: Self.card(deleted["chat"]), sentAt: receivedAt)
    }
  }

  private func pressedButton(_ query: JSON) throws(Unreadable) -> InboundEvent {
    guard let id = query["id"]?.text, let user = query["from"], let userID = user["id"]?.int64 else {
      throw Unreadable(status: 200, reason: "callback_query without id or sender")
    }
    let message = query["message"]
    let chat = message?["chat"]?["id"]?.int64
    let shown = (message?["reply_markup"]?["inline_keyboard"]?.array ?? []).flatMap { $0.array ?? [] }
      .first { $0["callback_data"] != nil && $0["callback_data"] == query["data"] }
    return InboundEvent(
      kind: .postback, channelKind: Self.kind, externalID: id,
      threadKey: thread("\(chat ?? userID)", topic: message.flatMap { TelegramContent($0).topic }),
      contact: Self.card(user), sentAt: receivedAt, text: shown?["text"]?.filled ?? query["data"]?.filled,
      inReplyTo: message?["message_id"]?.int64.flatMap { id in chat.map { ["\($0):\(id)"] } } ?? [])
  }

  private func reaction(_ reaction: JSON) throws(Unreadable) -> InboundEvent {
    let (chat, id) = try place(reaction["chat"], reaction["message_id"])
    let old = reaction["old_reaction"]?.array ?? []
    let new = reaction["new_reaction"]?.array ?? []
    let added = new.first { !old.contains($0) } ?? new.first
    return InboundEvent(
      kind: .reaction, channelKind: Self.kind, externalID: "\(chat):\(id)", threadKey: thread(chat, topic: nil),
      contact: Self.card(reaction.first("user", "actor_chat")),
      sentAt: Instant(provider: reaction["date"]) ?? receivedAt,
      text: added?["emoji"]?.string ?? added?["custom_emoji_id"]?.text ?? added?["type"]?.string ?? "")
  }

  private func place(_ chat: JSON?, _ message: JSON?) throws(Unreadable) -> (chat: String, message: String) {
    guard let chat = chat?["id"]?.int64, let message = message?.int64 else {
      throw Unreadable(status: 200, reason: "message without chat or message_id")
    }
    return ("\(chat)", "\(message)")
  }

  private func thread(_ chat: String, topic: String?) -> String {
    "telegram:\(botID):\(chat)" + (topic.map { ":\($0)" } ?? "")
  }

  /// A user, or the chat that somebody writes as or in.
  private static func card(_ party: JSON?) -> ContactCard {
    let names = [party?["first_name"]?.filled, party?["last_name"]?.filled].compactMap(\.self)
    return ContactCard(
      id: party?["id"]?.int64.map(String.init),
      name: names.isEmpty ? party?["title"]?.filled : names.joined(separator: " "))
  }
}
