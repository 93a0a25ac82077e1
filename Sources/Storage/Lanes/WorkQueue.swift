import Glibc

/// Where tasks leave work and driver threads wait for it, first come, first served.
///
/// Unchecked because of the mutex: `items`, `announced` and `isClosed` are touched only between lock and unlock.
final class WorkQueue<Element: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var items: [Element] = []
  /// Items that somebody is about to put.
  private var announced = 0
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    // Deadlines are of the clock that is never set.
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(arrival, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(arrival)
    pthread_mutex_destroy(mutex)
    arrival.deallocate()
    mutex.deallocate()
  }

  /// Says that an item will come soon, which `takeReady` may wait for.
  func announce() {
    pthread_mutex_lock(mutex)
    announced += 1
    pthread_mutex_unlock(mutex)
  }

  /// Says that it will not come after all.
  func withdraw() {
    pthread_mutex_lock(mutex)
    announced -= 1
    pthread_cond_signal(arrival)
    pthread_mutex_unlock(mutex)
  }

  /// `false` when the queue is closed and takes nothing.
  func put(_ item: Element, isAnnounced: Bool = false) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if isAnnounced { announced -= 1 }
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

  /// Up to `limit` of what lies there; if that is nothing, waits for what is announced, at the latest until `deadline`
  /// (nanoseconds of the monotonic clock).
  func takeReady(upTo limit: Int, until deadline: UInt64) -> [Element] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    while items.isEmpty, announced > 0, !isClosed {
      guard pthread_cond_timedwait(arrival, mutex, &time) == 0 else { break }
    }
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
