import ArgumentParser
import Conversations
import Routing
import Setup
import Storage

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Reads configuration and templates and runs the examples beside rules and mappings; lists every problem; exit 78 if there is one.",
    discussion: "With --data or --database it also looks for queues that no agent of that store serves."
  )

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var place: StoreOptions

  func run() async throws {
    let report = checkConfiguration(directory: files.directory, environment: processEnvironment())
    print(report.text)
    let loaded = try? Configuration.load(
      directory: files.directory, environment: processEnvironment(), secrets: .checking)
    for line in hints(loaded) { print(line) }
    for line in try await unserved(loaded) { print(line) }
    if !report.isClean { throw ExitCode(78) }
  }

  /// What is allowed in opening hours and perhaps not meant, as of today.
  private func hints(_ loaded: Configuration?) -> [String] {
    let calendars = (loaded?.table.calendars ?? [:]).sorted { $0.key < $1.key }
    return calendars.flatMap { name, calendar in
      calendar.warnings(now: wallClock()).map { "channels/routing/hours.yaml: warning: calendar \(name): \($0)" }
    }
  }

  /// Queues whose conversations no agent would ever be given; asked of a store only where one is named.
  private func unserved(_ loaded: Configuration?) async throws -> [String] {
    guard place.data != nil || place.database != nil, let loaded else { return [] }
    let agents = try await KeptConfiguration.read(place) { try $0.agents() }.filter { $0.disabledAt == nil }
    let queues = loaded.table.queues.map(\.name).filter { queue in
      !agents.contains { $0.role == .agent && $0.serves(queue) }
    }
    return queues.map {
      "channels/routing/queues.yaml: warning: queue \($0): no agent serves it; only leads and admins see it"
    }
  }
}
