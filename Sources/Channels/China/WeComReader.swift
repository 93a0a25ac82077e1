import Conversations

/// Decrypted callbacks of one WeCom app. developer.work.weixin.qq.com/document/path/90239 and …/90240
struct WeComReader: Sendable {
  let corp: String
  let agent: String
  let pull: WeComPull

  /// A callback in XML.
  func read(_ root: XMLTree, receivedAt: Instant) -> Reading {
    let content = WeChatContent(root: root, media: "wecom-media")
    guard content.word("ToUserName") == corp, content.word("AgentID").map({ $0 == agent }) ?? true else {
      return Reading(ignored: ["message for another app"])
    }
    if content.isEvent, content.word("Event") == "kf_msg_or_event" { return pull.announced(content) }
    if let event = event(content, receivedAt: receivedAt) { return Reading(events: [event]) }
    let name = content.word(content.isEvent ? "Event" : "MsgType")
    return Reading(ignored: [name?.callLine() ?? "message without a type"])
  }

  /// Clicks on the menu and on a card's button.
  private static let clicks: Set<String> = ["click", "template_card_event", "taskcard_click"]

  private func event(_ content: WeChatContent, receivedAt: Instant) -> InboundEvent? {
    guard let user = content.word("FromUserName"), content.word("MsgType") != nil, let id = content.id,
      !content.isEvent || content.word("Event").map(Self.clicks.contains) == true
    else { return nil }
    return InboundEvent(
      kind: content.isEvent ? .postback : .message, channelKind: WeCom.kind, externalID: id,
      threadKey: "wecom:\(corp):\(agent):\(user)", contact: ContactCard(id: user),
      sentAt: content.sentAt ?? receivedAt, text: content.isEvent ? content["EventKey"] : content.text,
      attachments: content.isEvent ? [] : content.attachments)
  }

  /// A robot's callback in JSON. developer.work.weixin.qq.com/document/path/100719
  func robot(_ json: JSON, receivedAt: Instant) -> Reading {
    guard let id = json["msgid"]?.filled, let user = json["from"]?["userid"]?.filled,
      let type = json["msgtype"]?.filled, type != "event"
    else { return Reading(ignored: [json["event"]?["eventtype"]?.string?.callLine() ?? "robot callback"]) }
    let event = InboundEvent(
      kind: .message, channelKind: WeCom.kind, externalID: id, threadKey: "wecom:\(corp):\(agent):\(user)",
      contact: ContactCard(id: user, name: json["from"]?["name"]?.filled),
      sentAt: Instant(provider: json["create_time"]) ?? receivedAt, text: json[type]?["content"]?.filled,
      attachments: Self.robotAttachments(json, type))
    return Reading(events: [event])
  }

  private static func robotAttachments(_ json: JSON, _ type: String) -> [Attachment] {
    let url = json[type]?.first("url", "image_url")?.filled
    return switch type {
    case "text", "voice": []
    case "image": [Attachment(kind: .image, url: url)]
    case "file": [Attachment(kind: .file, url: url)]
    default: [Attachment(kind: .unsupported, filename: type.callLine())]
    }
  }
}
