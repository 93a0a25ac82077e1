import Conversations

/// Turns a definition's texts into hours, or says what is wrong with them.
struct CalendarReader {
  static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private let definition: CalendarDefinition

  init(_ definition: CalendarDefinition) { self.definition = definition }

  func zone() throws(CalendarProblem) -> CivilZone {
    guard let zone = CivilZone(definition.timeZone) else {
      throw CalendarProblem(
        .zone, at: "time_zone", "`\(definition.timeZone)` is no IANA time zone such as `Asia/Shanghai`")
    }
    return zone
  }

  func hours() throws(CalendarProblem) -> WallHours {
    let week = try week()
    var specials: [Int64: WallHours.SpecialDay] = [:]
    for (index, holiday) in definition.holidays.enumerated() {
      let day = try day(holiday.date, at: "holidays[\(index)]")
      specials[day] = WallHours.SpecialDay(day: day, hours: .closed, name: holiday.name)
    }
    var seen: Set<Int64> = []
    for (index, exception) in definition.exceptions.enumerated() {
      let path = "exceptions[\(index)]"
      let day = try day(exception.date, at: path)
      guard seen.insert(day).inserted else {
        throw CalendarProblem(.duplicate, at: path, "\(exception.date) has an exception already")
      }
      var ranges: [Range<Int64>] = []
      for (place, interval) in exception.intervals.enumerated() {
        let (from, to) = try times(interval, at: "\(path).intervals[\(place)]")
        // R3: only weekly hours run over midnight.
        guard from < to else { throw empty(interval, at: "\(path).intervals[\(place)]") }
        ranges.append(from..<to)
      }
      guard let hours = DayHours(ranges) else { throw overlap(at: "\(path).intervals") }
      specials[day] = WallHours.SpecialDay(day: day, hours: hours, name: exception.name ?? specials[day]?.name)
    }
    return WallHours(week: week, specials: Array(specials.values))
  }

  /// R3: what runs over midnight is cut there.
  private func week() throws(CalendarProblem) -> [DayHours] {
    for key in definition.weekly.keys.sorted() where !Self.weekdays.contains(key) {
      throw CalendarProblem(.weekday, at: "weekly.\(key)", "days are \(Self.weekdays.joined(separator: ", "))")
    }
    var ranges = [[Range<Int64>]](repeating: [], count: 7)
    for (index, key) in Self.weekdays.enumerated() {
      for (place, interval) in (definition.weekly[key] ?? []).enumerated() {
        let path = "weekly.\(key)[\(place)]"
        let (from, to) = try times(interval, at: path)
        guard from != to else { throw empty(interval, at: path) }
        ranges[index].append(from..<(from < to ? to : 86_400))
        if to < from, to > 0 { ranges[(index + 1) % 7].append(0..<to) }
      }
    }
    var week: [DayHours] = []
    for (index, day) in ranges.enumerated() {
      guard let hours = DayHours(day) else { throw overlap(at: "weekly.\(Self.weekdays[index])") }
      week.append(hours)
    }
    return week
  }

  private func times(_ interval: CalendarDefinition.Interval, at path: String) throws(CalendarProblem) -> (Int64, Int64)
  {
    guard let from = Self.seconds(interval.from), from < 86_400 else { throw time(interval.from, at: path) }
    guard let to = Self.seconds(interval.to) else { throw time(interval.to, at: path) }
    return (from, to)
  }

  /// `HH:MM` in seconds after midnight, up to `24:00`.
  static func seconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
      [0, 1, 3, 4].allSatisfy({ (48...57).contains(bytes[$0]) })
    else { return nil }
    let digits = bytes.map { Int64($0) - 48 }
    let (hour, minute) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
    guard minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
    return hour * 3600 + minute * 60
  }

  private func day(_ text: String, at path: String) throws(CalendarProblem) -> Int64 {
    guard let date = CivilDate(text) else {
      throw CalendarProblem(.date, at: "\(path).date", "`\(text)` is no day; write `2026-10-01`")
    }
    return date.daysSinceEpoch
  }

  private func time(_ text: String, at path: String) -> CalendarProblem {
    CalendarProblem(.time, at: path, "`\(text)` is no time of day; write `09:00`, at most `24:00` as an end")
  }

  private func empty(_ interval: CalendarDefinition.Interval, at path: String) -> CalendarProblem {
    CalendarProblem(.emptyInterval, at: path, "\(interval.from)–\(interval.to) holds no moment of its day")
  }

  private func overlap(at path: String) -> CalendarProblem {
    CalendarProblem(.overlap, at: path, "two intervals share a moment (hours past midnight count on the next day)")
  }

  /// Over everything that can change an answer or an explanation, in an order of its own.
  var version: String {
    var print = Fingerprint()
    print.add(definition.timeZone)
    for key in definition.weekly.keys.sorted() {
      print.add(key)
      add(definition.weekly[key] ?? [], to: &print)
    }
    for holiday in definition.holidays.sorted(by: { $0.date < $1.date }) {
      print.add("holiday " + holiday.date)
      print.add(holiday.name)
    }
    for exception in definition.exceptions.sorted(by: { $0.date < $1.date }) {
      print.add("exception " + exception.date)
      print.add(exception.name)
      add(exception.intervals, to: &print)
    }
    return String(print.hex.prefix(12))
  }

  private func add(_ intervals: [CalendarDefinition.Interval], to print: inout Fingerprint) {
    for interval in intervals.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
      print.add("\(interval.from)-\(interval.to)")
    }
  }
}
