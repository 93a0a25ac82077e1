import ArgumentParser
import Foundation

/// Exit codes are DESIGN §8's: ArgumentParser's own 64 for misuse becomes 2.
@main
enum Main {
  static func main() async {
    // A peer that hangs up is an error to handle, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    // What this program writes is for its own user: the store, keys, reports.
    umask(0o077)
    do {
      var command = try Patchbay.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      failure.print()
      exit(failure.code)
    } catch {
      let code = Patchbay.exitCode(for: error)
      guard code == .validationFailure || code == ExitCode(EX_USAGE) else { Patchbay.exit(withError: error) }
      say(Patchbay.fullMessage(for: error))
      // A mail server's pipe that was set up wrongly must not send mails back to those who wrote them.
      exit(CommandLine.arguments.dropFirst().first == Deliver._commandName ? EX_TEMPFAIL : 2)
    }
  }
}

struct Patchbay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patchbay",
    abstract:
      "A message router for customer-service teams: mail, chat, forms, calls and social messages into one conversation model.",
    discussion:
      "Operators: `patchbay check`, `patchbay serve`. Agents: `patchbay login`, then `patchbay next`. To see it all at work: `patchbay try`.",
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Operators",
        subcommands: [
          Serve.self, Check.self, ConfigCommand.self, ChannelsCommand.self, Deliver.self, Deliveries.self,
          OutboxCommand.self,
          SuppressionsCommand.self,
          DatabaseCommand.self,
          AgentsCommand.self, TokensCommand.self,
          Corrections.self, WhatIfCommand.self, BacktestCommand.self, Doctor.self, Try.self,
        ]),
      CommandGroup(name: "Agents (through the HTTP API)", subcommands: AgentCommands.all),
      CommandGroup(
        name: "Dry runs (no store, no server)",
        subcommands: [
          Normalize.self, Route.self, Redact.self, Hours.self, Holidays.self, Train.self, Classify.self, Evaluate.self,
        ]),
    ])
}
