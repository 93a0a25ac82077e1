import Conversations

/// One message or event as WeChat and WeCom write it in XML.
/// developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
struct WeChatContent: Sendable {
  let root: XMLTree
  /// `wechat-media` or `wecom-media`.
  let media: String

  /// The text of a field; `nil` when missing or empty.
  subscript(name: String) -> String? {
    guard let text = root[name]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// A field in which blanks around mean nothing.
  func word(_ name: String) -> String? {
    guard let word = self[name]?.trimmingBlanks(), !word.isEmpty else { return nil }
    return word
  }

  var isEvent: Bool { word("MsgType") == "event" }

  /// Events have no id of their own: who, when, what.
  var id: String? {
    if !isEvent, let id = word("MsgId") { return id }
    guard let from = word("FromUserName"), let time = word("CreateTime"), let what = word(isEvent ? "Event" : "MsgType")
    else { return nil }
    return "\(from):\(time):\(what)"
  }

  var sentAt: Instant? { word("CreateTime").flatMap { Instant(epoch: $0) } }

  /// What was typed, or what the provider heard in a voice message.
  var text: String? {
    switch word("MsgType") {
    case "text": self["Content"]
    case "voice": self["Recognition"]
    default: nil
    }
  }

  var attachments: [Attachment] {
    switch word("MsgType") {
    case "text": []
    case "image": [Attachment(kind: .image, url: word("PicUrl") ?? reference)]
    case "voice":
      [Attachment(kind: .audio, contentType: word("Format").map { "audio/\($0.lowercased())" }, url: reference)]
    case "video", "shortvideo": [Attachment(kind: .video, url: reference)]
    case "location":
      // Location_X is the latitude.
      [Attachment(kind: .location, filename: self["Label"], url: place)]
    case "link": [Attachment(kind: .link, filename: self["Title"], url: word("Url"))]
    case "file":
      [
        Attachment(
          kind: .file, filename: ChatText.filename(self["Title"]), size: word("FileTotalLen").flatMap { Int($0) },
          url: reference)
      ]
    case let type: [Attachment(kind: .unsupported, filename: type?.callLine() ?? "message")]
    }
  }

  private var reference: String? { word("MediaId").map { "\(media):\($0)" } }

  private var place: String? {
    ChatText.place(word("Location_X").map(JSON.string), word("Location_Y").map(JSON.string))
  }
}
