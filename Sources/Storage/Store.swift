/// The store of one process: SQLite or PostgreSQL behind one SQL text.
///
/// One thread writes, a few read, each with its own connection; tasks only wait for them. After a full disk, a
/// read-only file system or a lost server the next call tries again with a new connection: nothing needs to be
/// restarted.
package final class Store: Sendable {
  package let location: StoreLocation
  package let dialect: Dialect
  let options: StoreOptions
  private let counterBox = CounterBox()
  private let writes = WorkQueue<any Work>()
  private let reads = WorkQueue<any Work>()
  private let threads = Countdown()

  /// Opens the store and looks whether it answers; does not migrate.
  ///
  /// - Throws: `StoreError` when the directory cannot be made or the server cannot be reached.
  package static func open(_ location: StoreLocation, options: StoreOptions = StoreOptions()) throws -> Store {
    let store = Store(location, options)
    do throws(StoreError) {
      try location.prepare(options)
      try store.startThreads()
    } catch {
      store.finish()
      throw error
    }
    return store
  }

  private init(_ location: StoreLocation, _ options: StoreOptions) {
    (self.location, self.options, dialect) = (location, options, location.dialect)
  }

  deinit { finish() }

  /// What it has done since it was opened.
  package var counters: StoreCounters { counterBox.value }

  /// Runs `body` in a transaction and returns after it is durable.
  ///
  /// All closures that wait while a commit runs share the next one, each by itself: if `body` throws, only its own
  /// changes are undone and the error is thrown on. `body` may be run more than once (deadlock, lost connection, on
  /// PostgreSQL also when a closure beside it threw): it must not do anything but compute and talk to the store.
  ///
  /// - Throws: What `body` throws, or `StoreError`. If the connection was lost while COMMIT ran, the error is
  ///   `unavailable` and the changes may or may not be there: repeat with the same unique keys.
  @discardableResult
  package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await enqueue(body, on: writes)
  }

  /// Runs `body` on a snapshot; it cannot write. It may be run twice if the connection was lost.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await enqueue(body, on: reads)
  }

  /// Works off what is queued, closes the connections and returns; later calls throw `unavailable`.
  package func close() async {
    finish()
    await threads.wait()
  }

  private func enqueue<T: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> T, on queue: WorkQueue<any Work>
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(body, continuation)
      if !queue.put(job) { job.fail(StoreError(.unavailable, "the store is closed")) }
    }
  }

  private func finish() {
    writes.close()
    reads.close()
  }

  private func startThreads() throws(StoreError) {
    // The threads must not keep the store alive: whoever forgets to close it still ends them.
    let (writes, reads, counters) = (writes, reads, counterBox)
    let (location, options, limit) = (location, options, options.batchLimit)
    try start {
      let connection = LaneConnection(
        { () throws(StoreError) in try location.connect(.writer, options) }, options: options, counters: counters)
      WriteLane(connection, counters: counters).work(off: writes, batchLimit: limit)
    }
    for _ in 0..<max(1, options.readers) {
      try start {
        let connection = LaneConnection(
          { () throws(StoreError) in try location.connect(.reader, options) }, options: options, counters: counters)
        ReadLane(connection, counters: counters).work(off: reads)
      }
    }
  }

  private func start(_ body: @escaping @Sendable () -> Void) throws(StoreError) {
    let threads = threads
    threads.enter()
    let hasStarted = DriverThread.start {
      body()
      threads.leave()
    }
    guard !hasStarted else { return }
    threads.leave()
    throw StoreError(.unavailable, "the system gives no thread")
  }
}
