package import Conversations

extension CalendarDefinition {
  /// The object that `init(name:json:)` reads: how a store keeps the hours that its numbers were made with.
  package var json: JSON {
    let days = weekly.keys.sorted().map { day in JSON.Member(day, Self.json(weekly[day] ?? [])) }
    return [
      "time_zone": JSON(timeZone), "weekly": .object(days),
      "holidays": .array(holidays.map { ["date": JSON($0.date), "name": JSON($0.name)] }),
      "exceptions": .array(
        exceptions.map { ["date": JSON($0.date), "name": JSON($0.name), "intervals": Self.json($0.intervals)] }),
    ]
  }

  private static func json(_ intervals: [Interval]) -> JSON { .array(intervals.map { JSON([$0.from, $0.to]) }) }
}
