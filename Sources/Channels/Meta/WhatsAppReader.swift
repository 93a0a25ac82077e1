import Conversations

/// Reads the `value` of one WhatsApp change: messages, echoes, statuses, calls.
/// developers.facebook.com/documentation/business-messaging/whatsapp/webhooks
struct WhatsAppReader: Sendable {
  static let kind = ChannelKind("whatsapp")
  let phoneNumberID: String

  private static let receiptStatuses: [String: Receipt.Status] = [
    "sent": .sent, "delivered": .delivered, "read": .read, "played": .read, "failed": .failed,
  ]

  /// `field` says what the change is about; other fields carry no customer's word.
  func read(field: String, value: JSON, into reading: inout Reading) {
    guard value["metadata"]?["phone_number_id"]?.text == phoneNumberID else {
      reading.ignored.append(value["metadata"] == nil ? field : "other account")
      return
    }
    let people = WhatsAppPeople(value.list("contacts"))
    switch field {
    case "messages":
      for message in value.list("messages") { add(self.message(message, people, isEcho: false), message, to: &reading) }
      for status in value.list("statuses") { add(status: status, to: &reading) }
    case "smb_message_echoes":
      for echo in value.list("message_echoes") { add(message(echo, people, isEcho: true), echo, to: &reading) }
    case "calls":
      let calls = WhatsAppCalls(reader: self, ourNumber: value["metadata"]?["display_phone_number"]?.text)
      for call in value.list("calls") { add(calls.event(call, people), call, to: &reading) }
    default: reading.ignored.append(field)
    }
  }

  private func add(_ event: InboundEvent?, _ source: JSON, to reading: inout Reading) {
    if let event { reading.events.append(event) } else { reading.ignored.append(source["type"]?.string ?? "message") }
  }

  private func add(status: JSON, to reading: inout Reading) {
    let word = status["status"]?.string ?? "?"
    guard let id = status["id"]?.text, let known = Self.receiptStatuses[word] else {
      reading.ignored.append("status \(word)")
      return
    }
    reading.receipts.append(
      Receipt(
        externalID: id, status: known, at: Instant(provider: status["timestamp"]),
        errorCode: known == .failed ? status.list("errors").first?["code"]?.text : nil))
  }

  /// `nil` for notices that are no message (`system`, `request_welcome`) and for what names no one.
  private func message(_ message: JSON, _ people: WhatsAppPeople, isEcho: Bool) -> InboundEvent? {
    let (phone, scoped) = isEcho ? ("to", "to_user_id") : ("from", "from_user_id")
    guard let id = message["id"]?.filledText, let type = message["type"]?.string,
      let contact = people.card(phone: message[phone]?.filledText, scoped: message[scoped]?.filledText)
    else { return nil }
    var event = InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: id,
      threadKey: threadKey(contact, group: message["group_id"]?.text), direction: isEcho ? .outboundEcho : .inbound,
      contact: contact, sentAt: Instant(provider: message["timestamp"]))
    event.inReplyTo = [message["context"]?["id"]?.text].compactMap(\.self)
    return WhatsAppContent.fill(&event, type: type, from: message) ? event : nil
  }

  func threadKey(_ contact: ContactCard, group: String? = nil) -> String {
    "\(Self.kind):\(phoneNumberID):\(group.map { "group:\($0)" } ?? contact.id ?? "")"
  }
}

/// The people named in a change, found by either of their ids.
struct WhatsAppPeople: Sendable {
  private let contacts: [JSON]
  init(_ contacts: [JSON]) { self.contacts = contacts }

  /// The phone stays the key; since 2026 a customer with a user name may have only a business-scoped id.
  func card(phone: String?, scoped: String?) -> ContactCard? {
    guard let id = phone ?? scoped else { return nil }
    let person = contacts.first { $0[phone == nil ? "user_id" : "wa_id"]?.text == id }
    let name = person?["profile"]?["name"]?.string ?? person?["profile"]?["username"]?.string
    var card = ContactCard(id: id, name: name, phone: phone.flatMap { PhoneNumbers.identity("+\($0)") })
    if phone != nil { card.otherID = scoped ?? person?["user_id"]?.filled }
    return card
  }
}
