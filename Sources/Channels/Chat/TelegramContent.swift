import Conversations

/// What one message of the Bot API holds. core.telegram.org/bots/api#message
struct TelegramContent: Sendable {
  private let message: JSON

  init(_ message: JSON) { self.message = message }

  /// The topic of a forum. Without `is_topic_message` the thread id only names a chain of replies.
  var topic: String? {
    guard message["is_topic_message"]?.bool == true else { return nil }
    return message["message_thread_id"]?.int64.map(String.init)
  }

  /// The message answered. In a topic every message formally answers the one that opened it.
  var repliedTo: String? {
    guard let id = message["reply_to_message"]?["message_id"]?.int64 else { return nil }
    let isOpening = topic != nil && message["message_thread_id"]?.int64 == id
    return isOpening ? nil : String(id)
  }

  var text: String? {
    message["text"]?.filled ?? message["caption"]?.filled ?? message["sticker"]?["emoji"]?.filled
      ?? message["web_app_data"]?["data"]?.filled
  }

  /// Says how the chat changed and nothing that a customer wrote.
  var isService: Bool {
    text == nil && attachments.allSatisfy { $0.kind == .unsupported } && memberKeys.contains(where: Self.isService)
  }

  var attachments: [Attachment] {
    if let place { return [place] }
    if let contact = message["contact"], contact.members != nil { return [Self.contact(contact)] }
    if let photo = largestPhoto { return [photo] }
    for (key, kind) in Self.files {
      if let file = message[key], let id = file["file_id"]?.filled {
        return [
          Attachment(
            kind: kind, filename: ChatText.filename(file["file_name"]?.string), contentType: file["mime_type"]?.filled,
            size: file["file_size"]?.int, url: "telegram-file:\(id)")
        ]
      }
    }
    guard text == nil else { return [] }
    let type = memberKeys.first { !Self.frame.contains($0) }
    return [Attachment(kind: .unsupported, filename: type ?? "empty")]
  }

  /// An animation repeats itself as a document and comes first.
  private static let files: [(key: String, kind: Attachment.Kind)] = [
    ("animation", .video), ("video", .video), ("video_note", .video), ("voice", .audio), ("audio", .audio),
    ("sticker", .sticker), ("document", .file),
  ]

  /// One photo comes in several sizes, usually the largest last.
  private var largestPhoto: Attachment? {
    let sizes = (message["photo"]?.array ?? []).filter { $0["file_id"]?.filled != nil }
    let area = { (size: JSON) in (size["width"]?.double ?? 0) * (size["height"]?.double ?? 0) }
    guard let largest = sizes.max(by: { area($0) < area($1) }), let id = largest["file_id"]?.filled else { return nil }
    return Attachment(kind: .image, size: largest["file_size"]?.int, url: "telegram-file:\(id)")
  }

  /// A venue repeats its location at the top.
  private var place: Attachment? {
    let location = message["venue"]?["location"] ?? message["location"]
    guard let url = ChatText.place(location?["latitude"], location?["longitude"]) else { return nil }
    return Attachment(kind: .location, filename: message["venue"]?["title"]?.filled, url: url)
  }

  private static func contact(_ card: JSON) -> Attachment {
    let name = [card["first_name"]?.filled, card["last_name"]?.filled].compactMap(\.self).joined(separator: " ")
    return Attachment(
      kind: .contact, filename: name.isEmpty ? nil : name, url: ChatText.telephone(card["phone_number"]?.text))
  }

  private var memberKeys: [String] { message.members?.map(\.key) ?? [] }

  /// What every message may carry around its content.
  private static let frame: Set<String> = [
    "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count",
    "sender_business_bot", "date", "business_connection_id", "chat", "forward_origin", "forward_from",
    "forward_from_chat", "forward_from_message_id", "forward_sender_name", "forward_date", "is_topic_message",
    "is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story",
    "reply_to_checklist_task_id",
    "via_bot", "edit_date", "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id",
    "author_signature", "paid_star_count", "entities", "caption_entities", "link_preview_options", "effect_id",
    "show_caption_above_media", "has_media_spoiler", "reply_markup", "text", "caption",
  ]

  private static func isService(_ key: String) -> Bool {
    service.contains(key)
      || [
        "forum_topic_", "general_forum_topic_", "video_chat_", "voice_chat_", "suggested_post_", "giveaway_",
        "chat_owner_", "poll_option_",
      ]
      .contains { key.hasPrefix($0) }
  }

  private static let service: Set<String> = [
    "new_chat_members", "new_chat_member", "new_chat_participant", "left_chat_member", "left_chat_participant",
    "new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
    "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
    "pinned_message", "users_shared", "user_shared", "chat_shared", "connected_website", "write_access_allowed",
    "passport_data", "proximity_alert_triggered", "boost_added", "chat_background_set", "checklist_tasks_done",
    "checklist_tasks_added", "direct_message_price_changed", "paid_message_price_changed", "successful_payment",
    "refunded_payment", "gift", "unique_gift", "gift_upgrade_sent", "managed_bot_created",
  ]
}
