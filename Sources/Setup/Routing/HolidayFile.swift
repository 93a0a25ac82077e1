import Conversations
import Routing

/// Reads `channels/routing/holidays/<name>.yaml`: one country's holidays of one year, with the page they were taken from.
struct HolidayFile {
  let file: SourceFile

  struct Days {
    var year: Int
    var holidays: [CalendarDefinition.Holiday] = []
    /// Worked although the week says otherwise, with the hours of `weekday`.
    var workdays: [(date: String, weekday: String, name: String?)] = []
  }

  func read(_ root: YAMLNode) -> Days? {
    guard let map = MapReader(root, at: "", of: file) else { return nil }
    _ = map.text("country", required: "ISO 3166-1, such as CN")
    _ = map.text("source", required: "the page or law that says so")
    let year = map.integer("year", in: 1970...2500)
    if year == nil, map.markOf("year") == nil {
      file.complain(.missingKey("year", help: "the year, such as 2026"), at: map.mark)
    }
    var days = Days(year: year?.value ?? 0)
    let reader = HoursFile(file: file)
    for node in map.nodes("holidays") {
      for holiday in reader.holidays(node) {
        check(holiday.value.date, year?.value, holiday.mark)
        days.holidays.append(holiday.value)
      }
    }
    for entry in map.maps("workdays") {
      let date = entry.text("date", required: "the day, such as 2026-10-10")
      let weekday = entry.choice("as", Weekday.self)?.value ?? .fri
      let name = reader.name(entry)
      entry.finish()
      guard let date else { continue }
      check(date.value, year?.value, date.mark)
      days.workdays.append((date.value, weekday.rawValue, name))
    }
    map.finish()
    return year == nil ? nil : days
  }

  private enum Weekday: String, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }

  /// A slip of the year would close or open a day that nobody looks at.
  private func check(_ date: String, _ year: Int?, _ mark: Mark) {
    guard let year, let day = CivilDate(date), day.year != year else { return }
    file.complain(.badValue(path: "date", read: date, wanted: "a day of \(year)"), at: mark)
  }
}
