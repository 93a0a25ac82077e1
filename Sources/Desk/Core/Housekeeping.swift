package import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Keeps the files that the decisions of this version are made with. With an `entry` it is written down as in force from
  /// now on, unless that is what the last entry says.
  package func rememberConfiguration(as entry: ConfigurationEntry? = nil) async throws {
    let value = configuration.value
    try await remember(value, as: entry)
    try await recount(value)
    try await setOverflows(value, before: nil)
  }

  func remember(_ value: DeskConfiguration, as entry: ConfigurationEntry?) async throws {
    let now = now()
    let histories = try await store.write { tx in
      try tx.rememberConfiguration(version: value.version, at: now, filesJSON: value.filesJSON)
      if let model = value.model { try tx.rememberModel(version: model.version, content: model.content) }
      if let entry, try tx.configurationLog(limit: 1).first?.version != value.version {
        try tx.logConfiguration(.init(at: now, version: value.version, how: entry.how, actor: entry.actor))
      }
      for (_, calendar) in value.table.calendars.sorted(by: { $0.key < $1.key }) {
        try tx.remember(calendar: calendar, at: now)
      }
      for name in value.reports.map(\.schedule.name) where try tx.cursor(Desk.firstSeen(report: name)) == 0 {
        try tx.setCursor(Desk.firstSeen(report: name), now.microseconds)
      }
      return try tx.calendarHistories()
    }
    calendars.replace(histories)
  }

  /// `{"version","since","how","actor"}` of what this router works by; the last three as the store's log has them.
  package func configurationInForce() async throws -> JSON {
    let version = configuration.value.version
    let entry = try await store.read { try $0.configurationLog(limit: 1).first { $0.version == version } }
    return [
      "version": JSON(version), "since": JSON(entry?.at), "how": JSON(entry?.how), "actor": JSON(entry?.actor),
    ]
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
        + tx.dropDeclines(before: now, limit: limit)
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
