import Conversations
import Routing
import Testing

@Suite("The hours command")
struct HoursCommandTests {
  static let file = """
    {"calendars": {"desk": {"time_zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "18:00"]]},
      "holidays": [{"date": "2026-03-16", "name": "Moving"}], "exceptions": []}, "none": {"time_zone": "UTC", "weekly": {}}},
     "vectors": [
      {"id": "a", "op": "elapsed", "calendar": "desk", "start": "2026-03-09T08:00:00+08:00", "end": "2026-03-09T10:00:00+08:00"},
      {"id": "b", "op": "due", "calendar": "desk", "start_unix": 1773018000, "minutes": 600},
      {"id": "c", "op": "next_open", "calendar": "none", "start": "2026-03-09T08:00:00+08:00"},
      {"id": "d", "op": "due", "calendar": "missing", "start": "2026-03-09T08:00:00+08:00", "minutes": 5},
      {"id": "e", "op": "elapsed", "calendar": "desk", "start": "yesterday"}],
     "invalid_calendars": [{"id": "x", "name": "n", "calendar": {"time_zone": "Mars/Phobos", "weekly": {}}}]}
    """

  @Test("one line per vector, in order, errors with their codes")
  func batch() throws {
    let lines = HoursCommand.batch(try JSON(parsing: Self.file))
    #expect(lines.map { $0["id"]?.string } == ["a", "b", "c", "d", "e", "x"])
    #expect(lines[0].description == #"{"id":"a","seconds":3600}"#)
    #expect(lines[1].description == #"{"id":"b","due":"2026-03-23T02:00:00Z"}"#)
    #expect(lines[2].description == #"{"id":"c","never":true}"#)
    #expect(lines[3]["error"]?.string == "E_FORMAT")
    #expect(lines[4]["error"]?.string == "E_VECTOR")
    #expect(lines[5]["error"]?.string == "E_ZONE")
  }

  @Test("the week is drawn under a scale, with its closed day named, in both languages")
  func week() throws {
    let desk = try HoursCommand.calendar("desk", in: try JSON(parsing: Self.file))
    let lines = HoursCommand.week(desk, around: at("2026-03-18T00:00:00Z"))
    #expect(lines.count == 8)
    #expect(lines[1].hasPrefix("mon 2026-03-16") && lines[1].hasSuffix("closed (Moving)"))
    let plain = HoursCommand.week(desk, around: at("2026-03-11T00:00:00Z"))
    #expect(plain[1].hasSuffix("09:00–18:00") && plain[1].contains("████"))
    // The hour stands over the mark where the desk opens.
    let opening = try #require(plain[1].firstIndex(of: "█")).utf16Offset(in: plain[1])
    let nine = try #require(plain[0].firstRange(of: "09")?.lowerBound).utf16Offset(in: plain[0])
    #expect(opening == nine, "\(plain[0])\n\(plain[1])")
    let chinese = HoursCommand.week(desk, around: at("2026-03-18T00:00:00Z"), language: "zh")
    #expect(chinese[1].hasPrefix("周一 2026-03-16") && chinese[1].hasSuffix("休息（Moving）"))
  }

  @Test("hours that the clock skips or shows twice are marked and told, open or not")
  func shifts() throws {
    let file = """
      {"calendars": {
        "always": {"time_zone": "America/New_York", "weekly": {"sun": [["00:00", "24:00"]]}},
        "never": {"time_zone": "America/New_York", "weekly": {"sun": [["09:00", "17:00"]]}},
        "half": {"time_zone": "Australia/Lord_Howe", "weekly": {"sun": [["00:00", "24:00"]]}}}}
      """
    func sunday(_ name: String, _ time: String, language: String = "en") throws -> String {
      let calendar = try HoursCommand.calendar(name, in: try JSON(parsing: file))
      return HoursCommand.week(calendar, around: at(time), language: language)[7]
    }
    let spring = try sunday("always", "2026-03-08T12:00:00Z")
    #expect(spring.contains("  ████××██") && spring.hasSuffix("; × 02:00–03:00 is skipped by the clock"), "\(spring)")
    let autumn = try sunday("always", "2026-11-01T12:00:00Z", language: "zh")
    #expect(autumn.contains("  ██▓▓██") && autumn.hasSuffix("；▓ 01:00–02:00 出现两次"), "\(autumn)")
    let closed = try sunday("never", "2026-11-01T12:00:00Z")
    #expect(closed.contains("  ··::··") && closed.hasSuffix("; : 01:00–02:00 comes twice"), "\(closed)")
    let half = try sunday("half", "2026-10-04T05:00:00Z")
    #expect(half.contains("  ████×██") && half.contains("02:00–02:30"), "\(half)")
    #expect(try !sunday("always", "2026-06-07T12:00:00Z").contains("×"))
  }

  @Test("shapes that are no calendar are refused, whatever they are")
  func shapes() throws {
    let bad = [
      "[]", "{}", #"{"time_zone": 8}"#, #"{"time_zone": "UTC", "weekly": []}"#,
      #"{"time_zone": "UTC", "weekly": {"mon": "9-18"}}"#,
      #"{"time_zone": "UTC", "weekly": {"mon": [["09:00"]]}}"#, #"{"time_zone": "UTC", "holidays": [{}]}"#,
      #"{"time_zone": "UTC", "exceptions": [{"date": "2026-01-01"}]}"#,
    ]
    for text in bad {
      let json = try JSON(parsing: text)
      #expect(throws: CalendarProblem.self, "\(text)") { try CalendarDefinition(name: "n", json: json) }
    }
  }
}
