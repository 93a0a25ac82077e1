import Conversations
import Storage
import TestSupport
import Testing

@Suite("Values come back as they went in")
struct ValueTests {
  @Test("integers at both ends, reals, texts and blobs survive", arguments: TestEngine.all)
  func extremes(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let values: [[Value]] = [
        [.int(1), .int(.max), .int(Int64(Int32.max)), .real(1e-300), "", .blob([])],
        [.int(2), .int(.min), .int(Int64(Int32.min)), .real(-Double.pi), "你好 🎈 ﷽", .blob([0, 255, 0])],
        [.int(3), .null, .null, .null, .null, .null],
        [
          .int(4), .int(0), .int(0), .real(0), .text(String(repeating: "汉", count: 5000)),
          .blob([UInt8](repeating: 7, count: 5000)),
        ],
      ]
      let sql = "INSERT INTO things (id, count, small, ratio, note, body) VALUES ($1, $2, $3, $4, $5, $6)"
      try await store.write { transaction in for row in values { try transaction.run(sql, row) } }
      let read = try await store.read {
        try $0.rows("SELECT id, count, small, ratio, note, body FROM things ORDER BY id").map(\.values)
      }
      #expect(read == values)
    }
  }

  @Test("a NUL in a text becomes U+FFFD on both engines, long or short", arguments: TestEngine.all)
  func nul(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let long = String(repeating: "x", count: 9000)
      try await store.addThing(1, label: "a\0b\0")
      try await store.addThing(2, label: long + "\0")
      let labels = try await store.read { try $0.rows("SELECT label FROM things ORDER BY id").map { $0.text(0) } }
      #expect(labels == ["a\u{FFFD}b\u{FFFD}", long + "\u{FFFD}"])
    }
  }

  @Test("a blob of one megabyte comes back byte for byte", arguments: TestEngine.all)
  func megabyte(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let bytes = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let text = String(repeating: "0123456789abcdef", count: 65_536)
      try await store.write {
        try $0.run("INSERT INTO things (id, body, note) VALUES ($1, $2, $3)", [.int(1), .blob(bytes), .text(text)])
      }
      let row = try await store.read { try $0.first("SELECT body, note FROM things") }
      #expect(row?.blob(0) == bytes)
      #expect(row?.text(1) == text)
    }
  }

  @Test("parameters go by name: order, repetition and NULLs do not matter", arguments: TestEngine.all)
  func names(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await store.write { transaction in
        try transaction.run("INSERT INTO things (label, count, id) VALUES ($3, $1, $2)", [.int(10), .int(1), "c"])
        try transaction.run("INSERT INTO things (label, count, id) VALUES ($3, $1, $2)", [.null, .int(2), .null])
        try transaction.run("INSERT INTO things (label, count, id) VALUES ($3, $1, $2)", [.int(30), .int(3), "e"])
      }
      let sql = "SELECT id FROM things WHERE ($2 IS NULL OR label = $2) AND ($1 IS NULL OR count > $1) ORDER BY id"
      let found = try await store.read { transaction in
        try [[.null, .null], [.int(20), .null], [.null, "c"], [.int(20), "c"]].map { values in
          try transaction.rows(sql, values).map { $0.int(0) }
        }
      }
      #expect(found == [[1, 2, 3], [3], [1], []])
    }
  }

  @Test("sums are integers and averages are numbers", arguments: TestEngine.all)
  func aggregates(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await store.write { transaction in
        for (id, count) in [(1, Int64(-70_001)), (2, 12_345_678_901), (3, 4)] {
          try transaction.run("INSERT INTO things (id, count) VALUES ($1, $2)", [Value(id), .int(count)])
        }
      }
      let row = try await store.read { try $0.first("SELECT SUM(count), AVG(count), MIN(count), COUNT(*) FROM things") }
      #expect(row?.int64(0) == 12_345_608_904)
      #expect(abs((row?.double(1) ?? 0) - 4_115_202_968) < 0.001)
      #expect(row?.int64(2) == -70_001)
      #expect(row?.int(3) == 3)
    }
  }

  @Test("a column read as something it is not fails the transaction and names the column", arguments: TestEngine.all)
  func misreading(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let error = await #expect(throws: StoreError.self) {
        try await store.write { transaction in
          try transaction.run("INSERT INTO things (id) VALUES (7)")
          return try transaction.rows("SELECT id, label FROM things").map { $0.text(1) }
        }
      }
      #expect(error?.description.contains("column 1") == true)
      #expect(try await store.thingCount() == 0)
    }
  }

  @Test("the wrong number of values and foreign parameter styles are refused", arguments: TestEngine.all)
  func wrongParameters(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      #expect(await kind { try await store.read { _ = try $0.rows("SELECT id FROM things WHERE id = $1") } } == .sql)
      #expect(
        await kind { try await store.read { _ = try $0.rows("SELECT id FROM things WHERE id = ?", [.int(1)]) } } == .sql
      )
      #expect(await kind { try await store.read { _ = try $0.rows("SELEC 1") } } == .sql)
    }
  }
}
