package import Conversations

extension Reading {
  /// As every door hands a reading on: no event twice, and no text with U+0000, which databases refuse.
  package func tidied() -> Reading {
    var reading = withoutRepeats()
    for index in reading.events.indices { reading.events[index].replaceNulls() }
    for index in reading.receipts.indices {
      reading.receipts[index].externalID = reading.receipts[index].externalID?.withoutNulls
      reading.receipts[index].threadKey = reading.receipts[index].threadKey?.withoutNulls
      reading.receipts[index].errorCode = reading.receipts[index].errorCode?.withoutNulls
    }
    return reading
  }

  /// Each event once: a message by its id, anything else (an edit, a reaction, a call's next stage) by all it says,
  /// as is a receipt. The first of several stays, order is kept.
  package func withoutRepeats() -> Reading {
    guard events.count > 1 || receipts.count > 1 else { return self }
    var (seen, told, reading) = (Set<EventKey>(), Set<Receipt>(), self)
    reading.events = events.filter { seen.insert(EventKey($0)).inserted }
    reading.receipts = receipts.filter { told.insert($0).inserted }
    return reading
  }
}

private struct EventKey: Hashable {
  let kind: InboundEvent.Kind
  let externalID: String
  let threadKey: String?
  let contactID: String?
  let text: String?
  let sentAt: Instant?
  let disposition: CallRecord.Disposition?

  init(_ event: InboundEvent) {
    (kind, externalID) = (event.kind, event.externalID)
    let isNew = event.kind == .message || event.kind == .postback || event.kind == .voicemail
    threadKey = isNew ? nil : event.threadKey
    contactID = isNew ? nil : event.contact.id
    text = isNew ? nil : event.text
    sentAt = isNew ? nil : event.sentAt
    disposition = event.call?.disposition
  }
}

extension InboundEvent {
  fileprivate mutating func replaceNulls() {
    (externalID, threadKey) = (externalID.withoutNulls, threadKey.withoutNulls)
    (subject, text, replyText) = (subject?.withoutNulls, text?.withoutNulls, replyText?.withoutNulls)
    (contact.id, contact.name) = (contact.id?.withoutNulls, contact.name?.withoutNulls)
    (contact.phone, contact.email) = (contact.phone?.withoutNulls, contact.email?.withoutNulls)
    (inReplyTo, language) = (inReplyTo.map(\.withoutNulls), language?.withoutNulls)
    for index in attachments.indices {
      attachments[index].filename = attachments[index].filename?.withoutNulls
      attachments[index].contentType = attachments[index].contentType?.withoutNulls
      attachments[index].url = attachments[index].url?.withoutNulls
    }
    guard var record = call else { return }
    (record.from, record.to) = (record.from.withoutNulls, record.to.withoutNulls)
    record.recordingURL = record.recordingURL?.withoutNulls
    call = record
  }
}

extension String {
  /// U+0000 as U+FFFD.
  fileprivate var withoutNulls: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\u{0}" ? "\u{FFFD}" : $0 })) : self
  }
}
