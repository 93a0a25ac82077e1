import Conversations

/// Buttons below a message, and what comes of pressing one.
/// docs.slack.dev/reference/block-kit/blocks/actions-block and …/interaction-payloads/block_actions-payload
enum SlackButtons {
  static let quickReplies = QuickReplies(most: 25, labelMax: 75)

  /// The content of the message that carries them. `text` is what notifications and screen readers say.
  static func content(_ options: [String], text: String) -> [JSON.Member] {
    let buttons = options.enumerated().map { index, label -> JSON in
      [
        "type": "button", "action_id": .string("option-\(index + 1)"), "value": .string(label),
        "text": ["type": "plain_text", "text": .string(label), "emoji": false],
      ]
    }
    return [
      JSON.Member("text", .string(text)), JSON.Member("blocks", [["type": "actions", "elements": .array(buttons)]]),
    ]
  }

  /// The button that was pressed; `nil` for what is no button of a message, or of another workspace.
  static func pressed(_ payload: JSON, team: String, receivedAt: Instant) -> InboundEvent? {
    guard payload["type"]?.string == "block_actions", payload["team"]?["id"]?.string == team,
      let action = payload["actions"]?[0], action["type"]?.string == "button",
      let label = action["text"]?["text"]?.filled ?? action["value"]?.filled,
      let channel = payload["channel"]?["id"]?.filled, let message = payload["message"],
      let stamp = message["ts"]?.filled, let user = payload["user"]?["id"]?.filled,
      let pressed = action["action_ts"]?.filled
    else { return nil }
    let root = channel.hasPrefix("D") ? "" : ":\(message["thread_ts"]?.filled ?? stamp)"
    return InboundEvent(
      kind: .postback, channelKind: Slack.kind, externalID: "\(channel):\(pressed)",
      threadKey: "slack:\(team):\(channel)\(root)", contact: ContactCard(id: user),
      sentAt: Instant(epoch: pressed) ?? receivedAt, text: label, inReplyTo: ["\(channel):\(stamp)"])
  }
}
