import Glibc
import Storage
import TestSupport
import Testing

@Suite("SQLite's log, kept beside the writer")
struct LogTests {
  @Test("a commit whose log cannot be flushed is not confirmed; when it can be again, nothing is lost or doubled")
  func flushFails() async throws {
    try await withStore(.sqlite) { store in
      try await store.prepareFixture()
      try await store.addThing(1)
      let log = try log(of: store)
      try #require(rename(log, log + ".aside") == 0)
      #expect(await kind { try await store.addThing(2) } == .unavailable)
      try #require(rename(log + ".aside", log) == 0)
      try await store.addThing(3)
      // What was refused had been committed: whoever sent it sends it again, and is told that it is known.
      #expect(await kind { try await store.addThing(2) } == .unique)
      #expect(try await store.thingCount() == 3)
      #expect(try await store.check().isEmpty)
    }
  }

  @Test("the log is folded beside the writer and begun anew: it stays short however much is written")
  func staysShort() async throws {
    try await withStore(.sqlite) { store in
      try await store.prepareFixture()
      let log = try log(of: store)
      let body = Value.blob([UInt8](repeating: 7, count: 400_000))
      var longest = 0
      for id in 0..<500 {
        try await store.write { _ = try $0.run("INSERT INTO things (id, body) VALUES ($1, $2)", [Value(id), body]) }
        var known = stat()
        if stat(log, &known) == 0 { longest = max(longest, Int(known.st_size)) }
      }
      // 200 MB were written; the writer folds the rest at 64 MB, as soon as no other pass is under way.
      #expect(longest > 0)
      #expect(longest < 130_000_000)
      #expect(try await store.thingCount() == 500)
      #expect(try await store.check().isEmpty)
    }
  }

  @Test("a write that was announced and never comes holds nobody up for good")
  func forgottenAnnouncement() async throws {
    try await withStore(.sqlite) { store in
      try await store.prepareFixture()
      let kept = store.announce()
      for id in 0..<20 { try await store.addThing(Int64(id)) }
      #expect(try await store.thingCount() == 20)
      withExtendedLifetime(kept) {}
      let used = store.announce()
      for id in 100..<102 {
        try await store.write(announced: used) { _ = try $0.run("INSERT INTO things (id) VALUES ($1)", [Value(id)]) }
      }
      #expect(try await store.thingCount() == 22)
    }
  }

  @Test("a store that is closed amid writes keeps what it confirmed, no less and no more")
  func closedAmidWrites() async throws {
    let folder = try TestFolder()
    let location = StoreLocation.sqlite(directory: folder.path)
    let store = try Store.open(location)
    try await store.prepareFixture()
    let confirmed = await withTaskGroup { group in
      for id in 0..<400 {
        group.addTask { await kind { try await store.addThing(Int64(id)) } == nil }
        guard id == 200 else { continue }
        group.addTask {
          await store.close()
          return false
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    await store.close()
    let again = try Store.open(location)
    #expect(try await again.thingCount() == confirmed)
    await again.close()
    withExtendedLifetime(folder) {}
  }

  private func log(of store: Store) throws -> String {
    guard case .sqlite(let directory) = store.location.engine else { throw StoreError(.sql, "no SQLite store") }
    return directory + "/patchbay.sqlite-wal"
  }
}
