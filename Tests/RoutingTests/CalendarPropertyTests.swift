import Conversations
import Routing
import Testing

/// Random calendars against a model that asks the wall clock every minute.
@Suite("Business time, by chance")
struct CalendarPropertyTests {
  static let zones = [
    "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu",
    "America/Sao_Paulo", "Pacific/Apia", "UTC", "Asia/Tehran", "America/St_Johns", "Pacific/Chatham",
  ]
  /// Around changes of the clocks in most of them.
  static let moments = [
    "2026-03-07T00:00:00Z", "2026-04-03T12:00:00Z", "2026-10-23T00:00:00Z", "2026-10-30T18:00:00Z",
    "2018-11-03T00:00:00Z",
  ]

  /// Intervals on whole quarters of hours: changes of offset in these years are whole quarters as well.
  static func randomCalendar(_ zone: String, _ dice: inout Dice) throws -> BusinessCalendar {
    var weekly: [String: [CalendarDefinition.Interval]] = [:]
    for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] where Int.random(in: 0..<5, using: &dice) > 0 {
      weekly[day] = intervals(&dice)
    }
    let dates = ["2026-03-08", "2026-04-05", "2026-10-25", "2026-11-01", "2018-11-04"]
    return try calendar(
      zone, weekly, holidays: [(dates[Int.random(in: 0..<5, using: &dice)], "holiday")],
      exceptions: [.init(date: dates[Int.random(in: 0..<5, using: &dice)], intervals: intervals(&dice))])
  }

  static func intervals(_ dice: inout Dice) -> [CalendarDefinition.Interval] {
    var marks = Set<Int>()
    while marks.count < 4 { marks.insert(Int.random(in: 0...96, using: &dice)) }
    let sorted = marks.sorted().map { "\(padded($0 / 4, to: 2)):\(padded($0 % 4 * 15, to: 2))" }
    return [.init(sorted[0], sorted[1]), .init(sorted[2], sorted[3])]
  }

  @Test("elapsed equals a count of open minutes, adds up, and due undoes it", arguments: zones)
  func agreesWithModel(zone: String) throws {
    var dice = Dice(zone.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    for moment in Self.moments {
      let hours = try Self.randomCalendar(zone, &dice)
      let start = at(moment)
      var (open, previous) = (Int64(0), start)
      for minute in 1...(3 * 1440) {
        let now = start.adding(seconds: Int64(minute) * 60)
        if Self.isOpenByTheBook(hours, at: previous) { open += 60 }
        previous = now
        guard minute % 199 == 0 else { continue }
        #expect(hours.elapsed(from: start, to: now) == open)
        try Self.checkInverse(hours, start, now, open)
      }
    }
  }

  /// R1, R2 read word by word off the definition.
  static func isOpenByTheBook(_ hours: BusinessCalendar, at instant: Instant) -> Bool {
    let wall = hours.zone.wallClock(of: instant)
    let date = wall.date.description
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    var intervals = hours.definition.weekly[names[wall.date.weekday - 1]] ?? []
    if hours.definition.holidays.contains(where: { $0.date == date }) { intervals = [] }
    if let exception = hours.definition.exceptions.first(where: { $0.date == date }) { intervals = exception.intervals }
    return intervals.contains { $0.from <= wall.time && (wall.time < $0.to) }
  }

  static func checkInverse(_ hours: BusinessCalendar, _ start: Instant, _ now: Instant, _ open: Int64) throws {
    let pieces = hours.pieces(from: start, to: now)
    #expect(pieces.reduce(0) { $0 + $1.seconds } == open)
    guard open > 0, let due = hours.due(from: start, seconds: open) else { return }
    #expect(due <= now)
    #expect(hours.elapsed(from: start, to: due) == open)
    #expect(hours.elapsed(from: start, to: due.adding(seconds: -1)) == open - 1)
    let middle = start.adding(seconds: now.seconds(since: start) / 3)
    #expect(hours.elapsed(from: start, to: middle) + hours.elapsed(from: middle, to: now) == open)
  }

  @Test("any call over ten years takes less than five milliseconds")
  func horizon() throws {
    let hours = try calendar("America/New_York", ["mon": [.init("09:00", "09:01")]])
    let empty = try calendar("America/New_York", [:])
    let from = at("2026-01-01T00:00:00Z")
    // The quickest of several: what the call itself takes, whatever else the machine is doing.
    func taken(_ call: () -> Void) -> Duration? { (0..<20).map { _ in ContinuousClock().measure(call) }.min() }
    let calls: [() -> Void] = [
      { _ = hours.elapsed(from: from, to: from.adding(seconds: BusinessCalendar.horizonSeconds)) },
      { _ = hours.due(from: from, seconds: 500 * 60) }, { _ = hours.nextChange(at: from) },
      { _ = empty.due(from: from, seconds: 1) }, { _ = empty.nextOpen(at: from) },
    ]
    for call in calls { #expect(try #require(taken(call)) < .milliseconds(5)) }
  }
}
