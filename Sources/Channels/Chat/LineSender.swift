import Conversations

/// Sends by reply token within a minute of the customer's message, else by push message.
/// developers.line.biz/en/reference/messaging-api/#send-push-message
struct LineSender: Sendable {
  let base: String
  let token: Secret?

  /// LINE counts UTF-16 code units.
  private static let splitter = TextSplitter(limit: 5000)
  private static let messagesPerRequest = 5
  /// developers.line.biz/en/docs/messaging-api/using-quick-reply
  static let quickReplies = QuickReplies(most: 13, labelMax: 20)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let token, !token.isEmpty else {
      throw Unrenderable("the channel cannot send: `channel_access_token` is not set")
    }
    let parts = message.threadKey.split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count == 3 else { throw Unrenderable("the conversation names no chat") }
    var contents = Self.splitter.pieces(message.text).map { text -> JSON in ["type": "text", "text": .string(text)] }
    for attachment in message.attachments { contents.append(try Self.media(attachment)) }
    guard !contents.isEmpty else { throw Unrenderable("the message is empty") }
    contents[contents.count - 1] = Self.with(message.options, contents[contents.count - 1])
    return stride(from: 0, to: contents.count, by: Self.messagesPerRequest).map { start in
      let part = Array(contents[start..<min(start + Self.messagesPerRequest, contents.count)])
      let body: JSON = ["to": .string(parts[2]), "messages": .array(part)]
      var headers = Headers([("Content-Type", "application/json"), ("Authorization", "Bearer \(token.reveal())")])
      if start == 0, let reply = Self.freshReplyToken(message) {
        let body: JSON = ["replyToken": .string(reply), "messages": .array(part)]
        return .http(HTTPRequest(url: Secret("\(base)/v2/bot/message/reply"), headers: headers, body: body.bytes))
      }
      headers.add("X-Line-Retry-Key", Self.retryKey(message, part: start, body))
      return .http(HTTPRequest(url: Secret("\(base)/v2/bot/message/push"), headers: headers, body: body.bytes))
    }
  }

  /// Answers by reply token count against no quota, but the token lives for about a minute and works once: what has
  /// failed before, or comes later, is pushed.
  private static func freshReplyToken(_ message: OutboundMessage) -> String? {
    guard message.attempt == 1, let token = message.replyToken, let last = message.lastInboundAt,
      (0...replySecondsMax).contains(message.now.seconds(since: last))
    else { return nil }
    return token
  }

  private static let replySecondsMax: Int64 = 50

  /// They stand below the newest message only.
  private static func with(_ options: [String], _ content: JSON) -> JSON {
    guard !options.isEmpty else { return content }
    let items = options.map { label -> JSON in
      ["type": "action", "action": ["type": "message", "label": .string(label), "text": .string(label)]]
    }
    return .object((content.members ?? []) + [JSON.Member("quickReply", ["items": .array(items)])])
  }

  /// A picture, else its address: a LINE account cannot send other files.
  private static func media(_ attachment: Attachment) throws(Unrenderable) -> JSON {
    let url = JSON.string(try ChatText.address(of: attachment, for: "LINE"))
    guard attachment.kind == .image else { return ["type": "text", "text": url] }
    return ["type": "image", "originalContentUrl": url, "previewImageUrl": url]
  }

  /// A UUID (RFC 9562 §5.8) that the same part of the same message has at each attempt: LINE takes it once.
  private static func retryKey(_ message: OutboundMessage, part: Int, _ body: JSON) -> String {
    let seed = "\(message.outboxID) \(message.conversation) \(message.threadKey) \(part) \(body)"
    var bytes = Array(Signatures.digest(.sha256, of: Array(seed.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
    return groups.map { Signatures.hex(bytes[$0]) }.joined(separator: "-")
  }

  private static let answers = ProviderAnswer(
    provider: "LINE", temporary: ["429": 60],
    permanent: ["403": "the account may not send this"],
    credentials: ["401": "LINE does not accept the channel's access token"])

  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      let sent = json?["sentMessages"]?[0]?["id"]?.text
      // 409: an earlier attempt with this retry key has been accepted.
      if status == 409 || ((200..<300).contains(status) && sent != nil) { return .accepted(providerID: sent) }
      guard let words = json?["message"]?.string else { return answers.silence(status: status, headers: headers) }
      let details = (json?["details"]?.array ?? []).compactMap { $0["message"]?.string }
      // The monthly quota comes with the same status as the rate, and does not pass in minutes.
      // The next try pushes.
      if status == 400, words.lowercased().contains("reply token") {
        return .retry(afterSeconds: 1, reason: "\(words) (LINE 400)")
      }
      if status == 429, words.contains("monthly limit") {
        return .rejected(reason: "the account has used up its messages of this month (LINE 429)", code: "429")
      }
      return answers.outcome(
        code: String(status), words: ([words] + details).joined(separator: ": "), status: status, headers: headers)
    }
  }
}
