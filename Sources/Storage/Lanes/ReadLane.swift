/// Runs closures on snapshots, one after the other; there are several such lanes.
final class ReadLane {
  private let lane: LaneConnection
  private let counters: CounterBox

  init(_ lane: LaneConnection, counters: CounterBox) { (self.lane, self.counters) = (lane, counters) }

  /// Works until the queue is closed and drained.
  func work(off queue: WorkQueue<any Work>) {
    while let work = queue.take(upTo: 1).first { settle(work) }
    lane.close()
  }

  private func settle(_ work: any Work) {
    // The server may have closed an idle connection: one more try with a new one.
    let error = attempt(work).flatMap { first in lane.isUsable(after: first) ? first : attempt(work) }
    if let error { work.fail(error) } else { work.deliver() }
  }

  /// `nil` when the closure ran to an outcome of its own, which may be an error.
  private func attempt(_ work: any Work) -> StoreError? {
    defer { lane.tidy() }
    do throws(StoreError) {
      let session = try lane.session()
      try session.control(session.dialect.beginRead)
      let transaction = Transaction(session)
      work.attempt(transaction)
      transaction.end()
      let statements = session.takeStatementCount()
      counters.add {
        $0.reads += 1
        $0.statements += statements
      }
      if let failure = transaction.failure, session.isBroken { return failure }
      if !work.hasFailed { try session.control(["COMMIT"]) }
      return nil
    } catch {
      return error
    }
  }
}
