import Conversations
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Operations")
struct OperationTests {
  private let name = AttachmentStore.Name(sha256: String(repeating: "0123456789abcdef", count: 4))

  private func fill(_ store: Store) async throws {
    try await store.prepareFixture()
    try await store.write { transaction in
      try transaction.run("INSERT INTO owners (id, name) VALUES (1, 'one')")
      for id in 1...450 {
        try transaction.run(
          "INSERT INTO things (id, owner_id, ratio, label, body) VALUES ($1, 1, $2, $3, $4)",
          [Value(id), .real(Double(id) / 7), .text("第\(id)"), .blob([UInt8(id % 256), 0])])
      }
      // Each refers to the next one, which a copy in the order of ids has not seen yet.
      try transaction.run("UPDATE things SET parent_id = id + 1 WHERE id < 450")
    }
  }

  private func dump(_ store: Store) async throws -> [[Value]] {
    try await store.read {
      try $0.rows("SELECT id, owner_id, parent_id, count, small, ratio, label, note, body FROM things ORDER BY id").map(
        \.values)
    }
  }

  @Test("a copy has the same rows, whatever the engines", arguments: TestEngine.all, TestEngine.all)
  func copies(from: TestEngine, to: TestEngine) async throws {
    try await withStore(from) { source in
      try await fill(source)
      try await withStore(to) { target in
        try await target.prepareFixture()
        let report = try await StoreCopy.run(from: source, to: target)
        #expect(report == ["owners": 1, "things": 450])
        #expect(try await dump(target) == dump(source))
        #expect(try await target.check() == [])
        #expect(await kind { _ = try await StoreCopy.run(from: source, to: target) } == .sql)
      }
    }
  }

  @Test("the program's own schema can be copied", arguments: TestEngine.all)
  func copiesOwnSchema(engine: TestEngine) async throws {
    try await withStore(engine) { source in
      try await source.migrate(now: now)
      for other in TestEngine.all {
        try await withStore(other) { target in
          try await target.migrate(now: now)
          _ = try await StoreCopy.run(from: source, to: target)
          #expect(try await target.check() == [])
        }
      }
    }
  }

  @Test("a copy to a store of another schema is refused")
  func otherSchema() async throws {
    try await withStore(.sqlite) { source in
      try await fill(source)
      try await withStore(.sqlite) { target in
        try await target.migrate([], now: now)
        #expect(await kind { _ = try await StoreCopy.run(from: source, to: target) } == .sql)
      }
    }
  }

  @Test("a sound store has no problems to report", arguments: TestEngine.all)
  func sound(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await fill(store)
      #expect(try await store.check() == [])
    }
  }

  @Test("a backup taken under load is one snapshot, and can be restored with its attachments")
  func backup() async throws {
    let folder = try TestFolder()
    let name = try #require(name)
    let location = StoreLocation.sqlite(directory: folder.path + "/data")
    let store = try Store.open(location)
    try await fill(store)
    let attachments = try AttachmentStore(directory: location.attachmentsDirectory)
    try await attachments.put(name, [1, 2, 3])
    let before = try await dump(store)
    async let load: Void = { for id in 1000..<1100 { try await store.addThing(Int64(id)) } }()
    try await store.backup(to: folder.path + "/backup")
    try await load
    try await store.backup(to: folder.path + "/backup2")
    try await store.write { _ = try $0.run("DELETE FROM things") }
    try await attachments.remove(name)
    await store.close()

    try location.restore(from: folder.path + "/backup")
    let restored = try Store.open(location)
    #expect(try await restored.check() == [])
    #expect(try await Array(dump(restored).prefix(450)) == before)
    #expect(try await attachments.get(name) == [1, 2, 3])
    await restored.close()
    let second = try Store.open(.sqlite(directory: folder.path + "/backup2"))
    #expect(try await second.thingCount() == 550)
    await second.close()
  }

  @Test("a damaged backup is refused and the store is left alone")
  func damagedBackup() async throws {
    let folder = try TestFolder()
    let location = StoreLocation.sqlite(directory: folder.path + "/data")
    let store = try Store.open(location)
    try await fill(store)
    try await store.backup(to: folder.path + "/backup")
    await store.close()
    let path = folder.path + "/backup/patchbay.sqlite"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in bytes.indices.dropFirst(4096) { bytes[index] = 0xAA }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(throws: StoreError.self) { try location.restore(from: folder.path + "/backup") }
    let again = try Store.open(location)
    #expect(try await again.thingCount() == 450)
    await again.close()
  }

  @Test("PostgreSQL is backed up with its own tool", .enabled(if: ThrowawayPostgres.isAvailable))
  func backupOfPostgres() async throws {
    try await withStore(.postgres) { store in
      let error = await #expect(throws: StoreError.self) { try await store.backup(to: "/nowhere") }
      #expect(error?.message.contains("pg_dump") == true)
    }
  }
}

@Suite("Attachments")
struct AttachmentTests {
  @Test("an attachment comes back, twice put is once there, and removing is final")
  func roundTrip() async throws {
    let folder = try TestFolder()
    let store = try AttachmentStore(directory: folder.path + "/a/b")
    let name = try #require(AttachmentStore.Name(sha256: String(repeating: "ab", count: 32)))
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try await store.get(name) == nil)
    try await store.put(name, bytes)
    try await store.put(name, bytes)
    #expect(try await store.get(name) == bytes)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/a/b").sorted()
    #expect(files == ["ab", "ab/" + String(repeating: "ab", count: 31)])
    try await store.remove(name)
    try await store.remove(name)
    #expect(try await store.get(name) == nil)
  }

  @Test(
    "only a SHA-256 is a name",
    arguments: ["", "../../etc/passwd", String(repeating: "A", count: 64), String(repeating: "a", count: 63), "a/\0"])
  func names(hex: String) { #expect(AttachmentStore.Name(sha256: hex) == nil) }

  @Test("two routers with one process id put into one folder at once, and every file is whole")
  func shared() async throws {
    let folder = try TestFolder()
    let stores = try (0..<2).map { _ in try AttachmentStore(directory: folder.path) }
    for round in 0..<150 {
      let contents = (0..<2).map { [UInt8](repeating: UInt8($0 + 1), count: 20_000 + round) }
      let names = try (0..<2).map { side in
        let number = String(round * 2 + side)
        let hex = "ab" + String(repeating: "0", count: 62 - number.count) + number
        return try #require(AttachmentStore.Name(sha256: hex))
      }
      async let first: Void = stores[0].put(names[0], contents[0])
      async let second: Void = stores[1].put(names[1], contents[1])
      _ = try await (first, second)
      for side in 0..<2 { #expect(try await stores[side].get(names[side]) == contents[side]) }
    }
  }

  @Test("many at once are all kept, empty ones too")
  func many() async throws {
    let folder = try TestFolder()
    let store = try AttachmentStore(directory: folder.path)
    let names = try (0..<40).map { index in
      try #require(AttachmentStore.Name(sha256: String(repeating: "0", count: 62) + String(index + 16, radix: 16)))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, name) in names.enumerated() {
        group.addTask { try await store.put(name, [UInt8](repeating: 1, count: index)) }
      }
      try await group.waitForAll()
    }
    for (index, name) in names.enumerated() { #expect(try await store.get(name)?.count == index) }
  }
}
