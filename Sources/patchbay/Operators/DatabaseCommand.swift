import ArgumentParser
import Conversations
import Storage

struct DatabaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "database", abstract: "The store: bring up to date, check, copy, back up.",
    subcommands: [Migrate.self, CheckStore.self, Copy.self, Backup.self, Restore.self])

  struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings the schema up to date (`serve` does so by itself).")
    @OptionGroup var place: StoreOptions
    func run() async throws {
      let store = try await place.open()
      print("up to date")
      await store.close()
    }
  }

  struct CheckStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Looks for damage; exit 1 when there is any.")
    @OptionGroup var place: StoreOptions
    func run() async throws {
      let store = try await place.open()
      let problems = try await store.check()
      for problem in problems { print(problem) }
      if problems.isEmpty { print("sound") }
      await store.close()
      if !problems.isEmpty { throw ExitCode(1) }
    }
  }

  struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copies everything into an empty store of either engine.",
      discussion: "Example: patchbay database copy sqlite:data postgres://router@db/patchbay")
    @Argument(help: "sqlite:DIR or postgres://…") var from: String
    @Argument(help: "sqlite:DIR or postgres://…") var to: String
    func run() async throws {
      let (source, target) = (try Store.open(try Self.location(from)), try Store.open(try Self.location(to)))
      try await target.migrate(now: wallClock())
      for (table, count) in try await StoreCopy.run(from: source, to: target).sorted(by: { $0.key < $1.key }) {
        print("\(table)  \(count)")
      }
      await source.close()
      await target.close()
    }
    static func location(_ text: String) throws -> StoreLocation {
      if text.hasPrefix("sqlite:") { return .sqlite(directory: String(text.dropFirst(7))) }
      return try StoreLocation(data: "data", database: text)
    }
  }

  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes a copy of the embedded store while it is in use.")
    @OptionGroup var place: StoreOptions
    @Argument(help: "The directory to write it into.") var directory: String
    func run() async throws {
      let store = try await place.open()
      try await store.backup(to: directory)
      print(directory)
      await store.close()
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Puts a backup in the place of the embedded store; the router must not be running.")
    @OptionGroup var place: StoreOptions
    @Argument(help: "The directory that `backup` wrote.") var directory: String
    func run() async throws {
      try place.location().restore(from: directory)
      print("restored")
    }
  }
}
