/// A point in time: whole microseconds since 1970-01-01T00:00:00Z (negative before), leap seconds not counted.
///
/// The store keeps instants as this integer; every function that needs the present takes it as an argument.
package struct Instant: Hashable, Comparable, Sendable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// Whole seconds since the epoch; saturates instead of overflowing.
  package init(seconds: Int64) {
    let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    microseconds = overflow ? (seconds < 0 ? .min : .max) : value
  }

  package static let epoch = Instant(microseconds: 0)

  /// Seconds since the epoch, rounded towards the past.
  package var seconds: Int64 { microseconds.flooredDivision(by: 1_000_000) }

  package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

  /// `seconds` later (earlier if negative); saturates.
  package func adding(seconds: Int64) -> Instant { adding(microseconds: Instant(seconds: seconds).microseconds) }

  package func adding(microseconds delta: Int64) -> Instant {
    let (value, overflow) = microseconds.addingReportingOverflow(delta)
    return Instant(microseconds: overflow ? (delta < 0 ? .min : .max) : value)
  }

  /// Whole seconds from `earlier` to here, rounded down; negative if `earlier` is later.
  package func seconds(since earlier: Instant) -> Int64 {
    microseconds.subtractingReportingOverflow(earlier.microseconds).partialValue.flooredDivision(by: 1_000_000)
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity, as calendar arithmetic needs.
  package func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return (self % divisor != 0) && ((self < 0) != (divisor < 0)) ? quotient - 1 : quotient
  }
}
