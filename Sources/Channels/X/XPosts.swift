import Conversations

/// Posts as the two APIs write them: v1.1 objects in the older, v2 objects in the newer.
/// docs.x.com/x-api/fundamentals/data-dictionary
struct XPosts: Sendable {
  let account: String
  /// Of the newer API: objects, or `{"data":object}`.
  let users: [JSON]
  let receivedAt: Instant

  private static let kind = ChannelKind("x_post")

  /// The older API's lists.
  func read(_ list: [JSON], into reading: inout Reading) {
    for raw in list {
      if let event = raw["status"] == nil ? written(raw) : deleted(raw) {
        reading.events.append(event)
      } else {
        reading.ignored.append("post")
      }
    }
  }

  /// `nil` for what is no word to us or to a customer: reposts, and our own posts that answer nobody.
  func written(_ raw: JSON) -> InboundEvent? {
    let post = XPost(raw)
    guard let id = post.id, let author = post.author, !post.isRepost else { return nil }
    let isOurs = author == account
    guard let other = isOurs ? post.answeredUser : author, other != account else { return nil }
    return InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: id,
      threadKey: "x_post:\(account):\(post.conversation ?? post.answeredPost ?? id)",
      direction: isOurs ? .outboundEcho : .inbound,
      contact: ContactCard(id: other, name: isOurs ? name(of: other) : post.authorName ?? name(of: other)),
      sentAt: post.sentAt ?? receivedAt, text: post.text, inReplyTo: post.answeredPost.map { [$0] } ?? [],
      language: post.language, attachments: post.attachments)
  }

  /// `{"status":{"id","user_id"},"timestamp_ms"}` in the older API, `{"id","author_id"}` in the newer.
  /// Neither says where the post stood: only the first of a conversation is found by its own id.
  func deleted(_ raw: JSON) -> InboundEvent? {
    let place = raw["status"] ?? raw
    guard let id = place.first("id_str", "id")?.text, !id.isEmpty,
      let author = place.first("user_id_str", "user_id", "author_id")?.text
    else { return nil }
    let isOurs = author == account
    return InboundEvent(
      kind: .delete, channelKind: Self.kind, externalID: id, threadKey: "x_post:\(account):\(id)",
      direction: isOurs ? .outboundEcho : .inbound,
      contact: isOurs ? ContactCard() : ContactCard(id: author, name: name(of: author)),
      sentAt: Instant(provider: raw["timestamp_ms"]) ?? receivedAt)
  }

  private func name(of user: String) -> String? {
    for card in users {
      let card = card["data"] ?? card
      if card["id"]?.text == user { return card["name"]?.filled }
    }
    return nil
  }
}

/// One post, whichever API wrote it.
struct XPost: Sendable {
  private let raw: JSON
  init(_ raw: JSON) { self.raw = raw }

  /// Numeric ids of the older API have lost digits in many a parser; the texts beside them have not.
  var id: String? { raw.first("id_str", "id")?.text.flatMap { $0.isEmpty ? nil : $0 } }
  var author: String? { raw["author_id"]?.text ?? raw["user"]?.first("id_str", "id")?.text }
  var authorName: String? { raw["user"]?["name"]?.filled }
  /// Only the newer API names it.
  var conversation: String? { raw["conversation_id"]?.text.flatMap { $0.isEmpty ? nil : $0 } }
  var answeredUser: String? { raw.first("in_reply_to_user_id_str", "in_reply_to_user_id")?.text }
  var language: String? { raw["lang"]?.filled.flatMap { ["und", "zxx", "qme", "art"].contains($0) ? nil : $0 } }

  var answeredPost: String? {
    let references = raw["referenced_tweets"]?.array ?? []
    return references.first { $0["type"] == "replied_to" }?["id"]?.text
      ?? raw.first("in_reply_to_status_id_str", "in_reply_to_status_id")?.text
  }

  var isRepost: Bool {
    raw["retweeted_status"]?.members != nil
      || raw["referenced_tweets"]?.array?.contains { $0["type"] == "retweeted" } == true
  }

  /// Long posts have their whole text elsewhere.
  var text: String? {
    XText.plain(
      raw["extended_tweet"]?.first("full_text") ?? raw["note_tweet"]?.first("text") ?? raw.first("full_text", "text"))
  }

  var sentAt: Instant? {
    Instant(provider: raw["timestamp_ms"]) ?? Instant(provider: raw["created_at"])
      ?? raw["created_at"]?.string.flatMap { Instant(yearLastDate: $0) }
  }

  var attachments: [Attachment] {
    let long = raw["extended_tweet"]
    let media =
      long?["extended_entities"]?["media"]?.array ?? raw["extended_entities"]?["media"]?.array
      ?? long?["entities"]?["media"]?.array ?? raw["entities"]?["media"]?.array ?? []
    return media.prefix(16).map(XText.attachment)
  }
}
