import Conversations
import Foundation
import Synchronization

/// This program's own commands, run as agents and mail servers run them.
struct OwnProgram: Sendable {
  let url: String
  let token: String
  let home: String

  struct Outcome: Sendable {
    var code: Int32
    var output: String
    var talk: String
  }

  /// Runs `patchbay` with `arguments` to its end.
  func run(_ arguments: [String]) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.environment = processEnvironment().merging([
      "PATCHBAY_URL": url, "PATCHBAY_TOKEN": token, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home,
      "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "en",
    ]) { _, own in own }
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, err)
    async let output = Self.all(of: out)
    async let talk = Self.all(of: err)
    let code = try await ended(process)
    return Outcome(code: code, output: await output, talk: await talk)
  }

  private func ended(_ process: Process) async throws -> Int32 {
    try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
  }

  private static func all(of pipe: Pipe) async -> String {
    let handle = pipe.fileHandleForReading
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
      }
    }
  }
}

extension Tour {
  func program(as agent: String) -> OwnProgram {
    OwnProgram(url: doors.url, token: tokens[agent] ?? "", home: stage.place.home + "/\(agent)")
  }
}
