import ArgumentParser
import Conversations
import Desk
import Foundation
import Routing
import Storage

/// Conversations taken in as in production, then routed again: with the same configuration, where nothing may differ, and
/// with a rule that moves a known part of them.
struct BacktestBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest", abstract: "Backtests over conversations that were really taken in: time, memory.")

  @OptionGroup var files: DeskOptions
  @Option(help: "Conversations in the history.") var conversations = 100_000

  func run() async throws {
    let bench = try await BenchDesk.open(files)
    try await bench.desk.rememberConfiguration()
    let started = nanoseconds()
    await bench.fill(conversations)
    say(
      "history: \(grouped(Double(conversations))) conversations, taken in within \(rounded(seconds(since: started))) s")
    let table = bench.desk.configuration.value.table
    let same = try await measure("as it was", bench.desk.store, table)
    guard same.isEmpty, same.conversations == conversations else {
      throw ValidationError("the same configuration differs: \(same.json)")
    }
    var planted = table
    planted.version = "planted"
    // Of the texts in `Traffic` one in eight.
    planted.rules.insert(
      RoutingRule(name: "planted", when: RuleCondition(anyWords: ["parcel"]), then: RuleOutcome(queue: "complaints")),
      at: 0)
    let moved = try await measure("with a planted rule", bench.desk.store, planted)
    guard moved.moved == (conversations + 5) / 8 else { throw ValidationError("it moved \(moved.moved)") }
    await bench.close()
  }

  private func measure(_ name: String, _ store: Store, _ table: RoutingTable) async throws -> BacktestReport {
    let (began, used) = (nanoseconds(), processorSeconds())
    let report = try await Backtest(store, trial: table) { _, _ in table }.run()
    let seconds = seconds(since: began)
    say(
      """
      \(name): \(rounded(seconds)) s, \(grouped(Double(report.conversations) / seconds))/s, \
      \(rounded((processorSeconds() - used) * 1e6 / Double(max(1, report.conversations)))) µs CPU each, \
      \(report.moved) moved, peak \(peakBytes() >> 20) MB
      """)
    return report
  }

  private func seconds(since: UInt64) -> Double { Double(nanoseconds() - since) / 1e9 }
}
