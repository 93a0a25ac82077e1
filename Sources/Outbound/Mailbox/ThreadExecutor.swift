import Dispatch
import Synchronization

/// Runs an actor on a thread of its own, so that it may wait for a server without holding up anybody else.
final class ThreadExecutor: SerialExecutor {
  private let queue = JobQueue()

  /// `nil` when there is no thread to be had.
  init?() {
    guard startThread({ [queue] in queue.work() }) else { return nil }
  }

  deinit { queue.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.put(UnownedJob(job), on: asUnownedSerialExecutor())
  }
}

private final class JobQueue: Sendable {
  private struct State {
    var jobs: [(job: UnownedJob, executor: UnownedSerialExecutor)] = []
    var isClosed = false
  }
  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  func put(_ job: UnownedJob, on executor: UnownedSerialExecutor) {
    state.withLock { $0.jobs.append((job, executor)) }
    arrivals.signal()
  }

  /// What is queued is still worked off.
  func close() {
    state.withLock { $0.isClosed = true }
    arrivals.signal()
  }

  /// The thread's whole life.
  func work() {
    while true {
      arrivals.wait()
      let (next, isOver) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed && state.jobs.isEmpty)
      }
      if let next {
        next.job.runSynchronously(on: next.executor)
      } else if isOver {
        return
      }
    }
  }
}
