package import Conversations

/// Weibo accounts with fan service (粉丝服务). open.weibo.com/wiki/Receive_General_Message
package struct Weibo: Adapter {
  package static let kind = ChannelKind("weibo")
  package static let summary = "Private messages and mentions of a Weibo account (粉丝服务)."
  package static let settings: [Setting] = [
    Setting("app_secret", .secret, required: true, help: "the app's secret; signs every delivery"),
    Setting("account_uid", .text, required: true, help: "the account's uid; messages for others are left alone"),
    Setting("access_token", .secret, forSending: true, help: "the token that may send"),
    Setting("api_base", .text, default: "https://m.api.weibo.com", help: "where the API is reached"),
    Setting(
      "media_api_base", .text, default: "https://upload.api.weibo.com", help: "where pictures and voices are fetched"),
  ]

  private let signature: SortedSignature
  private let account: String
  private let sender: WeiboSender
  private let mediaBase: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    signature = SortedSignature(secrets: values.secrets("app_secret"))
    account = values.text("account_uid") ?? ""
    mediaBase = try BaseURL.check(
      values.text("media_api_base") ?? "https://upload.api.weibo.com", key: "media_api_base")
    sender = WeiboSender(
      base: try BaseURL.check(values.text("api_base") ?? "https://m.api.weibo.com", key: "api_base"),
      token: values.secret("access_token"))
  }

  /// The signature covers nothing of the body.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "GET" || delivery.method == "POST" else {
      return .refused(status: 405, reason: "method is neither GET nor POST")
    }
    let query = FormFields(query: delivery.query)
    guard signature.isGenuine(query, in: "signature") else {
      return .refused(status: 403, reason: "signature is missing or wrong")
    }
    if delivery.method == "POST" { return .accepted }
    guard let echo = query["echostr"] else { return .refused(status: 403, reason: "handshake without echostr") }
    return .answered(.text(echo))
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard let type = body["type"]?.filled, let sender = body["sender_id"]?.text?.callLine(),
      let receiver = body["receiver_id"]?.text
    else { throw Unreadable(reason: "no type, sender or receiver") }
    // What the account writes itself is told under either order of the two.
    guard receiver == account || sender == account else { return Reading(ignored: ["message for another account"]) }
    let message = WeiboMessage(
      body, type: type, sender: sender, receiver: receiver, account: account, receivedAt: delivery.receivedAt)
    guard let event = message.event else {
      return Reading(ignored: [(body["data"]?["subtype"]?.string ?? type).callLine() ?? "event"])
    }
    return Reading(events: [event])
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { WeiboSender.interpret(response) }
  package func window(ofThread threadKey: String) -> MessagingWindow { .twoDays }

  /// open.weibo.com/wiki/Get_Message_Media
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let id = reference.id("weibo-fid") else { return nil }
    guard let token = sender.token, !token.isEmpty else { throw .unauthorized("`access_token` is not set") }
    let query = "access_token=\(FormFields.encode(token.reveal()))&fid=\(FormFields.encode(id))"
    return .download("\(mediaBase)/2/mss/msget?\(query)", hosts: ["*.weibo.com", "*.sinaimg.cn"], base: mediaBase)
  }
}
