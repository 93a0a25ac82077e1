package import Conversations

/// X accounts: direct messages and posts, over the X Activity API and the older Account Activity API.
/// docs.x.com/x-api/activity/event-payloads and docs.x.com/x-api/account-activity/introduction
package struct X: Adapter {
  package static let kind = ChannelKind("x")
  package static let summary = "Direct messages to an X account, and posts that mention or answer it."
  package static let settings: [Setting] = [
    Setting("consumer_secret", .secret, required: true, help: "the app's API secret; signs every delivery"),
    Setting("user_id", .text, required: true, help: "the account's numeric id; deliveries for others are left alone"),
    Setting("access_token", .secret, forSending: true, help: "the OAuth 2.0 token of the account that may send"),
    Setting("api_base", .text, default: "https://api.x.com", help: "where the API is reached"),
  ]

  private let secrets: [Secret]
  private let account: String
  private let sender: XSender

  package init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("consumer_secret")
    account = values.text("user_id") ?? ""
    guard Int64(account) != nil else { throw SettingProblem("user_id", "must be the account's number") }
    sender = XSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://api.x.com", key: "api_base"),
      token: values.secret("access_token"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    switch delivery.method {
    case "GET": return challenge(delivery.query)
    case "POST":
      let given = delivery.headers["x-twitter-webhooks-signature"]
      let isGenuine = Signatures.isGenuine(
        given, prefix: "sha256=", .sha256, written: .base64, over: delivery.body, secrets: secrets)
      return isGenuine ? .accepted : .refused(status: 401, reason: "x-twitter-webhooks-signature is missing or wrong")
    default: return .refused(status: 405, reason: "method is neither GET nor POST")
    }
  }

  /// The challenge-response check: whoever answers knows the secret. docs.x.com/x-api/webhooks/quickstart
  /// It signs what anybody brings with the key of deliveries, so nothing that could be the body of one: no braces.
  private func challenge(_ query: String) -> Verdict {
    guard let token = FormFields(query: query)["crc_token"], !token.isEmpty, !token.utf8.contains(UInt8(ascii: "{")),
      let secret = secrets.first(where: { !$0.isEmpty })
    else { return .refused(status: 400, reason: "no usable crc_token") }
    let proof = Signatures.write(Signatures.hmac(.sha256, secret: secret, over: Array(token.utf8)), as: .base64)
    return .answered(.json(["response_token": .string("sha256=\(proof)")]))
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    let reading =
      body["data"]?["event_type"]?.string == nil
      ? accountActivity(body, receivedAt: delivery.receivedAt)
      : activity(body["data"] ?? .null, receivedAt: delivery.receivedAt)
    return reading.withoutRepeats()
  }

  /// One delivery of the older API: lists of events by kind.
  private func accountActivity(_ body: JSON, receivedAt: Instant) -> Reading {
    guard let user = body["for_user_id"]?.text else {
      return Reading(ignored: [body.members?.first?.key.callLine() ?? "empty delivery"])
    }
    guard user == account else { return Reading(ignored: ["delivery for another account"]) }
    var reading = Reading()
    for member in body.members ?? [] where member.value.array != nil {
      let list = member.value.array ?? []
      switch member.key {
      case "direct_message_events", "direct_message_mark_read_events":
        XMessages(account: account, users: body["users"], receivedAt: receivedAt).read(list, into: &reading)
      case "tweet_create_events", "tweet_delete_events":
        XPosts(account: account, users: [], receivedAt: receivedAt).read(list, into: &reading)
      default: reading.ignored.append(member.key.callLine() ?? "events")
      }
    }
    return reading
  }

  /// One delivery of the newer API: one event.
  private func activity(_ data: JSON, receivedAt: Instant) -> Reading {
    guard let user = data["filter"]?["user_id"]?.text, user == account else {
      return Reading(ignored: ["delivery for another account"])
    }
    let (type, payload) = (data["event_type"]?.string ?? "", data["payload"] ?? .null)
    let posts = XPosts(account: account, users: data["includes"]?["users"]?.array ?? [], receivedAt: receivedAt)
    let messages = XMessages(account: account, users: payload["users"], receivedAt: receivedAt)
    var reading = Reading()
    switch type {
    case "dm.received", "dm.sent", "dm.read":
      messages.read(payload["direct_message_events"]?.array ?? [], into: &reading)
      messages.read(payload["direct_message_mark_read_events"]?.array ?? [], into: &reading)
    case "chat.received", "chat.sent": reading.events = messages.sealed(payload, type: type).map { [$0] } ?? []
    case "post.create", "post.mention.create", "post.reply.create":
      reading.events = posts.written(payload).map { [$0] } ?? []
    case "post.delete": reading.events = posts.deleted(payload).map { [$0] } ?? []
    default: break
    }
    if reading.events.isEmpty, reading.receipts.isEmpty { reading.ignored = [type.callLine() ?? "event"] }
    return reading
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { XSender.interpret(response) }

  /// 15 direct messages in 15 minutes, 100 posts in 15 minutes: the smaller. docs.x.com/x-api/fundamentals/rate-limits
  package static var pace: SendingPace { SendingPace(perMinute: 6, perMinuteToOne: 1) }

  /// Pictures in direct messages are only shown to their parties.
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    let isPrivate = MediaAddress(reference.url)?.host == "ton.twitter.com"
    let headers = isPrivate ? sender.token.map { Headers([("Authorization", "Bearer \($0.reveal())")]) } : nil
    return download(
      reference, hosts: ["pbs.twimg.com", "video.twimg.com", "ton.twitter.com"], headers: headers ?? Headers())
  }
}
