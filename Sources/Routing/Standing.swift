package import Conversations

/// How a conversation stands when a message comes into it: what becomes of the message's decision depends on this, and on
/// nothing else of the conversation.
package struct Standing: Sendable, Hashable {
  package var category: String
  package var priority: Priority
  /// Where it waits; `homeQueue` is where it belongs.
  package var queue: String
  package var homeQueue: String
  /// Somebody has been told of it already.
  package var isAlarmed: Bool
  /// A person of ours has answered.
  package var isAnswered: Bool

  package init(
    category: String, priority: Priority, queue: String, homeQueue: String, isAlarmed: Bool = false,
    isAnswered: Bool = false
  ) {
    (self.category, self.priority, self.queue, self.homeQueue) = (category, priority, queue, homeQueue)
    (self.isAlarmed, self.isAnswered) = (isAlarmed, isAnswered)
  }
}

extension RoutingDecision {
  /// How the conversation stands with this decision, and whether the decision placed it. The first message (`before` =
  /// `nil`) places the conversation; a later one moves it only when it raises the alarm (a lost phone in the middle of a
  /// refund), or when nobody knew yet what it was about.
  package func placing(_ before: Standing?, fallbackCategory: String) -> (after: Standing, moves: Bool) {
    guard var after = before else {
      return (Standing(category: category, priority: priority, queue: queue, homeQueue: intendedQueue), true)
    }
    let isUnknownSoFar = after.category == fallbackCategory && !after.isAnswered
    if (alert && !after.isAlarmed) || (isUnknownSoFar && category != after.category) {
      (after.category, after.queue, after.homeQueue) = (category, queue, intendedQueue)
      after.priority = max(after.priority, priority)
      return (after, true)
    }
    // It waited for its queue to open.
    if after.queue != after.homeQueue, isOpen { after.queue = after.homeQueue }
    return (after, false)
  }
}
