import Conversations

/// Reads the `messaging` items that Messenger and Instagram share.
/// developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
struct MetaMessaging: Sendable {
  let kind: ChannelKind
  /// The page or the Instagram account.
  let account: String

  /// What an item says of itself, whatever it is about.
  private struct Item {
    let body: JSON
    let direction: InboundEvent.Direction
    /// The customer's scoped id, whichever side of the item they are on.
    let customer: String
    let sentAt: Instant?
  }

  /// Reads the `messaging` list of one entry. `standby` is another app's conversation: seen, never filed.
  func read(entry: JSON, into reading: inout Reading) {
    for item in entry.list("messaging") { read(item: item, into: &reading) }
    if !entry.list("standby").isEmpty { reading.ignored.append("standby") }
  }

  func read(item body: JSON, into reading: inout Reading) {
    guard let item = item(body) else {
      reading.ignored.append("item without sender and recipient")
      return
    }
    if let delivery = body["delivery"], delivery.members != nil {
      reading.receipts += receipts(item, delivery, status: .delivered)
    } else if let read = body["read"], read.members != nil {
      reading.receipts += receipts(item, read, status: .read)
    } else if let event = event(item) {
      reading.events.append(event)
    } else {
      reading.ignored.append(name(of: body))
    }
  }

  private func item(_ body: JSON) -> Item? {
    guard let sender = body["sender"]?["id"]?.filledText, let recipient = body["recipient"]?["id"]?.filledText else {
      return nil
    }
    let isOurs = sender == account || body["message"]?["is_echo"]?.bool == true
    return Item(
      body: body, direction: isOurs ? .outboundEcho : .inbound, customer: isOurs ? recipient : sender,
      sentAt: Instant(provider: body["timestamp"]))
  }

  private func event(_ item: Item) -> InboundEvent? {
    if let message = item.body["message"], message.members != nil { return self.message(item, message) }
    if let edit = item.body["message_edit"], let mid = edit["mid"]?.text {
      return event(item, .edit, id: mid, text: edit["text"]?.string)
    }
    if let postback = item.body["postback"], postback.members != nil {
      // Old postbacks have no mid; the moment and the customer name them well enough.
      let id = postback["mid"]?.text ?? "\(item.customer):\(item.body["timestamp"]?.text ?? "0")"
      return event(item, .postback, id: id, text: postback["title"]?.filled ?? postback["payload"]?.filled)
    }
    if let reaction = item.body["reaction"], let mid = reaction["mid"]?.text {
      let emoji = reaction.first("emoji", "reaction")?.string ?? ""
      return event(item, .reaction, id: mid, text: reaction["action"]?.string == "unreact" ? "" : emoji)
    }
    return nil
  }

  private func message(_ item: Item, _ message: JSON) -> InboundEvent? {
    guard let mid = message["mid"]?.filledText else { return nil }
    if message["is_deleted"]?.bool == true { return event(item, .delete, id: mid, text: nil) }
    var event = event(item, .message, id: mid, text: message["text"]?.string)
    event.attachments = MetaAttachments.read(message.list("attachments"))
    let answered = message["reply_to"] ?? .null
    if let story = answered["story"], story.members != nil {
      event.attachments.append(Attachment(kind: .story, url: story["url"]?.string))
    }
    event.inReplyTo = [answered["mid"]?.text ?? answered["story"]?["id"]?.text].compactMap(\.self)
    // Something arrived that the interface does not carry: the agent should see that much.
    if event.text == nil, event.attachments.isEmpty { event.attachments = [Attachment(kind: .unsupported)] }
    return event
  }

  private func event(_ item: Item, _ kind: InboundEvent.Kind, id: String, text: String?) -> InboundEvent {
    InboundEvent(
      kind: kind, channelKind: self.kind, externalID: id, threadKey: threadKey(item.customer),
      direction: item.direction, contact: ContactCard(id: item.customer), sentAt: item.sentAt, text: text)
  }

  private func threadKey(_ customer: String) -> String { "\(kind.rawValue):\(account):\(customer)" }

  /// With message ids each gets its receipt; with a watermark alone everything up to it has.
  private func receipts(_ item: Item, _ value: JSON, status: Receipt.Status) -> [Receipt] {
    let at = Instant(provider: value["watermark"]) ?? item.sentAt
    let ids = value.list("mids").compactMap(\.text) + [value["mid"]?.text].compactMap(\.self)
    guard ids.isEmpty else { return ids.map { Receipt(externalID: $0, status: status, at: at) } }
    guard value["watermark"] != nil else { return [] }
    return [Receipt(externalID: nil, threadKey: threadKey(item.customer), status: status, at: at)]
  }

  /// The provider's name of an item we leave alone: the key that is not part of every item.
  private func name(of body: JSON) -> String {
    let common: Set = ["sender", "recipient", "timestamp"]
    return body.members?.first { !common.contains($0.key) }?.key ?? "empty item"
  }
}
