package import Conversations

/// WeChat official accounts (公众号). developers.weixin.qq.com/doc/offiaccount
package struct WeChat: Adapter {
  package static let kind = ChannelKind("wechat")
  package static let summary = "Chats with a WeChat official account (公众号)."
  package static let settings: [Setting] = [
    Setting("token", .secret, required: true, help: "the token typed in at the account's server settings"),
    Setting("app_id", .text, required: true, help: "the account's AppID (wx…)"),
    Setting(
      "original_id", .text, required: true, help: "the account's own id (gh_…); messages for others are left alone"),
    Setting(
      "mode", .choice(["plain", "aes"]),
      help: "`aes` for the safe and the compatible mode: bodies are encrypted and signed; default: by encoding_aes_key"),
    Setting("encoding_aes_key", .secret, help: "the EncodingAESKey of 43 characters; `aes` needs it"),
    Setting("access_token", .secret, help: "the token that may send, where something else fetches it"),
    Setting("app_secret", .secret, forSending: true, help: "the account's AppSecret: tokens are fetched with it"),
    Setting("api_base", .text, default: "https://api.weixin.qq.com", help: "where the API is reached"),
  ]

  private let signature: SortedSignature
  private let account: String
  /// `nil` in plain mode.
  private let cipher: WeChatCipher?
  private let sender: WeChatSender
  private let base: String
  /// Where the settings name no token.
  private let appSecret: Secret?
  private let appID: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    signature = SortedSignature(secrets: values.secrets("token"))
    account = values.text("original_id") ?? ""
    let keys = values.secrets("encoding_aes_key")
    let isEncrypted = values.text("mode").map { $0 == "aes" } ?? !keys.isEmpty
    guard !isEncrypted || !keys.isEmpty else { throw SettingProblem("encoding_aes_key", "is missing: mode is `aes`") }
    cipher =
      isEncrypted
      ? try WeChatCipher(encodingKeys: keys, receiver: values.text("app_id") ?? "", key: "encoding_aes_key") : nil
    base = try BaseURL.check(values.text("api_base") ?? "https://api.weixin.qq.com", key: "api_base")
    sender = WeChatSender(base: base, token: values.secret("access_token"))
    (appID, appSecret) = (values.text("app_id") ?? "", values.secret("app_secret"))
  }

  /// In plain mode the signature covers nothing of the body; in AES mode only the encrypted part counts.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    let query = FormFields(query: delivery.query)
    switch delivery.method {
    case "GET":
      guard signature.isGenuine(query, in: "signature"), let echo = query["echostr"] else {
        return .refused(status: 403, reason: "handshake without a genuine signature")
      }
      return .answered(.text(echo))
    case "POST": return cipher == nil ? plain(query) : sealed(query, delivery.body)
    default: return .refused(status: 405, reason: "method is neither GET nor POST")
    }
  }

  private func plain(_ query: FormFields) -> Verdict {
    signature.isGenuine(query, in: "signature")
      ? .accepted : .refused(status: 403, reason: "signature is missing or wrong")
  }

  private func sealed(_ query: FormFields, _ body: [UInt8]) -> Verdict {
    guard let envelope = try? XMLTree(parsing: body) else {
      return .refused(status: 400, reason: "body is not XML of one level")
    }
    guard let encrypted = envelope["Encrypt"]?.text.trimmingBlanks(), !encrypted.isEmpty else {
      return .refused(status: 403, reason: "nothing encrypted, yet the channel's mode is `aes`")
    }
    return signature.isGenuine(query, in: "msg_signature", more: [encrypted])
      ? .accepted : .refused(status: 403, reason: "msg_signature is missing or wrong")
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    var root = try WeChatXML.read(delivery.body)
    if let cipher { root = try WeChatXML.read(try WeChatXML.open(root["Encrypt"]?.text, with: cipher)) }
    let content = WeChatContent(root: root, media: "wechat-media")
    // Any other word is shown to the customer as an error.
    var reading = Reading(answer: .text("success"))
    guard content.word("ToUserName") == account else {
      reading.ignored.append("message for another account")
      return reading
    }
    if let receipt = receipt(content) {
      reading.receipts.append(receipt)
    } else if let event = event(content, receivedAt: delivery.receivedAt) {
      reading.events.append(event)
    } else {
      reading.ignored.append(
        content.word(content.isEvent ? "Event" : "MsgType")?.callLine() ?? "message without a type")
    }
    return reading
  }

  /// Of events only the click on a menu is a word of the customer's.
  private func event(_ content: WeChatContent, receivedAt: Instant) -> InboundEvent? {
    guard let customer = content.word("FromUserName"), content.word("MsgType") != nil, let id = content.id,
      !content.isEvent || content.word("Event") == "CLICK"
    else { return nil }
    return InboundEvent(
      kind: content.isEvent ? .postback : .message, channelKind: Self.kind, externalID: id,
      threadKey: "wechat:\(account):\(customer)", contact: ContactCard(id: customer),
      sentAt: content.sentAt ?? receivedAt, text: content.isEvent ? content["EventKey"] : content.text,
      attachments: content.isEvent ? [] : content.attachments)
  }

  /// How a template message fared: `success`, `failed:user block`, `failed: system failed`. Here it is `MsgID`.
  private func receipt(_ content: WeChatContent) -> Receipt? {
    guard content.isEvent, content.word("Event") == "TEMPLATESENDJOBFINISH",
      let id = content.word("MsgID") ?? content.word("MsgId"), let status = content.word("Status")
    else { return nil }
    let isDelivered = status == "success"
    return Receipt(
      externalID: id, status: isDelivered ? .delivered : .failed, at: content.sentAt,
      errorCode: isDelivered ? nil : status.callLine())
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { WeChatSender.interpret(response) }
  package func window(ofThread threadKey: String) -> MessagingWindow { .weChat }

  /// A stable token: fetching one does not end the one before.
  /// developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
  package var accessTokens: AccessTokenSource? {
    guard sender.token == nil, let appSecret, !appSecret.isEmpty else { return nil }
    let body: JSON = [
      "grant_type": "client_credential", "appid": .string(appID), "secret": .string(appSecret.reveal()),
    ]
    return AccessTokenSource(request: ChinaText.post("\(base)/cgi-bin/stable_token", body)) {
      ChinaText.accessToken($0, provider: "WeChat")
    }
  }

  /// developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let id = reference.id("wechat-media") else { return download(reference, hosts: ["*.qpic.cn"]) }
    guard let token = reference.accessToken ?? sender.token, !token.isEmpty else {
      throw .unauthorized("neither `access_token` nor `app_secret` is set")
    }
    let query = "access_token=\(FormFields.encode(token.reveal()))&media_id=\(FormFields.encode(id))"
    return ChinaText.media("\(base)/cgi-bin/media/get?\(query)", base: base)
  }
}
