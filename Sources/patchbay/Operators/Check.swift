import ArgumentParser
import Conversations
import Routing
import Setup

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Reads configuration and templates and runs the examples beside the rules; lists every problem; exit 78 if there is one."
  )

  @OptionGroup var files: ConfigurationOptions

  func run() async throws {
    let report = checkConfiguration(directory: files.directory, environment: processEnvironment())
    print(report.text)
    for line in hints() { print(line) }
    if !report.isClean { throw ExitCode(78) }
  }

  /// What is allowed in opening hours and perhaps not meant, as of today.
  private func hints() -> [String] {
    let loaded = try? Configuration.load(
      directory: files.directory, environment: processEnvironment(), secrets: .checking)
    let calendars = (loaded?.table.calendars ?? [:]).sorted { $0.key < $1.key }
    return calendars.flatMap { name, calendar in
      calendar.warnings(now: wallClock()).map { "channels/routing/hours.yaml: warning: calendar \(name): \($0)" }
    }
  }
}
