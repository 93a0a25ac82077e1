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
    for path in request { print(line(path) { run.line(request: $0, now: now) }) }
    guard request.isEmpty else { return }
    for path in file.isEmpty ? ["-"] : file {
      print(line(path) { run.line(RawDelivery(door: .file, body: $0, receivedAt: now)) })
    }
  }

  /// One input that cannot be read is a line as well: its neighbours are read all the same.
  private func line(_ path: String, _ read: ([UInt8]) -> JSON) -> String {
    do { return read(try readInput(path)).description } catch {
      return NormalizedOutput.refusal(status: 400, error: (error as? Failure)?.message ?? "\(error)").description
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
    guard AdapterRegistry.adapter(for: ChannelKind(adapter)) != nil else {
      let known = AdapterRegistry.all.map { $0.kind.rawValue }.sorted().joined(separator: ", ")
      throw Failure.usage("there is no adapter `\(adapter)`; there are: \(known)")
    }
    do {
      return try DryRun(kind: ChannelKind(adapter), settings: values)
    } catch {
      throw Failure.usage(error.list.map { "\($0.key) \($0.message)" }.joined(separator: "\n"))
    }
  }
}
