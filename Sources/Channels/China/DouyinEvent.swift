import Conversations

/// One event of Douyin's private messages.
/// developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/event-list/im
struct DouyinEvent: Sendable {
  let name: String
  let body: JSON
  let content: JSON
  let account: String
  let receivedAt: Instant

  private var from: String? { body["from_user_id"]?.filled }
  private var to: String? { body["to_user_id"]?.filled }
  private var isOurs: Bool { name == "im_send_msg" || from == account }
  private var customer: String? { isOurs ? to : from }

  /// Conversations are for the account when it is at either end.
  private var thread: String? {
    guard from == account || to == account else { return nil }
    return (content["conversation_short_id"]?.filled ?? customer).map { "douyin:\(account):\($0)" }
  }

  /// `id` stands in for a message's own.
  func event(id: String?) -> InboundEvent? {
    switch name {
    case "im_receive_msg", "im_send_msg": message(.message, id: content["server_message_id"]?.filled ?? id)
    case "im_recall_msg": message(.delete, id: content["server_message_id"]?.filled)
    default: nil
    }
  }

  /// The other side has read up to an index, no message id.
  var receipt: Receipt? {
    guard name == "im_message_read", let thread, content["read_open_id"]?.filled != account else { return nil }
    return Receipt(
      externalID: nil, threadKey: thread, status: .read, at: Instant(provider: content["create_time"]) ?? receivedAt)
  }

  private func message(_ kind: InboundEvent.Kind, id: String?) -> InboundEvent? {
    guard let id, !id.isEmpty, let thread, let customer else { return nil }
    var event = InboundEvent(
      kind: kind, channelKind: Douyin.kind, externalID: id, threadKey: thread,
      direction: isOurs ? .outboundEcho : .inbound, contact: ContactCard(id: customer, name: name(of: customer)),
      sentAt: Instant(provider: content["create_time"]) ?? receivedAt)
    guard kind == .message else { return event }
    event.text = content["text"]?.filled
    event.attachments = attachment.map { [$0] } ?? []
    return event
  }

  private func name(of user: String) -> String? {
    content["user_infos"]?.array?.first { $0["open_id"]?.string == user }?["nick_name"]?.filled
  }

  private static let files: [String: Attachment.Kind] = [
    "image": .image, "user_local_image": .image, "video": .video, "user_local_video": .video, "audio": .audio,
    "voice": .audio, "emoji": .sticker,
  ]

  private var attachment: Attachment? {
    let type = content["message_type"]?.filled ?? (content["text"]?.filled == nil ? "message" : "text")
    guard type != "text" else { return nil }
    guard let kind = Self.files[type] else { return Attachment(kind: .unsupported, filename: type.callLine()) }
    return Attachment(kind: kind, url: content.first("resource_url", "url")?.filled)
  }
}
