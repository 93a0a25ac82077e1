import Channels
import Conversations
import Testing

@Suite("Asterisk's call records")
struct AsteriskTests {
  private func adapter(zone: String = "UTC") throws -> Asterisk {
    try PhoneDesk.adapter(
      Asterisk.self,
      [
        JSON.Member("bearer_token", "import-token"), JSON.Member("cdr_timezone", .string(zone)),
        JSON.Member("inbound_contexts", ["from-outside"]),
      ])
  }

  private func delivery(_ body: String, door: RawDelivery.Door = .file) -> RawDelivery {
    PhoneDesk.delivery(body, door: door)
  }

  private func line(
    src: String = "03012345678", context: String = "from-outside", clid: String = #""""Ana Lim"" <03012345678>""#,
    app: String = "Dial", start: String = "2026-08-20 09:00:00", answer: String = "\"2026-08-20 09:00:08\"",
    end: String = "2026-08-20 09:02:08", billed: Int = 120, disposition: String = "ANSWERED", rest: String = ""
  ) -> String {
    #""","\#(src)","02214710334","\#(context)",\#(clid),"PJSIP/t-1","PJSIP/100-2","\#(app)","x","\#(start)",\#(answer),"#
      + #""\#(end)",128,\#(billed),"\#(disposition)","DOCUMENTATION"\#(rest)"# + "\n"
  }

  @Test("a row says who called whom, when, for how long and how it ended")
  func row() throws {
    let event = try #require(
      try PhoneDesk.reading(adapter(), delivery(line(rest: #","1787216400.7","""#))).events.first)
    #expect(event.externalID == "1787216400.7")
    #expect(event.threadKey == "phone:+492214710334:+493012345678")
    #expect(event.contact.name == "Ana Lim")
    #expect(event.sentAt?.rfc3339 == "2026-08-20T09:02:08Z")
    #expect(event.call?.startedAt?.rfc3339 == "2026-08-20T09:00:00Z")
    #expect(event.call?.durationSeconds == 120)
    #expect(event.call?.disposition == .completed)
  }

  @Test("a caller's name keeps its quotes and commas")
  func quotedName() throws {
    let clid = #""""Lim, Ana \""A\"""" <03012345678>""#
    let reading = try PhoneDesk.reading(adapter(), delivery(line(clid: clid, rest: #","1787216400.7","""#)))
    #expect(reading.events.first?.contact.name == #"Lim, Ana "A""#)
  }

  @Test(
    "the optional columns come one by one",
    arguments: [
      (#","1787216400.7""#, "1787216400.7"), (#","pbx-1787216400.7","note""#, "pbx-1787216400.7"),
      (#","","1787216400.9",3"#, "1787216400.9"), (#","1787216400.7","","","1787216400.9",3"#, "1787216400.7"),
    ])
  func columns(rest: String, id: String) throws {
    #expect(try PhoneDesk.reading(adapter(), delivery(line(rest: rest))).events.first?.externalID == id)
  }

  @Test("a row without an id gets one that stays the same", arguments: ["", #","just a note""#])
  func derivedID(rest: String) throws {
    let (first, again) = (line(rest: rest), line(rest: rest))
    let id = try #require(try PhoneDesk.reading(adapter(), delivery(first)).events.first?.externalID)
    #expect(id.hasPrefix("cdr-"))
    #expect(try PhoneDesk.reading(adapter(), delivery(again)).events.first?.externalID == id)
    let other = line(start: "2026-08-20 09:00:01", rest: rest)
    #expect(try PhoneDesk.reading(adapter(), delivery(other)).events.first?.externalID != id)
  }

  @Test(
    "local times count in their zone, the doubled hour as its first run",
    arguments: [
      ("2026-08-20 09:00:00", "2026-08-20T07:00:00Z"), ("2026-01-20 09:00:00", "2026-01-20T08:00:00Z"),
      ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"), ("2026-10-25 03:30:00", "2026-10-25T02:30:00Z"),
      ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"), ("2026-03-29 03:30:00", "2026-03-29T01:30:00Z"),
    ])
  func zone(local: String, utc: String) throws {
    let body = line(start: local, rest: #","1787216400.7","""#)
    let event = try PhoneDesk.reading(adapter(zone: "Europe/Berlin"), delivery(body)).events.first
    #expect(event?.call?.startedAt?.rfc3339 == utc)
  }

  @Test("a zone nobody knows is a problem of the settings")
  func unknownZone() {
    #expect(throws: SettingProblem.self) { try adapter(zone: "Atlantis/Main") }
  }

  @Test("a forked call is one call, and the answer counts")
  func forked() throws {
    let missed = line(answer: "", billed: 0, disposition: "NO ANSWER", rest: #","1787216400.7","""#)
    let taken = line(rest: #","1787216400.7","""#)
    for body in [missed + taken, taken + missed] {
      let events = try PhoneDesk.reading(adapter(), delivery(body)).events
      #expect(events.map(\.call?.disposition) == [.completed])
    }
  }

  @Test("a mailbox that answers an inbound call makes it a voicemail; outbound calls are echoes")
  func directions() throws {
    let voicemail = try PhoneDesk.reading(adapter(), delivery(line(app: "VoiceMail"))).events.first
    #expect(voicemail?.kind == .voicemail && voicemail?.call?.disposition == .voicemail)
    let outbound = line(src: "02214710334", context: "from-internal", clid: #""""Desk"" <02214710334>""#)
    let echo = try PhoneDesk.reading(adapter(), delivery(outbound)).events.first
    #expect(echo?.direction == .outboundEcho && echo?.contact.name == nil)
  }

  @Test("a collector shows its token, this machine's files need none")
  func door() throws {
    let body = line(rest: #","1787216400.7","""#)
    #expect(try PhoneDesk.refusal(adapter(), delivery(body, door: .http)) == 401)
    #expect(try PhoneDesk.refusal(adapter(), delivery(body, door: .pipe)) == nil)
    let shown = PhoneDesk.delivery(body, headers: [("authorization", "bearer import-token")])
    #expect(try PhoneDesk.refusal(adapter(), shown) == nil)
  }

  @Test("manager events: Cdr is read, others are passed over, the greeting does not matter")
  func manager() throws {
    let body =
      "Asterisk Call Manager/5.0.2\r\nEvent: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
      + "Event: Cdr\r\nSource: 03012345678\r\nDestination: 02214710334\r\nDestinationContext: from-outside\r\n"
      + "CallerID: \"Ana Lim\" <03012345678>\r\nLastApplication: Dial\r\nStartTime: 2026-08-20 09:00:00\r\n"
      + "AnswerTime: \r\nEndTime: 2026-08-20 09:00:20\r\nBillableSeconds: 0\r\nDisposition: BUSY\r\n"
      + "UniqueID: 1787216400.8\r\n"
    let reading = try PhoneDesk.reading(adapter(), delivery(body))
    #expect(reading.ignored == ["FullyBooted"])
    #expect(reading.events.map(\.externalID) == ["1787216400.8"])
    #expect(reading.events.first?.call?.disposition == .busy)
  }

  @Test(
    "ARI events tell the stages of a call",
    arguments: [
      ("StasisStart", "Ring", 0, CallRecord.Disposition.ringing), ("ChannelStateChange", "Up", 0, .answered),
      ("ChannelDestroyed", "Up", 16, .completed), ("ChannelDestroyed", "Ring", 17, .busy),
      ("ChannelDestroyed", "Ring", 16, .canceled), ("ChannelDestroyed", "Ring", 34, .failed),
    ])
  func restInterface(type: String, state: String, cause: Int, expected: CallRecord.Disposition) throws {
    let body = """
      {"type":"\(type)","timestamp":"2026-08-20T17:00:05.500+0800","cause":\(cause),"channel":{"id":"1787216400.9",
      "state":"\(state)","caller":{"name":"","number":"03012345678"},"creationtime":"2026-08-20T17:00:00.000+0800",
      "dialplan":{"context":"from-outside","exten":"02214710334"}}}
      """
    let event = try #require(try PhoneDesk.reading(adapter(), delivery(body)).events.first)
    #expect(event.call?.disposition == expected)
    #expect(event.sentAt?.rfc3339 == "2026-08-20T09:00:05.500Z")
    #expect(event.call?.startedAt?.rfc3339 == "2026-08-20T09:00:00Z")
  }
}
