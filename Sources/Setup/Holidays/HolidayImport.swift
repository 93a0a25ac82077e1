import CIcal
package import Conversations
import Routing

/// Days off, and weekends that are worked, out of iCalendar files (RFC 5545) such as public holiday calendars.
///
/// What counts: whole-day events, repeated ones too. An event is a make-up day where the file says so
/// (`X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY`) or its title does (补班, special working day…). Days that are only observed are
/// left out and told: where a file marks special days, the events without the mark; in Google's calendars, those that say
/// how to hide them.
package struct HolidayImport: Sendable {
  package struct Day: Sendable, Hashable {
    package var date: CivilDate
    package var name: String
    /// Worked although it is a weekend.
    package var isWorked: Bool

    package init(date: CivilDate, name: String, isWorked: Bool) {
      (self.date, self.name, self.isWorked) = (date, name, isWorked)
    }
  }

  /// An event of a wanted year that is no day off.
  package struct Skipped: Sendable, Hashable {
    package enum Reason: String, Sendable { case observed = "only observed", hours = "has hours of its own", undated }
    package var name: String
    package var date: CivilDate?
    package var reason: Reason
  }

  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLarge, notUTF8, notACalendar

    package var description: String {
      switch self {
      case .tooLarge: "larger than \(HolidayImport.bytesMax / 1_000_000) MB"
      case .notUTF8: "not UTF-8, which iCalendar files are in (RFC 5545 §3.1.4)"
      case .notACalendar: "not an iCalendar file: there is no BEGIN:VCALENDAR with events"
      }
    }
  }

  package private(set) var skipped: [Skipped] = []
  /// Days that follow from a rule of another calendar (RFC 7529), such as the Chinese one. Such rules need the hour of a new
  /// moon, and programs that work it out may be a day off: New Year of 2027 is 6 February, some say 7.
  package private(set) var workedOut: [Day] = []

  private struct Place: Hashable {
    var date: CivilDate
    var isWorked: Bool
  }

  /// The names that a day has been given.
  private var names: [Place: [String]] = [:]
  private let years: Set<Int>
  private let takesObserved: Bool
  private static let bytesMax = 10_000_000
  /// A rule that repeats more often than daily over many years is no holiday.
  private static let repeatsMax = 5000
  private static let lengthMax: Int64 = 60

  /// - Parameters:
  ///   - years: whose days are wanted.
  ///   - takesObserved: days that are only observed, too.
  package init(years: Set<Int>, takesObserved: Bool = false) {
    (self.years, self.takesObserved) = (years, takesObserved)
  }

  /// In the order of the days; a day is there once.
  package var days: [Day] {
    names.filter { $0.key.isWorked || names[Place(date: $0.key.date, isWorked: true)] == nil }
      .map { Day(date: $0.key.date, name: $0.value.joined(separator: " · "), isWorked: $0.key.isWorked) }
      .sorted { $0.date < $1.date }
  }

  /// Adds what a file says; names of a day that several files have stand beside each other.
  /// - Throws: when it is no iCalendar file.
  package mutating func read(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.count <= Self.bytesMax else { throw .tooLarge }
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: content, as: UTF8.self), !text.utf8.contains(0) else { throw .notUTF8 }
    // By default the library ends the process where it is asked something senseless.
    icalerror_set_errors_are_fatal(0)
    guard let root = icalparser_parse_string(text) else { throw .notACalendar }
    defer { icalcomponent_free(root) }
    let events = ICalendarEvent.all(in: root)
    guard !events.isEmpty else { throw .notACalendar }
    let marksSpecialDays = events.contains { $0.specialDay != nil }
    for event in events where !event.isCancelled {
      let isObserved = marksSpecialDays ? event.specialDay == nil : event.tellsHowToHideIt
      add(event, isObserved: isObserved && !event.isWorked)
    }
  }

  private mutating func add(_ event: ICalendarEvent, isObserved: Bool) {
    guard let length = event.days else {
      let dates = event.start.map { [$0] } ?? []
      if dates.isEmpty || dates.contains(where: { years.contains($0.year) }) {
        skipped.append(
          Skipped(name: event.name, date: event.start, reason: event.start == nil ? .undated : .hours))
      }
      return
    }
    for start in event.occurrences(until: years.max() ?? 0, most: Self.repeatsMax) {
      if isObserved, !takesObserved {
        if years.contains(start.year) {
          skipped.append(Skipped(name: event.name, date: start, reason: .observed))
        }
        continue
      }
      for offset in 0..<min(length, Self.lengthMax) { add(start.adding(days: offset), event) }
      if event.isOfOtherCalendar, start != event.start, years.contains(start.year) {
        workedOut.append(Day(date: start, name: event.name, isWorked: event.isWorked))
      }
    }
  }

  private mutating func add(_ date: CivilDate, _ event: ICalendarEvent) {
    guard years.contains(date.year) else { return }
    let place = Place(date: date, isWorked: event.isWorked)
    let isNew = !event.name.isEmpty && names[place]?.contains(event.name) != true
    names[place, default: []] += isNew ? [event.name] : []
  }
}
