import ArgumentParser
import Conversations
import Desk
import Storage

/// How long an agent waits for the next conversation.
struct NextBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "next", abstract: "Latency of taking the next conversation and giving it back.")

  @OptionGroup var files: DeskOptions

  @Option(help: "Open conversations.")
  var open: [Int] = [1000, 100_000]

  @Option(help: "Times it is done.")
  var count = 500

  func run() async throws {
    for open in open {
      let bench = try await BenchDesk.open(files)
      await bench.fill(open)
      let agent = Agent(name: "bench", display: "bench", email: nil, role: .agent, queues: [], createdAt: wallClock())
      var (taking, releasing, writing) = ([UInt64](), [UInt64](), [UInt64]())
      for _ in 0..<count {
        let begin = nanoseconds()
        let id = try await bench.desk.takeNext(for: agent, queue: nil)
        let taken = nanoseconds()
        try await bench.desk.release(id, by: agent)
        let released = nanoseconds()
        try await bench.desk.store.write { try $0.setCursor("bench", Int64(bitPattern: begin)) }
        taking.append(taken - begin)
        releasing.append(released - taken)
        writing.append(nanoseconds() - released)
      }
      say(
        "\(grouped(Double(open))) open: next \(line(taking)), release \(line(releasing)), one bare durable write \(line(writing))"
      )
      await bench.close()
    }
  }

  private func line(_ times: [UInt64]) -> String {
    let sorted = times.sorted()
    return "p50 \(rounded(percentile(0.5, of: sorted))) p99 \(rounded(percentile(0.99, of: sorted))) ms"
  }
}
