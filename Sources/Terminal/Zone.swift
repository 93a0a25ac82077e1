package import Conversations

/// Wall-clock time somewhere: an offset from UTC that may change over the year. The rules come from outside.
package struct Zone: Sendable {
  /// Seconds to add to UTC at an instant.
  package let secondsEastOfUTC: @Sendable (Instant) -> Int
  package init(secondsEastOfUTC: @escaping @Sendable (Instant) -> Int) { self.secondsEastOfUTC = secondsEastOfUTC }

  /// Universal time, all year.
  package static let utc = Zone { _ in 0 }

  /// What calendar and clock on the wall show; `second` counts from midnight.
  package func wall(_ instant: Instant) -> (date: CivilDate, second: Int) {
    let local = instant.seconds + Int64(secondsEastOfUTC(instant))
    let days = local.flooredDivision(by: 86_400)
    return (CivilDate(daysSinceEpoch: days), Int(local - days * 86_400))
  }

  /// When the wall shows this: the first time if it does so twice (clocks go back), and as much after the gap as the
  /// time lies in it if it never does (clocks go forward).
  package func instant(_ date: CivilDate, second: Int) -> Instant {
    let local = Instant(seconds: date.daysSinceEpoch * 86_400 + Int64(second))
    let before = secondsEastOfUTC(local.adding(seconds: -86_400))
    let after = secondsEastOfUTC(local.adding(seconds: 86_400))
    for offset in [before, after] where secondsEastOfUTC(local.adding(seconds: -Int64(offset))) == offset {
      return local.adding(seconds: -Int64(offset))
    }
    return local.adding(seconds: -Int64(before))
  }

  /// `14:05` today, `03-09 14:05` this year, `2025-03-09 14:05` else.
  package func short(_ instant: Instant, now: Instant) -> String {
    let (date, second) = wall(instant)
    let today = wall(now).date
    let clock = "\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2))"
    if date == today { return clock }
    let day = date.year == today.year ? "\(padded(date.month, to: 2))-\(padded(date.day, to: 2))" : "\(date)"
    return "\(day) \(clock)"
  }
}
