/// One connection to one engine. It is used by one thread at a time.
protocol Connection: AnyObject {
  var dialect: Dialect { get }
  /// Whether a transaction is open; false after the engine has rolled it back by itself.
  var isInTransaction: Bool { get }
  /// Whether it must be thrown away and opened anew.
  var isBroken: Bool { get }
  /// Statements of the lanes (BEGIN, SAVEPOINT…), in one round trip.
  func control(_ statements: [String]) throws(StoreError)
  /// Several statements without parameters, as a migration has them.
  func script(_ sql: String) throws(StoreError)
  /// Runs a statement and returns the number of rows it changed.
  func run(_ sql: String, _ values: [Value]) throws(StoreError) -> Int
  /// Runs a query and returns the columns of each row.
  func rows(_ sql: String, _ values: [Value]) throws(StoreError) -> [[Value]]
  /// Pages in the log of an SQLite database after the last commit; 0 where there is none.
  var logFrames: Int { get }
  /// Closing twice is harmless.
  func close()
}
