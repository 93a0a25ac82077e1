import Conversations

/// Direct messages as both APIs write them.
/// docs.x.com/x-api/enterprise-gnip-2.0/fundamentals/account-activity#account-activity-data-object-structure
struct XMessages: Sendable {
  let account: String
  /// By id; the newer API wraps each in `data`. May be missing.
  let users: JSON?
  let receivedAt: Instant

  private static let kind = ChannelKind("x_dm")

  func read(_ list: [JSON], into reading: inout Reading) {
    for raw in list {
      if let event = message(raw) {
        reading.events.append(event)
      } else if let receipt = receipt(raw) {
        reading.receipts.append(receipt)
      } else {
        reading.ignored.append(raw["type"]?.string?.callLine() ?? "direct message event")
      }
    }
  }

  private func message(_ raw: JSON) -> InboundEvent? {
    guard let id = raw["id"]?.text, !id.isEmpty, let content = raw["message_create"],
      let sender = content["sender_id"]?.text, let recipient = content["target"]?["recipient_id"]?.text
    else { return nil }
    var event = event(
      id: id, sender: sender, other: sender == account ? recipient : sender, at: raw["created_timestamp"])
    let data = content["message_data"]
    event.text = XText.plain(data?["text"])
    event.attachments = data?["attachment"].flatMap(Self.attachment).map { [$0] } ?? []
    return event
  }

  private func event(id: String, sender: String, other: String, at time: JSON?) -> InboundEvent {
    InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: id, threadKey: "x_dm:\(account):\(other)",
      direction: sender == account ? .outboundEcho : .inbound, contact: ContactCard(id: other, name: name(of: other)),
      sentAt: Instant(provider: time) ?? receivedAt)
  }

  private func name(of user: String) -> String? {
    let card = users?[user]
    return card?["name"]?.filled ?? card?["data"]?["name"]?.filled
  }

  private static func attachment(_ raw: JSON) -> Attachment? {
    guard !raw.isNull else { return nil }
    guard raw["type"]?.string == "media", let media = raw["media"] else {
      if raw["type"]?.string == "location" {
        let point = raw["location"]?["shared_coordinate"]?["coordinates"]?["coordinates"]
        // GeoJSON: longitude first (RFC 7946 §3.1.1).
        return Attachment(kind: .location, url: ChatText.place(point?[1], point?[0]))
      }
      return Attachment(kind: .unsupported, filename: raw["type"]?.string?.callLine() ?? "attachment")
    }
    return XText.attachment(media)
  }

  /// The other side has read everything up to a message.
  private func receipt(_ raw: JSON) -> Receipt? {
    guard let reader = raw["sender_id"]?.text, reader != account, let last = raw["last_read_event_id"]?.text else {
      return nil
    }
    return Receipt(
      externalID: last, threadKey: "x_dm:\(account):\(reader)", status: .read,
      at: Instant(provider: raw["created_timestamp"]))
  }

  /// XChat: only the parties' own devices can read it. That it came must be seen all the same.
  func sealed(_ payload: JSON, type: String) -> InboundEvent? {
    guard let id = payload["id"]?.filled, let sender = payload["sender_id"]?.text else { return nil }
    let parties = (payload["conversation_id"]?.string ?? "").split(separator: ":", maxSplits: 8).map(String.init)
    guard let other = sender == account ? parties.first(where: { $0 != account }) : sender else { return nil }
    var event = event(id: id, sender: sender, other: other, at: payload["created_at_msec"])
    event.attachments = [Attachment(kind: .unsupported, filename: type)]
    return event
  }
}
