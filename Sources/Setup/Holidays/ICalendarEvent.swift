import CIcal
import Conversations
import Routing

/// A VEVENT (RFC 5545 §3.6.1) as far as holidays need it. Lives no longer than the component that it was found in.
struct ICalendarEvent {
  private let component: OpaquePointer
  let name: String
  /// `nil` = it says none, or one that there is not.
  let start: CivilDate?
  /// How many whole days it takes; `nil` = it begins or ends within a day.
  let days: Int64?
  let isCancelled: Bool
  /// Apple's `X-APPLE-SPECIAL-DAY`: `WORK-HOLIDAY` or `ALTERNATE-WORKDAY`.
  let specialDay: String?
  let isWorked: Bool
  /// Repeats by the rule of another calendar (RFC 7529 §4.1).
  let isOfOtherCalendar: Bool
  /// Google writes so beside days that are observed only.
  let tellsHowToHideIt: Bool

  static func all(in root: OpaquePointer) -> [ICalendarEvent] {
    var found: [ICalendarEvent] = []
    var waiting = [root]
    var place = 0
    while place < waiting.count {
      let component = waiting[place]
      place += 1
      if icalcomponent_isa(component) == ICAL_VEVENT_COMPONENT { found.append(ICalendarEvent(component)) }
      var inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT)
      while let next = inner {
        waiting.append(next)
        inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)
      }
    }
    return found
  }

  private init(_ component: OpaquePointer) {
    self.component = component
    let title = icalcomponent_get_summary(component).map { String(cString: $0) } ?? ""
    name = Self.withoutMark(title)
    let (begin, end) = (icalcomponent_get_dtstart(component), icalcomponent_get_dtend(component))
    start = Self.date(begin)
    days = start.flatMap { Self.days(from: $0, begin, to: end) }
    isCancelled = icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED
    let special = Self.properties(of: component, ICAL_X_PROPERTY).first {
      icalproperty_get_x_name($0).map { String(cString: $0).uppercased() } == "X-APPLE-SPECIAL-DAY"
    }
    specialDay = special.flatMap { icalproperty_get_value_as_string($0) }.map { String(cString: $0).uppercased() }
    let folded = TextFolding.fold(title)
    isWorked =
      specialDay == "ALTERNATE-WORKDAY"
      || (specialDay == nil && Self.workWords.contains { folded.contains($0) })
    isOfOtherCalendar = Self.properties(of: component, ICAL_RRULE_PROPERTY).contains {
      icalproperty_get_rrule($0).rscale.map { String(cString: $0).uppercased() != "GREGORIAN" } ?? false
    }
    let description = icalcomponent_get_description(component).map { String(cString: $0) } ?? ""
    tellsHowToHideIt = description.contains("Google")
  }

  private static let workWords = [
    "(班)", "补班", "调休上班", "特别工作日", "特殊工作日", "make-up day", "makeup day", "make-up workday",
    "make-up working day", "working day", "special workday",
  ].map { TextFolding.fold($0) }

  /// Titles in Chinese calendars bear what the day is: 元旦（休）. What a terminal would obey goes, too.
  private static func withoutMark(_ title: String) -> String {
    let shown = title.unicodeScalars.filter {
      $0.properties.isWhitespace || ![.control, .format].contains($0.properties.generalCategory)
    }
    var name = String(shown).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for mark in ["（休）", "(休)", "（班）", "(班)"] where name.hasSuffix(mark) && name != mark {
      name = String(name.dropLast(mark.count))
      if name.hasSuffix(" ") { name.removeLast() }
    }
    return String(name.prefix(200))
  }

  private static func date(_ time: icaltimetype) -> CivilDate? {
    CivilDate(year: Int(time.year), month: Int(time.month), day: Int(time.day))
  }

  private static func days(from start: CivilDate, _ begin: icaltimetype, to end: icaltimetype) -> Int64? {
    func isMidnight(_ time: icaltimetype) -> Bool {
      time.is_date != 0 || (time.hour, time.minute, time.second) == (0, 0, 0)
    }
    guard isMidnight(begin) else { return nil }
    // RFC 5545 §3.6.1: a day alone takes that day, an instant alone takes no time.
    guard let last = date(end) else { return begin.is_date != 0 ? 1 : nil }
    guard isMidnight(end) else { return nil }
    let length = last.daysSinceEpoch - start.daysSinceEpoch
    return length > 0 ? length : begin.is_date != 0 ? 1 : nil
  }

  private static func properties(of component: OpaquePointer, _ kind: icalproperty_kind) -> [OpaquePointer] {
    var found: [OpaquePointer] = []
    var property = icalcomponent_get_first_property(component, kind)
    while let next = property {
      found.append(next)
      property = icalcomponent_get_next_property(component, kind)
    }
    return found
  }

  /// The days on which it begins: DTSTART, RRULE and RDATE without EXDATE (RFC 5545 §3.8.5).
  func occurrences(until year: Int, most: Int) -> [CivilDate] {
    guard let start else { return [] }
    var found = [start]
    for property in Self.properties(of: component, ICAL_RRULE_PROPERTY) {
      let rule = icalproperty_get_rrule(property)
      guard let iterator = icalrecur_iterator_new(rule, icalcomponent_get_dtstart(component)) else { continue }
      defer { icalrecur_iterator_free(iterator) }
      for _ in 0..<most {
        guard let date = Self.date(icalrecur_iterator_next(iterator)), date.year <= year else { break }
        found.append(date)
      }
    }
    for property in Self.properties(of: component, ICAL_RDATE_PROPERTY) {
      let value = icalproperty_get_rdate(property)
      if let date = Self.date(value.time) ?? Self.date(value.period.start) { found.append(date) }
    }
    let without = Self.properties(of: component, ICAL_EXDATE_PROPERTY)
      .compactMap { Self.date(icalproperty_get_exdate($0)) }
    return Set(found).subtracting(without).sorted()
  }
}
