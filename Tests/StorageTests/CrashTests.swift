import Conversations
import Foundation
import Storage
import TestSupport
import Testing

/// A store's place in a form that an exit test can hand to its child.
struct Place: Codable, Sendable {
  let folder: String
  let url: String?

  init(_ location: StoreLocation, _ folder: TestFolder) {
    self.folder = folder.path
    guard case .postgres(let url) = location.engine else {
      self.url = nil
      return
    }
    self.url = url.reveal()
  }

  var location: StoreLocation {
    url.map { .postgres(url: Secret($0), attachmentsDirectory: folder) } ?? .sqlite(directory: folder + "/data")
  }

  /// Where a child writes down what the store has told it is durable.
  var diary: String { folder + "/diary" }
  var diarySize: Int {
    ((try? FileManager.default.attributesOfItem(atPath: diary))?[.size] as? NSNumber)?.intValue ?? 0
  }
}

/// Writes pairs of rows for ever, with eight tasks, and notes each pair after the store has confirmed it.
private func writeUntilKilled(_ place: Place, round: Int) async throws {
  let store = try Store.open(place.location)
  let diary = open(place.diary, O_WRONLY | O_APPEND | O_CREAT, 0o600)
  try await withThrowingTaskGroup(of: Void.self) { group in
    for writer in 0..<8 {
      group.addTask {
        for step in 0..<1_000_000 {
          let id = Int64(round * 100_000_000 + writer * 10_000_000 + step)
          try await store.write { transaction in
            try transaction.run("INSERT INTO owners (id, name) VALUES ($1, $2)", [.int(id), .text("owner \(id)")])
            try transaction.run(
              "INSERT INTO things (id, owner_id, body) VALUES ($1, $1, $2)",
              [.int(id), .blob([UInt8](repeating: 1, count: 3000))])
          }
          // One write(2) with O_APPEND: it survives the process.
          let line = Array("\(id)\n".utf8)
          _ = line.withUnsafeBytes { write(diary, $0.baseAddress, $0.count) }
        }
      }
    }
    try await group.waitForAll()
  }
}

@Suite("Crashes")
struct CrashTests {
  @Test("whatever was confirmed is there after kill -9, whole, and the store is sound", arguments: TestEngine.all)
  func killed(engine: TestEngine) async throws {
    let folder = try TestFolder()
    let location = try engine.makeLocation(folder)
    let place = Place(location, folder)
    let first = try Store.open(location)
    try await first.prepareFixture()
    await first.close()
    for round in 1...4 {
      let milliseconds = round * 120
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [place = place as Place, round = round as Int, milliseconds = milliseconds as Int] in
        let clock = ContinuousClock()
        let before = place.diarySize
        let writing = Task { try await writeUntilKilled(place, round: round) }
        let deadline = clock.now + .seconds(60)
        // The clock starts with the first commit that is written down: a slow machine must not kill before it.
        while place.diarySize == before, clock.now < deadline {
          try await Task.sleep(for: .milliseconds(5))
        }
        try await Task.sleep(for: .milliseconds(milliseconds))
        _ = kill(getpid(), SIGKILL)
        try await writing.value
      }
      try await examine(location, place)
    }
    let confirmed = try String(contentsOfFile: place.diary, encoding: .utf8).split(separator: "\n")
    #expect(confirmed.count > 20)
  }

  private func examine(_ location: StoreLocation, _ place: Place) async throws {
    let store = try Store.open(location)
    #expect(try await store.check() == [])
    let confirmed = try String(contentsOfFile: place.diary, encoding: .utf8).split(separator: "\n").compactMap {
      Int64($0)
    }
    let (owners, things) = try await store.read { transaction in
      (
        Set(try transaction.rows("SELECT id FROM owners").map { $0.int64(0) }),
        Set(try transaction.rows("SELECT id FROM things").map { $0.int64(0) })
      )
    }
    #expect(owners == things)
    #expect(Set(confirmed).subtracting(things).isEmpty)
    await store.close()
  }
}
