import Glibc

/// Where tasks leave work and driver threads wait for it, first come, first served.
///
/// Unchecked because of the mutex: `items` and `isClosed` are touched only between lock and unlock.
final class WorkQueue<Element: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var items: [Element] = []
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(arrival, nil)
  }

  deinit {
    pthread_cond_destroy(arrival)
    pthread_mutex_destroy(mutex)
    arrival.deallocate()
    mutex.deallocate()
  }

  /// `false` when the queue is closed and takes nothing.
  func put(_ item: Element) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard !isClosed else { return false }
    items.append(item)
    pthread_cond_signal(arrival)
    return true
  }

  /// Waits for work and takes up to `limit` of it; empty when the queue is closed and drained.
  func take(upTo limit: Int) -> [Element] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while items.isEmpty, !isClosed { pthread_cond_wait(arrival, mutex) }
    guard items.count > limit else {
      defer { items.removeAll(keepingCapacity: true) }
      return items
    }
    defer { items.removeFirst(limit) }
    return Array(items.prefix(limit))
  }

  /// Up to `limit` of what lies there now; does not wait.
  func takeReady(upTo limit: Int) -> [Element] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let ready = Array(items.prefix(limit))
    items.removeFirst(ready.count)
    return ready
  }

  /// Takes no more; what is queued is still worked off.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(arrival)
    pthread_mutex_unlock(mutex)
  }
}
