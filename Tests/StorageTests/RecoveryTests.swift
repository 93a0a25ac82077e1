import Conversations
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Recovery without a restart")
struct RecoveryTests {
  private static let big: [Value] = [.blob([UInt8](repeating: 9, count: 200_000))]

  @Test("a database that has reached its size says full, and works again when there is room")
  func pageLimit() async throws {
    try await withStore(.sqlite, options: StoreOptions(pageLimit: 60)) { store in
      try await store.prepareFixture()
      let error = await #expect(throws: StoreError.self) {
        try await store.write {
          try $0.run("INSERT INTO things (id, body) VALUES (1, $1)", [.blob([UInt8](repeating: 9, count: 400_000))])
        }
      }
      #expect(error?.kind == .full)
      #expect(error?.isTemporary == true)
      try await store.addThing(2)
      #expect(try await store.thingCount() == 1)
    }
  }

  @Test("a disk that fills up fails the writers, loses nothing confirmed, and is used again when it has room")
  func fileSizeLimit() async throws {
    let folder = try TestFolder()
    let place = Place(.sqlite(directory: folder.path + "/data"), folder)
    await #expect(processExitsWith: .success) { [place = place as Place] in
      let store = try Store.open(place.location)
      try await store.prepareFixture()
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 400_000, rlim_max: rlim_t.max)
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      limit.rlim_cur = 400_000
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      var confirmed = 0
      var refusals: [StoreError.Kind] = []
      for id in 0..<20 {
        let kind = await kind {
          try await store.write {
            _ = try $0.run("INSERT INTO things (id, body) VALUES ($1, $2)", [Value(id)] + Self.big)
          }
        }
        if let kind { refusals.append(kind) } else { confirmed += 1 }
      }
      limit.rlim_cur = limit.rlim_max
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      try await store.addThing(1000)
      let count = try await store.thingCount()
      let problems = try await store.check()
      // SQLite tells a file that may not grow (EFBIG) apart from a full disk: an I/O error.
      precondition(!refusals.isEmpty && refusals.allSatisfy { $0 == .full || $0 == .unavailable }, "\(refusals)")
      precondition(count == confirmed + 1, "\(count) of \(confirmed)")
      precondition(problems.isEmpty, "\(problems)")
      await store.close()
    }
  }

  @Test("a directory that is gone or cannot be written to fails the writers until it is back")
  func directory() async throws {
    let folder = try TestFolder()
    let place = Place(.sqlite(directory: folder.path + "/data"), folder)
    await #expect(processExitsWith: .success) { [place = place as Place] in
      // Root may write anywhere: become nobody.
      if geteuid() == 0 { precondition(chown(place.folder, 65_534, 65_534) == 0 && setuid(65_534) == 0) }
      let (data, aside) = (place.folder + "/data", place.folder + "/aside")
      let store = try Store.open(place.location)
      try await store.prepareFixture()
      try await store.addThing(1)
      precondition(rename(data, aside) == 0)
      let gone = await kind { try await store.addThing(2) }
      precondition(gone == .unavailable, "\(String(describing: gone))")
      precondition(rename(aside, data) == 0 && chmod(data, 0o500) == 0 && chmod(data + "/patchbay.sqlite", 0o400) == 0)
      for suffix in ["-wal", "-shm"] { _ = chmod(data + "/patchbay.sqlite" + suffix, 0o400) }
      let closed = await kind { try await store.addThing(3) }
      precondition(closed == .readOnly || closed == .unavailable, "\(String(describing: closed))")
      precondition(chmod(data, 0o700) == 0 && chmod(data + "/patchbay.sqlite", 0o600) == 0)
      for suffix in ["-wal", "-shm"] { _ = chmod(data + "/patchbay.sqlite" + suffix, 0o600) }
      try await store.addThing(4)
      let count = try await store.thingCount()
      precondition(count == 2, "\(count)")
      await store.close()
    }
  }

  @Test(
    "connections that the server cut are replaced, and no caller notices", .enabled(if: ThrowawayPostgres.isAvailable))
  func cutConnections() async throws {
    try await withStore(.postgres) { store in
      try await store.prepareFixture()
      let cut =
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
      for id in 0..<5 {
        try await store.addThing(Int64(id))
        _ = try await store.read { try $0.rows(cut) }
      }
      let before = store.counters.connections
      try await store.addThing(100)
      #expect(try await store.thingCount() == 6)
      #expect(store.counters.connections > before)
    }
  }

  @Test(
    "a server that cut us in the middle of a batch gets it again, once", .enabled(if: ThrowawayPostgres.isAvailable))
  func cutInTheMiddle() async throws {
    try await withStore(.postgres) { store in
      try await store.prepareFixture()
      let runs = Mutex(0)
      try await store.write { transaction in
        let run = runs.withLock { runs in
          runs += 1
          return runs
        }
        try transaction.run("INSERT INTO things (id) VALUES (1)")
        if run == 1 { _ = try transaction.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
        try transaction.run("INSERT INTO things (id) VALUES (2)")
      }
      #expect(runs.withLock { $0 } == 2)
      #expect(store.counters.repeats == 1)
      #expect(try await store.thingCount() == 2)
    }
  }

  @Test("two processes that lock each other out both finish", .enabled(if: ThrowawayPostgres.isAvailable))
  func deadlock() async throws {
    let folder = try TestFolder()
    let location = try TestEngine.postgres.makeLocation(folder)
    let (one, other) = (try Store.open(location), try Store.open(location))
    try await one.prepareFixture()
    for id in 1...2 { try await one.addThing(Int64(id)) }
    // Each holds one row before either asks for the other's: only then do they lock each other out for sure.
    let meeting = Meeting(of: 2)
    let touch: @Sendable (Int64, Int64) -> @Sendable (Transaction) throws -> Void = { first, second in
      { transaction in
        let update = "UPDATE things SET count = COALESCE(count, 0) + 1 WHERE id = $1"
        try transaction.run(update, [.int(first)])
        meeting.attend()
        try transaction.run(update, [.int(second)])
      }
    }
    async let left: Void = one.write(touch(1, 2))
    async let right: Void = other.write(touch(2, 1))
    _ = try await (left, right)
    let counts = try await one.read { try $0.rows("SELECT count FROM things ORDER BY id").map { $0.int(0) } }
    #expect(counts == [2, 2])
    #expect(one.counters.repeats + other.counters.repeats >= 1)
    await one.close()
    await other.close()
  }

  /// Threads that wait for each other, for a while; who comes after all have met goes on at once.
  private final class Meeting: Sendable {
    private let missing: Mutex<Int>

    init(of count: Int) { missing = Mutex(count) }

    func attend() {
      missing.withLock { $0 -= 1 }
      for _ in 0..<20_000 where missing.withLock({ $0 > 0 }) { usleep(1000) }
    }
  }

  @Test("a server that cannot be reached is unavailable, and the words hold no password")
  func unreachable() throws {
    let url = Secret("postgresql://someone:hunter2@127.0.0.1:1/nowhere?connect_timeout=2")
    let error = #expect(throws: StoreError.self) {
      try Store.open(.postgres(url: url, attachmentsDirectory: "/nowhere"))
    }
    #expect(error?.kind == .unavailable)
    #expect(error?.description.contains("hunter2") == false)
  }
}

@Suite("Prepared statements and plans")
struct StatementTests {
  @Test("a statement is prepared once and used again", .enabled(if: ThrowawayPostgres.isAvailable))
  func preparedOnce() async throws {
    try await withStore(.postgres) { store in
      try await store.prepareFixture()
      let count = try await store.write { transaction in
        for id in 0..<100 {
          try transaction.run(
            "INSERT INTO things (id, label) VALUES ($1, $2)", [Value(id), Value(id % 2 == 0 ? nil : "x\(id)")])
        }
        return try transaction.first(
          "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO things%'")?.int(0)
      }
      #expect(count == 1)
    }
  }

  @Test("more different statements than are cached do no harm", arguments: TestEngine.all)
  func manyStatements(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      try await store.write { transaction in
        for id in 0..<600 { try transaction.run("INSERT INTO things (id, count) VALUES ($1, \(id))", [Value(id)]) }
        for id in 0..<600 { try transaction.run("UPDATE things SET count = \(id) WHERE id = $1", [Value(id)]) }
      }
      #expect(try await store.thingCount() == 600)
    }
  }

  @Test("a point select goes by the key, a search by label through its index", arguments: TestEngine.all)
  func plans(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.prepareFixture()
      let (byKey, byLabel) = try await store.read { transaction in
        (
          try queryPlan(transaction, "SELECT label FROM things WHERE id = $1", [1]),
          try queryPlan(transaction, "SELECT id FROM things WHERE label = $1", ["x"])
        )
      }
      #expect(byKey.contains(engine == .sqlite ? "INTEGER PRIMARY KEY" : "things_pkey"), "\(byKey)")
      #expect(byLabel.contains("things_label"), "\(byLabel)")
    }
  }

  @Test("the recorder sees the statements of closures and nothing else", arguments: TestEngine.all)
  func recorder(engine: TestEngine) async throws {
    let recorder = StatementCounter()
    try await withStore(engine, options: StoreOptions(observer: recorder.observer)) { store in
      try await store.prepareFixture()
      recorder.reset()
      try await store.addThing(1)
      _ = try await store.thingCount()
      #expect(recorder.statements == ["INSERT INTO things (id, label) VALUES ($1, $2)", "SELECT COUNT(*) FROM things"])
    }
  }
}

@Suite("Places")
struct LocationTests {
  @Test("what the command line gives becomes a place")
  func parsing() throws {
    #expect(try StoreLocation(data: "/d", database: nil) == .sqlite(directory: "/d"))
    #expect(try StoreLocation(data: "/d", database: "") == .sqlite(directory: "/d"))
    #expect(try StoreLocation(data: "/d", database: "sqlite:/e") == .sqlite(directory: "/e"))
    let url = "postgres://u:p@h/db"
    #expect(
      try StoreLocation(data: "/d", database: url)
        == .postgres(url: Secret(url), attachmentsDirectory: "/d/attachments"))
    #expect(throws: StoreError.self) { try StoreLocation(data: "/d", database: "mysql://x") }
    #expect(throws: StoreError.self) { try StoreLocation(data: "/d", database: "sqlite:") }
    #expect("\(try StoreLocation(data: "/d", database: url))".contains("p@h") == false)
  }

  @Test("a file where the directory should be is complained about")
  func notADirectory() throws {
    let folder = try TestFolder()
    try Data().write(to: URL(fileURLWithPath: folder.path + "/data"))
    #expect(throws: StoreError.self) { try Store.open(.sqlite(directory: folder.path + "/data")) }
    #expect(throws: StoreError.self) { try Store.open(.sqlite(directory: folder.path + "/data/below")) }
  }
}
