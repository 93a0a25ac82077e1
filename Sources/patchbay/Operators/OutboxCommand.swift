import ArgumentParser
import Conversations
import Desk
import Storage

struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What has to leave the house: waiting, failing, dead.",
    subcommands: [List.self, Retry.self, Cancel.self, Resume.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists entries, newest first, with their attempts.")
    @OptionGroup var place: StoreOptions
    @Flag(help: "Only those that were given up.") var failed = false
    @Flag(help: "Those that were sent or cancelled, too.") var all = false
    @Option(help: "At most so many.") var limit = 100
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let (store, count) = (try await place.open(), limit)
      let states: [OutboxRecord.State] = failed ? [.dead] : all ? [] : [.queued, .sending, .dead]
      let entries = try await store.read { tx in
        try tx.outbox(states: states, limit: count).map { ($0, try tx.attempts(of: $0.id)) }
      }
      for (entry, attempts) in entries { print(json ? entry.json(attempts).description : entry.line(attempts)) }
      if entries.isEmpty { say("nothing there") }
      await store.close()
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sends entries again: a new attempt, a real request.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "Their numbers.") var ids: [Int64]

    func run() async throws { try await each(ids, files, place) { try await $0.retrySend($1, by: "operator") } }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Takes entries back that are not on their way yet.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "Their numbers.") var ids: [Int64]

    func run() async throws { try await each(ids, files, place) { try await $0.cancelSend($1, by: "operator") } }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tries a channel again that stands still because its credentials were refused.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "The channel's name; without it, every one that stands still.") var channel: String?

    func run() async throws {
      try await OperatorDesk.with(files, place) { desk in
        let stopped = try await desk.probe(channel: channel, by: "operator")
        for name in stopped { print(name) }
        if stopped.isEmpty { say("no channel stands still") }
      }
    }
  }

  static func each(
    _ ids: [Int64], _ files: ConfigurationOptions, _ place: StoreOptions, _ body: (Desk, OutboxID) async throws -> Void
  ) async throws {
    try await OperatorDesk.with(files, place) { desk in
      for id in ids {
        try await body(desk, OutboxID(id))
        print(id)
      }
    }
  }
}

extension OutboxRecord {
  func json(_ attempts: [AttemptRecord]) -> JSON {
    [
      "id": JSON(id.rawValue), "conversation": JSON(conversation.rawValue), "channel": JSON(channel),
      "purpose": JSON(purpose),
      "state": JSON(state.rawValue), "created_at": JSON(createdAt), "not_before": JSON(notBefore),
      "detail": JSON(detail),
      "provider_id": JSON(providerID),
      "attempts": .array(
        attempts.map {
          [
            "number": JSON($0.number), "started_at": JSON($0.startedAt), "outcome": JSON($0.outcome),
            "detail": JSON($0.detail),
          ]
        }),
    ]
  }

  func line(_ attempts: [AttemptRecord]) -> String {
    let head =
      "\(id)  \(state.rawValue)  #\(conversation)  \(channel)  \(purpose)  created \(createdAt.rfc3339)  attempts \(self.attempts)"
    let next = state == .queued ? "  next \(notBefore.rfc3339)" : ""
    return head + next
      + attempts.map { "\n    \($0.number). \($0.startedAt.rfc3339) \($0.outcome ?? "") \($0.detail ?? "")" }.joined()
  }
}
