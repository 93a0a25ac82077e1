import Conversations
import Storage
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
  private let one = Migration(
    number: 1, name: "one", sql: "CREATE TABLE one (id {id}); CREATE TABLE two (id {id}, body {bytes});")
  private let two = Migration(number: 2, name: "two", sql: "ALTER TABLE one ADD COLUMN note {text};")

  @Test("migrations are applied once, in order, and a second run does nothing", arguments: TestEngine.all)
  func applied(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate([one], now: now)
      try await store.migrate([two, one], now: now)
      try await store.migrate([two, one], now: now)
      #expect(try await store.appliedMigrations() == [1, 2])
      try await store.write { try $0.run("INSERT INTO one (id, note) VALUES (1, $1)", ["ok"]) }
    }
  }

  @Test("an edited migration is refused, other white space is not", arguments: TestEngine.all)
  func edited(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate([one], now: now)
      let spaced = Migration(
        number: 1, name: "one", sql: "CREATE TABLE one (id {id});\n\n CREATE TABLE two (id {id}, body {bytes});")
      try await store.migrate([spaced], now: now)
      let edited = Migration(number: 1, name: "one", sql: "CREATE TABLE one (id BIGINT);")
      let error = await #expect(throws: StoreError.self) { try await store.migrate([edited], now: now) }
      #expect(error?.message.contains("migration 1 (one) was edited") == true)
    }
  }

  @Test("a store from a newer program is refused", arguments: TestEngine.all)
  func newer(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate([one, two], now: now)
      let error = await #expect(throws: StoreError.self) { try await store.migrate([one], now: now) }
      #expect(error?.message.contains("migration 2 (two)") == true)
      #expect(error?.message.contains("older than the store") == true)
    }
  }

  @Test("a migration that fails leaves nothing behind", arguments: TestEngine.all)
  func failing(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      let broken = Migration(number: 2, name: "broken", sql: "CREATE TABLE three (id {id}); CREATE NONSENSE;")
      #expect(await kind { try await store.migrate([one, broken], now: now) } == .sql)
      #expect(try await store.appliedMigrations() == [1])
      try await store.migrate(
        [one, Migration(number: 2, name: "mended", sql: "CREATE TABLE three (id {id});")], now: now)
    }
  }

  @Test(
    "PostgreSQL plans with what the tables hold as soon as they were changed",
    .enabled(if: ThrowawayPostgres.isAvailable))
  func statistics() async throws {
    try await withStore(.postgres) { store in
      try await store.migrate([one], now: now)
      try await store.write { try $0.run("INSERT INTO one (id) VALUES (1)") }
      try await store.migrate([one, two], now: now)
      let known = try await store.read {
        try $0.rows("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = current_schema()").map { $0.text(0) }
      }
      #expect(Set(known).subtracting(["schema_migrations"]) == ["one"], "the one table that holds anything")
    }
  }

  @Test("four processes that migrate at once do it once", arguments: TestEngine.all)
  func together(engine: TestEngine) async throws {
    let folder = try TestFolder()
    let location = try engine.makeLocation(folder)
    let migrations = [one, two]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let store = try Store.open(location)
          try await store.migrate(migrations, now: now)
          await store.close()
        }
      }
      try await group.waitForAll()
    }
    let store = try Store.open(location)
    #expect(try await store.appliedMigrations() == [1, 2])
    await store.close()
  }

  @Test("the program's own schema can be made on both engines, twice", arguments: TestEngine.all)
  func own(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(now: now)
      try await store.migrate(now: now)
      #expect(try await store.appliedMigrations() == Schema.migrations.map(\.number).sorted())
    }
  }
}

@Suite("Search index")
struct SearchTests {
  @Test("a message is found by all of its tokens, the newest first, page by page", arguments: TestEngine.all)
  func finds(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate([SearchIndex.migration(number: 1)], now: now)
      let texts: [(Int64, [String])] = [
        (1, ["付款", "款失", "失败", "vip"]), (2, ["付款", "款成", "成功"]), (3, ["付款", "款失", "失败", "失败"]), (4, []),
      ]
      try await store.write { transaction in
        for (id, tokens) in texts {
          try SearchIndex.index(
            transaction, message: MessageID(id), conversation: ConversationID(id * 10), tokens: tokens)
        }
      }
      func search(_ tokens: [String], limit: Int = 10, before: MessageID? = nil) async throws -> [Int64] {
        try await store.read { transaction in
          try SearchIndex.search(transaction, tokens: tokens, limit: limit, before: before).map(\.message.rawValue)
        }
      }
      #expect(try await search(["付款"]) == [3, 2, 1])
      #expect(try await search(["付款", "失败"]) == [3, 1])
      #expect(try await search(["付款", "失败", "vip"]) == [1])
      #expect(try await search(["付"]) == [])
      #expect(try await search([]) == [])
      #expect(try await search(["付款"], limit: 2) == [3, 2])
      #expect(try await search(["付款"], limit: 2, before: MessageID(2)) == [1])
      try await store.write { transaction in
        try SearchIndex.index(transaction, message: MessageID(3), conversation: ConversationID(30), tokens: ["退款"])
        try SearchIndex.remove(transaction, message: MessageID(1))
      }
      #expect(try await search(["付款"]) == [2])
      #expect(try await search(["退款"]) == [3])
    }
  }

  @Test("no token breaks a query, whatever is in it, and each finds itself alone", arguments: TestEngine.all)
  func hostileTokens(engine: TestEngine) async throws {
    let tokens = [
      "\"", "'", "a'b", "a\"b", "\\", "a b", "*", "NEAR", "AND", "-x", "a:b", "(", "&", "|", "!", "é", "e", "É", "ß",
      "🎈", "ａ",
      "\u{0}", "\u{202E}", "a@b.example", String(repeating: "长", count: 200), "İ", "ﬁ", "한글", "カナ", "x61", "61",
    ]
    try await withStore(engine) { store in
      try await store.migrate([SearchIndex.migration(number: 1)], now: now)
      try await store.write { transaction in
        for (id, token) in tokens.enumerated() {
          try SearchIndex.index(
            transaction, message: MessageID(Int64(id)), conversation: ConversationID(1), tokens: [token])
        }
      }
      for (id, token) in tokens.enumerated() {
        let hits = try await store.read { try SearchIndex.search($0, tokens: [token], limit: 10) }
        #expect(hits.map(\.message) == [MessageID(Int64(id))], "\(token)")
      }
    }
  }

  @Test(
    "a message of a hundred thousand different tokens is indexed as far as there is room", arguments: TestEngine.all)
  func huge(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate([SearchIndex.migration(number: 1)], now: now)
      let tokens = (0..<100_000).map { "token\($0)" }
      try await store.write {
        try SearchIndex.index($0, message: MessageID(1), conversation: ConversationID(1), tokens: tokens)
      }
      #expect(
        try await store.read { try SearchIndex.search($0, tokens: ["token0", "token40000"], limit: 1) }.count == 1)
    }
  }

  @Test("the condition works inside another query", arguments: TestEngine.all)
  func condition(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(fixtureMigrations + [SearchIndex.migration(number: 2)], now: now)
      try await store.write { transaction in
        for id in 1...3 {
          try transaction.run("INSERT INTO things (id) VALUES ($1)", [Value(id)])
          try SearchIndex.index(
            transaction, message: MessageID(Int64(id)), conversation: ConversationID(1), tokens: ["t\(id)", "all"])
        }
      }
      let found = try await store.read { transaction in
        let query = SearchIndex.query(["all"], transaction.dialect)
        let condition = SearchIndex.condition(transaction.dialect, column: "id", parameter: "$1")
        return try transaction.rows("SELECT id FROM things WHERE \(condition) AND id > $2", [Value(query), 1]).map {
          $0.int(0)
        }
      }
      #expect(found.sorted() == [2, 3])
    }
  }
}
