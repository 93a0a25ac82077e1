package import Conversations

/// When a report is made, as `reports.yaml` says it. All times are wall-clock times of `zone`.
package struct ReportSchedule: Sendable, Hashable {
  package enum Cadence: Sendable, Hashable {
    case daily
    /// ISO 8601 weekday, 1 = Monday … 7 = Sunday.
    case weekly(weekday: Int)
    /// 1…31; in shorter months the last day.
    case monthly(day: Int)
    /// Five fields: minute, hour, day of month, month, day of week. Carries its own times of day.
    case cron(CronExpression)
  }

  /// What one report covers: always the last complete one before it is made.
  package enum Period: String, Sendable, CaseIterable {
    case day
    /// Monday to Sunday (ISO 8601).
    case week
    case month
  }

  package var name: String
  package var cadence: Cadence
  /// Seconds after midnight on the wall clock; not used with `cron`.
  package var timeOfDay: Int
  package var zone: CivilZone
  package var period: Period

  package init(name: String, cadence: Cadence, timeOfDay: Int, zone: CivilZone, period: Period) {
    (self.name, self.cadence, self.timeOfDay, self.zone, self.period) = (name, cadence, timeOfDay, zone, period)
  }
}

/// One run of one report. (name, key) is unique: it decides which process makes it.
package struct ReportPeriod: Sendable, Hashable {
  package var report: String
  /// `2026-03-09`, `2026-W10`, or `2026-03`.
  package var key: String
  package var start: Instant
  /// Not included.
  package var end: Instant
  /// When it was to be made.
  package var fireAt: Instant
}
