package import Conversations

/// One row of `parked`: a genuine delivery that could not be filed.
package struct ParkedRecord: Sendable {
  package var id: ParkedID
  package var channel: String
  package var receivedAt: Instant
  package var door: String
  package var reason: String
  package var sha256: String
  package var size: Int64
  package var requestJSON: String
  package var body: [UInt8]?
  package var attempts: Int64
  package var replayedAt: Instant?

  package init(
    id: ParkedID, channel: String, receivedAt: Instant, door: String, reason: String, sha256: String, size: Int64,
    requestJSON: String, body: [UInt8]?, attempts: Int64 = 1, replayedAt: Instant? = nil
  ) {
    (self.id, self.channel, self.receivedAt, self.door) = (id, channel, receivedAt, door)
    (self.reason, self.sha256, self.size, self.requestJSON) = (reason, sha256, size, requestJSON)
    (self.body, self.attempts, self.replayedAt) = (body, attempts, replayedAt)
  }
}

extension Transaction {
  package enum Reservation: Sendable {
    case fresh
    /// Changes to it came before it (`awaitMessage`).
    case awaited
    /// Filed before.
    case known
  }

  /// Claims the right to file an event, once.
  package func reserve(channel: String, key: String, receivedAt: Instant) throws -> Reservation {
    let row = try first(
      """
      INSERT INTO deliveries (channel, dedupe_key, received_at) VALUES ($1, $2, $3)
      ON CONFLICT (channel, dedupe_key) DO UPDATE SET received_at = excluded.received_at, message_id = NULL
        WHERE deliveries.message_id = -1
      RETURNING conversation_id
      """, [.text(channel), .text(key), Value(receivedAt)])
    guard let row else { return .known }
    return row.optionalInt64(0) == nil ? .fresh : .awaited
  }

  package func insertRaw(
    id: Int64, channel: String, receivedAt: Instant, door: String, sha256: String, size: Int, requestJSON: String?,
    body: [UInt8]?
  ) throws {
    _ = try run(
      """
      INSERT INTO raw_deliveries (id, channel, received_at, door, sha256, size, request_json, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .int(id), .text(channel), Value(receivedAt), .text(door), .text(sha256), .int(Int64(size)), Value(requestJSON),
        body.map { .blob($0) } ?? .null,
      ])
  }

  /// Parks a delivery; the same bytes on the same channel are parked once and counted.
  package func park(_ parked: ParkedRecord) throws {
    _ = try run(
      """
      INSERT INTO parked (id, channel, received_at, door, reason, sha256, size, request_json, body, attempts)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
      ON CONFLICT (channel, sha256) DO UPDATE SET attempts = parked.attempts + 1, reason = excluded.reason
      """,
      [
        .int(parked.id.rawValue), .text(parked.channel), Value(parked.receivedAt), .text(parked.door),
        .text(parked.reason),
        .text(parked.sha256), .int(parked.size), .text(parked.requestJSON), parked.body.map { .blob($0) } ?? .null,
      ])
  }

  /// Parked deliveries that nobody has replayed, oldest first, without their bytes.
  package func parkedDeliveries(limit: Int) throws -> [ParkedRecord] {
    try rows(
      """
      SELECT id, channel, received_at, door, reason, sha256, size, request_json, NULL, attempts, replayed_at
      FROM parked WHERE replayed_at IS NULL ORDER BY received_at LIMIT $1
      """, [.int(Int64(limit))]
    ).map { Self.parked($0) }
  }

  package func parkedDelivery(_ id: ParkedID) throws -> ParkedRecord? {
    try first(
      """
      SELECT id, channel, received_at, door, reason, sha256, size, request_json, body, attempts, replayed_at
      FROM parked WHERE id = $1
      """, [.int(id.rawValue)]
    ).map { Self.parked($0) }
  }

  package func markReplayed(_ id: ParkedID, at: Instant) throws {
    _ = try run("UPDATE parked SET replayed_at = $2, body = NULL WHERE id = $1", [.int(id.rawValue), Value(at)])
  }

  package func insertReceipt(id: Int64, channel: String, _ receipt: Receipt, receivedAt: Instant, message: MessageID?)
    throws
  {
    _ = try run(
      """
      INSERT INTO receipts (id, channel, external_id, thread_key, status, at, received_at, error_code, message_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      [
        .int(id), .text(channel), Value(receipt.externalID), Value(receipt.threadKey), .text(receipt.status.rawValue),
        Value(receipt.at), Value(receivedAt), Value(receipt.errorCode), Value(message?.rawValue),
      ])
  }

  /// Receipts that came before we knew the provider's id of the message; they belong to it from now on.
  package func adoptReceipts(channel: String, externalID: String, message: MessageID) throws -> [Receipt.Status] {
    let early = try rows(
      "SELECT status FROM receipts WHERE channel = $1 AND external_id = $2 AND message_id IS NULL ORDER BY id",
      [.text(channel), .text(externalID)])
    guard !early.isEmpty else { return [] }
    _ = try run(
      "UPDATE receipts SET message_id = $3 WHERE channel = $1 AND external_id = $2 AND message_id IS NULL",
      [.text(channel), .text(externalID), .int(message.rawValue)])
    return early.compactMap { Receipt.Status(rawValue: $0.text(0)) }
  }

  private static func parked(_ row: Row) -> ParkedRecord {
    ParkedRecord(
      id: ParkedID(row.int64(0)), channel: row.text(1), receivedAt: row.instant(2), door: row.text(3),
      reason: row.text(4),
      sha256: row.text(5), size: row.int64(6), requestJSON: row.text(7), body: row.optionalBlob(8),
      attempts: row.int64(9),
      replayedAt: row.optionalInstant(10))
  }
}

extension Transaction {
  /// Drops up to `limit` raw deliveries whose ids, which grow with time, are smaller than `before`.
  package func dropRaw(before: Int64, limit: Int) throws -> Int {
    try run(
      """
      DELETE FROM raw_deliveries WHERE id IN (
        SELECT id FROM raw_deliveries WHERE id < $1 ORDER BY id LIMIT $2)
      """, [.int(before), .int(Int64(limit))])
  }

  /// Forgets the bytes of up to `limit` deliveries parked before `before`; that they were there stays known.
  package func dropParkedBytes(before: Instant, limit: Int) throws -> Int {
    try run(
      """
      UPDATE parked SET body = NULL WHERE id IN (
        SELECT id FROM parked WHERE received_at < $1 AND body IS NOT NULL ORDER BY received_at LIMIT $2)
      """, [Value(before), .int(Int64(limit))])
  }
}
