/// Statements inside one transaction; it lives as long as the closure that got it and never leaves its thread.
///
/// A statement that fails dooms the closure, as PostgreSQL has it: later statements throw the same error and nothing of
/// the closure is kept, even if it swallows the error. Inside `savepoint` the doom ends with the savepoint.
package final class Transaction {
  package let dialect: Dialect
  private let session: Session
  private let misreadings = Misreadings()
  private var depth = 0
  private var hasEnded = false
  /// The statement error that dooms the closure.
  private(set) var failure: StoreError?

  init(_ session: Session) { (dialect, self.session) = (session.dialect, session) }

  /// What must fail the closure even if it returned.
  var complaint: StoreError? { failure ?? misreadings.take() }

  /// From now on every statement throws: the closure has let the transaction escape.
  func end() { hasEnded = true }

  /// Runs a statement and returns the number of rows it inserted, updated or deleted.
  @discardableResult
  package func run(_ sql: String, _ values: [Value] = []) throws -> Int {
    try guarded { () throws(StoreError) in try session.run(sql, values) }
  }

  /// All rows of a query, or of a statement with RETURNING.
  package func rows(_ sql: String, _ values: [Value] = []) throws -> [Row] {
    let rows = try guarded { () throws(StoreError) in try session.rows(sql, values) }
    return rows.map { Row(values: $0, misreadings: misreadings, sql: sql) }
  }

  /// The first row, or `nil` when there is none.
  package func first(_ sql: String, _ values: [Value] = []) throws -> Row? { try rows(sql, values).first }

  /// Several statements without parameters, divided by `;`: schema texts.
  package func script(_ sql: String) throws { try guarded { () throws(StoreError) in try session.script(sql) } }

  /// Runs `body` in a savepoint: if it throws, its changes are undone and the error is thrown on; the closure may go
  /// on.
  package func savepoint<T>(_ body: () throws -> T) throws -> T {
    depth += 1
    defer { depth -= 1 }
    let name = "inner\(depth)"
    try guarded { () throws(StoreError) in try session.control(["SAVEPOINT \(name)"]) }
    let result = Result { try body() }
    if case .success = result, failure == nil {
      try guarded { () throws(StoreError) in try session.control(["RELEASE SAVEPOINT \(name)"]) }
    } else {
      try undo(to: name)
    }
    return try result.get()
  }

  private func undo(to name: String) throws {
    // What the engine rolled back as a whole, or wants run again as a whole, cannot be mended here.
    if let failure, session.isBroken || !session.isInTransaction || failure.asksForAnotherRun { throw failure }
    let swallowed = failure
    failure = nil
    try guarded { () throws(StoreError) in
      try session.control(["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"])
    }
    // The body returned although a statement had failed: it must not believe that its changes stand.
    if let swallowed { throw swallowed }
  }

  private func guarded<T>(_ call: () throws(StoreError) -> T) throws -> T {
    if let failure { throw failure }
    guard !hasEnded else { throw StoreError(.sql, "the transaction is over") }
    do throws(StoreError) {
      return try call()
    } catch {
      failure = error
      throw error
    }
  }
}
