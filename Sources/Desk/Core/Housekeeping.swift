import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Keeps the files that the decisions of this version were made with.
  package func rememberConfiguration() async throws {
    let (value, now) = (configuration.value, now())
    let histories = try await store.write { tx in
      try tx.rememberConfiguration(version: value.version, at: now, filesJSON: value.filesJSON)
      for (_, calendar) in value.table.calendars.sorted(by: { $0.key < $1.key }) {
        try tx.remember(calendar: calendar, at: now)
      }
      for name in value.reports.map(\.schedule.name) where try tx.cursor(Desk.firstSeen(report: name)) == 0 {
        try tx.setCursor(Desk.firstSeen(report: name), now.microseconds)
      }
      return try tx.calendarHistories()
    }
    calendars.replace(histories)
    try await recount(value)
  }

  /// The cursor that keeps since when a report is wanted: it is not made for the time before.
  static func firstSeen(report name: String) -> String { "report first seen: \(name)" }

  /// How long raw bytes are kept for replay, and parked ones at most (DESIGN §7).
  static let rawDays: Int64 = 30
  static let parkedDays: Int64 = 7

  /// Removes what is past its time, in small steps so that live traffic is never held up. Returns how many rows it touched.
  @discardableResult
  package func tidy(limit: Int = 200) async throws -> Int {
    let now = now()
    return try await store.write { tx in
      try tx.dropRaw(before: IDMaker.floor(at: now.adding(seconds: -Desk.rawDays * 86_400)), limit: limit)
        + tx.dropParkedBytes(before: now.adding(seconds: -Desk.parkedDays * 86_400), limit: limit)
        + tx.dropEarlyChanges(before: now.adding(seconds: -Desk.parkedDays * 86_400), limit: limit)
    }
  }

  package func runHousekeeping(every interval: Duration = .seconds(300)) async {
    while !Task.isCancelled {
      do {
        while try await tidy() > 0 { try await Task.sleep(for: .milliseconds(50)) }
      } catch {
        log.error("housekeeping failed", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: interval)
    }
  }
}
