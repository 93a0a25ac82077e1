import Conversations
import Routing
import Testing

@Suite("Report schedules")
struct ReportScheduleTests {
  static func schedule(
    _ cadence: ReportSchedule.Cadence, _ zone: String = "Asia/Shanghai", hour: Int = 8, minute: Int = 0,
    covers period: ReportSchedule.Period = .day
  ) throws -> ReportSchedule {
    ReportSchedule(
      name: "r", cadence: cadence, timeOfDay: hour * 3600 + minute * 60, zone: try #require(CivilZone(zone)),
      period: period)
  }

  @Test("a daily report covers yesterday and comes once a local day")
  func daily() throws {
    let runs = try Self.schedule(.daily).duePeriods(after: at("2026-03-09T00:00:00Z"), upTo: at("2026-03-12T00:00:00Z"))
    #expect(runs.map(\.key) == ["2026-03-09", "2026-03-10", "2026-03-11"])
    #expect(runs.first?.fireAt == at("2026-03-10T08:00:00+08:00"))
    #expect(runs.first?.start == at("2026-03-09T00:00:00+08:00") && runs.first?.end == at("2026-03-10T00:00:00+08:00"))
  }

  @Test("half past two comes once in the night that skips it and once in the night that repeats it")
  func daylightTime() throws {
    let newYork = try Self.schedule(.daily, "America/New_York", hour: 2, minute: 30)
    let spring = newYork.duePeriods(after: at("2026-03-07T12:00:00-05:00"), upTo: at("2026-03-09T12:00:00-04:00"))
    #expect(spring.map(\.fireAt) == [at("2026-03-08T03:00:00-04:00"), at("2026-03-09T02:30:00-04:00")])
    let hour: Int64 = 3600
    #expect(spring.map { $0.end.seconds(since: $0.start) } == [24 * hour, 23 * hour])
    let berlin = try Self.schedule(.daily, "Europe/Berlin", hour: 2, minute: 30)
    let autumn = berlin.duePeriods(after: at("2026-10-24T12:00:00Z"), upTo: at("2026-10-26T12:00:00Z"))
    #expect(autumn.map(\.fireAt) == [at("2026-10-25T02:30:00+02:00"), at("2026-10-26T02:30:00+01:00")])
    #expect(autumn.map { $0.end.seconds(since: $0.start) } == [24 * hour, 25 * hour])
  }

  @Test(
    "however a span is cut, each period of a year comes exactly once",
    arguments: ["America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo"])
  func once(zone: String) throws {
    var dice = Dice(3)
    let schedule = try Self.schedule(.daily, zone, hour: 0, minute: 15)
    let (start, end) = (at("2026-01-01T12:00:00Z"), at("2027-01-01T12:00:00Z"))
    let whole = schedule.duePeriods(after: start, upTo: end, limit: 1000)
    var (pieces, cursor) = ([ReportPeriod](), start)
    while cursor < end {
      let next = min(end, cursor.adding(seconds: Int64.random(in: 60...200_000, using: &dice)))
      pieces += schedule.duePeriods(after: cursor, upTo: next)
      cursor = next
    }
    #expect(pieces == whole)
    #expect(Set(whole.map(\.key)).count == whole.count && whole.count == 365)
    #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.end == $1.start && $0.fireAt < $1.fireAt })
  }

  @Test("missed runs come oldest first, bounded, and go on where they stopped")
  func missed() throws {
    let schedule = try Self.schedule(.daily)
    let (start, end) = (at("2026-01-01T00:00:01Z"), at("2026-03-01T00:00:00Z"))
    let first = schedule.duePeriods(after: start, upTo: end, limit: 10)
    #expect(first.count == 10 && first.first?.key == "2026-01-01")
    let rest = schedule.duePeriods(after: try #require(first.last).fireAt, upTo: end, limit: 100)
    #expect((first + rest).map(\.key) == schedule.duePeriods(after: start, upTo: end, limit: 100).map(\.key))
    #expect(rest.last?.key == "2026-02-28")
  }

  @Test("a weekly report covers Monday to Sunday, numbered as ISO does")
  func weekly() throws {
    let schedule = try Self.schedule(.weekly(weekday: 1), hour: 9, covers: .week)
    let runs = schedule.duePeriods(after: at("2025-12-28T00:00:00Z"), upTo: at("2026-01-13T00:00:00Z"))
    #expect(runs.map(\.key) == ["2025-W52", "2026-W01", "2026-W02"])
    #expect(runs[1].start == at("2025-12-29T00:00:00+08:00") && runs[1].end == at("2026-01-05T00:00:00+08:00"))
  }

  @Test("a monthly report on the 31st comes on the last day of shorter months")
  func monthly() throws {
    let schedule = try Self.schedule(.monthly(day: 31), covers: .month)
    let runs = schedule.duePeriods(after: at("2026-01-31T12:00:00Z"), upTo: at("2026-05-01T00:00:00Z"))
    #expect(
      runs.map(\.fireAt) == [
        at("2026-02-28T08:00:00+08:00"), at("2026-03-31T08:00:00+08:00"), at("2026-04-30T08:00:00+08:00"),
      ])
    #expect(runs.map(\.key) == ["2026-01", "2026-02", "2026-03"])
  }

  @Test("cron fields: lists, ranges, steps, names; either day field is enough")
  func cron() throws {
    func days(_ text: String) throws -> [String] {
      let schedule = try Self.schedule(.cron(try #require(CronExpression(text))))
      return schedule.duePeriods(after: at("2026-03-01T00:00:00+08:00"), upTo: at("2026-03-16T00:00:00+08:00"))
        .map { $0.fireAt.rfc3339 }
    }
    #expect(try days("30 8 * * mon-fri").count == 10)
    #expect(try days("0 9 1,15 * *") == ["2026-03-01T01:00:00Z", "2026-03-15T01:00:00Z"])
    #expect(try days("0 9 1 * 7") == ["2026-03-01T01:00:00Z", "2026-03-08T01:00:00Z", "2026-03-15T01:00:00Z"])
    #expect(try days("*/20 */6 2 mar *") == ["2026-03-01T16:00:00Z"])
    for bad in [
      "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *",
      "a * * * *", "1,,2 * * * *",
    ] {
      #expect(CronExpression(bad) == nil, "\(bad)")
    }
  }

  @Test("a line whose days never come is known", arguments: ["0 9 31 2 *", "0 9 30 feb *", "0 9 31 4,6,9,11 *"])
  func never(text: String) throws {
    #expect(!(try #require(CronExpression(text))).everFires)
  }

  @Test("rare days come", arguments: ["0 9 29 2 *", "0 9 29 2 */7", "0 9 31 2 mon", "0 9 31 * *", "* * * * *"])
  func rare(text: String) throws {
    #expect(try #require(CronExpression(text)).everFires)
  }

  @Test("a weekly period under a daily cron comes with its first run only")
  func firstOfPeriod() throws {
    let schedule = try Self.schedule(.cron(try #require(CronExpression("0 7 * * wed,fri"))), covers: .week)
    let runs = schedule.duePeriods(after: at("2026-03-09T00:00:00Z"), upTo: at("2026-03-21T00:00:00Z"))
    #expect(runs.map(\.key) == ["2026-W10", "2026-W11"])
    // A router that was started in between does not make it a second time.
    #expect(schedule.duePeriods(after: at("2026-03-12T00:00:00Z"), upTo: at("2026-03-14T00:00:00Z")).isEmpty)
  }

  @Test("a key names its period again")
  func keys() throws {
    for period in ReportSchedule.Period.allCases {
      let schedule = try Self.schedule(.daily, "Europe/Berlin", covers: period)
      for run in schedule.duePeriods(after: at("2025-12-20T00:00:00Z"), upTo: at("2026-04-10T00:00:00Z"), limit: 200) {
        let again = try #require(schedule.period(key: run.key))
        #expect(again.start == run.start && again.end == run.end)
      }
      for bad in ["", "2026", "2026-W54", "2026-13", "2026-02-30", "x"] { #expect(schedule.period(key: bad) == nil) }
    }
  }

  @Test("the next run is found, and that there is none")
  func next() throws {
    #expect(try Self.schedule(.daily).next(after: at("2026-03-09T00:00:00Z"))?.fireAt == at("2026-03-10T00:00:00Z"))
    #expect(
      try Self.schedule(.cron(try #require(CronExpression("0 0 30 2 *")))).next(after: at("2026-03-09T00:00:00Z"))
        == nil)
  }
}
