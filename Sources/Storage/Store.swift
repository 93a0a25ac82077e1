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
  private let keeper: LogKeeper?

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
    keeper = location.sqlitePath.map(LogKeeper.init)
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
  package func write<T: Sendable>(
    announced announcement: Announcement? = nil, _ body: @escaping @Sendable (Transaction) throws -> T
  ) async throws -> T {
    guard !options.isReadOnly else { throw StoreError(.readOnly, "the store was opened for reading only") }
    let isAnnounced = announcement?.take() ?? false
    return try await withCheckedThrowingContinuation { continuation in
      let job = Job(body, continuation)
      if !writes.put(job, isAnnounced: isAnnounced) { job.fail(StoreError(.unavailable, "the store is closed")) }
    }
  }

  /// Says that a `write` will come within moments: a commit that is about to begin may wait for it, so that they share
  /// it. To be given to that `write`; if none comes after all, it is enough to forget the announcement.
  package func announce() -> Announcement { Announcement(writes) }

  /// Runs `body` on a snapshot; it cannot write. It may be run twice if the connection was lost.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(body, continuation)
      if !reads.put(job) { job.fail(StoreError(.unavailable, "the store is closed")) }
    }
  }

  /// Works off what is queued, closes the connections and returns; later calls throw `unavailable`.
  package func close() async {
    finish()
    await threads.wait()
  }

  private func finish() {
    writes.close()
    reads.close()
    keeper?.close()
  }

  private func startThreads() throws(StoreError) {
    // The threads must not keep the store alive: whoever forgets to close it still ends them.
    let (writes, reads, counters) = (writes, reads, counterBox)
    let (location, options, keeper) = (location, options, keeper)
    let connection: @Sendable (SQLiteConnection.Role) -> LaneConnection = { role in
      let connect = { @Sendable () throws(StoreError) in try location.connect(role, options) }
      return LaneConnection(connect, options: options, counters: counters)
    }
    if let keeper, !options.isReadOnly {
      try start { keeper.flushAll() }
      try start { keeper.foldAll(connection(.writer)) }
    }
    if !options.isReadOnly {
      try start {
        WriteLane(connection(.kept), keeper, counters: counters).work(off: writes, batchLimit: options.batchLimit)
      }
    }
    for _ in 0..<max(1, options.readers) {
      try start { ReadLane(connection(.reader), counters: counters).work(off: reads) }
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
