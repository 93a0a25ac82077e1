import ArgumentParser
import Conversations
import Desk
import Storage

struct Deliveries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parked deliveries: genuine, yet nobody could file them.",
    subcommands: [List.self, Show.self, Replay.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists them, oldest first.")
    @OptionGroup var place: StoreOptions
    @Option(help: "At most so many.") var limit = 100
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let store = try await place.open()
      let count = limit
      let parked = try await store.read { try $0.parkedDeliveries(limit: count) }
      for entry in parked {
        print(
          json
            ? entry.json.description
            : "\(entry.id)  \(entry.receivedAt.rfc3339)  \(entry.channel)  \(entry.size) bytes  ×\(entry.attempts)  \(entry.reason)"
        )
      }
      if parked.isEmpty { say("nothing is parked") }
      await store.close()
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows one: why it was parked, and its bytes as they came (--raw: only the bytes).")
    @OptionGroup var place: StoreOptions
    @Argument(help: "Its number.") var id: Int64
    @Flag(help: "Only the bytes, to a file or a pipe.") var raw = false

    func run() async throws {
      let (store, number) = (try await place.open(), id)
      guard let parked = try await store.read({ try $0.parkedDelivery(ParkedID(number)) }) else {
        throw Failure.notFound("no parked delivery \(id)")
      }
      guard !raw else { return FileOutput.write(parked.body ?? []) }
      print(parked.json.description)
      // Strangers' bytes on a terminal: only what cannot steer it.
      for line in String(decoding: parked.body ?? [], as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      ).prefix(200) {
        print(
          "> "
            + String(
              String.UnicodeScalarView(
                line.unicodeScalars.map { $0.properties.generalCategory == .control && $0 != "\t" ? "\u{FFFD}" : $0 })))
      }
      await store.close()
    }
  }

  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes parked deliveries in again, after the fix; what fails stays parked.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Flag(help: "All that are parked.") var all = false
    @Argument(help: "Their numbers.") var ids: [Int64] = []

    func run() async throws {
      guard all || !ids.isEmpty else { throw Failure.usage("name deliveries, or --all") }
      let (all, ids) = (all, ids)
      var failures = 0
      try await OperatorDesk.with(files, place) { desk in
        let wanted = all ? try await desk.store.read { try $0.parkedDeliveries(limit: 10_000) }.map(\.id.rawValue) : ids
        for id in wanted {
          let result = try await desk.replay(ParkedID(id), by: "operator")
          let isIn = result.parked == 0 && result.refusal == nil && !result.isTemporary
          failures += isIn ? 0 : 1
          print(
            "\(id)  \(isIn ? "filed \(result.filed), known \(result.known)" : "still parked: \(result.refusal ?? "see `deliveries list`")")"
          )
        }
      }
      if failures > 0 { throw ExitCode(1) }
    }
  }
}

extension ParkedRecord {
  var json: JSON {
    [
      "id": JSON(id.rawValue), "channel": JSON(channel), "received_at": JSON(receivedAt), "door": JSON(door),
      "reason": JSON(reason),
      "sha256": JSON(sha256), "size": JSON(size), "attempts": JSON(attempts), "replayed_at": JSON(replayedAt),
      "request": (try? JSON(parsing: requestJSON)) ?? .null,
    ]
  }
}
