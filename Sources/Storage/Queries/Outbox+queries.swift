package import Conversations

/// One row of `outbox`: something that must leave the house.
package struct OutboxRecord: Sendable {
  package enum State: String, Sendable { case queued, sending, accepted, dead, cancelled }

  package var id: OutboxID
  package var conversation: ConversationID
  /// `nil` for what is no message of a conversation (a report by mail).
  package var message: MessageID?
  package var channel: String
  /// `reply`, `after_hours`, `acknowledgement`, `report`…
  package var purpose: String
  /// What the message row does not hold.
  package var payloadJSON: String?
  package var state: State
  package var createdAt: Instant
  package var notBefore: Instant
  package var leaseUntil: Instant?
  package var attempts: Int64
  package var detail: String?
  package var providerID: String?
  package var finishedAt: Instant?

  package init(
    id: OutboxID, conversation: ConversationID, message: MessageID?, channel: String, purpose: String,
    payloadJSON: String? = nil, at: Instant
  ) {
    (self.id, self.conversation, self.message, self.channel) = (id, conversation, message, channel)
    (self.purpose, self.payloadJSON, state, createdAt) = (purpose, payloadJSON, .queued, at)
    (notBefore, attempts) = (at, 0)
  }

  static let columns = """
    id, conversation_id, message_id, channel, purpose, payload_json, state, created_at, not_before, lease_until, attempts, \
    detail, provider_id, finished_at
    """

  init(_ row: Row) {
    (id, conversation) = (OutboxID(row.int64(0)), ConversationID(row.int64(1)))
    message = row.optionalInt64(2).map { MessageID($0) }
    (channel, purpose, payloadJSON) = (row.text(3), row.text(4), row.optionalText(5))
    (state, createdAt, notBefore) = (State(rawValue: row.text(6)) ?? .queued, row.instant(7), row.instant(8))
    (leaseUntil, attempts, detail) = (row.optionalInstant(9), row.int64(10), row.optionalText(11))
    (providerID, finishedAt) = (row.optionalText(12), row.optionalInstant(13))
  }

  var values: [Value] {
    [
      .int(id.rawValue), .int(conversation.rawValue), Value(message?.rawValue), .text(channel), .text(purpose),
      Value(payloadJSON), .text(state.rawValue), Value(createdAt), Value(notBefore), Value(leaseUntil), .int(attempts),
      Value(detail), Value(providerID), Value(finishedAt),
    ]
  }
}

package struct AttemptRecord: Sendable {
  package var number: Int64
  package var startedAt: Instant
  package var finishedAt: Instant?
  package var outcome: String?
  package var detail: String?
}

extension Transaction {
  package func insert(_ entry: OutboxRecord) throws {
    _ = try run(
      "INSERT INTO outbox (\(OutboxRecord.columns)) VALUES (\((1...14).map { "$\($0)" }.joined(separator: ", ")))",
      entry.values)
  }

  /// Takes up to `limit` due entries for sending: the oldest unfinished of each conversation only, so order is kept. An
  /// entry whose sender died is due again when its lease has run out.
  package func claimOutbox(now: Instant, leaseUntil: Instant, limit: Int) throws -> [OutboxRecord] {
    let due = try rows(
      """
      SELECT \(OutboxRecord.columns) FROM outbox o
      WHERE o.state IN ('queued', 'sending') AND o.not_before <= $1 AND (o.lease_until IS NULL OR o.lease_until <= $1)
        AND NOT EXISTS (
          SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.conversation_id <> 0 AND p.id < o.id
            AND p.state IN ('queued', 'sending'))
        AND NOT EXISTS (SELECT 1 FROM channel_stops s WHERE s.channel = o.channel AND s.probe_at > $1)
      ORDER BY o.not_before, o.id LIMIT $2 \(dialect.skipLocked)
      """, [Value(now), .int(Int64(limit))]
    ).map { OutboxRecord($0) }
    return try withoutCrowds(due, now: now, leaseUntil: leaseUntil).map { entry in
      var claimed = entry
      (claimed.state, claimed.leaseUntil, claimed.attempts) = (.sending, leaseUntil, entry.attempts + 1)
      try save(claimed)
      return claimed
    }
  }

  /// Of a channel that stands still, one message alone: it is the probe.
  private func withoutCrowds(_ due: [OutboxRecord], now: Instant, leaseUntil: Instant) throws -> [OutboxRecord] {
    guard !due.isEmpty else { return due }
    let stopped = Set(try channelStops().map(\.channel))
    guard !stopped.isEmpty else { return due }
    var probing = Set<String>()
    return try due.filter { entry in
      guard stopped.contains(entry.channel) else { return true }
      guard probing.insert(entry.channel).inserted else { return false }
      try probeChannels(entry.channel, at: leaseUntil)
      return true
    }
  }

  package func save(_ entry: OutboxRecord) throws {
    _ = try run(
      """
      UPDATE outbox SET state = $2, not_before = $3, lease_until = $4, attempts = $5, detail = $6, provider_id = $7, finished_at = $8,
        payload_json = $9 WHERE id = $1
      """,
      [
        .int(entry.id.rawValue), .text(entry.state.rawValue), Value(entry.notBefore), Value(entry.leaseUntil),
        .int(entry.attempts), Value(entry.detail), Value(entry.providerID), Value(entry.finishedAt),
        Value(entry.payloadJSON),
      ])
  }

  package func outboxEntry(_ id: OutboxID) throws -> OutboxRecord? {
    try first("SELECT \(OutboxRecord.columns) FROM outbox WHERE id = $1", [.int(id.rawValue)]).map { OutboxRecord($0) }
  }

  package func outboxEntry(message: MessageID) throws -> OutboxRecord? {
    try first(
      "SELECT \(OutboxRecord.columns) FROM outbox WHERE message_id = $1 ORDER BY id DESC LIMIT 1",
      [.int(message.rawValue)]
    )
    .map { OutboxRecord($0) }
  }

  /// Newest first; `states` empty = all.
  package func outbox(states: [OutboxRecord.State], limit: Int) throws -> [OutboxRecord] {
    let wanted = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    let filter = states.isEmpty ? "" : "WHERE state IN (\(wanted))"
    return try rows(
      "SELECT \(OutboxRecord.columns) FROM outbox \(filter) ORDER BY id DESC LIMIT $1", [.int(Int64(limit))]
    )
    .map { OutboxRecord($0) }
  }

  /// When the next unfinished entry becomes due; `nil` when nothing waits. Those behind another of their conversation and
  /// those of a channel that stands still are not due by themselves.
  package func nextOutboxTime() throws -> Instant? {
    try first(
      """
      SELECT MIN(CASE WHEN probe_at > due THEN probe_at ELSE due END) FROM (
        SELECT CASE WHEN o.lease_until > o.not_before THEN o.lease_until ELSE o.not_before END AS due, s.probe_at
        FROM outbox o LEFT JOIN channel_stops s ON s.channel = o.channel
        WHERE o.state IN ('queued', 'sending') AND NOT EXISTS (
          SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.conversation_id <> 0 AND p.id < o.id
            AND p.state IN ('queued', 'sending'))) waiting
      """)?
      .optionalInstant(0)
  }

  package func insertAttempt(
    id: Int64, outbox: OutboxID, number: Int64, startedAt: Instant, finishedAt: Instant, outcome: String,
    detail: String?
  )
    throws
  {
    _ = try run(
      """
      INSERT INTO attempts (id, outbox_id, number, started_at, finished_at, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)
      """,
      [
        .int(id), .int(outbox.rawValue), .int(number), Value(startedAt), Value(finishedAt), .text(outcome),
        Value(detail),
      ])
  }

  package func attempts(of outbox: OutboxID) throws -> [AttemptRecord] {
    try rows(
      "SELECT number, started_at, finished_at, outcome, detail FROM attempts WHERE outbox_id = $1 ORDER BY number",
      [.int(outbox.rawValue)]
    ).map {
      AttemptRecord(
        number: $0.int64(0), startedAt: $0.instant(1), finishedAt: $0.optionalInstant(2), outcome: $0.optionalText(3),
        detail: $0.optionalText(4))
    }
  }
}

extension Transaction {
  package func rememberAutomaticSend(id: Int64, recipient: String, channel: String, purpose: String, at: Instant) throws
  {
    _ = try run(
      "INSERT INTO automatic_sends (id, recipient, channel, purpose, at) VALUES ($1, $2, $3, $4, $5)",
      [.int(id), .text(recipient), .text(channel), .text(purpose), Value(at)])
  }

  /// What went to `recipient` by itself since `since`, oldest first.
  package func automaticSends(to recipient: String, since: Instant) throws -> [(
    channel: String, purpose: String, at: Instant
  )] {
    try rows(
      "SELECT channel, purpose, at FROM automatic_sends WHERE recipient = $1 AND at >= $2 ORDER BY at LIMIT 100",
      [.text(recipient), Value(since)]
    ).map { (channel: $0.text(0), purpose: $0.text(1), at: $0.instant(2)) }
  }

  /// When an agent last wrote to the customer here.
  package func lastHumanMessage(in conversation: ConversationID) throws -> Instant? {
    try first(
      "SELECT MAX(received_at) FROM messages WHERE conversation_id = $1 AND direction = 'out'",
      [.int(conversation.rawValue)])?
      .optionalInstant(0)
  }
}

extension Transaction {
  /// How often each message of a conversation was tried, in one query.
  package func attemptCounts(of conversation: ConversationID) throws -> [MessageID: Int64] {
    let found = try rows(
      "SELECT message_id, attempts FROM outbox WHERE conversation_id = $1 AND message_id IS NOT NULL",
      [.int(conversation.rawValue)])
    return Dictionary(found.map { (MessageID($0.int64(0)), $0.int64(1)) }) { max($0, $1) }
  }
}

extension Transaction {
  /// When a provider took the message; `nil` when none has.
  package func acceptedAt(of message: MessageID) throws -> Instant? {
    try first(
      "SELECT finished_at FROM outbox WHERE message_id = $1 AND state = 'accepted' ORDER BY id DESC LIMIT 1",
      [.int(message.rawValue)])?
      .optionalInstant(0)
  }

  /// When the next agent's message of the conversation was taken after `instant`; `nil` when none was.
  package func nextAcceptance(in conversation: ConversationID, after instant: Instant) throws -> Instant? {
    try first(
      """
      SELECT MIN(finished_at) FROM outbox
      WHERE conversation_id = $1 AND purpose = 'reply' AND state = 'accepted' AND finished_at > $2
      """, [.int(conversation.rawValue), Value(instant)])?
      .optionalInstant(0)
  }
}
