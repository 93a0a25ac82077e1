import Conversations
import Routing
import Storage

/// Reads the event log of a period, a few hundred conversations at a time, and tells each story to a tally. What it takes
/// grows with the period and its backlog, not with the desk's history.
struct ReportReading {
  let tx: Transaction
  let histories: [String: CalendarHistory]
  /// Lines of the log with a larger id are not looked at: so a report of the past comes out as it did then.
  let knownID: Int64
  /// Promises by name to count by instead of those in the log.
  var targets: [String: ServiceTarget] = [:]
  /// Whoever is there now may go at any moment: what comes after it nobody knows. `nil` = the period is over.
  var now: Instant?

  static let conversationsAtOnce = 500

  func run(_ tally: inout ReportTally) throws {
    let end = min(tally.to, now ?? tally.to)
    tally.attend(try tx.presenceChanges(from: tally.from, to: end, upTo: knownID), until: end)
    let ids = Set(try tx.conversationsWithEvents(from: tally.from, to: tally.to))
      .union(try tx.conversationsUnresolved(at: tally.to)).sorted()
    try tell(ids, to: &tally)
  }

  /// The stories of these conversations, up to the end of the tally's period.
  func tell(_ ids: [Int64], to tally: inout ReportTally) throws {
    let teller = StoryTeller(histories: histories, targets: targets)
    for start in stride(from: 0, to: ids.count, by: Self.conversationsAtOnce) {
      let some = ids[start..<min(start + Self.conversationsAtOnce, ids.count)]
      let logs = try LogBook.read(tx, of: some, upTo: knownID)
      for id in some {
        guard let log = logs[id] else { continue }
        tally.add(teller.tell(log, until: tally.to) { logs[$0] ?? [] })
      }
    }
  }
}

/// Logs of conversations with those that they go on from: of what was merged into them, and of what they were split off.
enum LogBook {
  static func read(_ tx: Transaction, of ids: some Collection<Int64>, upTo knownID: Int64) throws -> [Int64: [LogEntry]]
  {
    var (logs, wanted) = ([Int64: [LogEntry]](), Set(ids))
    let atOnce = ReportReading.conversationsAtOnce
    while !wanted.isEmpty {
      let some = wanted.sorted()
      wanted = []
      for start in stride(from: 0, to: some.count, by: atOnce) {
        let part = some[start..<min(start + atOnce, some.count)]
        for row in try tx.eventLog(of: part, upTo: knownID) {
          let entry = LogEntry(row)
          logs[row.conversation, default: []].append(entry)
          guard row.kind == "absorbed" || row.kind == "split" else { continue }
          if let from = entry.data["from"]?.int64, logs[from] == nil { wanted.insert(from) }
        }
      }
    }
    return logs
  }
}

extension LogEntry {
  init(_ row: EventRow) {
    self.init(
      id: row.id, at: row.at, kind: row.kind, actor: row.actor,
      data: row.dataJSON.flatMap { try? JSON(parsing: $0) } ?? .null)
  }
}
