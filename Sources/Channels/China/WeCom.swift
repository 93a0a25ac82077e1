package import Conversations

/// WeCom (企业微信): an app for colleagues, and 微信客服 (customers in WeChat).
/// developer.work.weixin.qq.com/document/path/90238 and …/94670
package struct WeCom: Adapter {
  package static let kind = ChannelKind("wecom")
  package static let summary = "Chats with a WeCom app (企业微信) and its customer service (微信客服)."
  package static let settings: [Setting] = [
    Setting("token", .secret, required: true, help: "the token of the app's callback settings"),
    Setting("encoding_aes_key", .secret, required: true, help: "the EncodingAESKey of 43 characters beside it"),
    Setting("corp_id", .text, required: true, help: "the company's id (ww…)"),
    Setting("agent_id", .text, required: true, help: "the app's AgentId; messages for other apps are left alone"),
    Setting(
      "access_token", .secret, help: "the token that may send and fetch 微信客服 messages, where something else gets it"),
    Setting("corp_secret", .secret, forSending: true, help: "the app's Secret: tokens are fetched with it"),
    Setting("api_base", .text, default: "https://qyapi.weixin.qq.com", help: "where the API is reached"),
  ]

  private let signature: SortedSignature
  private let cipher: WeChatCipher
  private let reader: WeComReader
  private let pull: WeComPull
  private let sender: WeComSender
  private let base: String
  private let corp: String
  /// Where the settings name no token.
  private let corpSecret: Secret?

  package init(_ values: SettingValues) throws(SettingProblem) {
    let (corp, agent) = (values.text("corp_id") ?? "", values.text("agent_id") ?? "")
    guard Int64(agent) != nil else { throw SettingProblem("agent_id", "must be the app's number, as in 1000005") }
    base = try BaseURL.check(values.text("api_base") ?? "https://qyapi.weixin.qq.com", key: "api_base")
    let token = values.secret("access_token")
    (self.corp, corpSecret) = (corp, values.secret("corp_secret"))
    signature = SortedSignature(secrets: values.secrets("token"))
    cipher = try WeChatCipher(
      encodingKeys: values.secrets("encoding_aes_key"), receiver: corp, key: "encoding_aes_key")
    pull = WeComPull(base: base, token: token, isAble: token != nil || corpSecret != nil)
    reader = WeComReader(corp: corp, agent: agent, pull: pull)
    sender = WeComSender(base: base, token: token)
  }

  package static var receivers: String? { "a member's UserID, or @all" }

  package func thread(telling receiver: String) -> String? {
    let isPlain = receiver.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "|") }
    return isPlain && (1...64).contains(receiver.utf8.count) ? "wecom:\(corp):\(reader.agent):\(receiver)" : nil
  }

  /// What we have fetched ourselves (`door` is `poll`) carries no signature and needs none.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    if delivery.door == .poll { return .accepted }
    let query = FormFields(query: delivery.query)
    switch delivery.method {
    case "GET": return handshake(query)
    case "POST":
      guard let encrypted = try? Self.encrypted(delivery) else {
        return .refused(status: 400, reason: "body is not an encrypted message")
      }
      return signature.isGenuine(query, in: "msg_signature", more: [encrypted])
        ? .accepted : .refused(status: 403, reason: "msg_signature is missing or wrong")
    default: return .refused(status: 405, reason: "method is neither GET nor POST")
    }
  }

  /// `echostr` goes back decrypted and bare.
  private func handshake(_ query: FormFields) -> Verdict {
    guard let echo = query["echostr"], signature.isGenuine(query, in: "msg_signature", more: [echo]),
      let plain = try? cipher.open(echo), let text = String(validating: plain, as: UTF8.self)
    else { return .refused(status: 403, reason: "handshake without a genuine msg_signature") }
    return .answered(.text(text))
  }

  /// The encrypted text of a body: XML from apps, JSON from robots.
  private static func encrypted(_ delivery: RawDelivery) throws(Unreadable) -> String {
    let text =
      isJSON(delivery.body)
      ? try RequestBody.object(delivery)["encrypt"]?.string : try WeChatXML.read(delivery.body)["Encrypt"]?.text
    guard let text = text?.trimmingBlanks(), !text.isEmpty else { throw Unreadable(reason: "nothing encrypted") }
    return text
  }

  private static func isJSON(_ bytes: [UInt8]) -> Bool {
    bytes.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "{")
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    if delivery.door == .poll { return try pull.read(delivery) }
    let plain = try WeChatXML.open(try Self.encrypted(delivery), with: cipher)
    return Self.isJSON(plain)
      ? reader.robot(try RequestBody.json(plain), receivedAt: delivery.receivedAt)
      : reader.read(try WeChatXML.read(plain), receivedAt: delivery.receivedAt)
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { WeComSender.interpret(response) }

  package func window(ofThread threadKey: String) -> MessagingWindow {
    threadKey.hasPrefix("wecom_kf:") ? .weChat : .unlimited
  }

  /// developer.work.weixin.qq.com/document/path/91039
  package var accessTokens: AccessTokenSource? {
    guard sender.token == nil, let corpSecret, !corpSecret.isEmpty else { return nil }
    let query = "corpid=\(FormFields.encode(corp))&corpsecret=\(FormFields.encode(corpSecret.reveal()))"
    let request = HTTPRequest(method: "GET", url: Secret("\(base)/cgi-bin/gettoken?\(query)"))
    return AccessTokenSource(request: .http(request)) { ChinaText.accessToken($0, provider: "WeCom") }
  }

  /// developer.work.weixin.qq.com/document/path/90254
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let id = reference.id("wecom-media") else { return download(reference, hosts: ["*.qpic.cn"]) }
    guard let token = reference.accessToken ?? sender.token, !token.isEmpty else {
      throw .unauthorized("neither `access_token` nor `corp_secret` is set")
    }
    let query = "access_token=\(FormFields.encode(token.reveal()))&media_id=\(FormFields.encode(id))"
    return ChinaText.media("\(base)/cgi-bin/media/get?\(query)", base: base)
  }

  package func step(_ followUp: FollowUp, cursor: String?, accessToken: Secret?) throws(Unfetchable) -> FollowUpStep {
    try pull.step(followUp, cursor: cursor, accessToken: accessToken)
  }

  package func judge(_ response: OutboundResponse, of followUp: FollowUp) -> FollowUpAnswer {
    WeComPull.judge(response)
  }
}
