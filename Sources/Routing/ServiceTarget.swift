package import Conversations

/// What the customer was promised, as `targets.yaml` says it. The first target whose `when` fits is taken.
package struct ServiceTarget: Sendable, Hashable {
  /// Empty list = any; all lists that are set must contain the conversation's value.
  package struct Condition: Sendable, Hashable {
    package var queues: [String]
    package var categories: [String]
    package var priorities: [Priority]
    package var channels: [String]
    package var languages: [String]
    /// Contact groups: one of them is enough.
    package var groups: [String]
    package init(
      queues: [String] = [], categories: [String] = [], priorities: [Priority] = [], channels: [String] = [],
      languages: [String] = [], groups: [String] = []
    ) {
      (self.queues, self.categories, self.priorities) = (queues, categories, priorities)
      (self.channels, self.languages, self.groups) = (channels, languages, groups)
    }
  }

  package var name: String
  package var when: Condition
  /// Name of the calendar the seconds below are counted in; `nil` = every second counts.
  package var calendar: String?
  /// Business seconds; `nil` = no such promise.
  package var firstResponseSeconds: Int64?
  package var nextReplySeconds: Int64?
  package var resolutionSeconds: Int64?
  /// The warning comes when this part of the time is used up, 0…1.
  package var warnAtFraction: Double
  /// Statuses in which the resolution clock runs (METRICS §3: `pending` pauses).
  package var resolutionRunsIn: Set<ConversationStatus>
  /// What happens as a promise comes near its end and after, in the order of the file.
  package var ladder: [EscalationStep] = []

  package init(
    name: String, when: Condition = Condition(), calendar: String? = nil, firstResponseSeconds: Int64? = nil,
    nextReplySeconds: Int64? = nil, resolutionSeconds: Int64? = nil, warnAtFraction: Double = 0.8,
    resolutionRunsIn: Set<ConversationStatus> = [.new, .open, .onHold]
  ) {
    (self.name, self.when, self.calendar) = (name, when, calendar)
    (self.firstResponseSeconds, self.nextReplySeconds) = (firstResponseSeconds, nextReplySeconds)
    (self.resolutionSeconds, self.warnAtFraction) = (resolutionSeconds, warnAtFraction)
    self.resolutionRunsIn = resolutionRunsIn
  }
}
