import Channels
import Conversations
import Testing

@Suite("3CX's call records")
struct ThreeCXTests {
  private func adapter(_ own: [JSON.Member] = []) throws -> ThreeCX {
    try PhoneDesk.adapter(ThreeCX.self, [JSON.Member("bearer_token", "t")] + own)
  }

  private func reading(_ body: String, _ own: [JSON.Member] = []) throws -> Reading {
    try PhoneDesk.reading(adapter(own), PhoneDesk.delivery(body, door: .pipe))
  }

  private func line(
    from: String = "03012345678", to: String = "02214710334", answered: String = "2026/08/20 09:00:08",
    reason: String = "TerminatedBySrc", duration: String = "01:02:03.4"
  ) -> String {
    "Call 77,00A_1,\(duration),2026/08/20 09:00:00,\(answered),2026/08/20 10:02:11,\(reason),\(from),\(to),10000,100,"
      + "\(to),,Ext.100,100,,,,,Chain: a;b;\r\n"
  }

  @Test("a line says who called whom, when and for how long")
  func row() throws {
    let event = try #require(try reading(line()).events.first)
    #expect(event.externalID == "00A_1" && event.threadKey == "phone:+492214710334:+493012345678")
    #expect(event.call?.durationSeconds == 3723 && event.call?.disposition == .completed)
    #expect(event.call?.startedAt?.rfc3339 == "2026-08-20T09:00:00Z")
    #expect(event.sentAt?.rfc3339 == "2026-08-20T10:02:11Z")
  }

  @Test(
    "reasons of both generations have their meaning",
    arguments: [
      ("TerminatedBySrc", CallRecord.Disposition.canceled), ("src_participant_terminated", .canceled),
      ("TerminatedByDst", .noAnswer), ("Busy", .busy), ("NoAnswer", .noAnswer), ("Failed", .failed),
      ("Redirected", .forwarded), ("Somehow", .completed),
    ])
  func reasons(reason: String, expected: CallRecord.Disposition) throws {
    let call = try reading(line(answered: "", reason: reason, duration: "")).events.first?.call
    #expect(call?.disposition == expected && call?.durationSeconds == 0)
  }

  @Test("a telephone inside that calls out makes an outbound call")
  func outbound() throws {
    let event = try reading(line(from: "Ext.100", to: "03012345678")).events.first
    #expect(event?.direction == .outboundEcho && event?.threadKey == "phone:100:+493012345678")
  }

  @Test("the settings say which field stands where")
  func fields() throws {
    let own = [JSON.Member("cdr_fields", ["callid", "from-no", "to-no", "time-start", "reason-terminated"])]
    let event = try reading("x9,03012345678,02214710334,2026/08/20 09:00:00,NoAnswer\n", own).events.first
    #expect(event?.externalID == "x9" && event?.call?.disposition == .noAnswer)
    #expect(throws: SettingProblem.self) { try adapter([JSON.Member("cdr_fields", ["callid", "to-no"])]) }
  }

  @Test("what is no record is unreadable")
  func rubbish() throws {
    for body in ["", "Call 1", String(repeating: ",", count: 50), line().replacing("2026/", with: "26/")] {
      #expect(try PhoneDesk.refusal(adapter(), PhoneDesk.delivery(body, door: .file)) == 400)
    }
    #expect(try PhoneDesk.refusal(adapter(), PhoneDesk.delivery(line())) == 401)
  }
}
