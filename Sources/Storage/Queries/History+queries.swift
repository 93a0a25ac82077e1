package import Conversations

/// A decision of the router's about a customer's message, with what it takes to make it again.
package struct PastDecision: Sendable {
  package var id: Int64
  package var conversation: ConversationID
  package var at: Instant
  /// Version of the configuration it was made with.
  package var configuration: String
  package var inputsHash: String
  package var category: String
  package var priority: Priority
  package var queue: String
  /// Whether it placed its conversation; otherwise that stayed where it belonged.
  package var isPlacing: Bool
  /// `DecisionInputs`; `nil` for those made before they were kept.
  package var inputsJSON: String?
  /// Only where there are no inputs.
  package var traceJSON: String?
  /// Why there is no message: somebody removed it.
  package var message: Message?
  package var channelKind: String
  package var firstResponseAt: Instant?

  package struct Message: Sendable {
    /// 1 = the first of its conversation, unless that was merged.
    package var seq: Int64
    package var channel: String
    package var subject: String?
    /// The new words of a mail, else all.
    package var text: String?
    package var trust: String?
    package var flags: String
    /// Of calls.
    package var extraJSON: String?
    package var effectiveAt: Instant
  }

  private static let columns = """
    d.id, d.conversation_id, d.at, d.configuration, d.inputs_hash, d.category, d.priority, d.queue, d.inputs_json, \
    CASE WHEN d.inputs_json IS NULL THEN d.trace_json END, c.channel_kind, c.first_response_at, \
    m.seq, m.channel, m.subject, COALESCE(m.reply_text, m.text), m.trust, m.flags, \
    CASE WHEN m.event IN ('call', 'voicemail') THEN m.extra_json END, m.effective_at, d.kind
    """

  /// How many are read at once.
  package static let pageSize = 2000

  /// The page is cut before other tables are asked, which keeps PostgreSQL from joining all of them for each page.
  fileprivate static let page = """
    SELECT \(columns)
    FROM (
      SELECT id, conversation_id, message_id, at, kind, configuration, inputs_hash, category, priority, queue, inputs_json,
        trace_json
      FROM decisions
      WHERE id > $1 AND id <= $2 AND at >= $3 AND at < $4 AND kind IN ('route', 'kept')
      ORDER BY id LIMIT \(pageSize)
    ) d
    JOIN conversations c ON c.id = d.conversation_id
    LEFT JOIN messages m ON m.id = d.message_id
    ORDER BY d.id
    """

  fileprivate init(_ row: Row) {
    (id, conversation, at) = (row.int64(0), ConversationID(row.int64(1)), row.instant(2))
    (configuration, inputsHash, category) = (row.text(3), row.text(4), row.text(5))
    (priority, queue) = (Priority(rank: row.int(6)), row.text(7))
    (inputsJSON, traceJSON) = (row.optionalText(8), row.optionalText(9))
    (channelKind, firstResponseAt, isPlacing) = (row.text(10), row.optionalInstant(11), row.text(20) == "route")
    guard let seq = row.optionalInt64(12) else { return }
    message = Message(
      seq: seq, channel: row.text(13), subject: row.optionalText(14), text: row.optionalText(15),
      trust: row.optionalText(16), flags: row.text(17), extraJSON: row.optionalText(18), effectiveAt: row.instant(19))
  }
}

extension Transaction {
  /// The next decisions of the router's after `after` and up to `upTo`, by id, that were made in `[since, until)`.
  package func pastDecisions(after: Int64, upTo: Int64, since: Instant, until: Instant) throws -> [PastDecision] {
    try rows(PastDecision.page, [.int(after), .int(upTo), Value(since), Value(until)]).map { PastDecision($0) }
  }

  /// The id of the newest decision; 0 = there is none.
  package func newestDecision() throws -> Int64 {
    try first("SELECT COALESCE(MAX(id), 0) FROM decisions")?.int64(0) ?? 0
  }

  /// The steps of one decision, as it was made.
  package func trace(ofDecision id: Int64) throws -> String? {
    try first("SELECT trace_json FROM decisions WHERE id = $1", [.int(id)])?.text(0)
  }
}
