package import Conversations

/// What trying a mapping needs beside the mapping itself.
extension GenericWebhook {
  /// Our fields that a channel file may map, by the names it has for them; sorted.
  package static var fieldNames: [String] { GenericReader.fieldNames.sorted() }

  /// Where a field of ours is read from; `nil` when the channel file does not say.
  package func place(ofField field: String) -> String? { reader.place(of: field) }

  /// `body` as the service would post it at `now`, signed with this channel's own secret.
  package func delivery(signing body: [UInt8], now: Instant) -> RawDelivery {
    RawDelivery(
      door: .http, headers: door.headers(signing: body, nonce: "example", now: now), body: body, receivedAt: now)
  }

  /// What `event` says under each of `fieldNames`; what it lacks is left out. `type` is our word for its kind, `sent_at`
  /// RFC 3339 in UTC.
  package func fields(of event: InboundEvent) -> [String: String] {
    let file = event.attachments.first
    let all: [String: String?] = [
      "id": event.externalID, "thread": reader.thread(ofKey: event.threadKey), "type": event.kind.rawValue,
      "contact_id": event.contact.id, "contact_name": event.contact.name, "contact_email": event.contact.email,
      "contact_phone": event.contact.phone, "text": event.text, "subject": event.subject,
      "sent_at": event.sentAt?.rfc3339, "language": event.language, "category": event.categoryHint,
      "in_reply_to": event.inReplyTo.first, "attachment_url": file?.url, "attachment_name": file?.filename,
    ]
    return all.compactMapValues(\.self)
  }
}
