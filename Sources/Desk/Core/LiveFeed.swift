package import Conversations
import Logging
import Storage
import Synchronization

/// What has just been committed, for whoever watches: the agents' `watch`, the board, a customer's chat page.
package struct LiveChange: Sendable {
  /// `message`, `status`, `taken`, `released`, `transferred`, `delivery`, `breach`, `left`, `customer_typing`…
  package var what: String
  package var conversation: ConversationID
  package var queue: String
  package var channel: String
  package var threadKey: String
  package init(_ what: String, _ conversation: ConversationID, queue: String, channel: String, threadKey: String) {
    (self.what, self.conversation, self.queue) = (what, conversation, queue)
    (self.channel, self.threadKey) = (channel, threadKey)
  }
}

/// Hands changes to subscribers within this process. A subscriber that lags loses the oldest changes, never the newest:
/// what it shows it reads from the store.
package final class LiveFeed: Sendable {
  private struct Subscribers {
    var next = 0
    var all: [Int: AsyncStream<LiveChange>.Continuation] = [:]
    var byThread: [String: [Int: AsyncStream<LiveChange>.Continuation]] = [:]
  }
  private let subscribers = Mutex(Subscribers())

  package init() {}

  /// Every change.
  package func changes() -> AsyncStream<LiveChange> {
    AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
      let id = subscribers.withLock { state in
        state.next += 1
        state.all[state.next] = continuation
        return state.next
      }
      continuation.onTermination = { [weak self] _ in self?.subscribers.withLock { _ = $0.all.removeValue(forKey: id) }
      }
    }
  }

  /// Changes of one thread only: thousands of open chat pages each hear of their own.
  package func changes(ofThread threadKey: String) -> AsyncStream<LiveChange> {
    AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
      let id = subscribers.withLock { state in
        state.next += 1
        state.byThread[threadKey, default: [:]][state.next] = continuation
        return state.next
      }
      continuation.onTermination = { [weak self] _ in
        self?.subscribers.withLock { state in
          state.byThread[threadKey]?[id] = nil
          if state.byThread[threadKey]?.isEmpty == true { state.byThread[threadKey] = nil }
        }
      }
    }
  }

  /// Whether anybody here follows that thread: a chat page that is open.
  package func isWatched(thread threadKey: String) -> Bool {
    subscribers.withLock { $0.byThread[threadKey]?.isEmpty == false }
  }

  package func publish(_ changes: [LiveChange]) {
    guard !changes.isEmpty else { return }
    let (all, threads) = subscribers.withLock { ($0.all, $0.byThread) }
    for change in changes {
      for continuation in all.values { continuation.yield(change) }
      for continuation in (threads[change.threadKey] ?? [:]).values { continuation.yield(change) }
    }
  }
}

extension Desk {
  /// Where several routers share a store: tells this process's subscribers what the others have committed. Our own changes
  /// come twice that way; whoever hears of one reads the store, so twice is as good as once.
  package func runFeedPoll(every interval: Duration = .seconds(1)) async {
    guard store.location.engine.isShared else { return }
    var since = now()
    while !Task.isCancelled {
      try? await Task.sleep(for: interval)
      do {
        // A transaction that began before the last look may have committed after it.
        let (from, until) = (since.adding(seconds: -3), now())
        let changed = try await store.read { try $0.conversationsUpdated(since: from, limit: 500) }
        feed.publish(changed.map { LiveChange("changed", $0) })
        since = until
      } catch {
        log.warning("could not look for other routers' changes", metadata: ["error": "\(error)"])
      }
    }
  }
}
