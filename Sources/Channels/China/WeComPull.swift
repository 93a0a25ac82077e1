import Conversations

/// Messages of 微信客服: a callback only announces them, `kf/sync_msg` hands them out.
/// developer.work.weixin.qq.com/document/path/94670
struct WeComPull: Sendable {
  let base: String
  let token: Secret?
  /// Whether there is a token, or a way to one.
  let isAble: Bool

  private static let kind = ChannelKind("wecom_kf")

  /// The delivery that says that there is something to fetch.
  func announced(_ content: WeChatContent) -> Reading {
    guard let account = content.word("OpenKfId") else { return Reading(ignored: ["kf_msg_or_event without OpenKfId"]) }
    guard isAble else {
      return Reading(ignored: ["kf_msg_or_event, but neither `access_token` nor `corp_secret` is set"])
    }
    var fields = ["open_kfid": account]
    fields["token"] = content.word("Token")
    return Reading(followUps: [
      FollowUp(key: "\(Self.followUpKind) \(account)", kind: Self.followUpKind, fields: fields)
    ])
  }

  static let followUpKind = "kf_sync"

  /// The next page. Without a cursor the API starts three days back: what is known already is dropped by its id.
  /// `token` of the fields is the callback's: without it the API allows few calls.
  func step(_ followUp: FollowUp, cursor: String?, accessToken: Secret?) throws(Unfetchable) -> FollowUpStep {
    guard followUp.kind == Self.followUpKind, let account = followUp.fields["open_kfid"] else {
      throw .never("WeCom knows no `\(followUp.kind)`")
    }
    guard let token = accessToken ?? token, !token.isEmpty else {
      throw .unauthorized("neither `access_token` nor `corp_secret` is set")
    }
    var body = [JSON.Member("open_kfid", .string(account)), JSON.Member("limit", 1000)]
    if let cursor { body.append(JSON.Member("cursor", .string(cursor))) }
    if let ticket = followUp.fields["token"] { body.append(JSON.Member("token", .string(ticket))) }
    let url = "\(base)/cgi-bin/kf/sync_msg?access_token=\(FormFields.encode(token.reveal()))"
    return FollowUpStep(
      request: ChinaText.post(url, .object(body)), query: "open_kfid=\(FormFields.encode(account))")
  }

  static func judge(_ response: OutboundResponse) -> FollowUpAnswer {
    guard case .http(let status, let headers, let bytes) = response else {
      return .retry(afterSeconds: nil, reason: "kf/sync_msg could not be reached")
    }
    let body = try? JSON(parsing: bytes)
    switch body?["errcode"]?.text {
    case "0"?:
      return .page(cursor: body?["next_cursor"]?.filled, more: body?["has_more"]?.int == 1)
    case let code? where ChinaText.credentials("WeCom")[code] != nil:
      return .unauthorized(reason: "\(ChinaText.credentials("WeCom")[code] ?? "") (WeCom \(code))")
    // The callback's own token lives for ten minutes; the next callback brings another.
    case "95007"?, "40097"?:
      return .failed(reason: "the callback's token has expired (WeCom \(body?["errcode"]?.text ?? ""))")
    case let code?:
      let words = body?["errmsg"]?.string?.callLine(limit: 200) ?? "error"
      return .retry(afterSeconds: Outcome.retryAfter(headers), reason: "\(words) (WeCom \(code))")
    case nil:
      return .retry(afterSeconds: Outcome.retryAfter(headers), reason: "HTTP \(status), but not an answer of WeCom")
    }
  }

  /// The answer of `kf/sync_msg`, handed back through the `poll` door.
  func read(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard body["errcode"]?.int64 == 0, let messages = body["msg_list"]?.array else {
      let code = body["errcode"]?.text?.callLine(limit: 20) ?? "nothing readable"
      throw Unreadable(status: 200, reason: "kf/sync_msg answered \(code)")
    }
    var reading = Reading()
    for message in messages {
      if let event = event(message, receivedAt: delivery.receivedAt) {
        reading.events.append(event)
      } else if let receipt = Self.receipt(message) {
        reading.receipts.append(receipt)
      } else {
        reading.ignored.append(
          message["event"]?["event_type"]?.string?.callLine() ?? message["msgtype"]?.string?.callLine() ?? "message")
      }
    }
    return reading.withoutRepeats()
  }

  private static func account(_ message: JSON) -> String? {
    message["open_kfid"]?.filled ?? message["event"]?["open_kfid"]?.filled
  }

  private func event(_ message: JSON, receivedAt: Instant) -> InboundEvent? {
    let type = message["msgtype"]?.filled
    let isEvent = type == "event"
    let place = isEvent ? message["event"] ?? .null : message
    guard let type, let account = Self.account(message), let customer = place["external_userid"]?.filled else {
      return nil
    }
    let recalled = ["user_recall_msg", "servicer_recall_msg"].contains(place["event_type"]?.string)
    guard !isEvent || recalled, let id = (isEvent ? place["recall_msgid"] : message["msgid"])?.filled else {
      return nil
    }
    // 3: the customer; 5: a colleague in the WeCom client; 4: the system.
    let isCustomer = isEvent ? place["event_type"] == "user_recall_msg" : message["origin"]?.int == 3
    var event = InboundEvent(
      kind: isEvent ? .delete : .message, channelKind: Self.kind, externalID: id,
      threadKey: "wecom_kf:\(account):\(customer)", direction: isCustomer ? .inbound : .outboundEcho,
      contact: ContactCard(id: customer), sentAt: Instant(provider: message["send_time"]) ?? receivedAt)
    guard !isEvent else { return event }
    event.text = type == "text" ? message["text"]?["content"]?.filled : nil
    event.attachments = Self.attachment(message[type] ?? .null, type).map { [$0] } ?? []
    return event
  }

  private static let files: [String: Attachment.Kind] = [
    "image": .image, "voice": .audio, "video": .video, "file": .file,
  ]

  private static func attachment(_ content: JSON, _ type: String) -> Attachment? {
    if let kind = files[type] {
      return Attachment(
        kind: kind, filename: ChatText.filename(content["filename"]?.string),
        url: content["media_id"]?.filled.map { "wecom-media:\($0)" })
    }
    switch type {
    case "text": return nil
    case "location":
      return Attachment(
        kind: .location, filename: content["name"]?.filled ?? content["address"]?.filled,
        url: ChatText.place(content["latitude"], content["longitude"]))
    case "link": return Attachment(kind: .link, filename: content["title"]?.filled, url: content["url"]?.filled)
    default: return Attachment(kind: .unsupported, filename: type.callLine())
    }
  }

  /// Failures of what we sent come here, long after the send call was accepted.
  private static func receipt(_ message: JSON) -> Receipt? {
    guard let event = message["event"], event["event_type"] == "msg_send_fail", let id = event["fail_msgid"]?.filled
    else { return nil }
    let thread = account(message).flatMap { account in
      event["external_userid"]?.filled.map { "wecom_kf:\(account):\($0)" }
    }
    return Receipt(
      externalID: id, threadKey: thread, status: .failed, at: Instant(provider: message["send_time"]),
      errorCode: event["fail_type"]?.text)
  }
}
