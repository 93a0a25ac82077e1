/// A closure of the caller on its way through a lane.
protocol Work: Sendable {
  /// Runs the closure; its outcome is kept until `deliver`. Running it again forgets the earlier outcome.
  func attempt(_ transaction: Transaction)
  /// Whether the last attempt threw.
  var hasFailed: Bool { get }
  /// Hands the outcome to the caller: after the commit.
  func deliver()
  /// Hands `error` to the caller whatever the outcome was.
  func fail(_ error: StoreError)
}

/// Unchecked because only the lane's thread touches `outcome`, and each job is in one lane's hands at a time.
final class Job<T: Sendable>: Work, @unchecked Sendable {
  private let body: @Sendable (Transaction) throws -> T
  private let continuation: CheckedContinuation<T, any Error>
  private var outcome: Result<T, any Error>?

  init(_ body: @escaping @Sendable (Transaction) throws -> T, _ continuation: CheckedContinuation<T, any Error>) {
    (self.body, self.continuation) = (body, continuation)
  }

  var hasFailed: Bool {
    guard case .success = outcome else { return true }
    return false
  }

  func attempt(_ transaction: Transaction) {
    let result = Result { try body(transaction) }
    // An error the closure swallowed, or a column it misread, fails it all the same.
    outcome =
      transaction.complaint.map { complaint in
        if case .failure = result { result } else { .failure(complaint) }
      } ?? result
  }

  func deliver() { continuation.resume(with: outcome ?? .failure(StoreError(.unavailable, "it was never run"))) }

  func fail(_ error: StoreError) { continuation.resume(throwing: error) }
}
