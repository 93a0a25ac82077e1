package import Conversations

/// Spans and moments in words: `12 min`, `due in 3 h`, `overdue 20 min`; or as the clock on the wall shows them.
package struct TimeWords: Sendable {
  package let speech: Speech
  package let zone: Zone
  package let now: Instant
  /// Moments as date and time, not as distance.
  package let absolute: Bool

  package init(_ speech: Speech, zone: Zone, now: Instant, absolute: Bool = false) {
    (self.speech, self.zone, self.now, self.absolute) = (speech, zone, now, absolute)
  }

  /// A length of time in its largest fitting unit, rounded down: seconds under a minute, minutes under two hours, hours
  /// under two days, then days. A negative one counts as none.
  package func span(seconds: Int64) -> String {
    switch max(0, seconds) {
    case let few where few < 60: speech(.seconds, String(few))
    case let some where some < 7_200: speech(.minutes, String(some / 60))
    case let many where many < 172_800: speech(.hours, String(many / 3_600))
    case let most: speech(.days, String(most / 86_400))
    }
  }

  /// When something was: `12 min ago`.
  package func past(_ instant: Instant) -> String {
    if absolute { return zone.short(instant, now: now) }
    let seconds = now.seconds(since: instant)
    return seconds < 60 ? speech(.justNow) : speech(.ago, span(seconds: seconds))
  }

  /// When something must be done.
  package func due(_ instant: Instant) -> (text: String, style: Style) {
    let left = instant.seconds(since: now)
    let style: Style = left < 0 ? .red : left < 1_800 ? .yellow : .plain
    if absolute {
      let time = zone.short(instant, now: now)
      return (speech(left < 0 ? .overdueSince : .dueAt, time), style)
    }
    return (speech(left < 0 ? .overdue : .dueIn, span(seconds: abs(left))), style)
  }
}
