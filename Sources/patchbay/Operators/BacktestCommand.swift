import ArgumentParser
import Conversations
import Desk
import Routing
import Setup
import Terminal

struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Routes the past again with a configuration: what would have gone elsewhere.",
    discussion: """
      Every decision is made again from what it was made from, at its own moment; the store is only read. With the \
      configuration that was in force nothing is different.

      Examples:
        patchbay backtest --config ../next --since 2026-03-01
        patchbay backtest --config ../next --since 2026-03-01 --until 2026-04-01 --json
      """)

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var place: StoreOptions
  @Option(help: "The first day that counts, or RFC 3339; without it everything counts.") var since: String?
  @Option(help: "The first day that no longer counts, or RFC 3339.") var until: String?
  @Option(help: "How many conversations are shown.") var examples = 5
  @Flag(help: "One JSON object.") var json = false

  func run() async throws {
    guard (0...1000).contains(examples) else { throw Failure.usage("--examples is a number from 0 to 1000") }
    let trial = try DeskWiring.configuration(files.directory, .dryRun)
    let zone = trial.settings.zone
    let (from, to) = (try since.map { try instant($0, zone) }, try until.map { try instant($0, zone) })
    if let from, let to, from >= to { throw Failure.usage("--since does not lie before --until") }
    let (directory, count) = (files.directory, examples)
    let report = try await place.reading { store in
      try await Backtest(store, trial: trial.table, since: from, until: to, exampleCount: count) { _, files in
        KeptConfiguration.table(files, directory: directory)
      }.run()
    }
    let console = Console()
    if json { console.print(report.json) } else { console.print(BacktestText(report, zone: zone, console).lines) }
  }
}
