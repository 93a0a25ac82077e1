package import Conversations

/// Five fields as cron(5) has them: minute, hour, day of month, month, day of week. `*`, numbers, ranges, lists, steps,
/// English names of months and weekdays; Sunday is 0 or 7. If both day fields are restricted, either is enough.
package struct CronExpression: Sendable, Hashable, CustomStringConvertible {
  package let description: String
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let days: Set<Int>
  private let months: Set<Int>
  /// 0 = Sunday … 6.
  private let weekdays: Set<Int>
  private let eitherDay: Bool

  /// `nil` = not a cron expression.
  package init?(_ text: String) {
    let fields = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    guard fields.count == 5, let minutes = Self.set(fields[0], 0...59), let hours = Self.set(fields[1], 0...23),
      let days = Self.set(fields[2], 1...31), let months = Self.set(fields[3], 1...12, names: Self.monthNames),
      let weekdays = Self.set(fields[4], 0...7, names: Self.weekdayNames)
    else { return nil }
    (self.minutes, self.hours, self.days, self.months) = (minutes, hours, days, months)
    self.weekdays = Set(weekdays.map { $0 % 7 })
    eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    description = fields.joined(separator: " ")
  }

  /// Times of that day in seconds after midnight, ascending; empty when it is not one of its days.
  package func times(on date: CivilDate) -> [Int] {
    guard months.contains(date.month) else { return [] }
    let (day, weekday) = (days.contains(date.day), weekdays.contains(date.weekday % 7))
    guard eitherDay ? day || weekday : day && weekday else { return [] }
    return hours.sorted().flatMap { hour in minutes.sorted().map { hour * 3600 + $0 * 60 } }
  }

  /// Whether any day is one of its days: `0 9 31 2 *` has none. Dates fall on the same weekdays again after 28 years.
  package var everFires: Bool {
    let first: Int64 = 10_957  // 2000-01-01
    return (first..<first + 10_228).contains { !times(on: CivilDate(daysSinceEpoch: $0)).isEmpty }
  }

  private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  private static func set(_ field: String, _ range: ClosedRange<Int>, names: [String] = []) -> Set<Int>? {
    var values: Set<Int> = []
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "/", omittingEmptySubsequences: false)
      guard (1...2).contains(halves.count), let bounds = bounds(halves[0], range, names),
        let step = halves.count == 2 ? Int(halves[1]) : 1, step > 0
      else { return nil }
      // `5/15` means from 5 on, as most crons read it.
      let last = halves.count == 2 && bounds.count == 1 ? range.upperBound : bounds.upperBound
      values.formUnion(stride(from: bounds.lowerBound, through: last, by: step))
    }
    return values
  }

  private static func bounds(_ text: Substring, _ range: ClosedRange<Int>, _ names: [String]) -> ClosedRange<Int>? {
    if text == "*" { return range }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { value($0, range, names) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      return nil
    }
    return first...last
  }

  private static func value(_ text: Substring, _ range: ClosedRange<Int>, _ names: [String]) -> Int? {
    if let index = names.firstIndex(of: String(text)) { return index + range.lowerBound }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text), range.contains(value) else {
      return nil
    }
    return value
  }
}
