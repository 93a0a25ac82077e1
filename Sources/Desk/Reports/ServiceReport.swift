import Conversations
import Routing
import Storage

/// The numbers of one period, before they take any form. Definitions: METRICS; `metricVersion` names them.
struct ServiceReport: Sendable {
  static let metricVersion = "5"

  var name: String
  var title: String
  var from: Instant
  var to: Instant
  var zone: CivilZone
  var language: String
  var filter: ReportFilter
  var rules: ServiceLevelRules
  var names: ReportNames
  var total: ReportLine
  /// The whole of the period before, as far as this one has come.
  var before: ReportLine
  var beforeFrom: Instant
  var beforeTo: Instant
  var lines: [ReportDimension: [ReportLine]]
  /// Arrivals by weekday (Monday first) and hour of the report's zone.
  var heat: [[Int]]
  /// Calls and chats by hour of the day.
  var liveByHour: [Int]
  /// Seconds of handling a call or chat; `nil` = there was none.
  var liveHandleMean: Double?
  /// Civil days on which, at each hour of the day, a queue was open that calls or chats came into.
  var liveDaysByHour: [Int]
  /// Civil days of the period.
  var days: [(date: CivilDate, arrived: Int, resolved: Int)]
  /// The backlog at the end by age.
  var ageing: [ReportLine]
  /// The calendars, each with the versions that were valid in the period.
  var calendars: [(name: String, versions: [String])]
  /// The newest line of the event log that was looked at.
  var knownID: Int64
  /// `nil` unless it was asked for.
  var written: WrittenWork?

  /// Arrivals by hour of the day.
  var byHour: [Int] { (0..<24).map { hour in heat.reduce(0) { $0 + $1[hour] } } }
  var byWeekday: [Int] { heat.map { $0.reduce(0, +) } }

  /// Bounds in days: 0–1, 1–3, 3–7, 7–14, 14–30, over 30.
  static let ageingBounds: [Int64] = [1, 3, 7, 14, 30]
  static let ageingNames = ["0-1", "1-3", "3-7", "7-14", "14-30", ">30"]
}

/// What a report is asked to cover.
struct ReportScope: Sendable {
  var name: String
  var title: String
  var from: Instant
  var to: Instant
  var zone: CivilZone
  var queues: [String]
  var language: String
  var channels: [String] = []
  var categories: [String] = []
  var rules = ServiceLevelRules.usual
  /// `nil` = everything that is known now.
  var knownID: Int64?
  /// When it is asked, if its period may not be over.
  var now: Instant?
  /// What queues, categories, … are called; `nil` = as they are called now.
  var names: ReportNames?
  /// The calendars to name; `nil` = all there are. A run of the past names those it named then.
  var calendars: Set<String>?
  /// Hours and promises to count by instead of those that held: for asking what would have been.
  var hours: [String: BusinessCalendar] = [:]
  var targets: [String: ServiceTarget] = [:]
  /// For a simulation with other people.
  var keepsWrittenWork = false

  var filter: ReportFilter { ReportFilter(queues: queues, channels: channels, categories: categories) }
}

extension ServiceReport {
  /// Computes the report inside one snapshot.
  init(_ scope: ReportScope, _ configuration: DeskConfiguration, _ tx: Transaction) throws {
    let histories = CalendarBook.histories(configuration.table.calendars, known: try tx.calendarHistories())
      .merging(scope.hours.mapValues { CalendarHistory($0) }) { $1 }
    let known = try scope.knownID ?? tx.newestLogged()
    let reading = ReportReading(tx: tx, histories: histories, knownID: known, targets: scope.targets, now: scope.now)
    func tally(_ from: Instant, _ to: Instant, keepsWrittenWork: Bool = false) throws -> ReportTally {
      var tally = ReportTally(
        from: from, to: to, zone: scope.zone, histories: histories, filter: scope.filter, rules: scope.rules,
        keepsWrittenWork: keepsWrittenWork)
      try reading.run(&tally)
      return tally
    }
    (beforeFrom, beforeTo) = PeriodBefore.bounds(from: scope.from, to: scope.to, zone: scope.zone, now: scope.now)
    before = try tally(beforeFrom, beforeTo).total
    let tally = try tally(scope.from, scope.to, keepsWrittenWork: scope.keepsWrittenWork)
    written = tally.written
    (name, title, from, to) = (scope.name, scope.title, scope.from, scope.to)
    (zone, language, filter, knownID) = (scope.zone, scope.language, scope.filter, known)
    rules = scope.rules
    total = tally.total
    let lines = Dictionary(uniqueKeysWithValues: ReportDimension.allCases.map { ($0, tally.lines(by: $0)) })
    let ids = lines.map { dimension, lines in
      let ruled = dimension == .channel ? Array(scope.rules.withinSecondsByName.keys) : []
      return (dimension, lines.map(\.name) + scope.filter.names(in: dimension) + ruled)
    }
    names =
      scope.names ?? ReportNames(Dictionary(uniqueKeysWithValues: ids), language: scope.language, configuration)
    self.lines = lines
    (heat, liveByHour) = (tally.heat, tally.liveByHour)
    liveHandleMean = tally.liveHandled == 0 ? nil : Double(tally.liveHandleSeconds) / Double(tally.liveHandled)
    liveDaysByHour = ServiceReport.openDaysByHour(tally)
    days = ServiceReport.days(tally)
    ageing = ServiceReport.ageing(tally)
    let named = histories.filter { scope.calendars?.contains($0.key) ?? true }
    calendars = named.sorted { $0.key < $1.key }.map {
      (name: $0.key, versions: $0.value.versions(from: scope.from, to: scope.to))
    }
  }

  private static func days(_ tally: ReportTally) -> [(date: CivilDate, arrived: Int, resolved: Int)] {
    let first = tally.zone.wallClock(of: tally.from).date.daysSinceEpoch
    let last = tally.zone.wallClock(of: tally.to.adding(microseconds: -1)).date.daysSinceEpoch
    guard first <= last, last - first <= 400 else { return [] }
    return (first...last).map { day in
      let counts = tally.days[day] ?? (0, 0)
      return (CivilDate(daysSinceEpoch: day), counts.arrived, counts.resolved)
    }
  }

  /// The middle of each hour is asked.
  private static func openDaysByHour(_ tally: ReportTally) -> [Int] {
    var counts = Array(repeating: 0, count: 24)
    guard !tally.liveHours.isEmpty else { return counts }
    for day in days(tally) {
      let start = tally.zone.startOfDay(day.date)
      for hour in 0..<24 {
        let moment = start.adding(seconds: Int64(hour) * 3600 + 1800)
        let isOpen = tally.liveHours.contains { name in
          name.flatMap { tally.histories[$0] }?.calendar(at: moment).isOpen(at: moment) ?? true
        }
        if isOpen { counts[hour] += 1 }
      }
    }
    return counts
  }

  private static func ageing(_ tally: ReportTally) -> [ReportLine] {
    var buckets = Array(repeating: [(calendar: Int64, business: Int64)](), count: ageingNames.count)
    for age in tally.ages {
      buckets[ageingBounds.firstIndex { age.calendar < $0 * 86_400 } ?? ageingBounds.count].append(age)
    }
    return zip(ageingNames, buckets).map { name, ages in
      let (calendar, business) = (ages.map(\.calendar).sorted(), ages.map(\.business).sorted())
      return ReportLine(
        name: name,
        cells: [
          .init("count", .count(ages.count)),
          .init("p50_calendar_seconds", .duration(Percentiles.nearestRank(50, ofSorted: calendar))),
          .init("max_calendar_seconds", .duration(calendar.last)),
          .init("p50_business_seconds", .duration(Percentiles.nearestRank(50, ofSorted: business))),
          .init("max_business_seconds", .duration(business.last)),
        ])
    }
  }
}

/// The period that a trend compares with: the day, week or month before, or as many days as this one has. Of one that is
/// still running, or ends within a day, the same stretch: yesterday to the same hour.
enum PeriodBefore {
  static func bounds(from: Instant, to: Instant, zone: CivilZone, now: Instant? = nil) -> (from: Instant, to: Instant) {
    let end = now.flatMap { from < $0 && $0 < to ? $0 : nil } ?? to
    let (first, last) = (zone.wallClock(of: from), zone.wallClock(of: to))
    guard first.secondOfDay == 0 else {
      let start = from.adding(microseconds: from.microseconds - to.microseconds)
      return (start, start.adding(microseconds: end.microseconds - from.microseconds))
    }
    let whole = last.secondOfDay == 0 ? last.date : last.date.adding(days: 1)
    let start = start(first.date, whole)
    guard end < zone.startOfDay(whole) else { return (zone.startOfDay(start), from) }
    let reached = zone.wallClock(of: end)
    let days = reached.date.daysSinceEpoch - first.date.daysSinceEpoch
    let same = zone.instant(of: start.adding(days: days), secondOfDay: reached.secondOfDay)
    return (zone.startOfDay(start), min(same, from))
  }

  /// The first day of the period before that of the days from `first` until `last`, which is not one of them.
  private static func start(_ first: CivilDate, _ last: CivilDate) -> CivilDate {
    let days = last.daysSinceEpoch - first.daysSinceEpoch
    guard first.day == 1, last.day == 1, days <= 31 else { return first.adding(days: -days) }
    let before = first.adding(days: -1)
    return before.adding(days: Int64(1 - before.day))
  }
}
