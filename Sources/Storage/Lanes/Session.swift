/// A connection with what is counted and observed about it; confined to one thread.
final class Session {
  private let connection: any Connection
  private let observer: StoreOptions.Observer?
  private(set) var statementCount = 0

  init(_ connection: any Connection, observer: StoreOptions.Observer?) {
    (self.connection, self.observer) = (connection, observer)
  }

  var dialect: Dialect { connection.dialect }
  var isBroken: Bool { connection.isBroken }
  var isInTransaction: Bool { connection.isInTransaction }
  var logFrames: Int { connection.logFrames }

  func control(_ statements: [String]) throws(StoreError) {
    if let observer {
      for sql in statements { try observer(.init(sql: sql, isControl: true)) }
    }
    try connection.control(statements)
  }

  func script(_ sql: String) throws(StoreError) {
    try observed(sql)
    try connection.script(sql)
  }

  func run(_ sql: String, _ values: [Value]) throws(StoreError) -> Int {
    try observed(sql)
    return try connection.run(sql, values)
  }

  func rows(_ sql: String, _ values: [Value]) throws(StoreError) -> [[Value]] {
    try observed(sql)
    return try connection.rows(sql, values)
  }

  /// Ends whatever transaction is open; a connection that cannot even do that is broken and will be replaced.
  func rollBack() {
    guard connection.isInTransaction else { return }
    do throws(StoreError) { try connection.control(["ROLLBACK"]) } catch { connection.close() }
  }

  /// Folds the log of an SQLite database into its file (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
  func checkpoint(_ mode: Checkpoint.Mode) throws(StoreError) -> Checkpoint {
    let numbers = try connection.rows("PRAGMA wal_checkpoint(\(mode.rawValue))", []).first ?? []
    return Checkpoint(numbers)
  }

  func takeStatementCount() -> Int {
    defer { statementCount = 0 }
    return statementCount
  }

  func close() { connection.close() }

  private func observed(_ sql: String) throws(StoreError) {
    statementCount += 1
    try observer?(.init(sql: sql, isControl: false))
  }
}

/// What became of a pass over the log.
struct Checkpoint {
  enum Mode: String {
    /// Whatever nobody is in the way of.
    case passive
    /// All of it, and the log's file is cut to nothing.
    case truncate
  }

  let isBusy: Bool
  /// In the log, and of these in the database file.
  let (frames, folded): (Int, Int)

  fileprivate init(_ columns: [Value]) {
    let numbers = columns.map { if case .int(let number) = $0 { Int(number) } else { 0 } }
    guard numbers.count == 3 else {
      (isBusy, frames, folded) = (true, 0, 0)
      return
    }
    (isBusy, frames, folded) = (numbers[0] != 0, numbers[1], numbers[2])
  }
}
