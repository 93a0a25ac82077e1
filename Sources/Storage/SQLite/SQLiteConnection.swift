import CSQLite
import Glibc

/// One connection to an SQLite file.
final class SQLiteConnection: Connection {
  enum Role {
    /// Makes the file if it is not there.
    case first
    case writer
    /// A writer whose log is flushed and folded by somebody else.
    case kept
    case reader
    /// Opens the file itself for reading only: the last one to close it would otherwise fold the log back into it.
    case onlooker
  }

  static let fileName = "patchbay.sqlite"
  /// How long a statement waits for another process.
  private static let busyMilliseconds: Int32 = 5000
  private static let cachedStatements = 256
  /// Once per process. Where SQLite is in use already it stays as it is, which is only slower.
  private static let isConfigured = patchbay_without_memory_statistics() == SQLITE_OK

  let dialect = Dialect.sqlite
  private(set) var handle: OpaquePointer?
  private(set) var isBroken = false
  private var statements: [String: SQLiteStatement] = [:]
  private var uses = 0
  private let frames = FrameCount()

  init(path: String, role: Role, pageLimit: Int? = nil) throws(StoreError) {
    _ = Self.isConfigured
    // The thread that owns the connection is the only one to use it: no mutex needed.
    let access = role == .onlooker ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
    let flags = access | SQLITE_OPEN_NOMUTEX | (role == .first ? SQLITE_OPEN_CREATE : 0)
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let error = StoreError.sqlite(handle.map(sqlite3_extended_errcode) ?? code, handle)
      close()
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    do throws(StoreError) {
      try settle(role)
      if role == .kept { frames.watch(handle) }
      if let pageLimit { try script("PRAGMA max_page_count = \(pageLimit)") }
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// A commit is durable (FULL) and disturbs no reader (WAL). The log is folded back less often than by default, which
  /// measured faster under load. Where another thread keeps the log, a commit waits for no disk.
  private static func settings(_ role: Role) -> String {
    if role == .onlooker {
      return
        "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536; PRAGMA query_only = ON;"
    }
    return """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = \(role == .kept ? "NORMAL" : "FULL"); PRAGMA foreign_keys = ON;
      PRAGMA wal_autocheckpoint = \(role == .kept ? 0 : 4000); PRAGMA journal_size_limit = 67108864;
      PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384;
      PRAGMA query_only = \(role == .reader ? "ON" : "OFF");
      """
  }

  /// Two processes that open a new file at once get in each other's way when they turn it to WAL, and SQLite answers
  /// "busy" without the wait that it was asked for.
  private func settle(_ role: Role) throws(StoreError) {
    let pause: Int32 = 20
    for waited in stride(from: 0, through: Self.busyMilliseconds, by: Int(pause)) {
      do throws(StoreError) {
        return try script(Self.settings(role))
      } catch {
        guard error.kind == .busy, waited < Self.busyMilliseconds else { throw error }
        usleep(UInt32(pause) * 1000)
      }
    }
  }

  var logFrames: Int { frames.value }

  var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

  func control(_ statements: [String]) throws(StoreError) {
    if !isInTransaction, handle.map({ patchbay_has_moved($0) != 0 }) ?? false {
      isBroken = true
      throw StoreError(.unavailable, "the database file was moved or deleted while it was open")
    }
    for sql in statements { _ = try run(sql, []) }
  }

  func script(_ sql: String) throws(StoreError) {
    guard let handle else { throw closed }
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw noting(StoreError.sqlite(code, handle, sql: sql)) }
  }

  func run(_ sql: String, _ values: [Value]) throws(StoreError) -> Int {
    guard let handle else { throw closed }
    let statement = try statement(sql, handle)
    // `sqlite3_changes` keeps the count of the last INSERT, UPDATE or DELETE: it is ours only if the total has moved.
    let before = sqlite3_total_changes(handle)
    return try statement.withBound(values) { () throws(StoreError) in
      while try step(statement, handle) {}
      return sqlite3_total_changes(handle) == before ? 0 : Int(sqlite3_changes(handle))
    }
  }

  func rows(_ sql: String, _ values: [Value]) throws(StoreError) -> [[Value]] {
    guard let handle else { throw closed }
    let statement = try statement(sql, handle)
    return try statement.withBound(values) { () throws(StoreError) in
      var rows: [[Value]] = []
      while try step(statement, handle) { rows.append(statement.columns()) }
      return rows
    }
  }

  func close() {
    statements.removeAll()
    if let handle { sqlite3_close_v2(handle) }
    handle = nil
  }

  private var closed: StoreError { StoreError(.unavailable, "the connection is closed") }

  /// Whether there is a row.
  private func step(_ statement: SQLiteStatement, _ handle: OpaquePointer) throws(StoreError) -> Bool {
    switch sqlite3_step(statement.handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw noting(StoreError.sqlite(code, handle, sql: statement.sql))
    }
  }

  private func statement(_ sql: String, _ handle: OpaquePointer) throws(StoreError) -> SQLiteStatement {
    uses += 1
    if let cached = statements[sql] {
      cached.lastUse = uses
      return cached
    }
    do throws(StoreError) {
      let fresh = try SQLiteStatement(sql, on: handle)
      fresh.lastUse = uses
      if statements.count >= Self.cachedStatements,
        let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        statements[oldest.key] = nil
      }
      statements[sql] = fresh
      return fresh
    } catch {
      throw noting(error)
    }
  }

  /// After these the file may have been replaced or become writable again: the next use opens it anew.
  private func noting(_ error: StoreError) -> StoreError {
    if error.kind == .unavailable || error.kind == .readOnly { isBroken = true }
    return error
  }
}

/// How long a connection's own commits have made the log.
private final class FrameCount {
  private(set) var value = 0

  /// https://www.sqlite.org/c3ref/wal_hook.html
  func watch(_ connection: OpaquePointer?) {
    sqlite3_wal_hook(
      connection,
      { context, _, _, frames in
        context.map { Unmanaged<FrameCount>.fromOpaque($0).takeUnretainedValue().value = Int(frames) }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
