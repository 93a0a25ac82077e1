import ArgumentParser
import Conversations
import Foundation

/// Sends prepared requests over connections that are kept busy; runs as a process of its own, so that the server's time
/// is not taken for ours. Prints one line of JSON.
struct Load: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sends load to a port (used by the others).", shouldDisplay: false)

  @Option var port: Int
  @Option var path: String
  @Option var count: Int
  /// Requests that differ; more than that repeat them.
  @Option var distinct: Int
  @Option var connections: Int
  @Option var perCustomer: Int
  @Option var start: Int64
  @Option var first = 0

  func run() async throws {
    let traffic = Traffic(perCustomer: perCustomer, startMilliseconds: start)
    let requests = (0..<min(distinct, count)).map { traffic.request(first + $0, to: path) }
    let generator = try Generator(port: port, connections: connections, requests: requests)
    let result = try generator.send(count)
    say(result.json.description)
  }
}

/// What a load has met.
struct LoadResult: Sendable {
  var answered200 = 0
  var others = 0
  var seconds = 0.0
  /// Milliseconds.
  var median = 0.0
  var p99 = 0.0
  /// Of the server, microseconds of processor time for each answer: the figure that busy neighbours change least.
  var processor = 0.0

  var perSecond: Double { seconds > 0 ? Double(answered200) / seconds : 0 }

  var json: JSON {
    [
      "ok": JSON(answered200), "others": JSON(others), "seconds": JSON(seconds), "p50": JSON(median), "p99": JSON(p99),
    ]
  }

  init() {}

  init?(_ json: JSON) {
    guard let ok = json["ok"]?.int, let others = json["others"]?.int, let seconds = json["seconds"]?.double,
      let median = json["p50"]?.double, let p99 = json["p99"]?.double
    else { return nil }
    (answered200, self.others, self.seconds, self.median, self.p99) = (ok, others, seconds, median, p99)
  }

  /// Runs the load in a process of its own, against a server in this one.
  static func of(_ arguments: [String], command: String = "load") async throws -> LoadResult {
    let before = processorSeconds()
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    (process.arguments, process.standardOutput) = ([command] + arguments, output)
    let ended = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in ended.continuation.finish() }
    try process.run()
    for await _ in ended.stream {}
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    guard let json = try? JSON(parsing: bytes), var result = LoadResult(json) else {
      throw ValidationError("the load generator failed")
    }
    result.processor = (processorSeconds() - before) * 1_000_000 / Double(max(1, result.answered200 + result.others))
    return result
  }
}

/// Milliseconds of a sorted list of nanoseconds at `fraction`.
func percentile(_ fraction: Double, of sorted: [UInt64]) -> Double {
  guard let last = sorted.last else { return 0 }
  let index = Int(Double(sorted.count) * fraction)
  return Double(sorted.indices.contains(index) ? sorted[index] : last) / 1_000_000
}

/// Processor time of this process so far, all threads, in seconds.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
}

func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
