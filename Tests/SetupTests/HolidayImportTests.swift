import Conversations
import Routing
import Setup
import Testing

@Suite("Holidays from iCalendar files") struct HolidayImportTests {
  private func event(_ lines: String...) -> String {
    "BEGIN:VEVENT\r\nUID:\(lines.hashValue)\r\n\(lines.joined(separator: "\r\n"))\r\nEND:VEVENT\r\n"
  }

  private func file(_ events: String...) -> [UInt8] {
    Array("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n\(events.joined())END:VCALENDAR\r\n".utf8)
  }

  private func read(_ file: [UInt8], years: Set<Int> = [2027]) throws -> HolidayImport {
    var days = HolidayImport(years: years)
    try days.read(file)
    return days
  }

  private func found(_ files: [UInt8]..., years: Set<Int> = [2027], observed: Bool = false) throws -> [String] {
    var all = HolidayImport(years: years, takesObserved: observed)
    for file in files { try all.read(file) }
    return all.days.map {
      "\($0.date)\($0.isWorked ? " worked" : "") \($0.name)"
    }
  }

  @Test("whole days count, the end is not among them; a day alone is a day; hours of a day are no holiday")
  func days() throws {
    let calendar = file(
      event("DTSTART;VALUE=DATE:20270501", "DTEND;VALUE=DATE:20270504", "SUMMARY:Labour\\, \u{1B}day\u{202E}"),
      event("DTSTART;VALUE=DATE:20270101", "SUMMARY:New Year"),
      event("DTSTART;VALUE=DATE:20271001", "DURATION:P2D", "SUMMARY:National Day"),
      event("DTSTART;TZID=Asia/Shanghai:20270615T000000", "DTEND;TZID=Asia/Shanghai:20270616T000000", "SUMMARY:Whole"),
      event("DTSTART:20270701T090000Z", "DTEND:20270701T100000Z", "SUMMARY:Meeting"),
      event("DTSTART;VALUE=DATE:20270801", "STATUS:CANCELLED", "SUMMARY:Cancelled"),
      event("SUMMARY:Never"))
    #expect(
      try found(calendar) == [
        "2027-01-01 New Year", "2027-05-01 Labour, day", "2027-05-02 Labour, day", "2027-05-03 Labour, day",
        "2027-06-15 Whole", "2027-10-01 National Day", "2027-10-02 National Day",
      ])
    let skipped = try read(calendar).skipped
    #expect(skipped.map { "\($0.name): \($0.reason.rawValue)" } == ["Meeting: has hours of its own", "Never: undated"])
  }

  @Test("repeated days: by rule, without the days taken out, with those put in, and only of the wanted years")
  func repeated() throws {
    let calendar = file(
      event(
        "DTSTART;VALUE=DATE:20200704", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20280704",
        "RDATE;VALUE=DATE:20280705", "SUMMARY:Independence Day"),
      event("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:Thanksgiving"))
    #expect(
      try found(calendar, years: [2027, 2028]) == [
        "2027-07-04 Independence Day", "2027-11-25 Thanksgiving", "2028-07-05 Independence Day",
        "2028-11-23 Thanksgiving",
      ])
  }

  @Test("make-up days are told by Apple's mark and by their titles, and win over a holiday of the same day")
  func workdays() throws {
    let apple = file(
      event("DTSTART;VALUE=DATE:20270101", "SUMMARY:元旦（休）", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY"),
      event("DTSTART;VALUE=DATE:20270110", "SUMMARY:元旦（班）", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"),
      event("DTSTART;VALUE=DATE:20270220", "SUMMARY:元宵节"))
    #expect(try found(apple) == ["2027-01-01 元旦", "2027-01-10 worked 元旦"])
    #expect(try found(apple, observed: true) == ["2027-01-01 元旦", "2027-01-10 worked 元旦", "2027-02-20 元宵节"])
    #expect(try read(apple).skipped.map(\.reason) == [.observed])
    let titles = file(
      event("DTSTART;VALUE=DATE:20271001", "DTEND;VALUE=DATE:20271011", "SUMMARY:National Day"),
      event("DTSTART;VALUE=DATE:20271009", "SUMMARY:Special Working Day"),
      event("DTSTART;VALUE=DATE:20270926", "SUMMARY:国庆节补班"))
    let days = try read(titles).days
    #expect(days.filter(\.isWorked).map(\.date.description) == ["2027-09-26", "2027-10-09"])
    #expect(days.filter { !$0.isWorked }.count == 9)
  }

  @Test("a holiday that Google only observes is left out, and names from two files stand beside each other")
  func observedAndNames() throws {
    let english = file(
      event("DTSTART;VALUE=DATE:20271225", "DESCRIPTION:Public holiday", "SUMMARY:Christmas Day"),
      event(
        "DTSTART;VALUE=DATE:20271224", "SUMMARY:Christmas Eve",
        "DESCRIPTION:Observance\\nTo hide observances\\, go to Google Calendar Settings"))
    let german = file(event("DTSTART;VALUE=DATE:20271225", "SUMMARY:Erster Weihnachtstag"))
    #expect(try found(english, german) == ["2027-12-25 Christmas Day · Erster Weihnachtstag"])
    #expect(try found(english, english) == ["2027-12-25 Christmas Day"])
  }

  @Test("what it writes is a holiday file, whatever stands in the names")
  func text() throws {
    let calendar = file(
      event("DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261008", "SUMMARY:国庆节: \"#{x}\\, - y\\ntwo"),
      event("DTSTART;VALUE=DATE:20261010", "SUMMARY:国庆节调休上班"))
    let text = try #require(
      try read(calendar, years: [2026]).text(country: "NO", year: 2026, source: "a: b #c"))
    #expect(text.contains("from: 2026-10-01, to: 2026-10-07"))
    var desk = SmallDesk(SmallDesk.hours, HolidayFileTests.hours)
    desk.files["channels/routing/holidays/cn-2026.yaml"] = text
    #expect(desk.complaints == "")
    let hotline = try #require(try desk.load().table.calendars["hotline"])
    let saturday = try #require(CivilDate("2026-10-10"))
    #expect(hotline.intervals(on: saturday) == [(9 * 3600)..<(17 * 3600)], "with the hours of a Friday")
    #expect(hotline.name(of: try #require(CivilDate("2026-10-07"))) == "国庆节: \"#{x}, - y two")
    #expect(try read(calendar, years: [2025]).text(country: "CN", year: 2025, source: "x") == nil)
  }

  @Test("no file ends the program or goes on for ever")
  func hostile() throws {
    for bad in ["", "hello", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "BEGIN:VEVENT", "\u{0}"] {
      #expect(throws: HolidayImport.Problem.self) { try read(Array(bad.utf8)) }
    }
    #expect(throws: HolidayImport.Problem.notUTF8) { try read([0xFF, 0xFE, 0x41]) }
    let odd = file(
      event("DTSTART:99999999", "SUMMARY:a"), event("DTSTART;VALUE=DATE:20270230", "SUMMARY:b"),
      event("DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:99991231", "SUMMARY:c"),
      event("DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20260101", "SUMMARY:d"),
      event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=SECONDLY", "SUMMARY:e"),
      event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=YEARLY;INTERVAL=0;BYDAY=99XX;COUNT=-1", "SUMMARY:f"))
    let days = try found(odd)
    #expect(days.filter { $0.hasSuffix(" c") || $0.contains(" c ·") }.count == 60, "a holiday of years is a slip")
    #expect(days.contains { $0.contains("d") })
    let cut = odd.prefix(odd.count / 2)
    _ = try? read(Array(cut))
  }
}
