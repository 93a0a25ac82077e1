/// What `list` asks for; `nil` = any.
package struct ConversationFilter: Sendable {
  package var queues: [String]?
  package var status: ConversationStatus?
  package var assignee: String?
  package var limit: Int
  /// Goes on below this (updated, id) pair.
  package var before: (Instant, ConversationID)?

  package init(
    queues: [String]? = nil, status: ConversationStatus? = nil, assignee: String? = nil, limit: Int = 50,
    before: (Instant, ConversationID)? = nil
  ) {
    (self.queues, self.status, self.assignee, self.limit, self.before) = (queues, status, assignee, limit, before)
  }
}
