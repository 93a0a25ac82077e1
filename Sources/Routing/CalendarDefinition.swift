/// Opening hours as a reviewed file says them: texts, not yet checked. `BusinessCalendar` checks them and answers questions.
///
/// Keys in JSON and YAML: `time_zone`, `weekly` (`mon`…`sun` → list of `[from, to]`), `holidays` (list of `{date, name}`),
/// `exceptions` (list of `{date, name, intervals}`).
package struct CalendarDefinition: Sendable, Hashable {
  /// `from` and `to` as `HH:MM`; `to` may be `24:00`. In `weekly` only, `to` < `from` runs into the next day.
  package struct Interval: Sendable, Hashable {
    package var from: String
    package var to: String
    package init(_ from: String, _ to: String) { (self.from, self.to) = (from, to) }
  }

  /// A day that is closed unless an exception of the same date says otherwise.
  package struct Holiday: Sendable, Hashable {
    /// `YYYY-MM-DD`.
    package var date: String
    /// Shown to customers and in `explain`, e.g. `国庆节`.
    package var name: String?
    package init(date: String, name: String? = nil) { (self.date, self.name) = (date, name) }
  }

  /// Hours that replace one whole day; no intervals = closed.
  package struct Exception: Sendable, Hashable {
    /// `YYYY-MM-DD`.
    package var date: String
    package var intervals: [Interval]
    package var name: String?
    package init(date: String, intervals: [Interval], name: String? = nil) {
      (self.date, self.intervals, self.name) = (date, intervals, name)
    }
  }

  /// What routing files call this calendar; no part of `version`.
  package var name: String
  /// An IANA zone id: `Asia/Shanghai`. Offsets (`+08:00`) are no zones.
  package var timeZone: String
  /// `mon` `tue` `wed` `thu` `fri` `sat` `sun` → intervals in any order; a missing day is closed.
  package var weekly: [String: [Interval]]
  package var holidays: [Holiday]
  package var exceptions: [Exception]
  /// The years that holiday files were named for; no part of `version`.
  package var holidayYears: [Int] = []

  package init(
    name: String, timeZone: String, weekly: [String: [Interval]], holidays: [Holiday] = [], exceptions: [Exception] = []
  ) {
    (self.name, self.timeZone, self.weekly) = (name, timeZone, weekly)
    (self.holidays, self.exceptions) = (holidays, exceptions)
  }
}
