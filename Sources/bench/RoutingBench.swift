import ArgumentParser
import Conversations
import Foundation
import Routing
import Setup

/// Texts classified and messages routed per second, one after the other on one thread.
struct RoutingBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routing", abstract: "Texts classified and routing decisions per second, with the sample desk's model."
  )

  @Option(help: ArgumentHelp("The directory with channels/ and templates/.", valueName: "dir"))
  var config = "."

  @Option(help: "Texts and decisions.")
  var count = 50_000

  func run() async throws {
    let configuration = try Configuration.load(directory: config, environment: [:], secrets: .checking)
    let texts = try (DeskTraining.read(directory: config)?.texts ?? []).map(\.text)
    guard let model = configuration.table.classifier as? TextModel, !texts.isEmpty else {
      throw ValidationError("\(config) has no model with examples")
    }
    var session = TextModelSession(model)
    tell("classified") { session.scores(texts[$0 % texts.count], most: 3).count }
    let (router, now) = (Router(configuration.table), wallClock())
    let inputs = texts.map { RoutingInput(channel: "support-mail", kind: ChannelKind("email"), text: $0) }
    tell("routed") { router.route(inputs[$0 % inputs.count], now: now).traceJSON.utf8.count }
  }

  private func tell(_ what: String, _ body: (Int) -> Int) {
    var sum = 0
    for number in 0..<min(count, 2000) { sum += body(number) }
    let begin = nanoseconds()
    for number in 0..<count { sum += body(number) }
    let seconds = Double(nanoseconds() - begin) / 1_000_000_000
    say(
      "\(what): \(grouped(Double(count) / seconds))/s, \(rounded(seconds * 1_000_000 / Double(count))) µs each (sum \(sum))"
    )
  }
}
