import Foundation
import Testing

/// The built program, run without a terminal in a home of its own.
struct Program: Sendable {
  struct Result: Sendable {
    var status: Int32
    var out: String
    var talk: String
  }

  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("patchbay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: home) }

  func path(_ name: String) -> String { home.appendingPathComponent(name).path }

  func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Result {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("patchbay")
    process.arguments = arguments
    process.environment = ["HOME": home.path, "PATH": "/usr/bin:/bin", "TZ": "UTC"].merging(environment) { $1 }
    let name = UUID().uuidString
    for suffix in ["in", "out", "talk"] {
      let content = suffix == "in" ? Data(input.utf8) : Data()
      #expect(FileManager.default.createFile(atPath: path(name + suffix), contents: content))
    }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path(name + "in")))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name + "out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name + "talk")))
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in done.resume() }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    let read = { (suffix: String) throws in try String(contentsOfFile: path(name + suffix), encoding: .utf8) }
    return Result(status: process.terminationStatus, out: try read("out"), talk: try read("talk"))
  }

  /// Runs, and expects this end or this output.
  func expect(
    _ arguments: [String], environment: [String: String] = [:], status: Int32? = nil, out: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await run(arguments, environment: environment)
    if let status { #expect(result.status == status, "\(result.talk)", sourceLocation: location) }
    if let out { #expect(result.out == out, "\(result.talk)", sourceLocation: location) }
  }
}
