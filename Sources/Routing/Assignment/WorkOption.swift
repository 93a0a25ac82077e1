package import Conversations

/// A waiting conversation as it is weighed: the first of its pool.
package struct WorkOption: Sendable, Hashable {
  package var conversation: ConversationID
  package var turn: Turn
  package var pool: Pool
  package var queue: String
  /// What whoever takes it must speak and have; only what somebody of ours does.
  package var language: String?
  package var skills: [String]
  /// The only one who may have it so far: the agent whom this customer knows.
  package var keptFor: String?
  /// Who has declined it lately, or let the offer run out.
  package var declinedBy: Set<String>

  package init(
    conversation: ConversationID, turn: Turn, pool: Pool, queue: String, language: String? = nil,
    skills: [String] = [], keptFor: String? = nil, declinedBy: Set<String> = []
  ) {
    (self.conversation, self.turn, self.pool, self.queue) = (conversation, turn, pool, queue)
    (self.language, self.skills, self.keptFor, self.declinedBy) = (language, skills, keptFor, declinedBy)
  }

  /// Earlier turns first, of these the older number.
  package static func isBefore(_ left: WorkOption, _ right: WorkOption) -> Bool {
    (left.turn, left.conversation) < (right.turn, right.conversation)
  }
}

/// An agent as work is weighed against: what they can, and what they hold.
package struct WorkCandidate: Sendable, Hashable {
  package var name: String
  /// Queues served; empty = all.
  package var queues: [String]
  /// Empty = whatever comes.
  package var languages: [String]
  package var skills: [String]
  /// How much they hold at the same time; `nil` = as much as they take.
  package var capacity: Int?
  /// What they hold now, in the weights of its channels.
  package var load: Int
  /// When they were last given work; `nil` = not since we know them.
  package var givenAt: Instant?

  package init(
    name: String, queues: [String] = [], languages: [String] = [], skills: [String] = [], capacity: Int? = nil,
    load: Int = 0, givenAt: Instant? = nil
  ) {
    (self.name, self.queues, self.languages, self.skills) = (name, queues, languages, skills)
    (self.capacity, self.load, self.givenAt) = (capacity, load, givenAt)
  }

  package init(_ agent: Agent, load: Int, givenAt: Instant? = nil) {
    self.init(
      name: agent.name, queues: agent.role == .agent ? agent.queues : [], languages: agent.languages,
      skills: agent.skills, capacity: agent.capacity, load: load, givenAt: givenAt)
  }

  package var isFull: Bool { capacity.map { load >= $0 } ?? false }

  /// Given work before `other`: whoever holds less, of these whoever has gone without for longer.
  package static func isBefore(_ left: WorkCandidate, _ right: WorkCandidate) -> Bool {
    let never = Instant(microseconds: .min)
    return (left.load, left.givenAt ?? never, left.name) < (right.load, right.givenAt ?? never, right.name)
  }
}
