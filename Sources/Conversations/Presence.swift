/// Whether an agent is there to be given work.
package enum Presence: String, Sendable, CaseIterable {
  case online
  /// Keeps what they hold and is offered nothing.
  case away
  /// Holds nothing; what waited for them waits for everybody.
  case offline
}
