import ArgumentParser
import Conversations
import Foundation
import Terminal

/// How a command ends: DESIGN's table of exit codes.
enum CommandExit: Int32, Sendable {
  case ok = 0
  case error = 1
  case usage = 2
  case notFound = 3
  case conflict = 4
  case denied = 5
  /// EX_TEMPFAIL of sysexits(3).
  case temporary = 75
  /// EX_CONFIG of sysexits(3).
  case configuration = 78
}

/// Why an agent's command could not do what it was asked, in the agent's language.
struct AgentProblem: Error, Sendable {
  var exit: CommandExit
  var message: String
  /// For scripts, on standard output with `--json`.
  var details: JSON?
  /// Lines to show below the message.
  var lines: [String] = []

  init(_ exit: CommandExit, _ message: String, details: JSON? = nil, lines: [String] = []) {
    (self.exit, self.message, self.details, self.lines) = (exit, message, details, lines)
  }
}

/// Runs the program and ends it with the house's exit codes: ArgumentParser ends misuse with 64 (EX_USAGE), we with 2.
/// A command that must end with a code of its own (sysexits for mail pipes) throws ArgumentParser's `ExitCode`.
enum CommandRun {
  static func main(_ root: any AsyncParsableCommand.Type, arguments: [String]? = nil) async -> Never {
    do {
      var command = try root.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      exit(CommandExit.ok.rawValue)
    } catch {
      end(root, error)
    }
  }

  private static func end(_ root: any ParsableCommand.Type, _ error: any Error) -> Never {
    if let code = error as? ExitCode { exit(code.rawValue) }
    let code = root.exitCode(for: error)
    let text = root.fullMessage(for: error)
    let handle: FileHandle = code.isSuccess ? .standardOutput : .standardError
    if !text.isEmpty { try? handle.write(contentsOf: Data((text + "\n").utf8)) }
    exit(code == .validationFailure ? CommandExit.usage.rawValue : code.rawValue)
  }
}
