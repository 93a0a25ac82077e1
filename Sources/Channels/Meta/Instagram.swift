package import Conversations

/// Private messages and comments to an Instagram professional account.
package struct Instagram: Adapter {
  package static let kind = ChannelKind("instagram")
  package static let summary = "Private messages and comments to an Instagram professional account."
  package static let settings =
    MetaDoor.settings + [
      Setting("ig_account_id", .text, required: true, help: "the professional account this channel serves")
    ] + SendAPI.settings(textMax: 1000) + [CommentAPI.setting(textMax: 2200)]

  /// Fields of `changes` whose value is a `messaging` item (test deliveries of the app's page, Instagram Login).
  private static let messagingFields: Set<String> = [
    "messages", "message_edit", "message_reactions", "messaging_postbacks", "messaging_seen",
  ]

  private let door: MetaDoor
  private let reader: MetaMessaging
  private let comments: InstagramComments
  private let sender: SendAPI
  private let commenter: CommentAPI

  package init(_ values: SettingValues) throws(SettingProblem) {
    door = MetaDoor(values)
    reader = MetaMessaging(kind: Self.kind, account: values.text("ig_account_id") ?? "")
    comments = InstagramComments(account: reader.account)
    // Instagram counts bytes of UTF-8.
    sender = try SendAPI(values, unit: .bytes)
    commenter = CommentAPI(
      api: try GraphAPI(values, token: "page_access_token"), edge: "replies",
      textMax: try values.positive("comment_text_max"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { door.verify(delivery) }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    try MetaEnvelope(delivery).read(object: "instagram", account: reader.account) { entry, reading in
      reader.read(entry: entry, into: &reading)
      for (field, value) in entry.changes { read(field: field, value, entry, into: &reading) }
    }
  }

  private func read(field: String, _ value: JSON, _ entry: JSON, into reading: inout Reading) {
    if Self.messagingFields.contains(field) {
      reader.read(item: value, into: &reading)
    } else if InstagramComments.fields.contains(field),
      let event = comments.event(value, entryTime: Instant(provider: entry["time"]))
    {
      reading.events.append(event)
    } else {
      reading.ignored.append(field)
    }
  }

  /// A conversation under a post is answered under the post, a private one privately.
  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let thread = CommentThread(message.threadKey, kind: InstagramComments.kind) else {
      return try sender.render(message)
    }
    // Instagram knows two levels: an answer to an answer goes to the first comment.
    return try commenter.render(message, to: thread.root)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    GraphAnswer.interpret(response) { $0.first("message_id", "id")?.text }
  }

  package func window(ofThread threadKey: String) -> MessagingWindow {
    CommentThread(threadKey, kind: InstagramComments.kind) == nil ? sender.window : .unlimited
  }

  package func quickReplies(ofThread threadKey: String) -> QuickReplies? {
    CommentThread(threadKey, kind: InstagramComments.kind) == nil ? SendAPI.quickReplies : nil
  }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: MetaAttachments.hosts)
  }
}
