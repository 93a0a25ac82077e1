package import Conversations

extension Store {
  /// Brings the schema up to date.
  ///
  /// - Throws: `StoreError` of kind `sql` in clear words when the store was made by a newer program, or by one whose
  ///   migrations were edited.
  package func migrate(now: Instant) async throws { try await migrate(Schema.migrations, now: now) }

  /// Applies the migrations that are missing, each in a transaction of its own. Processes that do so at the same time
  /// wait for each other.
  package func migrate(_ migrations: [Migration], now: Instant) async throws {
    try await write { transaction in try MigrationBook(transaction).prepare() }
    var hasChanged = false
    while try await write({ try MigrationBook($0).applyNext(of: migrations, now: now) }) { hasChanged = true }
    if hasChanged { try await analyze() }
  }

  /// Has PostgreSQL look at what its tables hold: of a column that was just added or filled it knows nothing, and plans
  /// a scan where an index would do, until it gets to the table by itself. SQLite's plans do without.
  func analyze() async throws {
    guard dialect == .postgres else { return }
    try await write { transaction in
      let names = try transaction.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
      for name in names.map({ $0.text(0).quoted })
      where try !transaction.rows("SELECT 1 FROM \(name) LIMIT 1").isEmpty {
        try transaction.script("ANALYZE \(name)")
      }
    }
  }

  /// Numbers of the migrations this store has seen.
  package func appliedMigrations() async throws -> [Int] {
    try await read { try $0.rows("SELECT number FROM schema_migrations ORDER BY number").map { $0.int(0) } }
  }
}

/// The table that remembers which migrations were applied.
private struct MigrationBook {
  private let transaction: Transaction

  init(_ transaction: Transaction) { self.transaction = transaction }

  /// "patchbay" as a number: the advisory lock that migrating processes share.
  private static let lock: Int64 = 0x7061_7463_6862_6179

  func prepare() throws {
    try wait()
    try transaction.run(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)
      """)
  }

  /// Applies one migration; `false` when there is none left.
  func applyNext(of migrations: [Migration], now: Instant) throws -> Bool {
    try wait()
    let rows = try transaction.rows("SELECT number, name, checksum FROM schema_migrations ORDER BY number")
    let known = Dictionary(migrations.map { ($0.number, $0) }) { first, _ in first }
    for row in rows { try check(row, known[row.int(0)]) }
    let applied = Set(rows.map { $0.int(0) })
    guard let next = migrations.filter({ !applied.contains($0.number) }).min(by: { $0.number < $1.number }) else {
      return false
    }
    if let last = applied.max(), next.number < last {
      throw StoreError(.sql, "migration \(next.number) (\(next.name)) comes before \(last), which is already applied")
    }
    try transaction.script(transaction.dialect.translate(next.source(transaction.dialect)))
    try transaction.run(
      "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
      [Value(next.number), .text(next.name), .text(next.checksum(transaction.dialect)), Value(now)])
    return true
  }

  private func check(_ row: Row, _ migration: Migration?) throws {
    let (number, name) = (row.int(0), row.text(1))
    guard let migration else {
      throw StoreError(
        .sql,
        "the store has migration \(number) (\(name)), which this program does not know: it is older than the store")
    }
    guard migration.checksum(transaction.dialect) == row.text(2) else {
      throw StoreError(.sql, "migration \(number) (\(name)) was edited after it had been applied to this store")
    }
  }

  /// On SQLite the transaction already holds the one write lock.
  private func wait() throws {
    guard transaction.dialect == .postgres else { return }
    _ = try transaction.rows("SELECT pg_advisory_xact_lock($1)", [.int(Self.lock)])
  }
}
