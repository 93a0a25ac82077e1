import ArgumentParser
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
    if !report.isClean { throw ExitCode(78) }
  }
}
