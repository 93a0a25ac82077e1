package import Conversations

/// The JSON line that `patchbay normalize` prints for one input: what the provider would be told, what the desk would file.
package enum NormalizedOutput {
  /// `{"accepted","status","response_body","messages":[…],"receipts":[…]}`; refused or unreadable:
  /// `{"accepted":false,"status","error"}`. `receivedAt` stands in for a missing provider time.
  package static func json(_ reception: Reception, receivedAt: Instant) -> JSON {
    switch reception {
    case .read(let reading):
      accepted(
        reading.answer, messages: reading.events.map { message($0, receivedAt: receivedAt) },
        receipts: reading.receipts.map { receipt($0, receivedAt: receivedAt) }, ignored: reading.ignored)
    case .answered(let answer): accepted(answer, messages: [], receipts: [], ignored: [])
    case .refused(let status, let reason): refusal(status: status, error: reason)
    case .unreadable(let problem): refusal(status: problem.status, error: problem.reason)
    }
  }

  /// For an input that never reached an adapter.
  package static func refusal(status: Int, error: String) -> JSON {
    ["accepted": false, "status": JSON(status), "error": .string(error)]
  }

  private static func accepted(_ answer: Answer, messages: [JSON], receipts: [JSON], ignored: [String]) -> JSON {
    [
      "accepted": JSON(answer.status < 400), "status": JSON(answer.status),
      "response_body": .string(String(decoding: answer.body, as: UTF8.self)),
      "response_headers": .object(answer.headers.fields.map { JSON.Member($0.name, .string($0.value)) }),
      "messages": .array(messages), "receipts": .array(receipts), "ignored": JSON(ignored),
    ]
  }

  /// CONTRACT's `M`.
  package static func message(_ event: InboundEvent, receivedAt: Instant) -> JSON {
    [
      "event": .string(event.kind.rawValue), "channel_kind": .string(event.channelKind.rawValue),
      "external_id": .string(event.externalID), "thread_key": .string(event.threadKey),
      "direction": .string(event.direction.rawValue), "contact": contact(event.contact),
      "sent_at": JSON(event.sentAt ?? receivedAt), "subject": JSON(event.subject), "text": JSON(event.text),
      "reply_text": JSON(event.replyText), "from": sender(event),
      "to": JSON(event.mail?.to ?? []), "cc": JSON(event.mail?.cc ?? []), "reply_to": JSON(event.mail?.replyTo ?? []),
      "in_reply_to": JSON(event.inReplyTo), "references": JSON(event.mail?.references ?? []),
      "language": JSON(event.language), "attachments": .array(event.attachments.map(attachment)),
      "flags": flags(event.flags), "bounce": bounce(event.bounce), "call": call(event.call),
      "category_hint": JSON(event.categoryHint),
    ]
  }

  /// CONTRACT's `R`.
  package static func receipt(_ receipt: Receipt, receivedAt: Instant) -> JSON {
    [
      "external_id": JSON(receipt.externalID), "thread_key": JSON(receipt.threadKey),
      "status": .string(receipt.status.rawValue), "at": JSON(receipt.at ?? receivedAt),
      "error_code": JSON(receipt.errorCode),
    ]
  }

  private static func contact(_ card: ContactCard) -> JSON {
    ["id": JSON(card.id), "name": JSON(card.name), "phone": JSON(card.phone), "email": JSON(card.email)]
  }

  private static func sender(_ event: InboundEvent) -> JSON {
    guard let from = event.mail?.from else { return .null }
    return ["address": .string(from.address), "name": JSON(from.name)]
  }

  private static func attachment(_ attachment: Attachment) -> JSON {
    [
      "type": .string(attachment.kind.rawValue), "filename": JSON(attachment.filename),
      "content_type": JSON(attachment.contentType), "size": JSON(attachment.size),
      "sha256": JSON(attachment.sha256), "url": JSON(attachment.url),
    ]
  }

  private static func flags(_ flags: InboundEvent.Flags) -> JSON {
    [
      "auto_reply": JSON(flags.autoReply), "bounce": JSON(flags.bounce), "mailing_list": JSON(flags.mailingList),
      "automation_signs": JSON(flags.automationSigns), "marks": JSON(flags.marks),
    ]
  }

  private static func bounce(_ report: BounceReport?) -> JSON {
    guard let report else { return .null }
    return [
      "recipient": JSON(report.recipient), "status": JSON(report.status), "action": JSON(report.action),
      "original_message_id": JSON(report.originalMessageID), "diagnostic": JSON(report.diagnostic),
      "failures": .array(
        report.failures.map {
          [
            "recipient": .string($0.recipient), "status": JSON($0.status), "diagnostic": JSON($0.diagnostic),
          ]
        }),
    ]
  }

  private static func call(_ record: CallRecord?) -> JSON {
    guard let record else { return .null }
    return [
      "from": .string(record.from), "to": .string(record.to), "started_at": JSON(record.startedAt),
      "duration_s": JSON(record.durationSeconds), "disposition": .string(record.disposition.rawValue),
      "recording_url": JSON(record.recordingURL),
    ]
  }
}
