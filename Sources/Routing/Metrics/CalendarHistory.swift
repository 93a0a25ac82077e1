package import Conversations

/// One calendar as it was and is: each second is judged by the version that was valid at that second (METRICS §1), so a
/// changed file does not change the past.
package struct CalendarHistory: Sendable {
  package struct Version: Sendable {
    /// The first holds for all time before it as well.
    package var from: Instant
    package var calendar: BusinessCalendar
    package init(from: Instant, calendar: BusinessCalendar) { (self.from, self.calendar) = (from, calendar) }
  }

  private let versions: [Version]

  package init(_ calendar: BusinessCalendar) { versions = [Version(from: .epoch, calendar: calendar)] }

  /// `nil` for an empty list.
  package init?(_ versions: [Version]) {
    guard !versions.isEmpty else { return nil }
    self.versions = versions.sorted { $0.from < $1.from }
  }

  package func calendar(at instant: Instant) -> BusinessCalendar {
    (versions.last { $0.from <= instant } ?? versions[0]).calendar
  }

  /// Version of the hours that hold now.
  package var latestVersion: String { versions[versions.count - 1].calendar.version }

  /// Versions that judge any second of `[from, to]`, in their order.
  package func versions(from: Instant, to: Instant) -> [String] {
    let first = versions.lastIndex { $0.from <= from } ?? 0
    return versions[first...].filter { $0.from <= to || $0.from == versions[first].from }.map(\.calendar.version)
  }

  /// Business seconds in `[from, to)`.
  package func elapsed(from: Instant, to: Instant) -> Int64 {
    if versions.count == 1 { return versions[0].calendar.elapsed(from: from, to: to) }
    return pieces(from: from, to: to).reduce(0) { $0 + $1.calendar.elapsed(from: $1.start, to: $1.end) }
  }

  /// The earliest instant by which `seconds` of business time have passed since `from`; `nil` = never.
  package func due(from: Instant, seconds: Int64) -> Instant? {
    guard seconds > 0 else { return Instant(seconds: from.seconds) }
    if versions.count == 1 { return versions[0].calendar.due(from: from, seconds: seconds) }
    var missing = seconds
    for piece in pieces(from: from, to: Instant(microseconds: .max)) {
      let have = piece.isLast ? Int64.max : piece.calendar.elapsed(from: piece.start, to: piece.end)
      if have >= missing { return piece.calendar.due(from: piece.start, seconds: missing) }
      missing -= have
    }
    return nil
  }

  private struct Piece {
    var start: Instant
    var end: Instant
    var calendar: BusinessCalendar
    var isLast: Bool
  }

  private func pieces(from: Instant, to: Instant) -> [Piece] {
    let first = versions.lastIndex { $0.from <= from } ?? 0
    return versions.indices[first...].compactMap { index in
      let (start, isLast) = (index == first ? from : versions[index].from, index + 1 == versions.count)
      let end = isLast ? to : min(versions[index + 1].from, to)
      guard start < end else { return nil }
      return Piece(start: start, end: end, calendar: versions[index].calendar, isLast: isLast)
    }
  }
}
