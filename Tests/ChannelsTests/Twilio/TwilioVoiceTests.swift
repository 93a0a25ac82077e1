import Channels
import Conversations
import Testing

@Suite("Twilio's calls")
struct TwilioVoiceTests {
  private let adapter: TwilioVoice

  init() throws {
    adapter = try TwilioDesk.adapter(
      TwilioVoice.self, [JSON.Member("incoming_twiml", "<Response><Dial>+12025550111</Dial></Response>")])
  }

  private func reading(_ own: [(String, String)], caller: String? = "+14155550111") throws -> Reading {
    let parties = caller.map { [("From", $0), ("To", "+12025550100")] } ?? []
    return try PhoneDesk.reading(
      adapter, TwilioDesk.delivery([("CallSid", "CA1"), ("AccountSid", "AC42")] + parties + own))
  }

  @Test("a ringing call is filed and told where to go, its later stages are not")
  func answers() throws {
    let ringing = try reading([("CallStatus", "ringing"), ("Direction", "inbound"), ("CallerName", "ANA")])
    #expect(ringing.events.first?.contact.name == "ANA")
    #expect(String(decoding: ringing.answer.body, as: UTF8.self).contains("<Dial>"))
    let ended = try reading([("CallStatus", "completed"), ("Direction", "inbound"), ("CallDuration", "5")])
    #expect(!String(decoding: ended.answer.body, as: UTF8.self).contains("<Dial>"))
  }

  @Test("the end of a call is its time, the start lies its seconds before")
  func times() throws {
    let call = try reading([
      ("CallStatus", "completed"), ("Direction", "inbound"), ("CallDuration", "125"), ("Duration", "3"),
      ("Timestamp", "Thu, 20 Aug 2026 11:05:00 +0200"),
    ]).events.first
    #expect(call?.sentAt?.rfc3339 == "2026-08-20T09:05:00Z")
    #expect(call?.call?.startedAt?.rfc3339 == "2026-08-20T09:02:55Z")
    #expect(call?.call?.durationSeconds == 125)
  }

  @Test("a voicemail whose recording stands in its address only, and a finished call with one")
  func recordings() throws {
    let url = "https://api.twilio.com/2010-04-01/Accounts/AC42/Recordings/RE5"
    let voicemail = try #require(
      try reading([
        ("CallStatus", "completed"), ("RecordingUrl", url), ("RecordingDuration", "17"), ("Digits", "hangup"),
      ])
      .events.first)
    #expect(voicemail.kind == .voicemail && voicemail.externalID == "RE5" && voicemail.attachments.first?.url == url)
    let ended = try #require(
      try reading([("CallStatus", "completed"), ("CallDuration", "10"), ("RecordingUrl", url)]).events.first)
    #expect(ended.kind == .call && ended.call?.disposition == .completed && ended.call?.recordingURL == url)
  }

  @Test("an outbound call is an echo to the one called")
  func outbound() throws {
    let form = [
      ("CallSid", "CA1"), ("From", "+12025550100"), ("To", "+14155550111"), ("Direction", "outbound-api"),
      ("CallStatus", "no-answer"), ("CallerName", "DESK"),
    ]
    let event = try #require(try PhoneDesk.reading(adapter, TwilioDesk.delivery(form)).events.first)
    #expect(event.direction == .outboundEcho && event.threadKey == "phone:+12025550100:+14155550111")
    #expect(event.contact == ContactCard(id: "+14155550111", phone: "+14155550111"))
  }

  @Test(
    "withheld callers, in words and spelled on the keypad, have no contact",
    arguments: ["anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", ""])
  func withheld(caller: String) throws {
    let event = try reading([("CallStatus", "ringing")], caller: caller).events.first
    #expect(event?.threadKey == "phone:+12025550100:anonymous:CA1")
    #expect(event?.contact == ContactCard())
  }

  @Test(
    "statuses have their meaning; those before ringing are passed over",
    arguments: [
      ("in-progress", CallRecord.Disposition?.some(.answered)), ("busy", .busy), ("no-answer", .noAnswer),
      ("canceled", .canceled), ("failed", .failed), ("queued", nil), ("initiated", nil), ("new thing", nil),
    ])
  func statuses(status: String, expected: CallRecord.Disposition?) throws {
    #expect(try reading([("CallStatus", status)]).events.first?.call?.disposition == expected)
  }

  @Test("a recorded message is a voicemail under the recording's id, and its transcription is its text")
  func voicemail() throws {
    let recording = [("RecordingUrl", "https://api.example/RE1"), ("RecordingSid", "RE1")]
    let event = try #require(
      try reading(recording + [("CallStatus", "completed"), ("RecordingDuration", "17")]).events.first)
    #expect(event.kind == .voicemail && event.externalID == "RE1" && event.call?.linkedID == "CA1")
    #expect(event.call?.durationSeconds == 17 && event.call?.recordingURL == "https://api.example/RE1")
    #expect(event.attachments.map(\.kind) == [.audio])
    let transcript = recording + [("TranscriptionStatus", "completed"), ("TranscriptionText", "Call me. 你好")]
    #expect(try reading(transcript).events.first?.text == "Call me. 你好")
    #expect(try reading(recording + [("TranscriptionStatus", "failed")]).events.isEmpty)
  }

  @Test("a recording that names nobody points to its call")
  func recordingOnly() throws {
    let event = try #require(
      try reading([("RecordingUrl", "https://api.example/RE1"), ("RecordingSid", "RE1")], caller: nil).events.first)
    #expect(event.inReplyTo == ["CA1"] && event.contact == ContactCard())
    #expect(event.threadKey == "phone:+12025550100:anonymous:CA1")
  }

  @Test("recorded conversations are calls, unfinished recordings nothing")
  func conversations() throws {
    let recording = [("RecordingUrl", "https://api.example/RE1"), ("RecordingSid", "RE1")]
    let ended = try reading(recording + [("CallStatus", "completed"), ("CallDuration", "60")]).events.first
    #expect(ended?.kind == .call && ended?.externalID == "CA1")
    #expect(ended?.call?.recordingURL == "https://api.example/RE1")
    #expect(try reading(recording + [("RecordingStatus", "in-progress")]).events.isEmpty)
    #expect(try reading([("RecordingUrl", "file:///etc/passwd"), ("RecordingSid", "RE1")]).events.isEmpty)
  }

  @Test("calls of other numbers are left alone; instructions that are no TwiML are a problem")
  func strangers() throws {
    let form = [("CallSid", "CA1"), ("From", "+14155550111"), ("To", "+12025559999"), ("CallStatus", "ringing")]
    #expect(try PhoneDesk.reading(adapter, TwilioDesk.delivery(form)).events.isEmpty)
    #expect(throws: SettingProblem.self) {
      try TwilioDesk.adapter(TwilioVoice.self, [JSON.Member("incoming_twiml", "Dial me")])
    }
  }
}
