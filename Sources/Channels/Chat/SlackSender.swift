import Conversations

/// Sends by chat.postMessage. docs.slack.dev/reference/methods/chat.postMessage
struct SlackSender: Sendable {
  let base: String
  let token: Secret?

  private static let splitter = TextSplitter(limit: 40_000)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let token, !token.isEmpty else { throw Unrenderable("the channel cannot send: `bot_token` is not set") }
    let parts = message.threadKey.split(separator: ":").map(String.init)
    guard parts.count >= 3 else { throw Unrenderable("the conversation names no channel") }
    var address = [JSON.Member("channel", .string(parts[2]))]
    if parts.count > 3 { address.append(JSON.Member("thread_ts", .string(parts[3]))) }
    // Cut first: a cut inside `&amp;` would show both halves.
    var texts = Self.splitter.pieces(message.text).map(Self.escaped)
    for attachment in message.attachments { texts.append("<\(try ChatText.address(of: attachment, for: "Slack"))>") }
    guard !texts.isEmpty else { throw Unrenderable("the message is empty") }
    let headers = Headers([
      ("Content-Type", "application/json; charset=utf-8"), ("Authorization", "Bearer \(token.reveal())"),
    ])
    var contents = texts.map { [JSON.Member("text", .string($0)), JSON.Member("mrkdwn", false)] }
    if !message.options.isEmpty {
      let spoken = QuickReplies.numbered(message.options).joined(separator: "\n")
      contents.append(SlackButtons.content(message.options, text: Self.escaped(spoken)))
    }
    return contents.map { content in
      let body = JSON.object(address + content)
      return .http(HTTPRequest(url: Secret("\(base)/api/chat.postMessage"), headers: headers, body: body.bytes))
    }
  }

  /// What an agent types is text: no mention of everybody, no hidden link, and (`mrkdwn: false`) no stars that turn into bold.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private static let answers = ProviderAnswer(
    provider: "Slack",
    temporary: [
      "ratelimited": 30, "rate_limited": 30, "internal_error": nil, "fatal_error": nil, "service_unavailable": 60,
      "request_timeout": nil, "team_added_to_org": 300,
    ],
    permanent: [
      "channel_not_found": "the channel does not exist any more", "is_archived": "the channel is archived",
      "not_in_channel": "the bot is not in the channel", "msg_too_long": "the text is too long",
      "missing_scope": "the bot may not write messages",
      "restricted_action": "the workspace does not let the bot write here",
    ],
    credentials: [
      "invalid_auth": "Slack does not accept the bot's token", "account_inactive": "the bot has been removed",
      "token_revoked": "Slack does not accept the bot's token",
      "token_expired": "Slack does not accept the bot's token",
      "not_authed": "Slack does not accept the bot's token",
    ])

  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      guard let isGood = json?["ok"]?.bool else { return answers.silence(status: status, headers: headers) }
      guard isGood, (200..<300).contains(status) else {
        let code = json?["error"]?.filled?.callLine(limit: 60) ?? String(status)
        return answers.outcome(code: code, words: nil, status: status, headers: headers)
      }
      let channel = json?["channel"]?.string
      return .accepted(providerID: json?["ts"]?.string.flatMap { stamp in channel.map { "\($0):\(stamp)" } })
    }
  }
}
