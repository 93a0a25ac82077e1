package import Conversations

extension HoursCommand {
  /// The ISO week around `instant`: a scale of hours, then one line per day, each half hour of its wall clock a mark:
  /// `mon 2026-03-09  ····██████··  09:00–18:00`. What the clock skips or shows twice is marked and told.
  package static func week(_ calendar: BusinessCalendar, around instant: Instant, language: String = "en") -> [String] {
    let today = calendar.wallClock(of: instant).date
    let drawing = WeekDrawing(calendar: calendar, isChinese: language.hasPrefix("zh"))
    return [drawing.scale] + (0..<7).map { drawing.line(today.adding(days: Int64($0 + 1 - today.weekday))) }
  }
}

/// Opening hours drawn line by line.
private struct WeekDrawing {
  let calendar: BusinessCalendar
  let isChinese: Bool

  private static let days = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]

  /// Over the marks: as far in as the name of a day and its date are wide.
  var scale: String {
    let hours = stride(from: 0, through: 24, by: 3).map { padded($0, to: 2) }
    return String(repeating: " ", count: isChinese ? 17 : 16) + hours.joined(separator: "    ")
  }

  func line(_ date: CivilDate) -> String {
    let intervals = calendar.intervals(on: date)
    let shifts = calendar.zone.shifts(on: date)
    let marks = (0..<48).map { mark(Int64($0) * 1800..<Int64($0 + 1) * 1800, intervals, shifts) }.joined()
    let closed = isChinese ? "休息" : "closed"
    let hours = intervals.isEmpty ? closed : intervals.map(words).joined(separator: " ")
    let name = calendar.name(of: date).map { isChinese ? "（\($0)）" : " (\($0))" } ?? ""
    let day = isChinese ? Self.days[date.weekday - 1] : CalendarReader.weekdays[date.weekday - 1]
    return "\(day) \(date)  \(marks)  \(hours)\(name)"
      + shifts.map { shift in
        let first = shift.wall.lowerBound / 1800 * 1800
        return words(shift, mark(first..<first + 1800, intervals, shifts))
      }.joined()
  }

  private func mark(_ half: Range<Int64>, _ intervals: [Range<Int64>], _ shifts: [CivilZone.Shift]) -> String {
    let open = intervals.reduce(0) { $0 + $1.clamped(to: half).count }
    guard let shift = shifts.first(where: { $0.wall.overlaps(half) }) else {
      return open == 0 ? "·" : open == half.count ? "█" : "▌"
    }
    return shift.isSkipped ? "×" : open == 0 ? ":" : "▓"
  }

  private func words(_ shift: CivilZone.Shift, _ mark: String) -> String {
    if isChinese { return "；\(mark) \(words(shift.wall)) \(shift.isSkipped ? "被时钟跳过" : "出现两次")" }
    return "; \(mark) \(words(shift.wall)) \(shift.isSkipped ? "is skipped by the clock" : "comes twice")"
  }

  private func words(_ interval: Range<Int64>) -> String {
    "\(time(interval.lowerBound))–\(time(interval.upperBound))"
  }

  private func time(_ seconds: Int64) -> String {
    "\(padded(Int(seconds / 3600), to: 2)):\(padded(Int(seconds / 60 % 60), to: 2))"
  }
}

extension CivilZone {
  /// Wall-clock time of one day, in seconds after midnight, that the clock skips or shows twice.
  struct Shift {
    var wall: Range<Int64>
    var isSkipped: Bool
  }

  func shifts(on date: CivilDate) -> [Shift] {
    let midnight = date.daysSinceEpoch * 86_400
    let day: Range<Int64> = 0..<86_400
    // Offsets lie within ±26 h.
    var index = transitions.segment(at: midnight - 93_600) + 1
    var shifts: [Shift] = []
    while index < transitions.count, transitions.starts[index] < midnight + 180_000 {
      let before = transitions.starts[index] + transitions.offsets[index - 1] - midnight
      let after = transitions.starts[index] + transitions.offsets[index] - midnight
      let wall = (min(before, after)..<max(before, after)).clamped(to: day)
      if !wall.isEmpty { shifts.append(Shift(wall: wall, isSkipped: after > before)) }
      index += 1
    }
    return shifts
  }
}
