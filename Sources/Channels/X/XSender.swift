import Conversations

/// Sends direct messages and replies through API v2.
/// docs.x.com/x-api/direct-messages/create-dm-message-by-participant-id and docs.x.com/x-api/posts/create-post
struct XSender: Sendable {
  let base: String
  let token: Secret?

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let token, !token.isEmpty else {
      throw Unrenderable("the channel cannot send: `access_token` is not set")
    }
    let parts = message.threadKey.split(separator: ":").map(String.init)
    guard parts.count == 3, Int64(parts[2]) != nil else { throw Unrenderable("the conversation names no customer") }
    let text = try ChatText.linked(message, for: "X")
    let requests =
      parts[0] == "x_post"
      ? posts(text, answering: message.inReplyTo ?? parts[2], token) : messages(text, to: parts[2], token)
    guard !requests.isEmpty else { throw Unrenderable("the message is empty") }
    return requests
  }

  private func messages(_ text: String, to customer: String, _ token: Secret) -> [OutboundRequest] {
    TextSplitter(limit: 10_000).pieces(text).map { piece in
      post("dm_conversations/with/\(customer)/messages", ["text": .string(piece)], token)
    }
  }

  private func posts(_ text: String, answering post: String, _ token: Secret) -> [OutboundRequest] {
    Self.postPieces(text).map { piece in
      let body: JSON = ["text": .string(piece), "reply": ["in_reply_to_tweet_id": .string(post)]]
      return self.post("tweets", body, token)
    }
  }

  /// A post holds 280 of weight; outside Latin scripts a character weighs 2, and a UTF-16 unit never more than that.
  /// docs.x.com/fundamentals/counting-characters
  static func postPieces(_ text: String) -> [String] {
    let isLight = text.unicodeScalars.allSatisfy(isLight)
    return TextSplitter(limit: isLight ? 280 : 140).pieces(text)
  }

  private static func isLight(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...4351, 8192...8205, 8208...8223, 8242...8247: true
    default: false
    }
  }

  private func post(_ path: String, _ body: JSON, _ token: Secret) -> OutboundRequest {
    .http(
      HTTPRequest(
        url: Secret("\(base)/2/\(path)"),
        headers: Headers([("Content-Type", "application/json"), ("Authorization", "Bearer \(token.reveal())")]),
        body: body.bytes))
  }

  /// docs.x.com/x-api/fundamentals/response-codes-and-errors
  private static let answers = ProviderAnswer(
    provider: "X", temporary: ["88": 900, "130": 60, "131": 60, "429": 900],
    permanent: [
      "64": "the account is suspended", "150": "the customer takes no messages from the account",
      "186": "the text is too long", "187": "the account has just posted the same text",
      "349": "the customer takes no messages from the account", "385": "the post answered is gone or hidden",
    ],
    credentials: [
      "32": "X does not accept the channel's access token", "89": "X does not accept the channel's access token",
      "401": "X does not accept the channel's access token",
    ])

  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      let id = json?["data"]?.first("dm_event_id", "id")?.text
      if (200..<300).contains(status), let id { return .accepted(providerID: id) }
      let error = json?["errors"]?[0]
      let words = json?["detail"]?.string ?? error?["message"]?.string ?? json?["title"]?.string
      let code = error?["code"]?.text ?? (words == nil ? nil : String(status))
      if status == 429 { return .retry(afterSeconds: pause(headers), reason: "X lets no more through for now (429)") }
      guard let code else { return answers.silence(status: status, headers: headers) }
      return answers.outcome(code: code, words: words, status: status, headers: headers)
    }
  }

  /// The limit's end is an instant; the answer's own date tells how far off it is.
  private static func pause(_ headers: Headers) -> Int {
    if let seconds = Outcome.retryAfter(headers) { return seconds }
    guard let end = headers["x-rate-limit-reset"].flatMap({ Instant(epoch: $0) }),
      let date = headers["Date"].flatMap({ Instant(httpDate: $0, now: nil) })
    else { return 900 }
    return Int(min(max(1, end.seconds(since: date)), 86_400))
  }
}
