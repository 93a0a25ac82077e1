import Synchronization

/// Remembers the first column that was read as something it is not, until the transaction ends.
final class Misreadings: Sendable {
  private let first = Mutex<StoreError?>(nil)

  func note(_ message: String, sql: String) {
    first.withLock { $0 = $0 ?? StoreError(.sql, message, sql: sql) }
  }

  /// The complaint, if there is one; it is forgotten by being taken.
  func take() -> StoreError? {
    first.withLock { noted in
      defer { noted = nil }
      return noted
    }
  }
}
