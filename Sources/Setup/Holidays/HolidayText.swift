import Conversations

extension HolidayImport {
  /// The days of a year as a file for `channels/routing/holidays/`, to be read by a person before it counts.
  ///
  /// - Parameters:
  ///   - country: ISO 3166-1.
  ///   - year: whose days.
  ///   - source: the page or file that says so.
  /// - Returns: YAML; `nil` when there is no day.
  package func text(country: String, year: Int, source: String) -> String? {
    let days = days.filter { $0.date.year == year }
    guard !days.isEmpty else { return nil }
    var lines = [
      "# Imported from an iCalendar file. Look it through, then name it under `holiday_files` in hours.yaml.",
      "country: \(country)", "year: \(year)", "source: \(Self.quoted(source))",
    ]
    let free = days.filter { !$0.isWorked }
    if !free.isEmpty { lines.append("holidays:") }
    for run in Self.runs(free) {
      let span = run.count == 1 ? "date: \(run[0].date)" : "from: \(run[0].date), to: \(run[run.count - 1].date)"
      lines.append("  - {\(span)\(Self.naming(run[0]))}")
    }
    let worked = days.filter(\.isWorked)
    if !worked.isEmpty { lines.append("workdays:                      # with the hours of the weekday after `as`") }
    for day in worked { lines.append("  - {date: \(day.date), as: fri\(Self.naming(day))}") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Neighbouring days of one name.
  private static func runs(_ days: [Day]) -> [[Day]] {
    days.reduce(into: [[Day]]()) { runs, day in
      if let last = runs.last?.last, last.name == day.name, last.date.adding(days: 1) == day.date,
        runs[runs.count - 1].count < HoursFile.rangeDaysMax
      {
        runs[runs.count - 1].append(day)
      } else {
        runs.append([day])
      }
    }
  }

  private static func naming(_ day: Day) -> String { day.name.isEmpty ? "" : ", name: \(quoted(day.name))" }

  /// JSON's strings are YAML's too (YAML 1.2.2 §5.7).
  private static func quoted(_ text: String) -> String { JSON.string(text).description }
}
