package import Conversations

/// LINE official accounts. developers.line.biz/en/reference/messaging-api
package struct Line: Adapter {
  package static let kind = ChannelKind("line")
  package static let summary = "Chats with a LINE official account."
  package static let settings: [Setting] = [
    Setting("channel_secret", .secret, required: true, help: "the channel secret that signs deliveries"),
    Setting("destination", .text, help: "user id of the account's bot (U…); deliveries for others are left alone"),
    Setting("channel_access_token", .secret, forSending: true, help: "the token that may send"),
    Setting("api_base", .text, default: "https://api.line.me", help: "where the Messaging API is reached"),
    Setting("data_api_base", .text, default: "https://api-data.line.me", help: "where pictures and files are fetched"),
  ]

  private let secrets: [Secret]
  private let destination: String?
  private let sender: LineSender
  private let dataBase: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("channel_secret")
    destination = values.text("destination")
    dataBase = try BaseURL.check(values.text("data_api_base") ?? "https://api-data.line.me", key: "data_api_base")
    sender = LineSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://api.line.me", key: "api_base"),
      token: values.secret("channel_access_token"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let signature = delivery.headers["X-Line-Signature"]
    guard Signatures.isGenuine(signature, .sha256, written: .base64, over: delivery.body, secrets: secrets) else {
      return .refused(status: 401, reason: "X-Line-Signature is missing or wrong")
    }
    return .accepted
  }

  package static var receivers: String? { "the id of a friend or group of the account: U, C or R and 32 hex digits" }

  package func thread(telling receiver: String) -> String? {
    let digits = receiver.utf8.dropFirst()
    guard let first = receiver.first, "UCR".contains(first), digits.count == 32,
      digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    return "line:\(destination ?? "us"):\(receiver)"
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard let account = body["destination"]?.filled, let events = body["events"]?.array else {
      throw Unreadable(reason: "no destination or no events")
    }
    guard destination == nil || destination == account else {
      return Reading(ignored: ["delivery for another account"])
    }
    var reading = Reading()
    for event in events {
      if let known = LineEvent(event, account: account, receivedAt: delivery.receivedAt)?.event {
        reading.events.append(known)
      } else {
        reading.ignored.append(event["type"]?.string?.callLine() ?? "event without a type")
      }
    }
    return reading.withoutRepeats()
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { LineSender.interpret(response) }
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { LineSender.quickReplies }

  /// 2,000 requests a second. developers.line.biz/en/reference/messaging-api/#rate-limits
  package static var pace: SendingPace { SendingPace(perMinute: 60_000) }

  /// developers.line.biz/en/reference/messaging-api/#get-content
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let id = reference.id("line-content") else { return nil }
    guard let token = sender.token, !token.isEmpty else { throw .unauthorized("`channel_access_token` is not set") }
    return .download(
      "\(dataBase)/v2/bot/message/\(FormFields.encode(id))/content", hosts: [], base: dataBase,
      headers: Headers([("Authorization", "Bearer \(token.reveal())")]))
  }
}
