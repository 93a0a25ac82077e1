import Routing

/// A calendar on its way: its definition, and where each part of it was written. The calendar's own check stops at the
/// first problem; here the part at fault is taken out and the check starts over, so that all are told.
struct CalendarDraft {
  private var definition: CalendarDefinition
  private let mark: Mark
  /// Path in the definition (`time_zone`, `weekly.mon`) → place.
  var marks: [String: Mark] = [:]
  private var dayMarks: [String: [Mark]] = [:]
  private var holidayMarks: [Mark] = []
  private var exceptionMarks: [Mark] = []

  init(_ definition: CalendarDefinition, _ mark: Mark) { (self.definition, self.mark) = (definition, mark) }

  mutating func setDay(_ day: String, _ intervals: [Located<CalendarDefinition.Interval>], _ mark: Mark) {
    definition.weekly[day] = intervals.map(\.value)
    dayMarks[day] = intervals.map(\.mark)
    marks["weekly.\(day)"] = mark
  }

  /// What the plain week says of a weekday.
  func hours(of day: String) -> [CalendarDefinition.Interval] { definition.weekly[day] ?? [] }

  /// A holiday file for the year was named.
  mutating func addYear(_ year: Int) { definition.holidayYears.append(year) }

  mutating func add(_ holiday: CalendarDefinition.Holiday, _ mark: Mark) {
    definition.holidays.append(holiday)
    holidayMarks.append(mark)
  }

  mutating func add(_ exception: CalendarDefinition.Exception, _ mark: Mark) {
    definition.exceptions.append(exception)
    exceptionMarks.append(mark)
  }

  /// The calendar, without the parts complained of.
  mutating func calendar(complainingTo file: SourceFile, zone: String?) -> BusinessCalendar? {
    for _ in 0..<1000 {
      do {
        return try BusinessCalendar(definition)
      } catch {
        let hint =
          error.code == .zone
          ? zone.flatMap { nearestWord(to: $0, among: commonZones) }.map { "did you mean `\($0)`?" } : nil
        let place = remove(error.path)
        file.complain(.said(path: "\(definition.name).\(error.path)", words: error.detail, hint: hint), at: place)
        if place == nil { return nil }
      }
    }
    return nil
  }

  /// Takes out what `path` names and says where it was written; `nil` = nothing was taken out.
  private mutating func remove(_ path: String) -> Mark? {
    if path == "time_zone" {
      definition.timeZone = "UTC"
      return marks[path] ?? mark
    }
    let parts = path.split(separator: ".").map(String.init)
    guard let last = parts.first == "weekly" ? parts.dropFirst().first : parts.first else { return nil }
    let (name, index) = indexed(last)
    switch (parts.first, index) {
    case ("weekly", let index?) where dayMarks[name]?.indices.contains(index) == true:
      definition.weekly[name]?.remove(at: index)
      return dayMarks[name]?.remove(at: index)
    case ("weekly", _) where definition.weekly[name] != nil:
      // An overlap may come from the tail of the day before: drop both, having said which day it shows on.
      definition.weekly[name] = nil
      return marks["weekly.\(name)"] ?? mark
    case (_, let index?) where name == "holidays" && holidayMarks.indices.contains(index):
      definition.holidays.remove(at: index)
      return holidayMarks.remove(at: index)
    case (_, let index?) where name == "exceptions" && exceptionMarks.indices.contains(index):
      definition.exceptions.remove(at: index)
      return exceptionMarks.remove(at: index)
    default: return nil
    }
  }

  /// `mon[1]` → (`mon`, 1).
  private func indexed(_ text: String) -> (String, Int?) {
    let halves = text.split(separator: "[", maxSplits: 1)
    guard halves.count == 2 else { return (text, nil) }
    return (String(halves[0]), Int(halves[1].prefix { $0 != "]" }))
  }
}

/// For `did you mean`; any zone of the time zone data may be used.
private let commonZones = [
  "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul", "Asia/Kolkata",
  "Asia/Dubai",
  "Asia/Bangkok", "Asia/Jakarta", "Asia/Kuala_Lumpur", "Asia/Manila", "Australia/Sydney", "Pacific/Auckland", "UTC",
  "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Moscow", "Africa/Lagos",
  "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
  "America/Sao_Paulo",
]
