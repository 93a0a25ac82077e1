import Conversations

/// The parameters of one voice webhook.
struct TwilioCall: Sendable {
  private let fields: FormFields
  private let callSID: String
  private let (from, to): (String, String)
  private let at: Instant
  let isOutbound: Bool

  init(_ fields: FormFields, callSID: String, receivedAt: Instant) {
    (self.fields, self.callSID) = (fields, callSID)
    (from, to) = (TwilioNumber.normalize(fields["From"]), TwilioNumber.normalize(fields["To"]))
    at = fields["Timestamp"].flatMap { Instant(internetDate: $0) } ?? receivedAt
    isOutbound = fields["Direction"]?.hasPrefix("outbound") ?? false
  }

  /// The number on our side.
  var ours: String { isOutbound ? from : to }

  /// The stage of the call; `nil` for what comes before it rings and for statuses nobody knows.
  func event() -> InboundEvent? {
    guard let disposition = Self.dispositions[fields["CallStatus"] ?? ""] else { return nil }
    return news(disposition, duration: CallNews.seconds(fields["CallDuration"])).event()
  }

  private static let dispositions: [String: CallRecord.Disposition] = [
    "ringing": .ringing, "in-progress": .answered, "completed": .completed, "busy": .busy, "no-answer": .noAnswer,
    "canceled": .canceled, "failed": .failed,
  ]

  /// `CallDuration` is seconds (`Duration` would be billed minutes) and ends at the event's time.
  private func news(_ disposition: CallRecord.Disposition, duration: Int?) -> CallNews {
    CallNews(
      callID: callSID, isOutbound: isOutbound, from: from, to: to, callerName: fields["CallerName"]?.callLine(),
      disposition: disposition, at: at, startedAt: duration.map { at.adding(seconds: Int64(-$0)) }, duration: duration)
  }

  /// What was recorded: a voicemail, unless the parameters say that the recording is of a conversation.
  /// `nil` while it is not finished, and for a transcription that failed: it adds nothing to the voicemail.
  func recording(_ ourNumbers: Set<String>) -> InboundEvent? {
    guard let url = fields["RecordingUrl"]?.callLine(limit: 1000), url.hasPrefix("https://"),
      (fields["RecordingStatus"] ?? "completed") == "completed",
      (fields["TranscriptionStatus"] ?? "completed") == "completed"
    else { return nil }
    // The callback of a finished call, of <Dial record>, and of recordings started through the API.
    if fields["CallDuration"] != nil || fields["DialCallSid"] != nil { return recorded(event(), url) }
    guard let recordingSID = PhoneLine.callID(fields["RecordingSid"]) ?? Self.name(in: url) else { return nil }
    let isVoicemail = (fields["RecordingSource"] ?? "RecordVerb") == "RecordVerb"
    var call = news(.completed, duration: CallNews.seconds(fields["RecordingDuration"]))
    (call.startedAt, call.isVoicemail) = (nil, isVoicemail)
    let namesCaller = fields["From"] != nil
    if !namesCaller { call.to = ourNumbers.count == 1 ? ourNumbers.first ?? "unknown" : "unknown" }
    var event = call.event()
    event.externalID = recordingSID
    // The desk files it with the call, which has been ringing before.
    event.call?.linkedID = callSID
    event.text = fields["TranscriptionText"].flatMap { $0.isEmpty ? nil : $0 }
    event.attachments = [Attachment(kind: .audio, contentType: "audio/x-wav", url: url)]
    // A recording's own callback names nobody: the call it belongs to does.
    if !namesCaller { event.inReplyTo = [callSID] }
    return recorded(event, url)
  }

  /// The action of `<Record>` names its recording in the address only.
  private static func name(in url: String) -> String? {
    let last = url.prefix { $0 != "?" }.split(separator: "/").last?.prefix { $0 != "." }
    return last.flatMap { PhoneLine.callID(String($0)) }.flatMap { $0.hasPrefix("RE") ? $0 : nil }
  }

  private func recorded(_ event: InboundEvent?, _ url: String) -> InboundEvent? {
    var event = event
    event?.call?.recordingURL = url
    return event
  }
}
