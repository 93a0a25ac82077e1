package import Conversations

/// Slack channels and direct messages, by the Events API. docs.slack.dev/apis/events-api
package struct Slack: Adapter {
  package static let kind = ChannelKind("slack")
  package static let summary = "Slack channels and direct messages."
  package static let settings: [Setting] = [
    Setting("signing_secret", .secret, required: true, help: "the app's signing secret"),
    Setting("team_id", .text, required: true, help: "the workspace, T…; deliveries of others are left alone"),
    Setting("bot_user_id", .text, help: "user id of our own bot, U…"),
    Setting("bot_id", .text, help: "bot id of our own bot, B…"),
    Setting("api_app_id", .text, help: "id of our own app, A…"),
    Setting("bot_token", .secret, forSending: true, help: "the bot's token, xoxb-…"),
    Setting("api_base", .text, default: "https://slack.com", help: "where the Web API is reached"),
  ]

  private let secrets: [Secret]
  private let team: String
  private let ourselves: SlackSelf
  private let sender: SlackSender

  package init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("signing_secret")
    team = values.text("team_id") ?? ""
    ourselves = SlackSelf(
      user: values.text("bot_user_id"), bot: values.text("bot_id"), app: values.text("api_app_id"))
    sender = SlackSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://slack.com", key: "api_base"),
      token: values.secret("bot_token"))
  }

  package static var receivers: String? { "a channel's or member's id, C0123456789 or U0123456789" }

  /// docs.slack.dev/reference/methods/chat.postMessage: a member's id is as good as the id of the direct message.
  package func thread(telling receiver: String) -> String? {
    let isID = receiver.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    guard isID, (9...21).contains(receiver.utf8.count), receiver.first.map({ "CGDUW".contains($0) }) == true else {
      return nil
    }
    return "slack:\(team):\(receiver)"
  }

  /// Older deliveries may be replays. docs.slack.dev/authentication/verifying-requests-from-slack
  static let ageMax: Int64 = 300

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard let stamp = delivery.headers["X-Slack-Request-Timestamp"], stamp.utf8.count <= 12, let seconds = Int64(stamp),
      abs(now.seconds - seconds) <= Self.ageMax
    else { return .refused(status: 401, reason: "X-Slack-Request-Timestamp is missing or too far from now") }
    let signed = Array("v0:\(stamp):".utf8) + delivery.body
    let signature = delivery.headers["X-Slack-Signature"]
    guard Signatures.isGenuine(signature, prefix: "v0=", .sha256, written: .hex, over: signed, secrets: secrets) else {
      return .refused(status: 401, reason: "X-Slack-Signature is missing or wrong")
    }
    return handshake(delivery)
  }

  /// Even the handshake is signed.
  private func handshake(_ delivery: RawDelivery) -> Verdict {
    guard delivery.body.count <= 10_000, let body = try? JSON(parsing: delivery.body),
      body["type"]?.string == "url_verification", let challenge = body["challenge"]?.string
    else { return .accepted }
    return .answered(.text(challenge))
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let delivered = try RequestBody.read(delivery)
    guard case .json(let body) = delivered else { return try pressed(delivered, delivery) }
    guard body.members != nil else { throw Unreadable(reason: "body is JSON but not an object") }
    guard body["type"]?.string == "event_callback", let event = body["event"], event.members != nil else {
      return Reading(ignored: [body["type"]?.string?.callLine() ?? "delivery without a type"])
    }
    guard body["team_id"]?.string == team else { return Reading(ignored: ["delivery of another workspace"]) }
    let found = SlackEvent(event, team: team, ourselves: ourselves, receivedAt: delivery.receivedAt).event
    guard let found else {
      let name = [event["type"]?.string, event["subtype"]?.string].compactMap(\.self).joined(separator: ".")
      return Reading(ignored: [name.callLine() ?? "event without a type"])
    }
    return Reading(events: [found])
  }

  /// Slash commands and pressed buttons come as forms; nobody asked for the former here.
  private func pressed(_ form: RequestBody, _ delivery: RawDelivery) throws(Unreadable) -> Reading {
    guard let payload = form["payload"] else { return Reading(ignored: ["form"]) }
    let body = try RequestBody.json(Array(payload.utf8))
    if let event = SlackButtons.pressed(body, team: team, receivedAt: delivery.receivedAt) {
      return Reading(events: [event])
    }
    return Reading(ignored: [body["type"]?.string?.callLine() ?? "form"])
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { SlackSender.interpret(response) }
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { SlackButtons.quickReplies }

  /// One message a second in one channel. docs.slack.dev/apis/web-api/rate-limits
  package static var pace: SendingPace { SendingPace(perMinuteToOne: 60) }

  /// Without the token Slack answers with its login page. docs.slack.dev/reference/objects/file-object
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let token = sender.token, !token.isEmpty else { return nil }
    return download(
      reference, hosts: ["files.slack.com"], headers: Headers([("Authorization", "Bearer \(token.reveal())")]))
  }
}

/// Who we are in the workspace, as far as the settings say.
struct SlackSelf: Sendable {
  var user: String?
  var bot: String?
  var app: String?

  /// Whether `message` was written by our own app or bot.
  func wrote(_ message: JSON) -> Bool {
    let (user, bot, app) = (message["user"]?.filled, message["bot_id"]?.filled, message["app_id"]?.filled)
    return (user != nil && user == self.user) || (bot != nil && bot == self.bot) || (app != nil && app == self.app)
  }
}
