/// When a waiting conversation should be served at the latest: `next` gives out the earliest turn first, urgent ones
/// before all others.
///
/// Between the moment it was put into the line and the allowance of its priority after that, its nearest promise (SLA)
/// decides. So priority, ageing and the time that is left are one number that stands still while it waits: nothing is
/// ever reckoned anew because time has passed. And whatever comes into the line later than the largest allowance after
/// it has its turn behind it, however it is promised: nobody waits for ever, except behind urgent ones.
package struct Turn: Hashable, Comparable, Sendable {
  package var isUrgent: Bool
  package var by: Instant

  package init(_ priority: Priority, enqueuedAt: Instant, dueAt: Instant?) {
    let latest = enqueuedAt.adding(seconds: Self.allowanceSeconds(priority))
    (isUrgent, by) = (priority == .urgent, max(enqueuedAt, min(dueAt ?? latest, latest)))
  }

  /// How long a conversation of `priority` may be overtaken.
  package static func allowanceSeconds(_ priority: Priority) -> Int64 {
    switch priority {
    case .urgent: 5 * 60
    case .high: 3600
    case .normal: 4 * 3600
    case .low: 24 * 3600
    }
  }

  /// Whether it should have been served by `now`.
  package func isLate(_ now: Instant) -> Bool { by <= now }

  package static func < (left: Turn, right: Turn) -> Bool { left.key < right.key }
}

extension Turn {
  /// Microseconds by which urgent ones stand before all others: longer than any clock will run.
  private static let urgentLead: Int64 = 1 << 60

  /// As it stands in the store: smaller goes first.
  package var key: Int64 { isUrgent ? by.microseconds - Self.urgentLead : by.microseconds }

  package init(key: Int64) {
    isUrgent = key < -(Self.urgentLead >> 1)
    by = Instant(microseconds: isUrgent ? key + Self.urgentLead : key)
  }
}
