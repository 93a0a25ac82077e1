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

  @Test("the week is drawn with its closed day named")
  func week() throws {
    let desk = try HoursCommand.calendar("desk", in: try JSON(parsing: Self.file))
    let lines = HoursCommand.week(desk, around: at("2026-03-18T00:00:00Z"))
    #expect(lines.count == 7)
    #expect(lines[0].hasPrefix("mon 2026-03-16") && lines[0].hasSuffix("closed (Moving)"))
    let plain = HoursCommand.week(desk, around: at("2026-03-11T00:00:00Z"))
    #expect(plain[0].hasSuffix("09:00–18:00") && plain[0].contains("████"))
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
