import Conversations

/// The kinds of WhatsApp messages, one row each.
enum WhatsAppContent {
  private static let media: [String: Attachment.Kind] = [
    "image": .image, "video": .video, "audio": .audio, "voice": .audio, "document": .file, "sticker": .sticker,
  ]
  /// Notices of the service; nobody wrote them.
  private static let notices: Set<String> = ["system", "request_welcome"]

  /// Puts into `event` what a message of `type` says. `false` if it says nothing.
  static func fill(_ event: inout InboundEvent, type: String, from message: JSON) -> Bool {
    guard !notices.contains(type) else { return false }
    let body = message[type] ?? .null
    if let kind = media[type] {
      event.text = body["caption"]?.string
      event.attachments = [attachment(kind, body)]
      return true
    }
    switch type {
    case "text": event.text = body["body"]?.string
    case "location":
      event.attachments = [Attachment(kind: .location, filename: body["name"]?.string, url: MetaAttachments.geo(body))]
    case "contacts": event.attachments = message.list("contacts").map(contact)
    case "button": answer(&event, text: body.first("text", "payload")?.string)
    case "interactive": interactive(&event, body)
    case "reaction", "edit", "revoke": return fillChange(&event, type: type, body)
    case "order":
      event.text = body["text"]?.string
      event.attachments = [Attachment(kind: .unsupported, filename: type)]
    // `unsupported` is the provider's own word for what its interface does not carry.
    case "unsupported", "unknown": event.attachments = [Attachment(kind: .unsupported, filename: body["type"]?.string)]
    default: event.attachments = [Attachment(kind: .unsupported, filename: type)]
    }
    return true
  }

  /// Events about an earlier message: their id is that message's.
  private static func fillChange(_ event: inout InboundEvent, type: String, _ body: JSON) -> Bool {
    guard let id = body.first("message_id", "original_message_id")?.text else { return false }
    (event.externalID, event.inReplyTo) = (id, [])
    switch type {
    case "reaction": (event.kind, event.text) = (.reaction, body["emoji"]?.string ?? "")
    case "revoke": event.kind = .delete
    default:
      event.kind = .edit
      let (message, kind) = (body["message"] ?? .null, body["message"]?["type"]?.string ?? "text")
      // An edit inside an edit would be nonsense.
      return kind == type ? false : fill(&event, type: kind, from: message)
    }
    return true
  }

  private static func interactive(_ event: inout InboundEvent, _ body: JSON) {
    let kind = body["type"]?.string ?? "interactive"
    let reply = body[kind] ?? .null
    switch kind {
    case "button_reply", "list_reply": answer(&event, text: reply.first("title", "id")?.string)
    case "nfm_reply": answer(&event, text: reply.first("body", "response_json")?.string)
    default: event.attachments = [Attachment(kind: .unsupported, filename: kind)]
    }
  }

  private static func answer(_ event: inout InboundEvent, text: String?) {
    (event.kind, event.text) = (.postback, text)
  }

  /// A direct `url` may be there too, but it needs the token and dies within minutes: the id is the reference.
  private static func attachment(_ kind: Attachment.Kind, _ body: JSON) -> Attachment {
    Attachment(
      kind: kind, filename: body["filename"]?.string.map(Multipart.safeFilename),
      contentType: body["mime_type"]?.string,
      sha256: body["sha256"]?.string.flatMap { Signatures.decodeBase64($0) }.map { Signatures.hex($0) },
      url: body["id"]?.text.map { "whatsapp-media:\($0)" })
  }

  private static func contact(_ card: JSON) -> Attachment {
    let phone = card.list("phones").first
    let number = phone?["wa_id"]?.text.map { "+\($0)" } ?? phone?["phone"]?.text
    let digits = number.map { $0.utf8.filter { (48...57).contains($0) || $0 == UInt8(ascii: "+") } }
    return Attachment(
      kind: .contact, filename: card["name"]?["formatted_name"]?.string,
      url: digits.map { "tel:\(String(decoding: $0, as: UTF8.self))" })
  }
}

/// Calls over WhatsApp: one event when it rings, one when it ends.
struct WhatsAppCalls: Sendable {
  let reader: WhatsAppReader
  let ourNumber: String?

  func event(_ call: JSON, _ people: WhatsAppPeople) -> InboundEvent? {
    let isOurs = call["direction"]?.string == "BUSINESS_INITIATED"
    let (phone, scoped) = isOurs ? ("to", "to_user_id") : ("from", "from_user_id")
    guard let id = call["id"]?.text, let word = call["event"]?.string,
      let contact = people.card(phone: call[phone]?.text, scoped: call[scoped]?.text),
      var record = record(word, call)
    else { return nil }
    let plan = DialPlan.international
    record.from = PhoneNumbers.normalize(call["from"]?.text ?? (isOurs ? ourNumber : contact.id), plan: plan)
    record.to = PhoneNumbers.normalize(call["to"]?.text ?? (isOurs ? contact.id : ourNumber), plan: plan)
    return InboundEvent(
      kind: .call, channelKind: WhatsAppReader.kind, externalID: id, threadKey: reader.threadKey(contact),
      direction: isOurs ? .outboundEcho : .inbound, contact: contact, sentAt: Instant(provider: call["timestamp"]),
      call: record)
  }

  private func record(_ word: String, _ call: JSON) -> CallRecord? {
    switch word {
    case "connect": return CallRecord(from: "", to: "", disposition: .ringing)
    case "terminate":
      let seconds = call["duration"]?.int ?? 0
      let isAnswered = call["status"]?.string?.uppercased() == "COMPLETED"
      return CallRecord(
        from: "", to: "", startedAt: startedAt(call, seconds: seconds), durationSeconds: max(0, seconds),
        disposition: isAnswered ? .completed : .noAnswer)
    default: return nil
    }
  }

  /// With only an end and a duration, the start follows from them.
  private func startedAt(_ call: JSON, seconds: Int) -> Instant? {
    if let start = Instant(provider: call["start_time"]) { return start }
    guard seconds > 0 else { return nil }
    let end = Instant(provider: call["end_time"]) ?? Instant(provider: call["timestamp"])
    return end?.adding(seconds: Int64(-seconds))
  }
}
