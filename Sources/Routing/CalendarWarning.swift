package import Conversations

/// Something in opening hours that is allowed and perhaps not meant.
package struct CalendarWarning: Sendable, Hashable, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    /// A holiday or exception cuts a shift that runs over midnight (R3).
    case holidaySplitsShift = "W_HOLIDAY_SPLITS_SHIFT"
    /// No hours at all.
    case noHours = "W_NO_HOURS"
    /// Holidays are written down, but none for the coming year: due dates in it are provisional.
    case holidaysEnd = "W_HOLIDAYS_END"
  }
  package var code: Code
  package var detail: String
  package var description: String { "\(code.rawValue): \(detail)" }
}

extension BusinessCalendar {
  /// What is worth a look in the hours, as of `now`.
  package func warnings(now: Instant) -> [CalendarWarning] {
    var warnings: [CalendarWarning] = []
    if neverOpens { warnings.append(CalendarWarning(code: .noHours, detail: "no opening hours at all")) }
    if let known = holidaysKnownThrough, known.year <= wallClock(of: now).date.year {
      let detail = "no holidays after \(known.year): due dates from \(known.year + 1) on are provisional"
      warnings.append(CalendarWarning(code: .holidaysEnd, detail: detail))
    }
    return warnings + wall.specials.compactMap(splitShift)
  }

  private func splitShift(_ special: WallHours.SpecialDay) -> CalendarWarning? {
    let date = CivilDate(daysSinceEpoch: special.day)
    let evening = CalendarReader.weekdays[date.adding(days: -1).weekday - 1]
    let shift = (definition.weekly[evening] ?? []).first { $0.to < $0.from && $0.to > "00:00" }
    guard let shift, special.hours.intervals.first?.lowerBound != 0 else { return nil }
    let name = special.name.map { " (\($0))" } ?? ""
    return CalendarWarning(
      code: .holidaySplitsShift,
      detail: "\(date)\(name) ends the shift \(shift.from)–\(shift.to) of the evening before at midnight")
  }
}
