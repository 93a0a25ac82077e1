import ArgumentParser
import Channels
import Conversations
import Desk
import Setup
import Storage
import Terminal

struct ChannelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels", abstract: "Lists the connections and how each fares: last success, failures, lag.")
  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var place: StoreOptions
  @Flag(help: "One JSON object a line.") var json = false

  func run() async throws {
    let configuration = try DeskWiring.configuration(files.directory, .dryRun)
    let store = try await place.open()
    let states: [ChannelState]
    do {
      states = try await store.read { try ChannelState.all(configuration.connections, $0) }
    } catch {
      await store.close()
      throw Failure.temporary("\(error)")
    }
    await store.close()
    let now = wallClock()
    for state in states { print(json ? state.json(now: now).description : state.line(now: now)) }
    if states.isEmpty { say("there are no channels") }
  }
}

extension ChannelState {
  func line(now: Instant) -> String {
    let parts = [inward, outward].compactMap(\.self).map { health in
      let name = health.direction == .inward ? "receiving" : "sending"
      let success = health.lastSuccessAt.map { "last success \($0.rfc3339)" } ?? "never succeeded"
      let lag = health.direction == .inward ? health.lagSeconds(now: now).map { "  lag \($0) s" } ?? "" : ""
      let failure =
        health.failures == 0
        ? "" : "\n        \(health.failures) failures in a row: \(Neutral.oneLine(health.failure ?? "unknown"))"
      return "\n    \(name): \(success)\(lag)\(failure)"
    }
    let stopped = stop.map {
      "\n    sends nothing since \($0.since.rfc3339): \(Neutral.oneLine($0.reason)); credentials right again? patchbay outbox resume \(name)"
    }
    return "\(name)  \(kind)  \(status.rawValue)  \(title)" + parts.joined() + (stopped ?? "")
  }
}
