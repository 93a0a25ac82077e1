/// Statements inside one transaction; it lives as long as the closure that got it and never leaves its thread.
///
/// A statement that fails dooms the closure, as PostgreSQL has it: later statements throw the same error and nothing of
/// the closure is kept, even if it swallows the error. Inside `savepoint` the doom ends with the savepoint.
package final class Transaction {
  package let dialect: Dialect

  init(dialect: Dialect) { self.dialect = dialect }

  /// Runs a statement and returns the number of rows it inserted, updated or deleted.
  @discardableResult
  package func run(_ sql: String, _ values: [Value] = []) throws -> Int {
    throw StoreError(.unavailable, "not connected")
  }

  /// All rows of a query, or of a statement with RETURNING.
  package func rows(_ sql: String, _ values: [Value] = []) throws -> [Row] {
    throw StoreError(.unavailable, "not connected")
  }

  /// The first row, or `nil` when there is none.
  package func first(_ sql: String, _ values: [Value] = []) throws -> Row? { try rows(sql, values).first }

  /// Runs `body` in a savepoint: if it throws, its changes are undone and the error is thrown on.
  package func savepoint<T>(_ body: () throws -> T) throws -> T { try body() }
}
