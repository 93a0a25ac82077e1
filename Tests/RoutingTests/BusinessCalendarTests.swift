import Conversations
import Routing
import Testing

@Suite("Business time")
struct BusinessCalendarTests {
  @Test("the opening second is open and the closing second is not")
  func edges() throws {
    let hours = try hotline()
    #expect(!hours.isOpen(at: at("2026-03-09T08:59:59+08:00")))
    #expect(hours.isOpen(at: at("2026-03-09T09:00:00+08:00")))
    #expect(hours.isOpen(at: at("2026-03-09T17:59:59.999+08:00")))
    #expect(!hours.isOpen(at: at("2026-03-09T18:00:00+08:00")))
    #expect(hours.elapsed(from: at("2026-03-09T17:59:59+08:00"), to: at("2026-03-09T18:00:01+08:00")) == 1)
    #expect(hours.elapsed(from: at("2026-03-09T18:00:00+08:00"), to: at("2026-03-09T09:00:00+08:00")) == 0)
  }

  @Test("a due date may be the closing instant, never the next opening")
  func dueAtClosing() throws {
    let hours = try hotline()
    let from = at("2026-03-09T17:00:00+08:00")
    #expect(hours.due(from: from, seconds: 3600) == at("2026-03-09T18:00:00+08:00"))
    #expect(hours.due(from: from, seconds: 3601) == at("2026-03-10T09:00:01+08:00"))
    #expect(hours.due(from: from, seconds: 0) == from)
  }

  @Test("a holiday is closed, has a name, and a make-up Saturday is open")
  func holidays() throws {
    let hours = try hotline()
    #expect(hours.closedReason(at: at("2026-10-01T11:00:00+08:00")) == "国庆节")
    #expect(hours.closedReason(at: at("2026-10-09T11:00:00+08:00")) == nil)
    #expect(hours.closedReason(at: at("2026-10-09T20:00:00+08:00")) == nil)
    #expect(hours.isOpen(at: at("2026-10-10T11:00:00+08:00")))
    #expect(hours.closedReason(at: at("2026-10-10T20:00:00+08:00")) == nil, "a working day is over, nothing more")
    #expect(hours.nextOpen(at: at("2026-09-30T18:00:00+08:00")) == at("2026-10-08T09:00:00+08:00"))
    #expect(hours.elapsed(from: at("2026-09-30T17:30:00+08:00"), to: at("2026-10-08T10:00:00+08:00")) == 5400)
    #expect(hours.elapsed(from: at("2026-10-09T17:00:00+08:00"), to: at("2026-10-10T11:00:00+08:00")) == 3 * 3600)
  }

  @Test("an exception beats a holiday and an empty one closes the day")
  func exceptions() throws {
    let hours = try calendar(
      "Asia/Shanghai", weekdays(("09:00", "18:00")), holidays: [("2026-05-01", "劳动节")],
      exceptions: [
        .init(date: "2026-05-01", intervals: [.init("10:00", "12:00")]),
        .init(date: "2026-05-04", intervals: [], name: "搬家"),
      ])
    #expect(hours.isOpen(at: at("2026-05-01T10:30:00+08:00")))
    #expect(hours.closedReason(at: at("2026-05-01T13:00:00+08:00")) == "劳动节")
    #expect(hours.closedReason(at: at("2026-05-04T10:00:00+08:00")) == "搬家")
  }

  @Test("a night shift is cut at midnight and a holiday acts on civil days")
  func overnight() throws {
    let hours = try calendar(
      "Europe/Berlin", ["mon": [.init("22:00", "06:00")], "tue": [.init("22:00", "06:00")]],
      holidays: [("2026-06-02", "Dienstag")])
    #expect(hours.isOpen(at: at("2026-06-01T23:00:00+02:00")))
    #expect(!hours.isOpen(at: at("2026-06-02T03:00:00+02:00")))
    #expect(!hours.isOpen(at: at("2026-06-02T23:00:00+02:00")))
    #expect(hours.isOpen(at: at("2026-06-03T03:00:00+02:00")))
  }

  @Test("24:00 keeps the last minute, touching days are one piece")
  func midnight() throws {
    let hours = try calendar("Asia/Shanghai", everyDay(("00:00", "24:00")))
    #expect(hours.elapsed(from: at("2026-03-09T23:59:00+08:00"), to: at("2026-03-10T00:01:00+08:00")) == 120)
    #expect(hours.nextChange(at: at("2026-03-09T12:00:00+08:00")) == nil)
    #expect(hours.pieces(from: at("2026-03-09T00:00:00Z"), to: at("2026-03-12T00:00:00Z")).count == 1)
    let late = try calendar("Asia/Shanghai", ["mon": [.init("09:00", "00:00")]])
    #expect(late.nextChange(at: at("2026-03-09T12:00:00+08:00")) == at("2026-03-10T00:00:00+08:00"))
  }

  @Test("a skipped hour counts nothing, a repeated hour counts twice")
  func daylightTime() throws {
    let newYork = try calendar("America/New_York", everyDay(("00:00", "24:00")))
    #expect(newYork.elapsed(from: at("2026-03-07T23:30:00-05:00"), to: at("2026-03-08T03:30:00-04:00")) == 3 * 3600)
    let night = try calendar("America/New_York", everyDay(("22:00", "06:00")))
    #expect(night.elapsed(from: at("2026-10-31T22:00:00-04:00"), to: at("2026-11-01T06:00:00-05:00")) == 9 * 3600)
    let gap = try calendar("America/New_York", ["sun": [.init("02:00", "03:00")]])
    #expect(gap.nextOpen(at: at("2026-03-02T00:00:00-05:00")) == at("2026-03-15T02:00:00-04:00"))
    let berlin = try calendar("Europe/Berlin", ["sat": [.init("20:00", "24:00")], "sun": [.init("00:00", "06:00")]])
    #expect(berlin.due(from: at("2026-10-25T01:30:00+02:00"), seconds: 7200) == at("2026-10-25T02:30:00+01:00"))
    let repeated = try calendar("America/New_York", ["sun": [.init("00:00", "01:30")]])
    let pieces = repeated.pieces(from: at("2026-10-31T12:00:00-04:00"), to: at("2026-11-01T12:00:00-05:00"))
    #expect(pieces.map(\.seconds) == [5400, 1800])
  }

  @Test("Lord Howe shifts by half an hour, Cairo changes at midnight, Samoa once left a day out")
  func oddZones() throws {
    let lordHowe = try calendar("Australia/Lord_Howe", everyDay(("00:00", "24:00")))
    #expect(lordHowe.elapsed(from: at("2026-04-05T00:00:00+11:00"), to: at("2026-04-06T00:00:00+10:30")) == 88_200)
    #expect(lordHowe.elapsed(from: at("2026-10-04T00:00:00+10:30"), to: at("2026-10-05T00:00:00+11:00")) == 84_600)
    let cairo = try calendar("Africa/Cairo", ["fri": [.init("00:00", "02:00")]])
    #expect(cairo.nextOpen(at: at("2026-04-23T12:00:00+02:00")) == at("2026-04-24T01:00:00+03:00"))
    #expect(cairo.elapsed(from: at("2026-04-23T12:00:00+02:00"), to: at("2026-04-24T12:00:00+03:00")) == 3600)
    let samoa = try calendar("Pacific/Apia", weekdays(("09:00", "17:00")))
    #expect(samoa.elapsed(from: at("2011-12-29T16:00:00-10:00"), to: at("2012-01-02T10:00:00+14:00")) == 7200)
  }

  @Test("no hours is never, hours too few for the target are never, and both at once")
  func never() throws {
    let empty = try calendar("Asia/Shanghai", [:], exceptions: [.init(date: "2026-11-11", intervals: [])])
    #expect(empty.neverOpens)
    #expect(empty.due(from: at("2026-01-01T00:00:00Z"), seconds: 1) == nil)
    #expect(empty.nextOpen(at: at("2026-01-01T00:00:00Z")) == nil)
    #expect(empty.pieces(from: .epoch, to: at("2026-01-01T00:00:00Z")).isEmpty)
    let once = try calendar(
      "Asia/Shanghai", [:], exceptions: [.init(date: "2026-11-11", intervals: [.init("10:00", "12:00")])])
    #expect(once.due(from: at("2026-11-01T00:00:00Z"), seconds: 7200) == at("2026-11-11T12:00:00+08:00"))
    #expect(once.due(from: at("2026-11-01T00:00:00Z"), seconds: 7201) == nil)
    #expect(once.due(from: at("2010-11-01T00:00:00Z"), seconds: 60) == nil)
  }

  @Test("the ends of time answer without trapping")
  func extremes() throws {
    let hours = try hotline()
    let (first, last) = (Instant(microseconds: .min), Instant(microseconds: .max))
    #expect(hours.elapsed(from: first, to: last) > 0)
    #expect(hours.due(from: .epoch, seconds: .max) == nil)
    for instant in [first, last] {
      _ = (hours.due(from: instant, seconds: 60), hours.nextChange(at: instant), hours.closedReason(at: instant))
      _ = (hours.isOpen(at: instant), hours.wallClock(of: instant))
    }
  }

  @Test("the version changes with what the calendar says, not with how it is written down")
  func version() throws {
    let one = try calendar("Asia/Shanghai", ["mon": [.init("13:00", "18:00"), .init("09:00", "12:00")]])
    let same = try calendar("Asia/Shanghai", ["mon": [.init("09:00", "12:00"), .init("13:00", "18:00")]])
    let other = try calendar("Asia/Shanghai", ["mon": [.init("09:00", "12:00"), .init("13:00", "18:30")]])
    #expect(one.version == same.version)
    #expect(one.version != other.version)
    #expect(one.version.utf8.count == 12)
  }

  static let invalid: [(CalendarProblem.Code, String, [String: [CalendarDefinition.Interval]])] = [
    (.zone, "Asia/Nowhere", [:]), (.zone, "+08:00", [:]), (.zone, "../etc/passwd", [:]), (.zone, "right/UTC", [:]),
    (.zone, "", [:]), (.zone, "tzdata.zi", [:]), (.zone, "Asia", [:]),
    (.overlap, "UTC", ["tue": [.init("09:00", "12:00"), .init("11:59", "13:00")]]),
    (.overlap, "UTC", ["sun": [.init("22:00", "06:00")], "mon": [.init("05:59", "09:00")]]),
    (.emptyInterval, "UTC", ["tue": [.init("00:00", "00:00")]]), (.time, "UTC", ["tue": [.init("24:00", "06:00")]]),
    (.time, "UTC", ["tue": [.init("9:00", "18:00")]]), (.time, "UTC", ["tue": [.init("09:00", "18:60")]]),
    (.time, "UTC", ["tue": [.init("09:00", "24:01")]]), (.weekday, "UTC", ["Mon": []]),
    (.weekday, "UTC", ["monday": []]),
  ]

  @Test("hours that cannot be are refused with their code", arguments: invalid)
  func refused(code: CalendarProblem.Code, zone: String, weekly: [String: [CalendarDefinition.Interval]]) {
    #expect { _ = try calendar(zone, weekly) } throws: { ($0 as? CalendarProblem)?.code == code }
  }

  @Test("exceptions may not run over midnight, double, or name no day")
  func refusedExceptions() {
    func code(_ exceptions: [CalendarDefinition.Exception]) -> CalendarProblem.Code? {
      do {
        _ = try calendar("UTC", [:], exceptions: exceptions)
        return nil
      } catch {
        return (error as? CalendarProblem)?.code
      }
    }
    #expect(code([.init(date: "2026-01-01", intervals: [.init("22:00", "06:00")])]) == .emptyInterval)
    #expect(code([.init(date: "2026-02-30", intervals: [])]) == .date)
    #expect(code([.init(date: "2026-01-01", intervals: []), .init(date: "2026-01-01", intervals: [])]) == .duplicate)
    #expect(code([.init(date: "2026-01-01", intervals: [.init("22:00", "24:00")])]) == nil)
  }

  @Test("a split shift, missing hours and a year without holidays are pointed out")
  func warnings() throws {
    let night = try calendar(
      "Asia/Shanghai", everyDay(("22:00", "06:00")), holidays: [("2026-05-01", "劳动节")],
      exceptions: [.init(date: "2026-05-03", intervals: [.init("00:00", "08:00")])])
    let now = at("2026-03-09T00:00:00Z")
    #expect(night.warnings(now: now).map(\.code) == [.holidaysEnd, .holidaySplitsShift])
    #expect(night.warnings(now: now).last?.detail.contains("2026-05-01 (劳动节)") == true)
    #expect(try calendar("UTC", [:]).warnings(now: now).map(\.code) == [.noHours])
    #expect(try hotline().warnings(now: at("2025-03-09T00:00:00Z")).isEmpty)
  }

  @Test("the named days of a span are told")
  func namedDays() throws {
    let days = try hotline().namedDays(from: at("2026-09-30T17:00:00+08:00"), to: at("2026-10-03T10:00:00+08:00"))
    #expect(days.map(\.date.day) == [1, 2, 3] && days.allSatisfy { $0.name == "国庆节" })
  }
}
