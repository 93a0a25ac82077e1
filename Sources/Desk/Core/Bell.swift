import Synchronization

/// Wakes one loop: rings that come while it works are one ring when it next waits.
package final class Bell: Sendable {
  private struct State {
    var rung = false
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  package init() {}

  package func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.rung = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns at the next ring, after `timeout`, or when the task is cancelled, whichever is first.
  package func wait(timeout: Duration) async {
    let alarm = Task { [self] in
      try? await Task.sleep(for: timeout)
      if !Task.isCancelled { ring() }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let already = state.withLock { state -> Bool in
          if state.rung || Task.isCancelled {
            state.rung = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if already { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
    alarm.cancel()
  }
}
