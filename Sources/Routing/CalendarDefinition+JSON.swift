package import Conversations

extension CalendarDefinition {
  /// Reads an object with the keys `time_zone`, `weekly`, `holidays`, `exceptions`. A holiday may be a plain date.
  /// Only shapes are checked here; `BusinessCalendar` checks the values. Unknown keys are left to the caller.
  package init(name: String, json: JSON) throws(CalendarProblem) {
    guard json.members != nil else { throw Self.wrong("", "must be an object with time_zone and weekly") }
    guard let zone = json["time_zone"], let zoneName = zone.string else {
      throw CalendarProblem(.zone, at: "time_zone", "is missing; write an IANA time zone such as `Asia/Shanghai`")
    }
    var weekly: [String: [Interval]] = [:]
    if let value = json["weekly"], !value.isNull {
      guard let members = value.members else { throw Self.wrong("weekly", "must be an object of weekdays") }
      for member in members {
        weekly[member.key] = try Self.intervals(member.value, at: "weekly.\(member.key)")
      }
    }
    self.init(
      name: name, timeZone: zoneName, weekly: weekly, holidays: try Self.holidays(json["holidays"]),
      exceptions: try Self.exceptions(json["exceptions"]))
  }

  private static func holidays(_ json: JSON?) throws(CalendarProblem) -> [Holiday] {
    var holidays: [Holiday] = []
    for (index, element) in try list(json, at: "holidays").enumerated() {
      guard let date = element.string ?? element["date"]?.string else {
        throw wrong("holidays[\(index)]", "must have a date")
      }
      holidays.append(Holiday(date: date, name: element["name"]?.string))
    }
    return holidays
  }

  private static func exceptions(_ json: JSON?) throws(CalendarProblem) -> [Exception] {
    var exceptions: [Exception] = []
    for (index, element) in try list(json, at: "exceptions").enumerated() {
      guard let date = element["date"]?.string else { throw wrong("exceptions[\(index)]", "must have a date") }
      // A day without `intervals` is not taken for a closed one: a forgotten line must not close the desk.
      guard let intervals = element["intervals"] else {
        throw wrong("exceptions[\(index)]", "must have intervals; `[]` closes the day")
      }
      exceptions.append(
        Exception(
          date: date, intervals: try Self.intervals(intervals, at: "exceptions[\(index)].intervals"),
          name: element["name"]?.string))
    }
    return exceptions
  }

  private static func intervals(_ json: JSON, at path: String) throws(CalendarProblem) -> [Interval] {
    var intervals: [Interval] = []
    for (index, element) in try list(json, at: path).enumerated() {
      guard let pair = element.array, pair.count == 2, let from = pair[0].string, let to = pair[1].string else {
        throw wrong("\(path)[\(index)]", "must be a pair such as [\"09:00\", \"18:00\"]")
      }
      intervals.append(Interval(from, to))
    }
    return intervals
  }

  /// Missing or null = empty.
  private static func list(_ json: JSON?, at path: String) throws(CalendarProblem) -> [JSON] {
    guard let json, !json.isNull else { return [] }
    guard let elements = json.array else { throw wrong(path, "must be a list") }
    return elements
  }

  private static func wrong(_ path: String, _ detail: String) -> CalendarProblem {
    CalendarProblem(.format, at: path, detail)
  }
}
