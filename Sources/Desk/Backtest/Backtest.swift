package import Conversations
import Foundation
package import Routing
package import Storage

/// What would have gone elsewhere: every decision of a period made again, with another configuration, from what it was
/// made from. It reads the store and never writes to it.
///
/// Each decision stands for itself: a later message meets its conversation as it really stood. So a configuration that
/// decides as it did then gives no difference, whatever agents have done in between.
package struct Backtest: Sendable {
  /// The files of a version that was in force once, as its table; `nil` when they can no longer be read.
  package typealias TableReader = @Sendable (_ version: String, _ filesJSON: String) -> RoutingTable?

  let store: Store
  /// The configuration that is tried.
  let trial: RoutingTable
  let since: Instant
  let until: Instant
  let exampleCount: Int
  let reader: TableReader

  /// - Parameters:
  ///   - store: Where the past is; it may be open for reading only.
  ///   - trial: The configuration that is tried.
  ///   - since: The first moment that counts; `nil` = the beginning.
  ///   - until: The first moment that no longer counts; `nil` = the end.
  ///   - exampleCount: How many conversations are shown.
  ///   - reader: Reads older configurations, for what they had promised.
  package init(
    _ store: Store, trial: RoutingTable, since: Instant? = nil, until: Instant? = nil, exampleCount: Int = 5,
    reader: @escaping TableReader
  ) {
    (self.store, self.trial, self.exampleCount, self.reader) = (store, trial, exampleCount, reader)
    self.since = since ?? Instant(microseconds: .min)
    self.until = until ?? Instant(microseconds: .max)
  }

  /// Goes through the period once, a page at a time; while one page is judged on all cores, the next is read.
  package func run() async throws -> BacktestReport {
    let router = Router(trial)
    let upTo = try await store.read { try $0.newestDecision() }
    var (tally, tables) = (BacktestTally(exampleCount: exampleCount), PastTables(trial))
    // An id is made when its decision is, never before (`IDMaker`).
    var page = try await read(after: since.microseconds == .min ? 0 : IDMaker.floor(at: since) - 1, upTo: upTo)
    while let last = page.last {
      async let next = read(after: last.id, upTo: upTo)
      for version in Set(page.map(\.configuration)) where !tables.knows(version) {
        let files = try await store.read { try $0.configurationFiles(version) }
        tables.learn(version, files.flatMap { reader(version, $0) })
      }
      tally.add(await judge(page, router, tables))
      page = try await next
    }
    tally.unreadableConfigurations = tables.unreadable
    let traces = try await traces(of: tally.examples)
    return BacktestReport(self, tally, traces: traces)
  }

  private func read(after: Int64, upTo: Int64) async throws -> [PastDecision] {
    let (since, until) = (since, until)
    return try await store.read { try $0.pastDecisions(after: after, upTo: upTo, since: since, until: until) }
  }

  private func judge(_ page: [PastDecision], _ router: Router, _ tables: PastTables) async -> BacktestTally {
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let share = max(1, (page.count + cores - 1) / cores)
    let exampleCount = exampleCount
    return await withTaskGroup(of: (Int, BacktestTally).self) { group in
      for start in stride(from: 0, to: page.count, by: share) {
        let some = page[start..<min(start + share, page.count)]
        group.addTask {
          let judge = BacktestJudge(router: router, tables: tables)
          var tally = BacktestTally(exampleCount: exampleCount)
          for past in some { judge.judge(past, &tally) }
          return (start, tally)
        }
      }
      var parts: [(Int, BacktestTally)] = []
      for await part in group { parts.append(part) }
      // In the order of the decisions, so that the examples are the same each time.
      return parts.sorted { $0.0 < $1.0 }.reduce(into: BacktestTally(exampleCount: exampleCount)) { $0.add($1.1) }
    }
  }

  private func traces(of examples: [BacktestExample]) async throws -> [Int64: String] {
    let ids = examples.map(\.decision)
    return try await store.read { tx in
      try ids.reduce(into: [:]) { $0[$1] = try tx.trace(ofDecision: $1) }
    }
  }
}

/// The tables of the configurations that decisions were made with.
struct PastTables: Sendable {
  private let trial: RoutingTable
  private var known: [String: RoutingTable]
  /// Versions whose files are not kept, or can no longer be read.
  private(set) var unreadable = 0

  init(_ trial: RoutingTable) { (self.trial, known) = (trial, [trial.version: trial]) }

  func knows(_ version: String) -> Bool { known[version] != nil }

  /// A table that cannot be had gives way to the one that is tried: what it promised is unknown.
  mutating func learn(_ version: String, _ table: RoutingTable?) {
    if table == nil { unreadable += 1 }
    known[version] = table ?? trial
  }

  func table(_ version: String) -> RoutingTable { known[version] ?? trial }
}
