package import Conversations

/// Douyin accounts (抖音). developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/summarize
package struct Douyin: Adapter {
  package static let kind = ChannelKind("douyin")
  package static let summary = "Private messages of a Douyin account (抖音)."
  package static let settings: [Setting] = [
    Setting("client_secret", .secret, required: true, help: "the app's secret; signs every delivery"),
    Setting("client_key", .text, help: "the app's key; deliveries for other apps are left alone"),
    Setting(
      "account_open_id", .text, required: true, help: "the account's open_id; messages for others are left alone"),
    Setting("access_token", .secret, forSending: true, help: "the token that may send"),
    Setting("api_base", .text, default: "https://open.douyin.com", help: "where the API is reached"),
  ]

  private let secrets: [Secret]
  private let client: String?
  private let account: String
  private let sender: DouyinSender

  package init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("client_secret")
    (client, account) = (values.text("client_key"), values.text("account_open_id") ?? "")
    sender = DouyinSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://open.douyin.com", key: "api_base"),
      token: values.secret("access_token"), account: account)
  }

  /// A plain hash over secret and body, not an HMAC.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let given = Array((delivery.headers["X-Douyin-Signature"] ?? "").utf8)
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = Signatures.hex(Signatures.digest(.sha1, of: Array(secret.reveal().utf8) + delivery.body))
      genuine = constantTimeEquals(given, Array(expected.utf8)) || genuine
    }
    return genuine ? .accepted : .refused(status: 401, reason: "X-Douyin-Signature is missing or wrong")
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard let name = body["event"]?.filled else { throw Unreadable(reason: "no event") }
    let content = try Self.content(body["content"])
    if name == "verify_webhook" {
      // The number itself must come back, not a text of it.
      guard let challenge = content["challenge"] else { throw Unreadable(reason: "handshake without a challenge") }
      return Reading(answer: .json(["challenge": challenge]))
    }
    guard client == nil || body["client_key"]?.string.map({ $0 == client }) ?? true else {
      return Reading(ignored: ["delivery for another app"])
    }
    let event = DouyinEvent(
      name: name, body: body, content: content, account: account, receivedAt: delivery.receivedAt)
    if let receipt = event.receipt { return Reading(receipts: [receipt]) }
    if let known = event.event(id: delivery.headers["Msg-Id"]) { return Reading(events: [known]) }
    return Reading(ignored: [name.callLine() ?? "event"])
  }

  /// Some events bring an object, some the same as a text of JSON.
  private static func content(_ value: JSON?) throws(Unreadable) -> JSON {
    guard let text = value?.string else { return value ?? .null }
    guard !text.isEmpty else { return .null }
    return try RequestBody.json(Array(text.utf8))
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { DouyinSender.interpret(response) }
  package func window(ofThread threadKey: String) -> MessagingWindow { .douyin }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: ["*.douyinpic.com", "*.douyinvod.com", "*.byteimg.com"])
  }
}
