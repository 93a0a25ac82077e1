import Conversations
import Routing
import Storage
import Synchronization

/// Today's calls and chats by queue, for the board. Today's log is read for them: at most once a minute, however many
/// look.
final class LiveToday: Sendable {
  private struct State {
    var day: Instant?
    var nextAt: Instant?
    var levels: [String: ServiceLevel] = [:]
  }

  /// As old as it may be.
  static let seconds: Int64 = 60
  private let state = Mutex(State())

  /// True for the one who has to read it now; others go on with what was read before.
  func claim(_ day: Instant, now: Instant) -> Bool {
    state.withLock { state in
      if state.day != day { state = State(day: day) }
      if let next = state.nextAt, now < next { return false }
      state.nextAt = now.adding(seconds: Self.seconds)
      return true
    }
  }

  func keep(_ levels: [String: ServiceLevel], of day: Instant) {
    state.withLock { if $0.day == day { $0.levels = levels } }
  }

  /// Of these queues; `nil` = of all.
  func level(of queues: [String]?) -> ServiceLevel {
    state.withLock { state in
      state.levels.reduce(into: ServiceLevel()) { sum, own in
        if queues?.contains(own.key) ?? true { sum.add(own.value) }
      }
    }
  }
}

extension Desk {
  /// `{"convention","within_seconds","percent","offered","answered","abandoned"}`, by the desk's own `service_level`; null
  /// before the first call or chat of the day.
  func liveLevel(since day: Instant, now: Instant, queues: [String]?) async throws -> JSON {
    let configuration = configuration.value
    let rules = configuration.settings.serviceLevel
    if liveToday.claim(day, now: now) {
      // What happened at this very moment counts.
      let end = now.adding(microseconds: 1)
      let levels = try await store.read { tx in
        let histories = CalendarBook.histories(configuration.table.calendars, known: try tx.calendarHistories())
        var tally = ReportTally(
          from: day, to: end, zone: configuration.settings.zone, histories: histories, filter: ReportFilter(),
          rules: rules)
        let reading = ReportReading(tx: tx, histories: histories, knownID: try tx.newestLogged())
        try reading.tell(try tx.conversationsWithEvents(from: day, to: end).sorted(), to: &tally)
        return tally.levels.reduce(into: [String: ServiceLevel]()) { sums, level in
          sums[tally.places[level.key].queue, default: ServiceLevel()].add(level.value)
        }
      }
      liveToday.keep(levels, of: day)
    }
    let level = liveToday.level(of: queues)
    guard level.offered > 0 else { return .null }
    return [
      "convention": JSON(rules.convention.rawValue), "within_seconds": .array(level.within.sorted().map { JSON($0) }),
      "percent": ReportValue.percent(level.percent(rules.convention)).json, "offered": JSON(level.offered),
      "answered": JSON(level.answered), "abandoned": JSON(level.abandoned),
    ]
  }
}
