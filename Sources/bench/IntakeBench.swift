import ArgumentParser
import Conversations
import Desk
import Storage

/// Durable intake against the same server's empty answer, in one run.
struct IntakeBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intake", abstract: "Durable webhook intake per second, beside the same server's empty handler.")

  @OptionGroup var files: DeskOptions
  @OptionGroup var traffic: TrafficOptions

  @Option(help: "Times both are measured, in turn; the medians are told.")
  var rounds = 5

  func run() async throws {
    let bench = try await BenchDesk.open(files)
    let (traffic, rounds) = (traffic, rounds)
    let pairs = try await bench.served(lanes: files.lanes) { port in
      _ = try await bench.empty(port, traffic, count: 5000)
      var pairs: [(empty: LoadResult, intake: LoadResult)] = []
      for round in 0..<rounds {
        let empty = try await bench.empty(port, traffic, count: 100_000)
        let before = bench.desk.store.counters
        let intake = try await bench.intake(port, traffic, first: round * traffic.count)
        pairs.append((empty, intake))
        tell(empty, intake, before, bench.desk.store.counters)
      }
      return pairs
    }
    let ratio = median(pairs.map { $0.intake.perSecond / $0.empty.perSecond })
    say(
      """
      median of \(rounds): intake \(grouped(median(pairs.map(\.intake.perSecond))))/s, p99 \(rounded(median(pairs.map(\.intake.p99)))) ms; \
      empty handler \(grouped(median(pairs.map(\.empty.perSecond))))/s; ratio \(rounded(ratio * 100)) %
      """)
    await bench.close()
  }

  private func tell(_ empty: LoadResult, _ intake: LoadResult, _ before: StoreCounters, _ after: StoreCounters) {
    let closures = max(1, after.closures - before.closures)
    let commits = max(1, after.commits - before.commits)
    say(
      """
      empty   \(line(empty))
      intake  \(line(intake))   \
      \(rounded(Double(after.statements - before.statements) / Double(closures))) statements each, \
      \(rounded(Double(closures) / Double(commits))) per commit, \(rounded(intake.perSecond / empty.perSecond * 100)) %
      """)
  }

  private func line(_ result: LoadResult) -> String {
    let wrong = result.others > 0 ? "   \(result.others) NOT 200" : ""
    return
      "\(grouped(result.perSecond))/s   p50 \(rounded(result.median)) ms   p99 \(rounded(result.p99)) ms   \(rounded(result.processor, 0)) µs CPU\(wrong)"
  }
}

/// The empty handler alone, for work on the server.
struct EmptyBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "empty", abstract: "The server's empty handler alone.")

  @OptionGroup var files: DeskOptions
  @OptionGroup var traffic: TrafficOptions

  func run() async throws {
    let bench = try await BenchDesk.open(files)
    let traffic = traffic
    let result = try await bench.served(lanes: false) { port in
      try await bench.empty(port, traffic, count: traffic.count)
    }
    say("empty   \(grouped(result.perSecond))/s   p50 \(rounded(result.median)) ms   p99 \(rounded(result.p99)) ms")
    await bench.close()
  }
}

extension BenchDesk {
  /// The same bodies to a handler that does nothing.
  func empty(_ port: Int, _ traffic: TrafficOptions, count: Int) async throws -> LoadResult {
    try await LoadResult.of(arguments(port, "/healthz", traffic, count: count, distinct: 1000, first: 0))
  }

  func intake(_ port: Int, _ traffic: TrafficOptions, first: Int) async throws -> LoadResult {
    try await LoadResult.of(
      arguments(port, "/hooks/\(Traffic.channel)", traffic, count: traffic.count, distinct: traffic.count, first: first)
    )
  }

  private func arguments(_ port: Int, _ path: String, _ traffic: TrafficOptions, count: Int, distinct: Int, first: Int)
    -> [String]
  {
    [
      "--port", "\(port)", "--path", path, "--count", "\(count)", "--distinct", "\(distinct)",
      "--connections", "\(traffic.connections)", "--per-customer", "\(traffic.perCustomer)",
      "--start", "\(desk.now().microseconds / 1000)", "--first", "\(first)",
    ]
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
