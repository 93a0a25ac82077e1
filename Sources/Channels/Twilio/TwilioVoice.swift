package import Conversations

/// Calls of a Twilio number: incoming calls, status callbacks, recordings and their transcriptions.
/// Source: twilio.com/docs/voice/twiml, …/voice/api/call-resource#statuscallback.
package struct TwilioVoice: PhoneOnly {
  package static let kind = ChannelKind("twilio_voice")
  package static let summary = "Calls and voicemails of Twilio numbers."
  package static let settings: [Setting] =
    TwilioAccount.settings + [
      Setting(
        "incoming_twiml", .text, default: "<Response/>",
        help: "what Twilio is told to do with a call that comes in at this channel's own address (TwiML)"),
      Setting("api_base", .text, default: "https://api.twilio.com", help: "where Twilio's API is reached"),
    ]

  private let account: TwilioAccount
  private let incoming: String
  private let apiBase: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    account = try TwilioAccount(values)
    apiBase = try BaseURL.check(values.text("api_base") ?? "https://api.twilio.com", key: "api_base")
    incoming = (values.text("incoming_twiml") ?? "<Response/>").trimmingBlanks()
    guard incoming.hasPrefix("<Response"), incoming.hasSuffix("</Response>") || incoming.hasSuffix("/>") else {
      throw SettingProblem("incoming_twiml", "must be one <Response> element")
    }
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { account.verify(delivery) }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    account.mediaFetch(reference, base: apiBase)
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let fields = try account.parameters(delivery)
    guard let callSID = PhoneLine.callID(fields["CallSid"]) else { throw Unreadable(reason: "no usable CallSid") }
    let call = TwilioCall(fields, callSID: callSID, receivedAt: delivery.receivedAt)
    guard account.owns(fields, number: call.ours) else {
      return Reading(answer: TwiML.empty, ignored: ["call of a number that is not ours"])
    }
    let status = fields["CallStatus"]
    let answer = status == "ringing" && !call.isOutbound ? TwiML.answer(incoming) : TwiML.empty
    guard let event = fields["RecordingUrl"] == nil ? call.event() : call.recording(account.ourNumbers) else {
      return Reading(answer: answer, ignored: [(fields["TranscriptionStatus"] ?? status)?.callLine() ?? "no status"])
    }
    return Reading(events: [event], answer: answer)
  }
}

/// Answers to Twilio.
enum TwiML {
  static let empty = answer("<Response/>")

  static func answer(_ response: String) -> Answer {
    Answer(contentType: "text/xml; charset=utf-8", body: Array("\(XMLWriting.declaration)\n\(response)".utf8))
  }
}
