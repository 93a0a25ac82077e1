import ArgumentParser
import Conversations
import Foundation
import Storage

/// Where the configuration is: flag, then environment, then the present directory.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The directory with channels/ and templates/ (PATCHBAY_CONFIG).", valueName: "dir"))
  var config: String?

  var directory: String { config ?? environment("PATCHBAY_CONFIG") ?? "." }
}

/// Where the store is: flag, then environment, then `./data`.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the embedded store and of attachments (PATCHBAY_DATA; default: ./data).", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("A PostgreSQL store, postgres://… (PATCHBAY_DATABASE).", valueName: "url"))
  var database: String?

  var dataDirectory: String { data ?? environment("PATCHBAY_DATA") ?? "data" }

  func location() throws -> StoreLocation {
    do {
      return try StoreLocation(data: dataDirectory, database: database ?? environment("PATCHBAY_DATABASE"))
    } catch {
      throw Failure.configuration(error.message)
    }
  }

  /// Opened and brought up to date.
  func open() async throws -> Store {
    let location = try location()
    do {
      try FileManager.default.createDirectory(
        atPath: dataDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let store = try Store.open(location)
      try await store.migrate(now: wallClock())
      return store
    } catch let error as StoreError {
      throw error.isTemporary ? Failure.temporary("\(error)") : Failure.error("\(error)")
    } catch let error as CocoaError {
      throw Failure.temporary("cannot make \(dataDirectory): \(error.localizedDescription)")
    }
  }

  /// Hands `body` the store as it stands, opened so that nothing can be written: one of another age is refused, not brought
  /// up to date.
  func reading<T: Sendable>(_ body: (Store) async throws -> T) async throws -> T {
    let location = try location()
    if case .sqlite(let directory) = location.engine,
      !FileManager.default.fileExists(atPath: directory + "/patchbay.sqlite")
    {
      throw Failure.notFound("there is no store in \(directory); --data or --database says where it is")
    }
    do {
      let store = try Store.open(location, options: Storage.StoreOptions(readers: 2, isReadOnly: true))
      let result: Result<T, any Error>
      do {
        try await requirePresentAge(of: store)
        result = .success(try await body(store))
      } catch {
        result = .failure(error)
      }
      await store.close()
      return try result.get()
    } catch let error as StoreError {
      throw error.isTemporary ? Failure.temporary("\(error)") : Failure.error("\(error)")
    }
  }

  private func requirePresentAge(of store: Store) async throws {
    let (applied, known) = (Set(try await store.appliedMigrations()), Set(Schema.migrations.map(\.number)))
    guard applied != known else { return }
    throw Failure.error(
      applied.isSuperset(of: known)
        ? "the store is newer than this program"
        : "the store is older than this program: `patchbay database migrate`")
  }
}

func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}

/// The present, read where the world comes in.
func wallClock() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}
