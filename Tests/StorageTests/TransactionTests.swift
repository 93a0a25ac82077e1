import Conversations
import Storage
import Synchronization
import TestSupport
import Testing

struct Refusal: Error {}

@Suite("Transactions")
struct TransactionTests {
  @Test("a closure that throws loses its own changes and nobody else's", arguments: TestEngine.all)
  func isolation(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let failed = await withTaskGroup(of: Bool.self) { group in
        for id in 0..<100 {
          group.addTask {
            do {
              try await store.write { transaction in
                try transaction.run("INSERT INTO things (id) VALUES ($1)", [Value(id)])
                if id % 3 == 0 { throw Refusal() }
              }
              return false
            } catch { return error is Refusal }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(failed == 34)
      #expect(try await store.thingCount() == 66)
      #expect(try await store.read { try $0.first("SELECT COUNT(*) FROM things WHERE id % 3 = 0")?.int(0) } == 0)
    }
  }

  @Test("closures that wait share one commit, and a batch has its limit", arguments: TestEngine.all)
  func groupCommit(engine: TestEngine) async throws {
    try await withStore(engine, options: StoreOptions(batchLimit: 20)) { store in
      try await store.prepareFixture()
      let before = store.counters
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 0..<200 { group.addTask { try await store.addThing(Int64(id)) } }
        try await group.waitForAll()
      }
      let after = store.counters
      #expect(after.closures - before.closures == 200)
      #expect(after.statements - before.statements == 200)
      #expect(after.commits - before.commits < 100)
      #expect(after.commits - before.commits >= 10)
      #expect(after.largestBatch <= 20)
      #expect(try await store.thingCount() == 200)
    }
  }

  @Test("a statement that failed dooms its closure even if the error is swallowed", arguments: TestEngine.all)
  func doom(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let kind = await kind {
        try await store.write { transaction in
          try transaction.run("INSERT INTO things (id) VALUES (1)")
          _ = try? transaction.run("INSERT INTO things (id) VALUES (1)")
          _ = try? transaction.run("INSERT INTO things (id) VALUES (2)")
        }
      }
      #expect(kind == .unique)
      #expect(try await store.thingCount() == 0)
    }
  }

  @Test("a savepoint undoes what is in it and lets the closure go on", arguments: TestEngine.all)
  func savepoints(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await store.write { transaction in
        try transaction.run("INSERT INTO things (id) VALUES (1)")
        _ = try? transaction.savepoint {
          try transaction.run("INSERT INTO things (id) VALUES (2)")
          try transaction.savepoint { _ = try transaction.run("INSERT INTO things (id) VALUES (3)") }
          try transaction.run("INSERT INTO things (id) VALUES (1)")
        }
        try transaction.savepoint { _ = try transaction.run("INSERT INTO things (id) VALUES (4)") }
      }
      let ids = try await store.read { try $0.rows("SELECT id FROM things ORDER BY id").map { $0.int(0) } }
      #expect(ids == [1, 4])
    }
  }

  @Test("constraints are told apart, and errors never repeat a value", arguments: TestEngine.all)
  func constraints(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await store.write { try $0.run("INSERT INTO owners (id, name) VALUES (1, $1)", ["6222-secret"]) }
      let attempts: [(StoreError.Kind, String, [Value])] = [
        (.unique, "INSERT INTO owners (id, name) VALUES (2, $1)", ["6222-secret"]),
        (.unique, "INSERT INTO owners (id, name) VALUES (1, $1)", ["6222-secret other"]),
        (.foreignKey, "INSERT INTO things (id, owner_id, label) VALUES (1, 99, $1)", ["6222-secret"]),
        (.check, "INSERT INTO owners (id, name) VALUES (3, $1)", [.null]),
        (.check, "INSERT INTO things (id, label) VALUES (1, $1)", ["forbidden"]),
        (.sql, "INSERT INTO nowhere (id, label) VALUES (1, $1)", ["6222-secret"]),
      ]
      for (kind, sql, values) in attempts {
        let error = await #expect(throws: StoreError.self) { try await store.write { try $0.run(sql, values) } }
        #expect(error?.kind == kind, "\(sql)")
        #expect(error?.isTemporary == false)
        #expect(error?.sql == sql)
        #expect(error?.description.contains("6222-secret") == false)
      }
    }
  }

  @Test("an upsert that finds its key taken changes no row and says so", arguments: TestEngine.all)
  func rowCounts(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let counts = try await store.write { transaction in
        let insert = "INSERT INTO things (id) VALUES ($1) ON CONFLICT DO NOTHING"
        return [
          try transaction.run(insert, [1]), try transaction.run(insert, [1]), try transaction.run(insert, [2]),
          try transaction.run("UPDATE things SET count = 5"), try transaction.run("DELETE FROM things WHERE id = 9"),
        ]
      }
      #expect(counts == [1, 0, 1, 2, 0])
      let returned = try await store.write { try $0.rows("DELETE FROM things RETURNING id").map { $0.int(0) }.sorted() }
      #expect(returned == [1, 2])
    }
  }

  @Test("a read sees one snapshot and cannot write", arguments: TestEngine.all)
  func snapshots(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      #expect(await kind { try await store.read { _ = try $0.run("INSERT INTO things (id) VALUES (1)") } } == .readOnly)
      #expect(try await store.thingCount() == 0)
    }
  }

  @Test("whoever fails at statement k, nothing of that closure stays and the next one works", arguments: TestEngine.all)
  func faults(engine: TestEngine) async throws {
    let countdown = Mutex(Int.max)
    let options = StoreOptions(observer: { _ throws(StoreError) in
      let isDue = countdown.withLock { left in
        left -= 1
        return left == 0
      }
      if isDue { throw StoreError(.full, "injected") }
    })
    try await withStore(engine, options: options) { store in
      try await store.prepareFixture()
      // BEGIN, 3 statements, COMMIT: five places to fail, and the sixth is after the end.
      for position in 1...6 {
        countdown.withLock { $0 = position }
        let kind = await kind {
          try await store.write { transaction in
            for offset in 0..<3 {
              try transaction.run("INSERT INTO things (id) VALUES ($1)", [Value(position * 10 + offset)])
            }
          }
        }
        countdown.withLock { $0 = .max }
        #expect(kind == (position < 6 ? .full : nil), "at statement \(position)")
        #expect(try await store.thingCount() == (position < 6 ? 0 : 3))
      }
    }
  }

  @Test(
    "whichever statement of a batch fails, the batch's closures are kept or undone whole", arguments: TestEngine.all)
  func faultsInBatches(engine: TestEngine) async throws {
    let countdown = Mutex(Int.max)
    let options = StoreOptions(observer: { _ throws(StoreError) in
      let isDue = countdown.withLock { left in
        left -= 1
        return left == 0
      }
      if isDue { throw StoreError(.full, "injected") }
    })
    try await withStore(engine, options: options) { store in
      try await store.prepareFixture()
      var expected = 0
      for position in 1...40 {
        countdown.withLock { $0 = position }
        let confirmed = await withTaskGroup(of: Bool.self) { group in
          for writer in 0..<6 {
            group.addTask {
              await kind {
                try await store.write { transaction in
                  for offset in 0..<3 {
                    let id = position * 1000 + writer * 10 + offset
                    try transaction.run("INSERT INTO things (id) VALUES ($1)", [Value(id)])
                  }
                }
              } == nil
            }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        countdown.withLock { $0 = .max }
        expected += confirmed * 3
        #expect(try await store.thingCount() == expected, "at statement \(position)")
      }
    }
  }

  @Test("if the commit fails, every closure of the batch hears of it and nothing is kept", arguments: TestEngine.all)
  func failingCommit(engine: TestEngine) async throws {
    let isArmed = Mutex(false)
    let options = StoreOptions(observer: { statement throws(StoreError) in
      if statement.sql == "COMMIT", isArmed.withLock({ $0 }) { throw StoreError(.full, "injected") }
    })
    try await withStore(engine, options: options) { store in
      try await store.prepareFixture()
      isArmed.withLock { $0 = true }
      await withTaskGroup(of: StoreError.Kind?.self) { group in
        for id in 0..<50 { group.addTask { await kind { try await store.addThing(Int64(id)) } } }
        for await kind in group { #expect(kind == .full) }
      }
      isArmed.withLock { $0 = false }
      #expect(try await store.thingCount() == 0)
      try await store.addThing(1)
      #expect(try await store.thingCount() == 1)
    }
  }

  @Test("eight writers and four readers get along", arguments: TestEngine.all)
  func concurrency(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
          group.addTask { for step in 0..<50 { try await store.addThing(Int64(writer * 1000 + step)) } }
        }
        for _ in 0..<4 { group.addTask { for _ in 0..<50 { _ = try await store.thingCount() } } }
        try await group.waitForAll()
      }
      #expect(try await store.thingCount() == 400)
    }
  }

  @Test("a closed store says so", arguments: TestEngine.all)
  func closed(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      await store.close()
      #expect(await kind { try await store.addThing(1) } == .unavailable)
    }
  }
}
