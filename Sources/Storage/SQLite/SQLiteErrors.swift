import CSQLite
import Glibc

extension StoreError {
  /// What SQLite says about the last call on `connection`.
  static func sqlite(_ code: Int32, _ connection: OpaquePointer?, sql: String? = nil) -> StoreError {
    let errno = connection.map(sqlite3_system_errno) ?? 0
    let name = String(cString: sqlite3_errstr(code))
    var message = connection.map { String(cString: sqlite3_errmsg($0)) } ?? name
    // The full-text parser repeats the query, which is the customer's or the agent's text.
    if code & 0xff == SQLITE_ERROR, let sql, sql.contains(" MATCH "), !message.hasPrefix("near ") {
      message = "the full-text query could not be run"
    }
    return StoreError(kind(code, errno: errno), message, code: "\(name) (\(code))", sql: sql)
  }

  private static func kind(_ code: Int32, errno: Int32) -> Kind {
    switch code & 0xff {
    case SQLITE_CONSTRAINT: constraint(code)
    case SQLITE_FULL: .full
    case SQLITE_IOERR: system(errno) ?? .unavailable
    case SQLITE_CANTOPEN: system(errno) ?? .unavailable
    case SQLITE_READONLY, SQLITE_PERM: .readOnly
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_INTERRUPT: .busy
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_NOMEM: .unavailable
    default: .sql
    }
  }

  /// Extended codes: https://www.sqlite.org/rescode.html
  private static func constraint(_ code: Int32) -> Kind {
    switch code >> 8 {
    case 6, 8, 10: .unique  // PRIMARYKEY, UNIQUE, ROWID
    case 3: .foreignKey
    default: .check
    }
  }

  /// What the operating system refused.
  static func system(_ errno: Int32) -> Kind? {
    switch errno {
    case ENOSPC, EDQUOT, EFBIG: .full
    case EROFS, EACCES, EPERM: .readOnly
    default: nil
    }
  }
}
