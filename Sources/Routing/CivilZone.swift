package import Conversations

/// A time zone of the IANA data base: wall clock ↔ instant, exact to the second, skipped and repeated hours included.
package struct CivilZone: Sendable, Hashable, CustomStringConvertible {
  /// IANA id, e.g. `Asia/Shanghai`.
  package let identifier: String
  let transitions: ZoneTransitions

  /// `nil` = the machine's time zone data has no such zone.
  package init?(_ identifier: String) {
    guard let transitions = TimeZoneData.transitions(of: identifier) else { return nil }
    (self.identifier, self.transitions) = (identifier, transitions)
  }

  /// The version of the time zone data in use, e.g. `2025b`: for `doctor` and for reports.
  package static var dataVersion: String { TimeZoneData.version }

  package var description: String { identifier }
  package static func == (left: Self, right: Self) -> Bool { left.identifier == right.identifier }
  package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

  /// What the clock on the wall shows.
  package struct WallClock: Sendable, Hashable {
    package var date: CivilDate
    /// 0…86,399.
    package var secondOfDay: Int
    /// Seconds east of UTC.
    package var offset: Int

    /// `2026-03-09T09:00:00+08:00` (RFC 3339).
    package var rfc3339: String {
      let minutes = abs(offset) / 60
      let zone = "\(offset < 0 ? "-" : "+")\(padded(minutes / 60, to: 2)):\(padded(minutes % 60, to: 2))"
      return "\(date)T\(time):\(padded(secondOfDay % 60, to: 2))\(zone)"
    }

    /// `09:00`.
    package var time: String { "\(padded(secondOfDay / 3600, to: 2)):\(padded(secondOfDay / 60 % 60, to: 2))" }
  }

  package func wallClock(of instant: Instant) -> WallClock {
    let offset = transitions.offsets[transitions.segment(at: instant.seconds)]
    let wall = CivilZone.clamped(instant.seconds) + offset
    let days = wall.flooredDivision(by: 86_400)
    return WallClock(
      date: CivilDate(daysSinceEpoch: days), secondOfDay: Int(wall - days * 86_400), offset: Int(offset))
  }

  /// The first instant at which the wall shows `secondOfDay` of `date` or later: a skipped time becomes the end of the
  /// gap, a repeated one its first turn. `secondOfDay` may be 86,400 (`24:00`).
  package func instant(of date: CivilDate, secondOfDay: Int = 0) -> Instant {
    Instant(seconds: firstSecond(wall: date.daysSinceEpoch * 86_400 + Int64(secondOfDay)))
  }

  /// The first instant of a day, which need not be 00:00 on the wall.
  package func startOfDay(_ date: CivilDate) -> Instant { instant(of: date) }

  /// Offsets lie within ±26 h (RFC 8536 §3.2 recommends −25…26), so only segments that near can hold the answer.
  private func firstSecond(wall: Int64) -> Int64 {
    var index = transitions.segment(at: wall - 93_600)
    while index + 1 < transitions.count {
      let candidate = max(transitions.starts[index], wall - transitions.offsets[index])
      if candidate < transitions.end(of: index) { return candidate }
      index += 1
    }
    return max(transitions.starts[index], wall - transitions.offsets[index])
  }

  /// Keeps sums with offsets from overflowing: ± 200,000 years around the epoch.
  static func clamped(_ seconds: Int64) -> Int64 { min(max(seconds, -6_311_433_600_000), 6_311_433_600_000) }
}
