import Synchronization

/// That a write will come soon. Whoever forgets it takes it back.
package final class Announcement: Sendable {
  private let queue: WorkQueue<any Work>
  private let isOpen = Atomic(true)

  init(_ queue: WorkQueue<any Work>) {
    self.queue = queue
    queue.announce()
  }

  deinit { if take() { queue.withdraw() } }

  /// Whether it still stood; from now on it does not.
  func take() -> Bool { isOpen.exchange(false, ordering: .relaxed) }
}
