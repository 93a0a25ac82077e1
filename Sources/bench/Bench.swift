import ArgumentParser
import Foundation

/// Measures what matters on this machine. Figures depend on disk and neighbours: compare those of one run.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures intake, mail and webhook reading, routing, backtests, reports, `next`, streams and memory.",
    subcommands: [
      IntakeBench.self, EmptyBench.self, MailBench.self, FuzzBench.self, LMTPBench.self, WebhookBench.self,
      RoutingBench.self, BacktestBench.self, ReportBench.self, NextBench.self, StreamBench.self, MemoryBench.self,
      Load.self,
      MailLoad.self,
    ],
    defaultSubcommand: IntakeBench.self)
}

/// What every measurement of a running desk needs.
struct DeskOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The directory with channels/ and templates/.", valueName: "dir"))
  var config = "."

  @Option(help: ArgumentHelp("Where the throw-away store is made; must be a real disk.", valueName: "dir"))
  var scratch = "/var/tmp"

  @Flag(help: "Conversations also get the desk's automatic answers.")
  var automatic = false

  @Flag(help: "The search lane and the clock sweep run beside it, as in `patchbay serve`.")
  var lanes = false
}

/// How much traffic.
struct TrafficOptions: ParsableArguments {
  @Option(help: "Deliveries to be taken in.")
  var count = 40_000

  @Option(help: "Connections that are kept busy.")
  var connections = 64

  @Option(help: "Messages of one customer: 1 = each opens a contact and a conversation.")
  var perCustomer = 1
}

func say(_ line: String) {
  print(line)
  fflush(nil)
}

/// `12 345`.
func grouped(_ number: Double) -> String {
  var digits = Array(String(Int(number.rounded())))
  for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(" ", at: place) }
  return String(digits)
}

func rounded(_ number: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", number) }
