import Setup
import Testing

@Suite("Damaged files") struct HostileFilesTests {
  /// A file of the sample desk in the small one: names that lead nowhere are complained of, which is half the purpose.
  private func check(_ path: String, _ bytes: [UInt8]) -> CheckReport {
    var desk = SmallDesk()
    desk.bytes[path] = bytes
    return desk.check()
  }

  private func sample(_ path: String) throws -> [UInt8] {
    try #require(Disk.machine.contents("\(SampleDeskTests.root)/\(path)"))
  }

  private static let small = [
    "channels/routing/reports.yaml", "channels/routing/queues.yaml", "channels/routing/hours.yaml",
    "channels/routing/targets.yaml", "channels/phone.yaml",
    "templates/after_hours.en.txt",
  ]

  @Test("cut off anywhere, they are complained of or still make sense, and nothing crashes", arguments: small)
  func truncated(path: String) throws {
    let bytes = try sample(path)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      let report = check(path, Array(bytes.prefix(length)))
      #expect(report.problems.allSatisfy { ($0.line ?? 1) >= 1 && !$0.description.isEmpty })
    }
    #expect(!check(path, []).isClean)
  }

  @Test("with single bytes changed, nothing crashes", arguments: small)
  func flipped(path: String) throws {
    let bytes = try sample(path)
    for (step, position) in stride(from: 0, to: bytes.count, by: 11).enumerated() {
      var damaged = bytes
      damaged[position] = [0x00, 0x7B, 0xFF, 0x3A, 0x0A, 0x22, 0x26, 0x2A, 0x09, 0x5B][step % 10]
      _ = check(path, damaged).text
    }
  }
}
