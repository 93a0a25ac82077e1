import ArgumentParser
import Foundation

/// Resident memory of the server at rest and after work.
struct MemoryBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "Resident memory, idle and after load.")

  @OptionGroup var files: DeskOptions
  @OptionGroup var traffic: TrafficOptions

  func run() async throws {
    let bench = try await BenchDesk.open(files)
    let traffic = traffic
    try await bench.served(lanes: files.lanes) { port in
      _ = try await bench.empty(port, traffic, count: traffic.connections)
      say("idle: \(resident()) MB resident")
      for round in 0..<3 {
        let result = try await bench.intake(port, traffic, first: round * traffic.count)
        say(
          "after \(grouped(Double((round + 1) * traffic.count))) deliveries (\(grouped(result.perSecond))/s): \(resident()) MB resident"
        )
      }
    }
    await bench.close()
  }

  private func resident() -> Int { residentKilobytes() / 1024 }
}

/// What this process has in memory (proc(5), `VmRSS`).
func residentKilobytes() -> Int {
  let status =
    FileManager.default.contents(atPath: "/proc/self/status").map { String(decoding: $0, as: UTF8.self) } ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
  return Int(line.filter(\.isNumber)) ?? 0
}
