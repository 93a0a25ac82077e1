package import Conversations

extension ReportSchedule {
  /// More days than this are not gone through in one call: a schedule is caught up in several.
  private static let daysMax: Int64 = 3700

  /// The runs that fell due in `(after, now]`, oldest first, at most `limit`: missed ones included, each period once
  /// whatever the clocks did. Call again after the last one's `fireAt` for the rest.
  package func duePeriods(after: Instant, upTo now: Instant, limit: Int = 31) -> [ReportPeriod] {
    guard after < now else { return [] }
    var (periods, keys) = ([ReportPeriod](), Set<String>())
    // The day before: its last run may have been pushed over midnight by a skipped hour.
    let first = zone.wallClock(of: after).date.daysSinceEpoch - 1
    let last = min(zone.wallClock(of: now).date.daysSinceEpoch + 1, first + Self.daysMax)
    for day in stride(from: first, through: max(first, last), by: 1) {
      let date = CivilDate(daysSinceEpoch: day)
      for second in times(on: date) {
        let fireAt = zone.instant(of: date, secondOfDay: second)
        let run = reportPeriod(firingOn: date, at: fireAt)
        // A day that the zone left out has no report. A cron schedule may name several times within one period: the first one makes the report.
        guard run.start < run.end, !keys.contains(run.key), isFirst(run, second: second, on: date) else { continue }
        keys.insert(run.key)
        if fireAt > after, fireAt <= now { periods.append(run) }
        if periods.count == limit { return periods }
      }
    }
    return periods
  }

  /// The next run after `instant`; `nil` when none comes within ten years (30 February).
  package func next(after instant: Instant) -> ReportPeriod? {
    duePeriods(after: instant, upTo: instant.adding(seconds: Self.daysMax * 86_400), limit: 1).first
  }

  private func times(on date: CivilDate) -> [Int] {
    switch cadence {
    case .daily: [timeOfDay]
    case .weekly(let weekday): date.weekday == weekday ? [timeOfDay] : []
    case .monthly(let day):
      date.day == min(day, CivilDate.daysIn(month: date.month, year: date.year)) ? [timeOfDay] : []
    case .cron(let expression): expression.times(on: date)
    }
  }

  /// Whether no earlier run has the same period: the days before, back to the end of that period, are looked at.
  private func isFirst(_ run: ReportPeriod, second: Int, on date: CivilDate) -> Bool {
    if let earliest = times(on: date).first, earliest < second { return false }
    var day = zone.wallClock(of: run.end).date
    while day < date {
      if !times(on: day).isEmpty { return false }
      day = day.adding(days: 1)
    }
    return true
  }

  /// The last complete period before the day of the run.
  private func reportPeriod(firingOn date: CivilDate, at fireAt: Instant) -> ReportPeriod {
    let (start, end) = bounds(before: date)
    return ReportPeriod(
      report: name, key: key(of: start), start: zone.startOfDay(start), end: zone.startOfDay(end), fireAt: fireAt)
  }

  private func bounds(before date: CivilDate) -> (CivilDate, CivilDate) {
    switch period {
    case .day: return (date.adding(days: -1), date)
    case .week:
      let monday = date.adding(days: Int64(1 - date.weekday))
      return (monday.adding(days: -7), monday)
    case .month:
      let first = date.adding(days: Int64(1 - date.day))
      let previous = first.adding(days: -1)
      return (previous.adding(days: Int64(1 - previous.day)), first)
    }
  }

  private func key(of start: CivilDate) -> String {
    switch period {
    case .day: return start.description
    case .week:
      // ISO 8601: a week belongs to the year of its Thursday.
      let thursday = start.adding(days: Int64(4 - start.weekday))
      let newYear = thursday.daysSinceEpoch - (CivilDate(year: thursday.year, month: 1, day: 1)?.daysSinceEpoch ?? 0)
      return "\(padded(thursday.year, to: 4))-W\(padded(Int(newYear / 7) + 1, to: 2))"
    case .month: return "\(padded(start.year, to: 4))-\(padded(start.month, to: 2))"
    }
  }

  /// The period that `key` names, so that a past report can be made again; `nil` = not a key of this schedule.
  /// `fireAt` is its end: when it was made first is not known from the key.
  package func period(key: String) -> ReportPeriod? {
    guard let inside = day(inside: key) else { return nil }
    let probe: CivilDate
    switch period {
    case .day: probe = inside.adding(days: 1)
    case .week: probe = inside.adding(days: 7)
    case .month: probe = inside.adding(days: Int64(CivilDate.daysIn(month: inside.month, year: inside.year)))
    }
    let (start, end) = bounds(before: probe)
    guard self.key(of: start) == key else { return nil }
    let finish = zone.startOfDay(end)
    return ReportPeriod(report: name, key: key, start: zone.startOfDay(start), end: finish, fireAt: finish)
  }

  private func day(inside key: String) -> CivilDate? {
    switch period {
    case .day: return CivilDate(key)
    case .month: return CivilDate("\(key)-01")
    case .week:
      let parts = key.split(separator: "-W", omittingEmptySubsequences: false)
      // 4 January is always in week 1.
      guard parts.count == 2, let week = Int(parts[1]), let fourth = CivilDate("\(parts[0])-01-04"),
        (1...53).contains(week)
      else { return nil }
      return fourth.adding(days: Int64((week - 1) * 7))
    }
  }
}
