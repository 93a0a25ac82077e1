/// Why opening hours cannot be used: an error of whoever wrote them, found when they are loaded.
package struct CalendarProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Stable codes: `patchbay hours --batch` prints them.
  package enum Code: String, Sendable, CaseIterable {
    /// No such IANA time zone.
    case zone = "E_ZONE"
    /// Two intervals of one day share a moment (an overnight tail counts on the day it ends).
    case overlap = "E_OVERLAP"
    /// An interval that holds no moment.
    case emptyInterval = "E_EMPTY_INTERVAL"
    /// Not a time of day `HH:MM` between `00:00` and `24:00`.
    case time = "E_TIME"
    /// Not one of `mon` … `sun`.
    case weekday = "E_WEEKDAY"
    /// Not a day of the calendar, `YYYY-MM-DD`.
    case date = "E_DATE"
    /// Two exceptions for one day.
    case duplicate = "E_DUPLICATE"
    /// Not of the shape the file format asks for.
    case format = "E_FORMAT"
  }
  package var code: Code
  /// Where in the definition, e.g. `weekly.mon[1]`.
  package var path: String
  /// What was read and what would be right.
  package var detail: String

  package init(_ code: Code, at path: String, _ detail: String) {
    (self.code, self.path, self.detail) = (code, path, detail)
  }

  package var description: String { "\(code.rawValue) at \(path): \(detail)" }
}
