extension Store {
  /// Runs blocking work on a thread of its own, away from the lanes.
  func aside<T: Sendable>(_ body: @escaping @Sendable () throws(StoreError) -> T) async throws -> T {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
      let hasStarted = DriverThread.start { continuation.resume(with: Result { () throws(StoreError) in try body() }) }
      if !hasStarted { continuation.resume(throwing: StoreError(.unavailable, "the system gives no thread")) }
    }
  }
}
