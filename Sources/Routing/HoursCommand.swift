package import Conversations

/// The core of `patchbay hours` (CONTRACT, dry runs): parsed files in, answers out.
///
/// A calendars file is `{"calendars": {NAME: {time_zone, weekly, holidays, exceptions}}, …}`, as YAML or JSON.
package enum HoursCommand {
  /// The calendar `name` of a calendars file.
  package static func calendar(_ name: String, in file: JSON) throws(CalendarProblem) -> BusinessCalendar {
    guard let json = file["calendars"]?[name] else {
      let known = (file["calendars"]?.members ?? []).map(\.key).joined(separator: ", ")
      throw CalendarProblem(.format, at: "calendars", "no calendar `\(name)`; there are: \(known)")
    }
    return try BusinessCalendar(CalendarDefinition(name: name, json: json))
  }

  /// One object per entry of `vectors`, then one per entry of `invalid_calendars`, in order.
  package static func batch(_ file: JSON) -> [JSON] {
    var calendars: [String: Result<BusinessCalendar, CalendarProblem>] = [:]
    let vectors = (file["vectors"]?.array ?? []).map { vector -> JSON in
      let name = vector["calendar"]?.string ?? ""
      let known = calendars[name] ?? load { () throws(CalendarProblem) in try calendar(name, in: file) }
      calendars[name] = known
      return answer(vector, known)
    }
    let invalid = (file["invalid_calendars"]?.array ?? []).map { entry -> JSON in
      let name = entry["name"]?.string ?? ""
      let loaded = load { () throws(CalendarProblem) in
        try BusinessCalendar(CalendarDefinition(name: name, json: entry["calendar"] ?? .null))
      }
      return verdict(entry["id"] ?? .null, loaded)
    }
    return vectors + invalid
  }

  /// `{"seconds": n}`.
  package static func elapsed(_ calendar: BusinessCalendar, from: Instant, to: Instant) -> JSON {
    ["seconds": JSON(calendar.elapsed(from: from, to: to))]
  }

  /// `{"due": T}` or `{"never": true}`.
  package static func due(_ calendar: BusinessCalendar, from: Instant, seconds: Int64) -> JSON {
    point("due", calendar.due(from: from, seconds: seconds))
  }

  /// As `due`, with `"provisional": true` for a time after the last year whose holidays are written down.
  package static func dueWithReservations(_ calendar: BusinessCalendar, from: Instant, seconds: Int64) -> JSON {
    let answer = due(calendar, from: from, seconds: seconds)
    guard let at = calendar.due(from: from, seconds: seconds), let known = calendar.holidaysKnownThrough,
      calendar.wallClock(of: at).date > known
    else { return answer }
    return .object((answer.members ?? []) + [JSON.Member("provisional", true)])
  }

  /// `{"next_open": T}` or `{"never": true}`.
  package static func nextOpen(_ calendar: BusinessCalendar, at instant: Instant) -> JSON {
    point("next_open", calendar.nextOpen(at: instant))
  }

  /// `{"open": bool, "closed_for": name?, "changes_at": T?, "local": T}`.
  package static func open(_ calendar: BusinessCalendar, at instant: Instant) -> JSON {
    [
      "open": JSON(calendar.isOpen(at: instant)), "closed_for": JSON(calendar.closedReason(at: instant)),
      "changes_at": JSON(calendar.nextChange(at: instant)), "local": .string(calendar.wallClock(of: instant).rfc3339),
    ]
  }

  private static func load(_ body: () throws(CalendarProblem) -> BusinessCalendar)
    -> Result<BusinessCalendar, CalendarProblem>
  {
    do { return .success(try body()) } catch { return .failure(error) }
  }

  private static func verdict(_ id: JSON, _ loaded: Result<BusinessCalendar, CalendarProblem>) -> JSON {
    switch loaded {
    case .success(let calendar): ["id": id, "valid": true, "version": .string(calendar.version)]
    case .failure(let problem):
      ["id": id, "error": .string(problem.code.rawValue), "message": .string(problem.description)]
    }
  }

  private static func answer(_ vector: JSON, _ loaded: Result<BusinessCalendar, CalendarProblem>) -> JSON {
    let id = vector["id"] ?? .null
    guard case .success(let calendar) = loaded else { return verdict(id, loaded) }
    guard let start = instant(vector, "start") else { return misread(id, "start is no RFC 3339 time") }
    switch vector["op"]?.string {
    case "elapsed":
      guard let end = instant(vector, "end") else { return misread(id, "end is no RFC 3339 time") }
      return labelled(id, elapsed(calendar, from: start, to: end))
    case "due":
      guard let seconds = vector["seconds"]?.int64 ?? minutes(vector["minutes"]) else {
        return misread(id, "minutes is no number")
      }
      return labelled(id, due(calendar, from: start, seconds: seconds))
    case "next_open": return labelled(id, nextOpen(calendar, at: start))
    case "open": return labelled(id, open(calendar, at: start))
    default: return misread(id, "op is one of elapsed, due, next_open, open")
    }
  }

  private static func minutes(_ json: JSON?) -> Int64? {
    if let whole = json?.int64 { return whole.multipliedReportingOverflow(by: 60).partialValue }
    return json?.double.flatMap { Int64(exactly: ($0 * 60).rounded(.up)) }
  }

  private static func instant(_ vector: JSON, _ key: String) -> Instant? {
    vector[key]?.string.flatMap { Instant(rfc3339: $0) } ?? vector["\(key)_unix"]?.int64.map { Instant(seconds: $0) }
  }

  private static func point(_ key: String, _ instant: Instant?) -> JSON {
    instant.map { .object([JSON.Member(key, JSON($0))]) } ?? ["never": true]
  }

  private static func labelled(_ id: JSON, _ answer: JSON) -> JSON {
    .object([JSON.Member("id", id)] + (answer.members ?? []))
  }

  private static func misread(_ id: JSON, _ why: String) -> JSON {
    ["id": id, "error": "E_VECTOR", "message": .string(why)]
  }
}
