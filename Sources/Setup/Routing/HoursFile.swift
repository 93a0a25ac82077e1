import Conversations
import Routing

/// Reads `channels/routing/hours.yaml`: calendars by name.
struct HoursFile {
  let file: SourceFile
  /// Base name of a file under `holidays/` → what it says.
  var holidayFiles: [String: HolidayFile.Days] = [:]
  static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  /// A holiday range longer than this is surely a slip of the year.
  static let rangeDaysMax: Int64 = 60

  func read(_ root: YAMLNode) -> [String: BusinessCalendar] {
    guard let map = MapReader(root, at: "", of: file) else { return [:] }
    var calendars: [String: BusinessCalendar] = [:]
    for (name, _, entry) in map.namedMaps("calendars", required: "name at least one calendar") {
      calendars[name] = calendar(name, entry)
    }
    map.finish()
    return calendars
  }

  private func calendar(_ name: String, _ map: MapReader) -> BusinessCalendar? {
    let zone = map.text("time_zone", required: "an IANA zone such as Asia/Shanghai")
    var draft = CalendarDraft(CalendarDefinition(name: name, timeZone: zone?.value ?? "UTC", weekly: [:]), map.mark)
    draft.marks["time_zone"] = zone?.mark
    if let weekly = map.map("weekly", required: "the open hours of each day: `mon: 09:00-18:00`") {
      for day in Self.weekdays {
        guard let node = weekly.node(day) else { continue }
        draft.setDay(day, intervals(node, at: weekly.way(to: day)), node.mark)
      }
      weekly.finish()
    }
    let exceptions = map.maps("exceptions").compactMap(exception)
    for name in map.texts("holiday_files") { addFile(name, Set(exceptions.map(\.value.date)), to: &draft) }
    for node in map.nodes("holidays") { holidays(node).forEach { draft.add($0.value, $0.mark) } }
    for exception in exceptions { draft.add(exception.value, exception.mark) }
    map.finish()
    return draft.calendar(complainingTo: file, zone: zone?.value)
  }

  /// A make-up day has the hours of the weekday it stands for; what the calendar itself says of a day goes first.
  private func addFile(_ name: Located<String>, _ own: Set<String>, to draft: inout CalendarDraft) {
    guard let days = holidayFiles[name.value] else {
      let known = holidayFiles.keys.sorted()
      file.complain(
        .unknownName(
          kind: "holiday file", read: clipped(name.value), nearest: nearestWord(to: name.value, among: known),
          known: known), at: name.mark)
      return
    }
    draft.addYear(days.year)
    for holiday in days.holidays { draft.add(holiday, name.mark) }
    for day in days.workdays where !own.contains(day.date) {
      draft.add(
        CalendarDefinition.Exception(date: day.date, intervals: draft.hours(of: day.weekday), name: day.name), name.mark
      )
    }
  }

  // MARK: Intervals

  /// `09:00-18:00`, `[09:00, 18:00]`, or a list of either.
  private func intervals(_ node: YAMLNode, at path: String) -> [Located<CalendarDefinition.Interval>] {
    guard case .list(let elements) = node.value else { return interval(node, at: path).map { [$0] } ?? [] }
    // `[09:00, 18:00]` alone is one pair, not two intervals.
    if elements.count == 2, elements.allSatisfy({ $0.text.map { !$0.contains("-") && !$0.contains("–") } ?? false }) {
      return interval(node, at: path).map { [$0] } ?? []
    }
    return elements.enumerated().compactMap { interval($1, at: "\(path)[\($0)]") }
  }

  private func interval(_ node: YAMLNode, at path: String) -> Located<CalendarDefinition.Interval>? {
    switch node.value {
    case .list(let ends) where ends.count == 2:
      guard let from = file.text(ends[0], at: path), let to = file.text(ends[1], at: path) else { return nil }
      return Located(value: CalendarDefinition.Interval(from.value, to.value), mark: node.mark)
    case .scalar(let text, _):
      let ends = text.split { $0 == "-" || $0 == "–" }.map { String($0.filter { $0 != " " }) }
      guard ends.count == 2 else { break }
      return Located(value: CalendarDefinition.Interval(ends[0], ends[1]), mark: node.mark)
    default: break
    }
    return nothing(
      file.complain(.wrongType(path: path, read: node.readAs, wanted: "hours such as 09:00-18:00"), at: node.mark))
  }

  // MARK: Special days

  /// A date, `{date, name}`, or `{from, to, name}`.
  func holidays(_ node: YAMLNode) -> [Located<CalendarDefinition.Holiday>] {
    if let text = node.text { return [Located(value: CalendarDefinition.Holiday(date: text), mark: node.mark)] }
    guard let map = MapReader(node, at: "holidays", of: file) else { return [] }
    defer { map.finish() }
    let name = name(map)
    if let date = map.text("date") {
      return [Located(value: CalendarDefinition.Holiday(date: date.value, name: name), mark: date.mark)]
    }
    guard let from = map.text("from", required: "`date:` for one day, or `from:` and `to:`"),
      let to = map.text("to", required: "the last day, included"),
      let first = day(from), let last = day(to)
    else { return [] }
    let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
    guard (1...Self.rangeDaysMax).contains(count) else {
      file.complain(
        .badValue(
          path: "holidays.to", read: to.value, wanted: "a day from \(from.value) on, at most \(Self.rangeDaysMax) days"),
        at: to.mark)
      return []
    }
    return (0..<count).map { offset in
      Located(
        value: CalendarDefinition.Holiday(date: first.adding(days: offset).description, name: name), mark: from.mark)
    }
  }

  /// A text, or one in each language; both are shown.
  func name(_ map: MapReader) -> String? {
    guard let node = map.node("name") else { return nil }
    if let text = node.text { return text }
    let names = map.textMap("name")
    let ordered =
      ["zh", "en"].compactMap { names[$0] }
      + names.keys.sorted().filter { $0 != "zh" && $0 != "en" }.compactMap { names[$0] }
    return ordered.isEmpty ? nil : ordered.joined(separator: " · ")
  }

  private func day(_ text: Located<String>) -> CivilDate? {
    if let date = CivilDate(text.value) { return date }
    return nothing(
      file.complain(
        .badValue(path: "holidays", read: clipped(text.value), wanted: "a day such as 2026-10-01"), at: text.mark))
  }

  private func exception(_ map: MapReader) -> Located<CalendarDefinition.Exception>? {
    let date = map.text("date", required: "the day, such as 2026-10-10")
    let name = name(map)
    // A forgotten line must not close the desk: `[]` says closed, nothing says nothing.
    let node = map.node("intervals", required: "its hours; `[]` closes the day")
    map.finish()
    guard let date, let node else { return nil }
    let hours = intervals(node, at: map.way(to: "intervals")).map(\.value)
    return Located(value: CalendarDefinition.Exception(date: date.value, intervals: hours, name: name), mark: date.mark)
  }
}
