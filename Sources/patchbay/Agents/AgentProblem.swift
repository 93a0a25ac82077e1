import Conversations
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
