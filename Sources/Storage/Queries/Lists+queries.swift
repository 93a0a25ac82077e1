package import Conversations

/// How one queue stands at a moment.
package struct QueueCount: Sendable {
  package var queue: String
  /// New or open, not snoozed; held ones included.
  package var waiting: Int
  package var held: Int
  package var urgent: Int
  /// Past their due time.
  package var overdue: Int
  package var oldestSince: Instant?
}

extension Transaction {
  /// One row per queue that has anything waiting.
  package func queueCounts(now: Instant) throws -> [QueueCount] {
    try rows(
      """
      SELECT c.queue, COUNT(*), COUNT(l.conversation_id), SUM(CASE WHEN c.priority = 0 THEN 1 ELSE 0 END),
        SUM(CASE WHEN c.due_at < $1 THEN 1 ELSE 0 END), MIN(COALESCE(c.waiting_since, c.enqueued_at))
      FROM conversations c LEFT JOIN leases l ON l.conversation_id = c.id AND l.expires_at > $1
      WHERE c.status IN ('new', 'open') AND c.ready_at <= $1 AND c.merged_into IS NULL GROUP BY c.queue ORDER BY c.queue
      """, [Value(now)]
    ).map {
      QueueCount(
        queue: $0.text(0), waiting: $0.int(1), held: $0.int(2), urgent: $0.int(3), overdue: $0.int(4),
        oldestSince: $0.optionalInstant(5))
    }
  }

  /// Conversations newest activity first; a page goes on below `filter.before`.
  package func conversations(_ filter: ConversationFilter) throws -> [ConversationRecord] {
    var (terms, values) = (["merged_into IS NULL"], [Value]())
    func bind(_ value: Value) -> String {
      values.append(value)
      return "$\(values.count)"
    }
    if let queues = filter.queues {
      terms.append(queues.isEmpty ? "1 = 0" : "queue IN (\(queues.map { bind(.text($0)) }.joined(separator: ", ")))")
    }
    if let status = filter.status { terms.append("status = \(bind(.text(status.rawValue)))") }
    if let assignee = filter.assignee { terms.append("assignee = \(bind(.text(assignee)))") }
    if let (updated, id) = filter.before {
      terms.append("(updated_at, id) < (\(bind(Value(updated))), \(bind(.int(id.rawValue))))")
    }
    let limit = bind(.int(Int64(filter.limit)))
    return try rows(
      """
      SELECT \(ConversationRecord.columns) FROM conversations WHERE \(terms.joined(separator: " AND "))
      ORDER BY updated_at DESC, id DESC LIMIT \(limit)
      """, values
    ).map { ConversationRecord($0) }
  }

  /// The records with these ids, in the order of the ids; unknown ones are left out.
  package func conversations(_ ids: [ConversationID]) throws -> [ConversationRecord] {
    guard !ids.isEmpty else { return [] }
    let places = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let found = try rows(
      "SELECT \(ConversationRecord.columns) FROM conversations WHERE id IN (\(places))", ids.map { .int($0.rawValue) }
    ).map { ConversationRecord($0) }
    let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    return ids.compactMap { byID[$0] }
  }

  /// Name of each contact, in one query.
  package func contactNames(_ ids: Set<ContactID>) throws -> [ContactID: String] {
    guard !ids.isEmpty else { return [:] }
    let list = ids.sorted()
    let places = list.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let rows = try rows(
      """
      SELECT c.id, COALESCE(c.name, (SELECT COALESCE(i.display, i.address) FROM identities i WHERE i.contact_id = c.id ORDER BY i.id LIMIT 1))
      FROM contacts c WHERE c.id IN (\(places))
      """, list.map { .int($0.rawValue) })
    return Dictionary(rows.compactMap { row in row.optionalText(1).map { (ContactID(row.int64(0)), $0) } }) {
      first, _ in first
    }
  }

  /// Live leases on these conversations, in one query.
  package func leases(on ids: [ConversationID], now: Instant) throws -> [ConversationID: LeaseRecord] {
    guard !ids.isEmpty else { return [:] }
    let places = ids.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
    let found = try rows(
      "SELECT \(LeaseRecord.columns) FROM leases WHERE expires_at > $1 AND conversation_id IN (\(places))",
      [Value(now)] + ids.map { .int($0.rawValue) }
    ).map { LeaseRecord($0) }
    return Dictionary(found.map { ($0.conversation, $0) }) { first, _ in first }
  }
}

extension Transaction {
  /// Conversations that wait elsewhere although they belong to one of `queues`.
  package func conversationsAwayFrom(_ queues: [String], limit: Int) throws -> [ConversationRecord] {
    guard !queues.isEmpty else { return [] }
    let places = queues.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
    return try rows(
      """
      SELECT \(ConversationRecord.columns) FROM conversations
      WHERE queue <> home_queue AND status IN ('new', 'open') AND merged_into IS NULL AND home_queue IN (\(places))
      ORDER BY enqueued_at LIMIT $1 \(dialect.skipLocked)
      """, [.int(Int64(limit))] + queues.map { .text($0) }
    ).map { ConversationRecord($0) }
  }
}

extension Transaction {
  /// Conversations touched at or after `since`, latest first.
  package func conversationsUpdated(since: Instant, limit: Int) throws -> [ConversationRecord] {
    try rows(
      """
      SELECT \(ConversationRecord.columns) FROM conversations WHERE updated_at >= $1
      ORDER BY updated_at DESC, id DESC LIMIT $2
      """, [Value(since), .int(Int64(limit))]
    ).map { ConversationRecord($0) }
  }
}
