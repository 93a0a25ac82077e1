import Conversations

/// Reads `feed` changes of a Facebook page: comments, and posts that visitors leave on it.
struct FeedChanges: Sendable {
  static let kind = ChannelKind("facebook_comment")
  let page: String

  private static let verbs: [String: InboundEvent.Kind] = ["add": .message, "edited": .edit, "remove": .delete]
  /// What a visitor can leave on a page besides a comment.
  private static let posts: Set<String> = ["post", "status", "photo", "video"]

  /// `nil` for what is no customer's word: reactions, shares, hiding, the page's own posts, unknown verbs. The entry's time
  /// stands for one that the change does not tell.
  func event(_ value: JSON, entryTime: Instant?) -> InboundEvent? {
    guard let item = value["item"]?.string, let kind = value["verb"]?.string.flatMap({ Self.verbs[$0] }),
      let post = value["post_id"]?.text
    else { return nil }
    let isOurs = author(value).id == page
    if item == "comment", let id = value["comment_id"]?.text {
      let parent = value["parent_id"]?.text ?? post
      return event(value, kind, entryTime, id: id, post: post, root: parent == post ? id : parent, inReplyTo: [parent])
    }
    guard Self.posts.contains(item), !isOurs else { return nil }
    return event(value, kind, entryTime, id: post, post: post, root: post, inReplyTo: [])
  }

  private func event(
    _ value: JSON, _ kind: InboundEvent.Kind, _ entryTime: Instant?, id: String, post: String, root: String,
    inReplyTo: [String]
  ) -> InboundEvent {
    let author = author(value)
    return InboundEvent(
      kind: kind, channelKind: Self.kind, externalID: id, threadKey: "\(Self.kind):\(page):\(post):\(root)",
      direction: author.id == page ? .outboundEcho : .inbound, contact: author,
      sentAt: Instant(provider: value["created_time"]) ?? entryTime,
      text: kind == .delete ? nil : value["message"]?.string,
      inReplyTo: inReplyTo, attachments: kind == .delete ? [] : attachments(value))
  }

  /// `from` is withheld without permission and for some users; old payloads say `sender_id` and `sender_name`.
  private func author(_ value: JSON) -> ContactCard {
    ContactCard(
      id: value["from"]?["id"]?.text ?? value["sender_id"]?.text,
      name: value["from"]?["name"]?.string ?? value["sender_name"]?.string)
  }

  private func attachments(_ value: JSON) -> [Attachment] {
    var found: [Attachment] = []
    let photos = value.list("photos").compactMap(\.string)
    for url in photos.isEmpty ? [value["photo"]?.string].compactMap(\.self) : photos {
      found.append(Attachment(kind: .image, url: url))
    }
    if let url = value["video"]?.string { found.append(Attachment(kind: .video, url: url)) }
    if found.isEmpty, let link = value["link"]?.string {
      let kinds: [String: Attachment.Kind] = ["photo": .image, "video": .video]
      found.append(Attachment(kind: kinds[value["item"]?.string ?? ""] ?? .link, url: link))
    }
    return found
  }
}

/// Reads `comments` and `live_comments` changes of an Instagram account.
struct InstagramComments: Sendable {
  static let kind = ChannelKind("instagram_comment")
  static let fields: Set<String> = ["comments", "live_comments"]
  let account: String

  /// A comment carries no time of its own: the entry's counts.
  func event(_ value: JSON, entryTime: Instant?) -> InboundEvent? {
    guard let id = value["id"]?.text, let media = value["media"]?["id"]?.text else { return nil }
    let parent = value["parent_id"]?.text
    let author = ContactCard(id: value["from"]?["id"]?.text, name: value["from"]?["username"]?.string)
    return InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: id,
      threadKey: "\(Self.kind):\(account):\(media):\(parent ?? id)",
      direction: author.id == account ? .outboundEcho : .inbound, contact: author, sentAt: entryTime,
      text: value["text"]?.string, inReplyTo: [parent ?? media])
  }
}
