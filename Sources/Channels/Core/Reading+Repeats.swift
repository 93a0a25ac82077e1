package import Conversations

extension Reading {
  /// Each event once: a message by its id, anything else (an edit, a reaction, a call's next stage) by all it says.
  /// The first of several stays, order is kept.
  package func withoutRepeats() -> Reading {
    guard events.count > 1 else { return self }
    var (seen, reading) = (Set<EventKey>(), self)
    reading.events = events.filter { seen.insert(EventKey($0)).inserted }
    return reading
  }
}

private struct EventKey: Hashable {
  let (kind, externalID): (InboundEvent.Kind, String)
  let (contactID, text): (String?, String?)
  let sentAt: Instant?
  let disposition: CallRecord.Disposition?

  init(_ event: InboundEvent) {
    (kind, externalID) = (event.kind, event.externalID)
    let isNew = event.kind == .message || event.kind == .postback || event.kind == .voicemail
    contactID = isNew ? nil : event.contact.id
    text = isNew ? nil : event.text
    sentAt = isNew ? nil : event.sentAt
    disposition = event.call?.disposition
  }
}
