import Conversations

/// One event of Slack that says something. docs.slack.dev/reference/events/message
struct SlackEvent: Sendable {
  private let raw: JSON
  private let team: String
  private let ourselves: SlackSelf
  private let receivedAt: Instant

  init(_ raw: JSON, team: String, ourselves: SlackSelf, receivedAt: Instant) {
    (self.raw, self.team, self.ourselves, self.receivedAt) = (raw, team, ourselves, receivedAt)
  }

  /// `nil` for joins, topics, unfurled links and kinds still to be invented.
  var event: InboundEvent? {
    switch (raw["type"]?.string, raw["subtype"]?.string) {
    // An app mention is the same message once more, under another event id.
    case ("message", nil), ("app_mention", nil), ("message", "file_share"), ("message", "bot_message"),
      ("message", "thread_broadcast"), ("message", "me_message"):
      return message
    case ("message", "message_changed"): return edit
    case ("message", "message_deleted"): return deletion
    case ("reaction_added", _): return reaction(raw["reaction"]?.filled)
    case ("reaction_removed", _): return reaction("")
    default: return nil
    }
  }

  private var message: InboundEvent? {
    guard let channel = raw["channel"]?.filled, let stamp = raw["ts"]?.filled else { return nil }
    var event = event(.message, channel, stamp, of: raw, at: stamp)
    event.text = Self.decoded(raw["text"])
    event.attachments = Self.files(raw)
    return event
  }

  /// Without `edited` nothing changed that anybody wrote: a link was unfurled.
  private var edit: InboundEvent? {
    guard let channel = raw["channel"]?.filled, let message = raw["message"], let stamp = message["ts"]?.filled else {
      return nil
    }
    if message["subtype"]?.string == "tombstone" {
      return event(.delete, channel, stamp, of: raw["previous_message"] ?? message, at: raw["ts"]?.string)
    }
    guard message["edited"]?.members != nil else { return nil }
    var event = event(.edit, channel, stamp, of: message, at: raw["event_ts"]?.string ?? raw["ts"]?.string)
    event.text = Self.decoded(message["text"])
    event.attachments = Self.files(message)
    return event
  }

  private var deletion: InboundEvent? {
    let before = raw["previous_message"] ?? .null
    guard let channel = raw["channel"]?.filled, let stamp = raw["deleted_ts"]?.filled ?? before["ts"]?.filled else {
      return nil
    }
    return event(.delete, channel, stamp, of: before, at: raw["event_ts"]?.string ?? raw["ts"]?.string)
  }

  private func reaction(_ name: String?) -> InboundEvent? {
    guard let name, let channel = raw["item"]?["channel"]?.filled, let stamp = raw["item"]?["ts"]?.filled else {
      return nil
    }
    var event = event(.reaction, channel, stamp, of: raw, at: raw["event_ts"]?.string)
    event.text = name
    return event
  }

  /// `author` holds the writer and, for an answer, the thread.
  private func event(
    _ kind: InboundEvent.Kind, _ channel: String, _ stamp: String, of author: JSON, at time: String?
  ) -> InboundEvent {
    // A direct conversation is one thread, a channel has one per root message.
    let isDirect = raw["channel_type"]?.string == "im" || channel.hasPrefix("D")
    let root = author["thread_ts"]?.filled
    return InboundEvent(
      kind: kind, channelKind: ChannelKind("slack"), externalID: "\(channel):\(stamp)",
      threadKey: "slack:\(team):\(channel)" + (isDirect ? "" : ":\(root ?? stamp)"),
      direction: ourselves.wrote(author) ? .outboundEcho : .inbound,
      contact: ContactCard(id: author["user"]?.filled), sentAt: time.flatMap { Instant(epoch: $0) } ?? receivedAt)
  }

  /// Slack escapes these three and nothing else. docs.slack.dev/messaging/formatting-message-text
  private static func decoded(_ text: JSON?) -> String? {
    text?.filled?.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }

  /// Files that are deleted or out of reach have no address.
  private static func files(_ message: JSON) -> [Attachment] {
    (message["files"]?.array ?? []).compactMap { file in
      guard let url = file["url_private"]?.filled else { return nil }
      let type = file["mimetype"]?.filled
      return Attachment(
        kind: Attachment.kind(ofType: type), filename: ChatText.filename(file["name"]?.string), contentType: type,
        size: file["size"]?.int, url: url)
    }
  }
}
