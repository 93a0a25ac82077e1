package import Conversations

/// Comments and visitors' posts on a Facebook page; private messages to the page too, where one webhook brings both.
package struct FacebookComments: Adapter {
  package static let kind = ChannelKind("facebook_comments")
  package static let summary = "Comments and visitors' posts on a Facebook page, and its private messages."
  package static let settings = Messenger.settings + [CommentAPI.setting(textMax: 8000)]

  private let door: MetaDoor
  private let feed: FeedChanges
  private let messages: MetaMessaging
  private let sender: SendAPI
  private let commenter: CommentAPI

  package init(_ values: SettingValues) throws(SettingProblem) {
    door = MetaDoor(values)
    feed = FeedChanges(page: values.text("page_id") ?? "")
    messages = MetaMessaging(kind: Messenger.kind, account: feed.page)
    sender = try SendAPI(values, unit: .characters)
    commenter = CommentAPI(
      api: try GraphAPI(values, token: "page_access_token"), edge: "comments",
      textMax: try values.positive("comment_text_max"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { door.verify(delivery) }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    try MetaEnvelope(delivery).read(object: "page", account: feed.page) { entry, reading in
      for (field, value) in entry.changes {
        if field == "feed", let event = feed.event(value, entryTime: Instant(provider: entry["time"])) {
          reading.events.append(event)
        } else {
          reading.ignored.append(field == "feed" ? "feed \(value["item"]?.string ?? "?")" : field)
        }
      }
      messages.read(entry: entry, into: &reading)
    }
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let thread = CommentThread(message.threadKey, kind: FeedChanges.kind) else {
      return try sender.render(message)
    }
    return try commenter.render(message, to: message.inReplyTo ?? thread.root)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    GraphAnswer.interpret(response) { $0.first("message_id", "id")?.text }
  }

  package func window(ofThread threadKey: String) -> MessagingWindow {
    CommentThread(threadKey, kind: FeedChanges.kind) == nil ? sender.window : .unlimited
  }

  package func quickReplies(ofThread threadKey: String) -> QuickReplies? {
    CommentThread(threadKey, kind: FeedChanges.kind) == nil ? SendAPI.quickReplies : nil
  }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: MetaAttachments.hosts)
  }
}

/// Answers under comments: `POST /{comment-id}/comments` for Facebook, `…/replies` for Instagram.
struct CommentAPI: Sendable {
  static func setting(textMax: Int) -> Setting {
    Setting(
      "comment_text_max", .integer, default: JSON(textMax), help: "longest answer to a comment; longer ones are split")
  }

  let api: GraphAPI
  let edge: String
  /// Characters.
  let textMax: Int

  func render(_ message: OutboundMessage, to comment: String) throws(Unrenderable) -> [OutboundRequest] {
    guard message.attachments.isEmpty else { throw Unrenderable("an answer to a comment carries no attachments") }
    let pieces = TextSplitter(limit: textMax).pieces(message.text)
    guard !pieces.isEmpty else { throw Unrenderable("the message is empty") }
    var requests: [OutboundRequest] = []
    for piece in pieces {
      requests.append(try api.post("\(FormFields.encode(comment))/\(edge)", ["message": .string(piece)]))
    }
    return requests
  }
}

/// `KIND:ACCOUNT:POST:ROOT`.
struct CommentThread: Sendable {
  let root: String

  init?(_ threadKey: String, kind: ChannelKind) {
    let parts = threadKey.split(separator: ":")
    guard parts.count == 4, parts[0] == kind.rawValue else { return nil }
    root = String(parts[3])
  }
}
