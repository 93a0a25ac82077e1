package import Conversations

/// The store of one process: SQLite or PostgreSQL behind one SQL text.
package final class Store: Sendable {
  package let location: StoreLocation

  private init(location: StoreLocation) { self.location = location }

  /// Opens the store and looks whether it answers; does not migrate.
  package static func open(_ location: StoreLocation) throws -> Store { Store(location: location) }

  /// Brings the schema up to date.
  package func migrate(now: Instant) async throws { throw StoreError(.unavailable, "not connected") }

  /// Runs `body` in a transaction and returns after it is durable.
  package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try body(Transaction(dialect: .sqlite))
  }

  /// Runs `body` on a snapshot; it cannot write.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try body(Transaction(dialect: .sqlite))
  }

  package func close() async {}
}
