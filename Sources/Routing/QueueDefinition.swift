package import Conversations

/// A line of waiting conversations, as `queues.yaml` says it.
package struct QueueDefinition: Sendable, Hashable {
  /// The id: lower-case letters, digits, `-`, `_`.
  package var name: String
  /// Language (`zh`, `en`) → what people read.
  package var titles: [String: String]
  /// Name of a calendar of the table; `nil` = always open.
  package var calendar: String?
  /// How long an agent holds a conversation without a sign of life.
  package var leaseSeconds: Int
  /// Where new conversations wait while this queue is closed; `nil` = the table's, and if that has none, here.
  package var afterHoursQueue: String?
  /// How long after its end a customer's message reopens a conversation; later it begins a new one, linked to it.
  package var reopenDays: Int
  /// After how long a silence another subject counts as another topic.
  package var topicDays: Int
  /// Whether customers are asked how it was, after an agent has resolved their conversation.
  package var asksForRating = false
  /// What whoever serves it must have.
  package var skills: [String] = []
  /// How long an agent has to answer an offer; `nil` = nothing is offered, agents ask for work themselves.
  package var offerSeconds: Int?
  /// Customers who come back within this are kept for the agent they know, for a while; `nil` = for nobody.
  package var stickySeconds: Int64?
  /// Where it goes when nobody took it, and the time-out is how long that is waited for; `nil` = it stays.
  package var overflow: RouteTarget?

  package static let reopenDaysDefault = 14
  package static let topicDaysDefault = 7

  package init(
    name: String, titles: [String: String] = [:], calendar: String? = nil, leaseSeconds: Int = 900,
    afterHoursQueue: String? = nil, reopenDays: Int = reopenDaysDefault, topicDays: Int = topicDaysDefault
  ) {
    (self.name, self.titles, self.calendar) = (name, titles, calendar)
    (self.leaseSeconds, self.afterHoursQueue) = (leaseSeconds, afterHoursQueue)
    (self.reopenDays, self.topicDays) = (reopenDays, topicDays)
  }
}

/// What a conversation is about, as `categories.yaml` says it.
package struct CategoryDefinition: Sendable, Hashable {
  /// The id, e.g. `topup_withdrawal`.
  package var name: String
  package var titles: [String: String]
  /// Name of the queue that serves it.
  package var queue: String
  package var priority: Priority
  /// Words and phrases of any language that speak for this category; compared after `TextFolding`.
  package var keywords: [String]
  /// Raises the alarm at once, in or out of hours, and is not moved to an after-hours queue.
  package var isUrgent: Bool
  /// How sure the classifier must be of it, 0…1; `nil` = as the table says.
  package var minConfidence: Double?
  /// What whoever serves it must have.
  package var skills: [String] = []

  package init(
    name: String, titles: [String: String] = [:], queue: String, priority: Priority = .normal, keywords: [String] = [],
    isUrgent: Bool = false, minConfidence: Double? = nil
  ) {
    (self.name, self.titles, self.queue, self.priority) = (name, titles, queue, priority)
    (self.keywords, self.isUrgent, self.minConfidence) = (keywords, isUrgent, minConfidence)
  }
}
