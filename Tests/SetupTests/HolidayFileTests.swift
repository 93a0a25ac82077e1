import Conversations
import Routing
import Setup
import Testing

@Suite("Holiday files and ladders") struct HolidayFileTests {
  static let hours = """
    calendars:
      hotline:
        time_zone: Asia/Shanghai
        weekly: {mon: 09:00-18:00, fri: 09:00-17:00}
        holiday_files: [cn-2026]
        exceptions:
          - {date: 2026-10-11, name: {en: Ours, zh: 自定}, intervals: []}

    """
  private static let china = """
    country: CN
    year: 2026
    source: https://www.gov.cn/
    holidays:
      - {from: 2026-10-01, to: 2026-10-07, name: {zh: 国庆节, en: National Day}}
    workdays:
      - {date: 2026-10-10, as: fri, name: 调休}
      - {date: 2026-10-11, as: mon, name: 调休}

    """

  private func desk(_ holidays: String = china) -> SmallDesk {
    var desk = SmallDesk(SmallDesk.hours, Self.hours)
    desk.files["channels/routing/holidays/cn-2026.yaml"] = holidays
    return desk
  }

  @Test("holidays, make-up days with the hours of a weekday, and names in both languages come from a file")
  func file() throws {
    #expect(desk().complaints == "")
    let calendar = try #require(try desk().load().table.calendars["hotline"])
    func intervals(_ text: String) throws -> [Range<Int64>] { calendar.intervals(on: try #require(CivilDate(text))) }
    #expect(try intervals("2026-10-05").isEmpty)
    #expect(calendar.name(of: try #require(CivilDate("2026-10-05"))) == "国庆节 · National Day")
    #expect(try intervals("2026-10-10") == [(9 * 3600)..<(17 * 3600)], "a Saturday worked as a Friday")
    #expect(try intervals("2026-10-11").isEmpty, "what the calendar says itself goes first")
    #expect(calendar.name(of: try #require(CivilDate("2026-10-11"))) == "自定 · Ours")
  }

  @Test("a day of the company's own does not make the next year's holidays known")
  func known() throws {
    var desk = desk()
    let own = Self.hours.replacing(
      "    exceptions:", with: "    holidays: [{date: 2027-03-01, name: Founding day}]\n    exceptions:")
    desk.files[SmallDesk.hours] = own
    let calendar = try #require(try desk.load().table.calendars["hotline"])
    #expect(calendar.holidaysKnownThrough?.description == "2026-12-31")
    desk.files[SmallDesk.hours] = own.replacing("    holiday_files: [cn-2026]\n", with: "")
    let written = try #require(try desk.load().table.calendars["hotline"])
    #expect(written.holidaysKnownThrough?.description == "2027-12-31", "all of them written by hand")
  }

  @Test("a file that is not there, a slip of the year and a missing source are told")
  func mistakes() {
    var missing = SmallDesk(SmallDesk.hours, Self.hours.replacing("cn-2026", with: "cn-2027"))
    missing.files["channels/routing/holidays/cn-2026.yaml"] = Self.china
    #expect(missing.complaints.contains("there is no holiday file `cn-2027`"))
    #expect(missing.complaints.contains("did you mean `cn-2026`?"))
    let slip = desk(Self.china.replacing("2026-10-10", with: "2027-10-10")).complaints
    #expect(slip.contains("holidays/cn-2026.yaml:7") && slip.contains("a day of 2026"))
    #expect(desk(Self.china.replacing("source: https://www.gov.cn/\n", with: "")).complaints.contains("source"))
  }

  @Test("a ladder is read as it stands")
  func ladder() throws {
    var desk = SmallDesk(
      SmallDesk.targets,
      """
      targets:
        - name: all
          hours: hotline
          first_response: 4h
          escalate:
            - {at: 75%, clocks: [first_response], notify: [{through: ops, to: [C0123456789], language: en}]}
            - {at: breach, priority: high, queue: triage}
            - {after: 1h30m, priority: urgent}
            - {at: 90%, notify: [{enabled: false, through: ops, to: [U0123456789]}]}

      """)
    desk.files["channels/ops.yaml"] = SmallDesk.slack
    #expect(desk.complaints == "")
    let ladder = try #require(try desk.load().table.targets.first).ladder
    #expect(ladder.map(\.key) == ["used 750", "used 1000", "breach+5400"], "a rung that does nothing is none")
    #expect(ladder[0].kinds == [.firstResponse] && ladder[0].notices.first?.recipients == ["C0123456789"])
    #expect(ladder[1].priority == .high && ladder[1].queue == "triage")
  }

  @Test("those who are told must be such as the connection can write to first")
  func receivers() {
    var desk = SmallDesk(
      SmallDesk.targets,
      """
      targets:
        - name: all
          first_response: 4h
          escalate:
            - {at: breach, notify: [{through: ops, to: [lead@example.com, U0123456789]}]}
            - {after: 1h, notify: [{through: chat, to: [lead]}]}

      """)
    desk.files["channels/ops.yaml"] = SmallDesk.slack
    #expect(
      desk.complaints == """
        channels/routing/targets.yaml:5:51: `ops` cannot write to `lead@example.com` first
            a channel's or member's id, C0123456789 or U0123456789
        channels/routing/targets.yaml:6:51: `chat` cannot write to `lead` first
            nobody can be written to first by a channel of kind `webchat`
        """)
  }

  @Test("a rung without a moment, without a deed, or into no queue is told")
  func wrongLadder() {
    let complaints = SmallDesk(
      SmallDesk.targets,
      """
      targets:
        - name: all
          first_response: 4h
          escalate:
            - {priority: high}
            - {at: soon, priority: high}
            - {at: breach}
            - {at: breach, queue: triag}

      """
    ).complaints
    for part in ["escalate[0].at", "80%", "escalate[2].notify", "did you mean `triage`?"] {
      #expect(complaints.contains(part), "\(part)")
    }
  }
}
