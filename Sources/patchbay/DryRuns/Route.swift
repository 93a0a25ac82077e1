import ArgumentParser
import Channels
import Conversations
import Desk
import Routing
import Setup

struct Route: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says where a message would go and why: a normalised message with \"channel\" on standard input.",
    discussion:
      "Example: echo '{\"channel\":\"webchat\",\"text\":\"my card was charged twice\"}' | patchbay route --config .")

  @OptionGroup var files: ConfigurationOptions
  @Option(help: ArgumentHelp("Route as if it were this moment.", valueName: "rfc3339")) var now: String?

  func run() async throws {
    let configuration = DeskWiring.deskConfiguration(try DeskWiring.configuration(files.directory, .dryRun))
    let moment =
      try now.map { text in
        guard let instant = Instant(rfc3339: text) else {
          throw Failure.usage("--now is not an RFC 3339 time: \(text)")
        }
        return instant
      } ?? wallClock()
    let message: JSON
    do { message = try JSON(parsing: try readInput("-")) } catch let problem as JSONProblem {
      throw Failure.usage("standard input: \(problem)")
    }
    guard message.members != nil else { throw Failure.usage("standard input: not a message, which is a JSON object") }
    let channel = message["channel"]?.string
    if channel.flatMap({ configuration.channels[$0] }) == nil {
      let known = configuration.channels.keys.sorted().joined(separator: ", ")
      say(
        "patchbay: \(channel.map { "no connection is called `\($0)`" } ?? "the message names no `channel`"); "
          + "routed without what only a connection says. There are: \(known)")
    }
    let keys = DeskKeys(secret: DeskWiring.randomBytes(32))
    print(
      DryRouting(configuration: configuration, redactor: Redactor(token: { keys.redactionToken(for: $0) })).route(
        message, now: moment
      ).description)
  }
}
