package import Conversations

/// One line of the event log, as the arithmetic of reports needs it.
package struct LogEntry: Sendable {
  /// Ids grow with the time at which the line was written, which may be later than `at`.
  package var id: Int64
  package var at: Instant
  package var kind: String
  /// An agent's name; `nil` = the customer or we by ourselves.
  package var actor: String?
  package var data: JSON

  package init(id: Int64, at: Instant, kind: String, actor: String?, data: JSON) {
    (self.id, self.at, self.kind, self.actor, self.data) = (id, at, kind, actor, data)
  }
}

/// Where a conversation belongs, which is what its numbers are grouped by.
package struct Placement: Sendable, Hashable {
  /// The queue it belongs to when that is open.
  package var queue: String
  /// The calendar of that queue; `nil` = every second counts.
  package var hours: String?
  package var category: String
  package var priority: Priority
  package var channel: String
  package var channelKind: String
  package var language: String

  package init(
    queue: String = "", hours: String? = nil, category: String = "", priority: Priority = .normal,
    channel: String = "", channelKind: String = "", language: String = ""
  ) {
    (self.queue, self.hours, self.category, self.priority) = (queue, hours, category, priority)
    (self.channel, self.channelKind, self.language) = (channel, channelKind, language)
  }

  /// `{"queue","hours","category","priority","target"}`; with `isStart` also what never changes and the first status.
  package func facts(target: ServiceTarget?, start status: ConversationStatus? = nil) -> JSON {
    var members: [JSON.Member] = [
      .init("queue", JSON(queue)), .init("hours", JSON(hours)), .init("category", JSON(category)),
      .init("priority", JSON(priority.rawValue)), .init("target", target?.json ?? .null),
    ]
    if let status {
      members += [
        .init("channel", JSON(channel)), .init("kind", JSON(channelKind)), .init("language", JSON(language)),
        .init("status", JSON(status.rawValue)),
      ]
    }
    return .object(members)
  }

  /// What the log says from now on; what it does not say stays.
  mutating func take(_ facts: JSON) {
    queue = facts["queue"]?.string ?? queue
    if let named = facts["hours"] { hours = named.string }
    category = facts["category"]?.string ?? category
    priority = facts["priority"]?.string.flatMap { Priority(rawValue: $0) } ?? priority
    channel = facts["channel"]?.string ?? channel
    channelKind = facts["kind"]?.string ?? channelKind
    language = facts["language"]?.string ?? language
  }
}
