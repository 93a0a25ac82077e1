/// How many rows are in a state.
package struct StateCount: Sendable {
  package var state: String
  package var count: Int
}

extension Transaction {
  /// Outbox entries that are not finished, and dead ones, by state.
  package func outboxCounts() throws -> [StateCount] {
    try rows(
      "SELECT state, COUNT(*) FROM outbox WHERE state IN ('queued', 'sending', 'dead') GROUP BY state ORDER BY state"
    )
    .map { StateCount(state: $0.text(0), count: $0.int(1)) }
  }

  package func parkedCount() throws -> Int {
    try first("SELECT COUNT(*) FROM parked WHERE replayed_at IS NULL")?.int(0) ?? 0
  }
}
