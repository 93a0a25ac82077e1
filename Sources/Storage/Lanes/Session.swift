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
