import Glibc

/// Group commit: whoever arrives while a commit runs shares the next one, and so does whoever arrives before that one has
/// run its last closure, for as long as the first in it may be asked to wait. A lone closure waits for nobody.
///
/// A batch is run without savepoints: they cost more than all else (SQLite keeps a copy of every page a savepoint
/// touches, PostgreSQL a round trip and a subtransaction). Only when a closure throws it is run again with them.
final class WriteLane {
  private let lane: LaneConnection
  /// Of an SQLite store; on PostgreSQL the commit itself is durable.
  private let keeper: LogKeeper?
  private let counters: CounterBox
  /// Runs of one batch, the first included, before its callers hear of the trouble.
  private static let runs = 6
  /// Latecomers are let in, and waited for if they are announced, until the batch has run this many times as long as the
  /// last commit took: then a commit costs a fifth, and to wait for more would save little.
  private static let patience: UInt64 = 4
  /// Nanoseconds; so that a slow disk does not make the batches slower still.
  private static let mostPatience: UInt64 = 30_000_000
  /// Of the last batch, without the flush, in nanoseconds.
  private var commitTime: UInt64 = 1_000_000

  init(_ lane: LaneConnection, _ keeper: LogKeeper?, counters: CounterBox) {
    (self.lane, self.keeper, self.counters) = (lane, keeper, counters)
  }

  /// What became of one run of a batch.
  private enum Outcome {
    /// Each closure has an outcome of its own, and they are committed together.
    case committed
    /// The only closure threw, and nothing is committed.
    case settled
    case failed(StoreError)
    /// Nothing is committed and it may work if tried again at once.
    case again(StoreError)
    /// Nothing is committed: a closure threw and there was no savepoint to go back to.
    case carefully
  }

  /// Works until the queue is closed and drained.
  func work(off queue: WorkQueue<any Work>, batchLimit: Int) {
    while true {
      let batch = queue.take(upTo: batchLimit)
      guard !batch.isEmpty else { break }
      settle(batch) { queue.takeReady(upTo: batchLimit - $0, until: $1) }
    }
    keeper?.end()
    lane.close()
  }

  /// `late` gives what has arrived since, when told how many the batch has already and how long it may wait.
  private func settle(_ first: [any Work], late: (Int, UInt64) -> [any Work]) {
    var batch = first
    var isCareful = false
    var run = 1
    let lastCommit = max(commitTime, keeper?.flushTime ?? 0)
    let closing = nanoseconds() + min(lastCommit * Self.patience, Self.mostPatience)
    while true {
      let isFirst = run == 1 && !isCareful
      let late = { (count: Int) in isFirst && nanoseconds() < closing ? late(count, closing) : [] }
      let outcome = attempt(&batch, late: late, isCareful: isCareful, isLast: run == Self.runs)
      lane.tidy()
      switch outcome {
      case .committed: return keep(batch)
      case .settled: return batch.forEach { $0.deliver() }
      case .failed(let error): return batch.forEach { $0.fail(error) }
      case .carefully: isCareful = true
      case .again(let error):
        guard run < Self.runs else { return batch.forEach { $0.fail(error) } }
        counters.add { $0.repeats += 1 }
        // Two processes that ran into each other should not do so again in step.
        usleep(UInt32(run) * UInt32.random(in: 500...5000))
        run += 1
      }
    }
  }

  private func attempt(
    _ batch: inout [any Work], late: (Int) -> [any Work], isCareful: Bool, isLast: Bool
  ) -> Outcome {
    var isCommitting = false
    do throws(StoreError) {
      let session = try lane.session()
      try keeper?.makeGood(session)
      _ = session.takeStatementCount()  // of a run that came to nothing
      do throws(StoreError) {
        try session.control(session.dialect.beginWrite)
        let trouble = try runAll(&batch, late: late, in: session, isCareful: isCareful, isLast: isLast)
        if let trouble { return trouble }
        isCommitting = true
        let begin = nanoseconds()
        try session.control(["COMMIT"])
        commitTime = nanoseconds() - begin
      } catch {
        // A connection lost before COMMIT was sent has kept nothing: try a new one. After it, nobody knows.
        let isSafe = !isCommitting && session.isBroken || error.asksForAnotherRun
        return isSafe ? .again(error) : .failed(error)
      }
      count(batch, session)
      return .committed
    } catch {
      return .failed(error)
    }
  }

  /// What is committed becomes durable, and then its callers are told.
  private func keep(_ batch: [any Work]) {
    guard let keeper else { return batch.forEach { $0.deliver() } }
    keeper.keep(batch)
    if let session = lane.open { keeper.fold(session) }
  }

  /// Runs the closures, with care each in a savepoint; returns what became of the batch if that is settled.
  private func runAll(
    _ batch: inout [any Work], late: (Int) -> [any Work], in session: Session, isCareful: Bool, isLast: Bool
  ) throws(StoreError) -> Outcome? {
    var (next, hasSavepoint) = (0, false)
    while next < batch.count {
      if isCareful, batch.count > 1 {
        try session.control((hasSavepoint ? ["RELEASE SAVEPOINT closure"] : []) + ["SAVEPOINT closure"])
        hasSavepoint = true
      }
      if let trouble = run(batch[next], in: session, isLast: isLast) { return trouble }
      if batch[next].hasFailed {
        guard hasSavepoint else { return batch.count == 1 ? .settled : .carefully }
        try session.control(["ROLLBACK TO SAVEPOINT closure"])
      }
      next += 1
      if next == batch.count { batch += late(batch.count) }
    }
    return nil
  }

  /// Runs one closure; returns what became of the whole batch if that is now settled.
  private func run(_ work: any Work, in session: Session, isLast: Bool) -> Outcome? {
    let transaction = Transaction(session)
    work.attempt(transaction)
    transaction.end()
    guard let error = transaction.failure else { return nil }
    if error.asksForAnotherRun, !isLast { return .again(error) }
    if session.isBroken { return .again(error) }
    // The engine rolled everything back by itself (disk full, for one): the others' work is gone, too.
    return session.isInTransaction ? nil : .failed(error)
  }

  private func count(_ batch: [any Work], _ session: Session) {
    let statements = session.takeStatementCount()
    counters.add {
      $0.commits += 1
      $0.closures += batch.count
      $0.largestBatch = max($0.largestBatch, batch.count)
      $0.statements += statements
    }
  }
}

/// Of a clock that is never set.
func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
