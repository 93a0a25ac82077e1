import Conversations
import Routing
import Storage

/// The numbers of one period, before they take any form. Definitions: METRICS; `version` names them.
struct ServiceReport: Sendable {
  static let metricVersion = "1"

  /// Nearest-rank percentiles of a list of durations (METRICS §4).
  struct Durations: Sendable {
    var count: Int
    var p50: Int64?
    var p90: Int64?
    var p95: Int64?

    init(_ values: [Int64]) {
      let sorted = values.sorted()
      func rank(_ percent: Int) -> Int64? {
        sorted.isEmpty ? nil : sorted[max(0, (percent * sorted.count + 99) / 100 - 1)]
      }
      (count, p50, p90, p95) = (sorted.count, rank(50), rank(90), rank(95))
    }
  }

  /// One kind of promise: how often kept, how long it took.
  struct Promise: Sendable {
    var kind: String
    var met: Int
    var breached: Int
    /// Business seconds.
    var durations: Durations

    /// Kept ÷ decided in percent; `nil` when nothing was decided.
    var attainment: Double? { met + breached == 0 ? nil : 100 * Double(met) / Double(met + breached) }
  }

  struct Line: Sendable {
    var name: String
    var arrived: Int
    var promises: [Promise]
    var backlog: Int
  }

  var name: String
  var title: String
  var from: Instant
  var to: Instant
  var zone: CivilZone
  var language: String
  var total: Line
  var byQueue: [Line]
  var byCategory: [Line]
  var byChannel: [Line]
  /// Arrivals by hour of the day in the report's zone.
  var byHour: [Int]
  /// Ageing of the backlog in calendar days: 0–1, 1–3, 3–7, 7–14, 14–30, over 30.
  var ageing: [Int]
  var reopened: Int
  var resolved: Int
  var failedSends: Int
  var calendarVersions: [(name: String, version: String)]

  static let ageingBounds: [Int64] = [1, 3, 7, 14, 30]
  static let kinds = ["first_response", "next_reply", "resolution"]
}

extension ServiceReport {
  /// Computes the report inside one snapshot.
  init(
    name: String, title: String, from: Instant, to: Instant, queues: [String], language: String,
    configuration: DeskConfiguration, _ tx: Transaction
  )
    throws
  {
    func wanted(_ queue: String) -> Bool { queues.isEmpty || queues.contains(queue) }
    let arrivals = try tx.arrivals(from: from, to: to).filter { wanted($0.queue) }
    let clocks = try tx.decidedClocks(from: from, to: to).filter { wanted($0.queue) }
    let backlog = try tx.backlog(at: to).filter { wanted($0.queue) }
    (self.name, self.title, self.from, self.to, self.language) = (name, title, from, to, language)
    zone = configuration.settings.zone
    total = Line("", arrivals.count, clocks, backlog.count)
    byQueue = ServiceReport.lines(
      arrivals, \.queue, clocks, \.queue, backlog: Dictionary(grouping: backlog, by: \.queue).mapValues(\.count))
    byCategory = ServiceReport.lines(arrivals, \.category, clocks, \.category, backlog: [:])
    byChannel = ServiceReport.lines(arrivals, \.channel, clocks, \.channel, backlog: [:])
    byHour = arrivals.reduce(into: Array(repeating: 0, count: 24)) { hours, arrival in
      hours[configuration.settings.zone.wallClock(of: arrival.at).secondOfDay / 3600] += 1
    }
    ageing = backlog.reduce(into: Array(repeating: 0, count: 6)) { buckets, waiting in
      let days = to.seconds(since: waiting.startedAt) / 86_400
      buckets[ServiceReport.ageingBounds.firstIndex { days < $0 } ?? 5] += 1
    }
    reopened = try tx.eventCount("reopened", from: from, to: to)
    resolved = try tx.resolvedCount(from: from, to: to)
    failedSends = try tx.eventCount("send_failed", from: from, to: to)
    calendarVersions = configuration.table.calendars.sorted { $0.key < $1.key }.map {
      (name: $0.key, version: $0.value.version)
    }
  }

  private static func lines(
    _ arrivals: [ArrivalRow], _ arrivalKey: KeyPath<ArrivalRow, String>, _ clocks: [DecidedClockRow],
    _ clockKey: KeyPath<DecidedClockRow, String>, backlog: [String: Int]
  ) -> [Line] {
    let (came, decided) = (
      Dictionary(grouping: arrivals) { $0[keyPath: arrivalKey] }, Dictionary(grouping: clocks) { $0[keyPath: clockKey] }
    )
    let names = Set(came.keys).union(decided.keys).union(backlog.keys)
    return names.sorted().map { Line($0, came[$0]?.count ?? 0, decided[$0] ?? [], backlog[$0] ?? 0) }
  }
}

extension ServiceReport.Line {
  init(_ name: String, _ arrived: Int, _ clocks: [DecidedClockRow], _ backlog: Int) {
    (self.name, self.arrived, self.backlog) = (name, arrived, backlog)
    promises = ServiceReport.kinds.map { kind in
      let own = clocks.filter { $0.kind == kind }
      let met = own.filter(\.isMet).count
      return ServiceReport.Promise(
        kind: kind, met: met, breached: own.count - met, durations: .init(own.compactMap(\.businessSeconds)))
    }
  }
}
