package import Conversations

/// Checked opening hours in one time zone, and the arithmetic of business time (METRICS §1, rules R1–R7).
///
/// An instant is business time when the wall clock in the zone lies in a half-open interval of its civil day; the day's
/// intervals are its exception's, else none on a holiday, else the weekday's. Instants finer than a second are floored.
/// No call takes longer for a longer stretch than the clock changes in it do.
package struct BusinessCalendar: Sendable {
  package let definition: CalendarDefinition
  package let zone: CivilZone
  /// 12 hex digits that change whenever the hours, names or zone do; stored with every value computed.
  package let version: String
  let wall: WallHours

  /// Nothing is looked for further ahead than this: ten years (R7).
  package static let horizonSeconds: Int64 = 3653 * 86_400

  /// Throws the first thing wrong with the definition.
  package init(_ definition: CalendarDefinition) throws(CalendarProblem) {
    let reader = CalendarReader(definition)
    (zone, wall) = (try reader.zone(), try reader.hours())
    (self.definition, version) = (definition, reader.version)
  }

  /// No hours at all: every due date would be `never`. An error where a service target counts in this calendar.
  package var neverOpens: Bool { wall.isEmpty }

  package func isOpen(at instant: Instant) -> Bool {
    let seconds = CivilZone.clamped(instant.seconds)
    return wall.isOpen(seconds + zone.transitions.offsets[zone.transitions.segment(at: seconds)])
  }

  /// Business seconds in `[from, to)`; 0 when `to` ≤ `from` (R4).
  package func elapsed(from: Instant, to: Instant) -> Int64 {
    var (second, end) = (CivilZone.clamped(from.seconds), CivilZone.clamped(to.seconds))
    var (sum, index) = (Int64(0), zone.transitions.segment(at: second))
    while second < end {
      let stop = min(end, zone.transitions.end(of: index))
      let offset = zone.transitions.offsets[index]
      sum += wall.open(before: stop + offset) - wall.open(before: second + offset)
      (second, index) = (stop, index + 1)
    }
    return sum
  }

  /// The earliest instant by which `seconds` of business time have passed since `from` (R5): possibly a closing instant,
  /// `from` itself for 0 or less. `nil` = not within ten years (R7).
  package func due(from: Instant, seconds: Int64) -> Instant? {
    guard seconds > 0 else { return Instant(seconds: from.seconds) }
    return reach(seconds, of: .open, from: from)
  }

  /// The earliest business instant at or after `instant` (R6); `nil` = never.
  package func nextOpen(at instant: Instant) -> Instant? {
    reach(1, of: .open, from: instant).map { $0.adding(seconds: -1) }
  }

  /// When it closes if it is open now, when it opens if it is closed; `nil` = never.
  package func nextChange(at instant: Instant) -> Instant? {
    let wanted: Kind = isOpen(at: instant) ? .closed : .open
    return reach(1, of: wanted, from: instant).map { $0.adding(seconds: -1) }
  }

  /// The name of the holiday or exception that closes this moment; `nil` when it is open or merely outside hours, as on
  /// the evening of a make-up working day.
  package func closedReason(at instant: Instant) -> String? {
    let moment = wallClock(of: instant)
    let day = moment.date.daysSinceEpoch
    guard !isOpen(at: instant), let special = wall.special(on: day) else { return nil }
    let closes = special.hours.intervals.isEmpty || wall.plainHours(on: day).contains(Int64(moment.secondOfDay))
    return closes ? special.name : nil
  }

  /// The name of the day, open or not: holiday or exception.
  package func name(of date: CivilDate) -> String? { wall.special(on: date.daysSinceEpoch)?.name }

  /// The open intervals of a day on its wall clock, in seconds after midnight.
  package func intervals(on date: CivilDate) -> [Range<Int64>] { wall.hours(on: date.daysSinceEpoch).intervals }

  /// One stretch of business time.
  package struct Piece: Sendable, Hashable {
    package var start: Instant
    /// Not included.
    package var end: Instant
    package var seconds: Int64 { end.seconds - start.seconds }
  }

  /// The stretches of business time in `[from, to)`, oldest first, at most `limit` of them.
  package func pieces(from: Instant, to: Instant, limit: Int = 1000) -> [Piece] {
    var (pieces, cursor) = ([Piece](), Instant(seconds: from.seconds))
    let end = Instant(seconds: to.seconds)
    while pieces.count < limit, let start = nextOpen(at: cursor), start < end {
      let stop = min(nextChange(at: start) ?? end, end)
      pieces.append(Piece(start: start, end: stop))
      cursor = stop
    }
    return pieces
  }

  /// What the clock on the wall in the calendar's zone shows.
  package func wallClock(of instant: Instant) -> CivilZone.WallClock { zone.wallClock(of: instant) }

  /// The first instant of a civil day in the calendar's zone.
  package func startOfDay(_ date: CivilDate) -> Instant { zone.startOfDay(date) }

  /// The last day for which holidays are written down: 31 December of the last year that a holiday file is for, or, without
  /// such files, that has a holiday. Due dates after it are provisional. `nil` = the definition names no holidays at all.
  package var holidaysKnownThrough: CivilDate? {
    // One day of the company's own in the coming year does not make its public holidays known.
    let years =
      definition.holidayYears.isEmpty
      ? definition.holidays.compactMap { CivilDate($0.date)?.year } : definition.holidayYears
    return years.max().flatMap { CivilDate(year: $0, month: 12, day: 31) }
  }

  /// The days with a name that touch `[from, to)`, oldest first, at most `limit`: for `explain`.
  package func namedDays(from: Instant, to: Instant, limit: Int = 100) -> [(date: CivilDate, name: String)] {
    let (first, last) = (wallClock(of: from).date, wallClock(of: to).date)
    let days = wall.specials.lazy.filter { $0.day >= first.daysSinceEpoch && $0.day <= last.daysSinceEpoch }
    return days.compactMap { special in special.name.map { (CivilDate(daysSinceEpoch: special.day), $0) } }
      .prefix(limit).map { $0 }
  }

  private enum Kind { case open, closed }

  /// The earliest instant `t` with `seconds` of that kind in `[from, t)`, at most ten years on.
  private func reach(_ seconds: Int64, of kind: Kind, from: Instant) -> Instant? {
    var second = CivilZone.clamped(from.seconds)
    let horizon = second + Self.horizonSeconds
    var (missing, index) = (seconds, zone.transitions.segment(at: second))
    while second < horizon {
      let stop = min(horizon, zone.transitions.end(of: index))
      let offset = zone.transitions.offsets[index]
      let have = count(kind, before: stop + offset) - count(kind, before: second + offset)
      if have >= missing {
        return Instant(seconds: first(kind, missing, from: second + offset, to: stop + offset) - offset)
      }
      (missing, second, index) = (missing - have, stop, index + 1)
    }
    return nil
  }

  /// The first wall second by which `seconds` of that kind have passed since `start`; they have by `end`.
  private func first(_ kind: Kind, _ seconds: Int64, from start: Int64, to end: Int64) -> Int64 {
    let goal = count(kind, before: start) + seconds
    var (low, high, step) = (start, end, max(seconds, 86_400))
    // It is near, as a rule.
    while step < high - low {
      if count(kind, before: low + step) >= goal {
        high = low + step
      } else {
        (low, step) = (low + step, step * 2)
      }
    }
    while low < high {
      let middle = low + (high - low) / 2
      if count(kind, before: middle) >= goal { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func count(_ kind: Kind, before second: Int64) -> Int64 {
    let open = wall.open(before: second)
    return kind == .open ? open : second - open
  }
}
