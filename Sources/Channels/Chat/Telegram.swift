package import Conversations

/// Telegram bots, and business accounts that a bot is connected to. core.telegram.org/bots/api
package struct Telegram: Adapter {
  package static let kind = ChannelKind("telegram")
  package static let summary = "Chats with a Telegram bot or a business account connected to it."
  package static let settings: [Setting] = [
    Setting("bot_token", .secret, required: true, help: "the bot's token from BotFather"),
    Setting("secret_token", .secret, required: true, help: "the secret_token given to setWebhook"),
    Setting("business_owner_id", .text, help: "user id of the connected business account's owner"),
    Setting("business_connection_id", .text, help: "answer as the connected business account"),
    Setting("api_base", .text, default: "https://api.telegram.org", help: "where the Bot API is reached"),
  ]

  private let token: Secret
  private let secrets: [Secret]
  private let botID: String
  private let ownerID: String?
  private let sender: TelegramSender

  package init(_ values: SettingValues) throws(SettingProblem) {
    token = values.secret("bot_token") ?? Secret("")
    botID = token.reveal().prefix { $0 != ":" }.trimmingBlanks()
    guard !botID.isEmpty, botID.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw SettingProblem("bot_token", "must begin with the bot's number, as in 7012345678:AAE…")
    }
    secrets = values.secrets("secret_token")
    ownerID = values.text("business_owner_id")
    sender = TelegramSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://api.telegram.org", key: "api_base"), token: token,
      business: values.text("business_connection_id"))
  }

  /// The token comes with every update; the body itself is not signed.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard Signatures.isToken(delivery.headers["X-Telegram-Bot-Api-Secret-Token"], oneOf: secrets) else {
      return .refused(status: 401, reason: "secret token is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let update = try RequestBody.object(delivery)
    let events = try TelegramUpdate(update, botID: botID, ownerID: ownerID, receivedAt: delivery.receivedAt).events()
    let type = update.members?.first { $0.key != "update_id" }?.key
    return Reading(events: events, ignored: events.isEmpty ? [type?.callLine() ?? "empty update"] : [])
  }

  package static var receivers: String? { "the number of a chat that the bot is in, e.g. -1001234567890" }

  package func thread(telling receiver: String) -> String? { Int64(receiver).map { "telegram:\(botID):\($0)" } }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { TelegramSender.interpret(response) }
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { sender.quickReplies }

  /// 30 messages a second, one a second to one chat. core.telegram.org/bots/faq#broadcasting-to-users
  package static var pace: SendingPace { SendingPace(perMinute: 1800, perMinuteToOne: 60) }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    reference.id("telegram-file").map { sender.mediaFetch($0) }
  }
}
