import Conversations
import Storage

/// A message as the API shows it.
struct MessageView {
  let message: MessageRecord
  let attachments: [AttachmentRecord]
  let attempts: Int64?

  init(_ message: MessageRecord, attachments: [AttachmentRecord] = [], attempts: Int64? = nil) {
    (self.message, self.attachments, self.attempts) = (message, attachments, attempts)
  }

  var json: JSON {
    let gone = message.deletedAt != nil
    return [
      "id": JSON(message.id.description), "seq": JSON(message.seq), "direction": JSON(message.direction.rawValue),
      "author": JSON(message.author), "text": gone ? nil : JSON(message.text),
      "reply_text": gone ? nil : JSON(message.replyText ?? message.text), "subject": JSON(message.subject),
      "sent_at": JSON(message.effectiveAt), "received_at": JSON(message.receivedAt), "event": JSON(message.event),
      "language": JSON(message.language), "trust": JSON(message.trust), "edited_at": JSON(message.editedAt),
      "deleted_at": JSON(message.deletedAt), "delivery": delivery, "attachments": .array(attachments.map(\.json)),
      "options": JSON(message.options), "flags": JSON(message.flags.split(separator: " ").map(String.init)),
    ]
  }

  private var delivery: JSON {
    guard let state = message.deliveryState else { return nil }
    return ["state": JSON(state.rawValue), "detail": JSON(message.deliveryDetail), "attempts": JSON(attempts)]
  }
}

extension AttachmentRecord {
  var json: JSON {
    [
      "id": JSON(String(id)), "type": JSON(kind), "filename": JSON(filename), "content_type": JSON(contentType),
      "size": JSON(size), "url": state == "stored" ? JSON("/api/v1/attachments/\(id)") : JSON(url),
      "state": JSON(state), "detail": JSON(detail),
    ]
  }
}
