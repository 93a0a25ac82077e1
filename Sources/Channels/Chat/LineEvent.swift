import Conversations

/// One webhook event of LINE that says something. developers.line.biz/en/reference/messaging-api/#webhook-event-objects
struct LineEvent: Sendable {
  private let raw: JSON
  private let account: String
  private let source: String
  private let receivedAt: Instant

  /// `nil` for events without a chat, and for those on standby: another service of the account answers them.
  init?(_ raw: JSON, account: String, receivedAt: Instant) {
    let source = raw["source"]
    guard raw["mode"]?.string != "standby",
      let chat = source?["groupId"]?.filled ?? source?["roomId"]?.filled ?? source?["userId"]?.filled
    else { return nil }
    (self.raw, self.account, self.source, self.receivedAt) = (raw, account, chat, receivedAt)
  }

  /// `nil` for follows, joins, and kinds still to be invented.
  var event: InboundEvent? {
    switch raw["type"]?.string {
    case "message": message(.message)
    case "messageEdited": message(.edit)
    case "unsend": raw["unsend"]?["messageId"]?.text.map { event(.delete, id: $0) }
    case "postback": postback
    default: nil
    }
  }

  private func event(_ kind: InboundEvent.Kind, id: String) -> InboundEvent {
    var event = InboundEvent(
      kind: kind, channelKind: ChannelKind("line"), externalID: id, threadKey: "line:\(account):\(source)",
      // In groups LINE names the writer only to accounts that the writer has befriended.
      contact: ContactCard(id: raw["source"]?["userId"]?.filled),
      sentAt: Instant(provider: raw["timestamp"]) ?? receivedAt)
    event.replyToken = raw["replyToken"]?.filled
    return event
  }

  /// A postback is no message: only its event has an id.
  private var postback: InboundEvent? {
    guard let id = raw["webhookEventId"]?.filled else { return nil }
    var event = event(.postback, id: id)
    event.text = raw["postback"]?["displayText"]?.filled ?? raw["postback"]?["data"]?.filled
    return event
  }

  private func message(_ kind: InboundEvent.Kind) -> InboundEvent? {
    guard let message = raw["message"], let id = message["id"]?.text else { return nil }
    var event = event(kind, id: id)
    event.text = message["text"]?.filled
    event.inReplyTo = message["quotedMessageId"]?.text.map { [$0] } ?? []
    event.attachments = Self.attachment(message, id: id).map { [$0] } ?? []
    return event
  }

  private static let files: [String: Attachment.Kind] = [
    "image": .image, "video": .video, "audio": .audio, "file": .file,
  ]

  private static func attachment(_ message: JSON, id: String) -> Attachment? {
    let type = message["type"]?.string ?? "message"
    switch type {
    case "text": return nil
    case "sticker":
      return Attachment(kind: .sticker, url: message["stickerId"]?.text.map { "line-sticker:\($0)" })
    case "location":
      return Attachment(
        kind: .location, filename: message["title"]?.filled ?? message["address"]?.filled,
        url: ChatText.place(message["latitude"], message["longitude"]))
    default:
      guard let kind = files[type] else { return Attachment(kind: .unsupported, filename: type.callLine()) }
      let outside = message["contentProvider"]?["originalContentUrl"]?.filled
      return Attachment(
        kind: kind, filename: ChatText.filename(message["fileName"]?.string), size: message["fileSize"]?.int,
        url: outside ?? "line-content:\(id)")
    }
  }
}
