import Conversations

/// One message or event of Weibo. There are no message ids: who and when stand in for them.
struct WeiboMessage: Sendable {
  private let raw: JSON
  private let type: String
  private let sender: String
  private let receiver: String
  private let account: String
  private let sentAt: Instant

  init(_ raw: JSON, type: String, sender: String, receiver: String, account: String, receivedAt: Instant) {
    (self.raw, self.type, self.sender, self.receiver, self.account) = (raw, type, sender, receiver, account)
    let time = raw["created_at"]
    sentAt = time?.string.flatMap { Instant(yearLastDate: $0) } ?? Instant(provider: time) ?? receivedAt
  }

  private var subtype: String? { raw["data"]?["subtype"]?.string }

  /// `nil` for events that are no word of the customer's.
  var event: InboundEvent? {
    switch type {
    case "event": subtype == "click" ? click : nil
    case "mention": mention
    default: message(.message, id: "\(sender):\(sentAt.seconds)")
    }
  }

  private func message(_ kind: InboundEvent.Kind, id: String) -> InboundEvent {
    let isOurs = sender == account
    let customer = isOurs ? receiver : sender
    return InboundEvent(
      kind: kind, channelKind: Weibo.kind, externalID: id, threadKey: "weibo:\(account):\(customer)",
      direction: isOurs ? .outboundEcho : .inbound, contact: ContactCard(id: customer), sentAt: sentAt,
      text: raw["text"]?.filled, attachments: kind == .message ? attachments : [])
  }

  /// A menu's click says its key; the text is only the provider's name for the event.
  private var click: InboundEvent? {
    guard let key = raw["data"]?["key"]?.text, !key.isEmpty else { return nil }
    var event = message(.postback, id: "\(sender):\(sentAt.seconds):click")
    event.text = key
    return event
  }

  /// The key is the id of the post or comment that names the account.
  private var mention: InboundEvent {
    let key = raw["data"]?["key"]?.text.flatMap { $0.callLine() }
    var event = message(.message, id: key ?? "\(sender):\(sentAt.seconds):mention")
    event.attachments = []
    return event
  }

  private var attachments: [Attachment] {
    let data = raw["data"]
    let file = data?.first("tovfid", "vfid")?.text.map { "weibo-fid:\($0)" }
    switch type {
    case "text": return []
    case "image": return [Attachment(kind: .image, url: file)]
    case "voice": return [Attachment(kind: .audio, url: file)]
    case "position":
      return [Attachment(kind: .location, url: ChatText.place(data?["latitude"], data?["longitude"]))]
    default: return [Attachment(kind: .unsupported, filename: type.callLine())]
    }
  }
}
