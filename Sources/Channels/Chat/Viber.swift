package import Conversations

/// Viber bots. developers.viber.com/docs/api/rest-bot-api
package struct Viber: Adapter {
  package static let kind = ChannelKind("viber")
  package static let summary = "Chats with a Viber bot."
  package static let settings: [Setting] = [
    Setting("auth_token", .secret, required: true, help: "the bot's token: signs deliveries and sends"),
    Setting("account_id", .text, required: true, help: "the bot's id, pa:…"),
    Setting("sender_name", .text, default: "Support", help: "the name customers see, up to 28 characters"),
    Setting("api_base", .text, default: "https://chatapi.viber.com", help: "where the REST API is reached"),
  ]

  private let tokens: [Secret]
  private let account: String
  private let senderName: String
  private let apiBase: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets("auth_token")
    account = values.text("account_id") ?? ""
    senderName = String((values.text("sender_name") ?? "Support").prefix(28))
    apiBase = try BaseURL.check(values.text("api_base") ?? "https://chatapi.viber.com", key: "api_base")
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let signature = delivery.headers["X-Viber-Content-Signature"]
    guard Signatures.isGenuine(signature, .sha256, written: .hex, over: delivery.body, secrets: tokens) else {
      return .refused(status: 401, reason: "X-Viber-Content-Signature is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard let type = body["event"]?.filled else { throw Unreadable(reason: "no event") }
    let at = Instant(provider: body["timestamp"]) ?? delivery.receivedAt
    if type == "message" { return Reading(events: [try message(body, at: at)]) }
    guard let status = Self.receipts[type], let token = body["message_token"]?.text else {
      return Reading(ignored: [type.callLine() ?? "event without a name"])
    }
    let code = status == .failed ? body["desc"]?.filled?.callLine(limit: 200) : nil
    return Reading(receipts: [Receipt(externalID: token, status: status, at: at, errorCode: code)])
  }

  private static let receipts: [String: Receipt.Status] = [
    "delivered": .delivered, "seen": .read, "failed": .failed,
  ]

  private func message(_ body: JSON, at: Instant) throws(Unreadable) -> InboundEvent {
    guard let user = body["sender"]?["id"]?.filled, let token = body["message_token"]?.text,
      let message = body["message"]
    else { throw Unreadable(reason: "message without sender, token or content") }
    return InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: token, threadKey: "viber:\(account):\(user)",
      contact: ContactCard(id: user, name: body["sender"]?["name"]?.filled), sentAt: at, text: message["text"]?.filled,
      attachments: ViberContent.attachment(message).map { [$0] } ?? [])
  }

  private static let splitter = TextSplitter(limit: 7000)

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    // Ids of users hold `/`, `+` and `=`, those of accounts a colon: what follows the account is the user.
    let prefix = "viber:\(account):"
    guard message.threadKey.hasPrefix(prefix), message.threadKey.utf8.count > prefix.utf8.count else {
      throw Unrenderable("the conversation names no customer of this account")
    }
    let receiver = String(message.threadKey.dropFirst(prefix.count))
    var contents = Self.splitter.pieces(message.text).map { text in
      [JSON.Member("type", "text"), JSON.Member("text", .string(text))]
    }
    for attachment in message.attachments { contents.append(try ViberContent.rendered(attachment)) }
    guard !contents.isEmpty else { throw Unrenderable("the message is empty") }
    // A message without a keyboard takes the last one away.
    if !message.options.isEmpty { contents[contents.count - 1].append(ViberContent.keyboard(message.options)) }
    let frame = [
      JSON.Member("receiver", .string(receiver)), JSON.Member("sender", ["name": .string(senderName)]),
      JSON.Member("tracking_data", .string("\(message.outboxID)")),
    ]
    let headers = Headers([
      ("Content-Type", "application/json"), ("X-Viber-Auth-Token", tokens.first?.reveal() ?? ""),
    ])
    return contents.map { content in
      .http(
        HTTPRequest(
          url: Secret("\(apiBase)/pa/send_message"), headers: headers, body: JSON.object(frame + content).bytes))
    }
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { ViberContent.interpret(response) }
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { ViberContent.quickReplies }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: ["*.viber.com"])
  }
}
