/// A person of ours who answers customers.
package struct Agent: Sendable {
  package enum Role: String, Sendable, CaseIterable {
    case agent
    /// Also sees every queue and the board.
    case lead
    /// Also parked deliveries, outbox, configuration.
    case admin
  }
  package var name: String
  package var display: String
  package var email: String?
  package var role: Role
  /// Queues served; empty = all.
  package var queues: [String]
  /// Two letters each (ISO 639-1); empty = whatever comes.
  package var languages: [String] = []
  package var skills: [String] = []
  /// How much they hold at the same time, in the weights of the channels; `nil` = as much as they take.
  package var capacity: Int?
  package var createdAt: Instant
  package var disabledAt: Instant?

  package init(name: String, display: String, email: String?, role: Role, queues: [String], createdAt: Instant) {
    (self.name, self.display, self.email, self.role) = (name, display, email, role)
    (self.queues, self.createdAt) = (queues, createdAt)
  }

  /// Whether this person may see and serve `queue`.
  package func serves(_ queue: String) -> Bool { servedOnly?.contains(queue) ?? true }

  /// The queues this person serves and no others; `nil` = every queue.
  package var servedOnly: [String]? { role != .agent || queues.isEmpty ? nil : queues }
}
