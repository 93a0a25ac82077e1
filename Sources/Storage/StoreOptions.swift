import Synchronization

/// How a store is opened; the defaults are for production.
package struct StoreOptions: Sendable {
  /// One statement about to be run.
  package struct Statement: Sendable {
    package let sql: String
    /// BEGIN, SAVEPOINT, COMMIT… of the lanes, not of a closure.
    package let isControl: Bool
  }

  /// Sees every statement before it is run; what it throws is taken for the engine's own error. For tests.
  package typealias Observer = @Sendable (Statement) throws(StoreError) -> Void

  /// Reading connections, each with a thread.
  package var readers: Int
  /// Closures per commit.
  package var batchLimit: Int
  package var observer: Observer?
  /// SQLite: the most pages the file may have (4 KB each); `nil` = as the disk allows.
  package var pageLimit: Int?
  /// Nothing can be written, and nothing is: no byte of the database changes, no directory is made.
  package var isReadOnly: Bool

  package init(
    readers: Int = 3, batchLimit: Int = 256, observer: Observer? = nil, pageLimit: Int? = nil, isReadOnly: Bool = false
  ) {
    (self.readers, self.batchLimit, self.observer, self.pageLimit) = (readers, batchLimit, observer, pageLimit)
    self.isReadOnly = isReadOnly
  }
}

/// What a store has done since it was opened.
package struct StoreCounters: Sendable, Hashable {
  /// Statements of closures, in committed batches and in reads.
  package var statements = 0
  package var commits = 0
  /// Closures of `write` in committed batches, those that threw included.
  package var closures = 0
  package var largestBatch = 0
  package var reads = 0
  /// Batches run again after a deadlock, a serialisation failure or a lost connection.
  package var repeats = 0
  /// Connections opened.
  package var connections = 0
}

final class CounterBox: Sendable {
  private let counters = Mutex(StoreCounters())
  var value: StoreCounters { counters.withLock { $0 } }
  func add(_ change: (inout StoreCounters) -> Void) { counters.withLock { change(&$0) } }
}

/// Records the SQL that closures run: for tests that hold a statement budget.
package final class StatementCounter: Sendable {
  private let recorded = Mutex<[String]>([])

  package init() {}

  /// To be given to `StoreOptions`.
  package var observer: StoreOptions.Observer {
    { statement throws(StoreError) in
      guard !statement.isControl else { return }
      self.recorded.withLock { $0.append(statement.sql) }
    }
  }

  package var statements: [String] { recorded.withLock { $0 } }
  package func reset() { recorded.withLock { $0.removeAll() } }
}
