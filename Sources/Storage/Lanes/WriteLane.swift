import Glibc

/// Group commit: whoever arrives while a commit runs shares the next one. There is no timer.
final class WriteLane {
  private let lane: LaneConnection
  private let counters: CounterBox
  /// Runs of one batch, the first included, before its callers hear of the trouble.
  private static let runs = 6

  init(_ lane: LaneConnection, counters: CounterBox) { (self.lane, self.counters) = (lane, counters) }

  /// What became of one run of a batch.
  private enum Outcome {
    /// Each closure has an outcome of its own, and what had to be committed is.
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
      settle(batch)
    }
    lane.close()
  }

  private func settle(_ batch: [any Work]) {
    var isCareful = false
    var run = 1
    while true {
      let outcome = attempt(batch, isCareful: isCareful, isLast: run == Self.runs)
      lane.tidy()
      switch outcome {
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

  private func attempt(_ batch: [any Work], isCareful: Bool, isLast: Bool) -> Outcome {
    var isCommitting = false
    do throws(StoreError) {
      let session = try lane.session()
      _ = session.takeStatementCount()  // of a run that came to nothing
      // A savepoint costs PostgreSQL a round trip and a subtransaction: there they are used only after a closure threw.
      let hasSavepoints = batch.count > 1 && (isCareful || session.dialect.hasCheapSavepoints)
      do throws(StoreError) {
        try session.control(session.dialect.beginWrite + (hasSavepoints ? ["SAVEPOINT closure"] : []))
        for (index, work) in batch.enumerated() {
          if let trouble = run(work, in: session, isLast: isLast) { return trouble }
          if hasSavepoints {
            try seal(work, in: session, isLast: index == batch.count - 1)
          } else if work.hasFailed {
            return batch.count == 1 ? .settled : .carefully
          }
        }
        isCommitting = true
        try session.control(["COMMIT"])
      } catch {
        // A connection lost before COMMIT was sent has kept nothing: try a new one. After it, nobody knows.
        let isSafe = !isCommitting && session.isBroken || error.asksForAnotherRun
        return isSafe ? .again(error) : .failed(error)
      }
      count(batch, session)
      return .settled
    } catch {
      return .failed(error)
    }
  }

  /// Keeps or undoes what a closure did, and makes ready for the next one.
  private func seal(_ work: any Work, in session: Session, isLast: Bool) throws(StoreError) {
    if work.hasFailed {
      try session.control(["ROLLBACK TO SAVEPOINT closure"])
    } else if !isLast {
      try session.control(["RELEASE SAVEPOINT closure", "SAVEPOINT closure"])
    }
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
