import ArgumentParser
import Channels
import Conversations

struct Normalize: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what an adapter makes of bytes: one JSON object per input, in input order.",
    discussion:
      "Examples:\n  patchbay normalize --adapter email mail.eml\n  patchbay normalize --adapter messenger --settings s.json --request captured.json"
  )

  @Option(help: "The kind of channel, e.g. email, messenger, asterisk.") var adapter: String
  @Option(help: ArgumentHelp("The adapter's settings as a JSON object.", valueName: "file.json")) var settings: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Captured requests: method, path, query, headers, body, now.", valueName: "file.json"))
  var request: [String] = []
  @Option(help: ArgumentHelp("The time of arrival; default: the present.", valueName: "rfc3339")) var now: String?
  @Argument(help: "Raw bodies (mails); none or `-` = standard input.") var file: [String] = []

  func run() async throws {
    let now = try moment()
    let run = try dryRun()
    for path in request { print(run.line(request: try readInput(path), now: now).description) }
    guard request.isEmpty else { return }
    for path in file.isEmpty ? ["-"] : file {
      print(run.line(RawDelivery(door: .file, body: try readInput(path), receivedAt: now)).description)
    }
  }

  private func moment() throws -> Instant {
    guard let text = now else { return wallClock() }
    guard let instant = Instant(rfc3339: text) else { throw Failure.usage("--now is not an RFC 3339 time: \(text)") }
    return instant
  }

  private func dryRun() throws -> DryRun {
    var values: JSON = [:]
    if let settings {
      do { values = try JSON(parsing: try readInput(settings)) } catch let problem as JSONProblem {
        throw Failure.usage("\(settings): \(problem)")
      }
    }
    do {
      return try DryRun(kind: ChannelKind(adapter), settings: values)
    } catch {
      throw Failure.usage(error.list.map { "\($0.key) \($0.message)" }.joined(separator: "\n"))
    }
  }
}
