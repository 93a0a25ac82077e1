import Conversations
import Routing
import Storage
import Synchronization

/// Every calendar the desk has had, by name.
final class CalendarBook: Sendable {
  private struct Pages {
    var known: [String: CalendarHistory] = [:]
    /// Made once per configuration: every message asks for it.
    var machine: (configuration: DeskConfiguration, machine: ClockMachine)?
  }
  private let pages = Mutex(Pages())

  func replace(_ histories: [String: CalendarHistory]) { pages.withLock { $0 = Pages(known: histories) } }

  /// The histories behind `calendars`: a calendar whose present version the book does not know stands for itself.
  func histories(_ calendars: [String: BusinessCalendar]) -> [String: CalendarHistory] {
    CalendarBook.histories(calendars, known: pages.withLock { $0.known })
  }

  /// The clocks' arithmetic under a configuration.
  func machine(of configuration: DeskConfiguration) -> ClockMachine {
    pages.withLock { pages in
      if let made = pages.machine, made.configuration === configuration { return made.machine }
      let machine = ClockMachine(
        histories: CalendarBook.histories(configuration.table.calendars, known: pages.known))
      pages.machine = (configuration, machine)
      return machine
    }
  }

  static func histories(_ calendars: [String: BusinessCalendar], known: [String: CalendarHistory])
    -> [String: CalendarHistory]
  {
    known.merging(calendars.mapValues { CalendarHistory($0) }) { old, new in
      old.latestVersion == new.latestVersion ? old : new
    }
  }
}

extension Transaction {
  /// Keeps the hours from `at` on, if they are not those that hold already. The first known hours hold for all the past.
  func remember(calendar: BusinessCalendar, at: Instant) throws {
    let name = calendar.definition.name
    let last = try lastCalendarVersion(name)
    guard last?.version != calendar.version else { return }
    try insertCalendarVersion(
      name, from: last == nil ? .epoch : at, version: calendar.version, definition: calendar.definition.json.description
    )
  }

  /// All calendars there ever were. What can no longer be read (a zone that was taken out of the data) is left out.
  func calendarHistories() throws -> [String: CalendarHistory] {
    var versions: [String: [CalendarHistory.Version]] = [:]
    for row in try calendarVersions() {
      guard let json = try? JSON(parsing: row.definition),
        let definition = try? CalendarDefinition(name: row.name, json: json),
        let calendar = try? BusinessCalendar(definition)
      else { continue }
      versions[row.name, default: []].append(.init(from: row.from, calendar: calendar))
    }
    return versions.compactMapValues { CalendarHistory($0) }
  }
}

extension Desk {
  /// Clocks that count in hours which have changed since are due at another time now: what was used stays used. And those
  /// whose ladder has changed climb the new one.
  func recount(_ configuration: DeskConfiguration) async throws {
    let (now, machine) = (now(), calendars.machine(of: configuration))
    let versions = configuration.table.calendars.mapValues(\.version)
    let keeper = ClockKeeper(desk: self, configuration: configuration, now: now)
    var after: Int64 = 0
    while true {
      let cursor = after
      let last = try await store.write { tx -> Int64? in
        let some = try tx.runningClocks(after: cursor, limit: 200)
        for record in some {
          var record = record
          let hasNewHours = versions[record.calendar] ?? record.calendarVersion != record.calendarVersion
          if hasNewHours {
            let clock = ClockState(record)
            let event = ClockEvent.retarget(
              target: clock.target, calendar: clock.calendar, seconds: clock.targetSeconds,
              warnAtFraction: clock.warnAtFraction)
            record.take(machine.apply(event, at: now, to: clock), calendarVersion: versions[record.calendar] ?? "")
          }
          let hasNewStep = try keeper.refit(&record, tx)
          if hasNewHours || hasNewStep { try tx.save(record) }
          if hasNewHours { try tx.refreshDue(of: record.conversation) }
        }
        return some.last?.id
      }
      guard let last else { return }
      after = last
    }
  }
}
