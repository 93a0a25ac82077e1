package import Conversations

/// What a telephone system says of one call at one moment, numbers already normalised.
package struct CallNews: Sendable, Hashable {
  /// The system's id of the call, the same from ringing to hang-up.
  package var callID: String
  package var isOutbound: Bool
  /// E.164, an extension, or `anonymous`.
  package var from: String
  package var to: String
  /// The caller's name, where the system shows one. Of outbound calls it names our side and is left out.
  package var callerName: String?
  package var disposition: CallRecord.Disposition
  /// When this became so.
  package var at: Instant
  package var startedAt: Instant?
  /// When it was taken, where a record that comes afterwards says so.
  package var answeredAt: Instant?
  /// Seconds of talk.
  package var duration: Int?
  /// The caller spoke to a voice mailbox and to nobody else.
  package var isVoicemail: Bool
  /// The call that this one is a part of, where the system says: a transfer is one call with several records.
  package var linkedID: String?
  /// A category that the caller chose.
  package var category: String?

  package init(
    callID: String, isOutbound: Bool, from: String, to: String, callerName: String? = nil,
    disposition: CallRecord.Disposition, at: Instant, startedAt: Instant? = nil, duration: Int? = nil,
    isVoicemail: Bool = false
  ) {
    (self.callID, self.isOutbound, self.from, self.to) = (callID, isOutbound, from, to)
    (self.callerName, self.disposition, self.at) = (callerName, disposition, at)
    (self.startedAt, self.duration, self.isVoicemail) = (startedAt, duration, isVoicemail)
  }

  /// Whole seconds of talk; negative ones are none, and longer than a month is no length of a call.
  static func seconds(_ text: String?) -> Int? {
    guard let text, let seconds = Int(text), seconds <= 31 * 86_400 else { return nil }
    return max(0, seconds)
  }

  /// The call as the desk files it: one thread per pair of numbers, a thread of its own for each withheld caller.
  package func event() -> InboundEvent {
    let (ours, theirs) = isOutbound ? (from, to) : (to, from)
    let isWithheld = theirs == PhoneNumbers.anonymous
    let contact =
      isWithheld
      ? ContactCard()
      : ContactCard(id: theirs, name: isOutbound ? nil : callerName, phone: PhoneNumbers.identity(theirs))
    var event = InboundEvent(
      kind: isVoicemail ? .voicemail : .call, channelKind: ChannelKind("phone"), externalID: callID,
      threadKey: "phone:\(ours):\(theirs)" + (isWithheld ? ":\(callID)" : ""),
      direction: isOutbound ? .outboundEcho : .inbound, contact: contact, sentAt: at,
      call: CallRecord(
        from: from, to: to, startedAt: startedAt, durationSeconds: duration,
        disposition: isVoicemail ? .voicemail : disposition))
    event.call?.answeredAt = answeredAt
    event.call?.linkedID = linkedID == callID ? nil : linkedID
    event.categoryHint = category
    return event
  }
}

extension String {
  /// One line for a name or a number out of a telephone system: control characters out, blanks trimmed, at most `limit`
  /// characters. `nil` when nothing is left.
  func callLine(limit: Int = 120) -> String? {
    // Cut first: a hostile caller name may be a megabyte long.
    let scalars = unicodeScalars.prefix(limit * 4).filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    let line = String(String(String.UnicodeScalarView(scalars)).trimmingBlanks().prefix(limit))
    return line.isEmpty ? nil : line
  }
}
