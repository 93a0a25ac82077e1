package import Conversations

/// One row of `mailboxes`: how far a mailbox has been read.
package struct MailboxRecord: Sendable, Hashable {
  /// Which folder of which account the UIDs are those of.
  package var place: String
  /// `nil` = never opened.
  package var uidValidity: UInt32?
  /// Everything up to this UID has been taken in or parked.
  package var lastUID: UInt32
  package init(place: String, uidValidity: UInt32?, lastUID: UInt32) {
    (self.place, self.uidValidity, self.lastUID) = (place, uidValidity, lastUID)
  }
}

/// One row of `channel_health`.
package struct ChannelHealthRecord: Sendable, Hashable {
  package enum Direction: String, Sendable { case inward = "in", outward = "out" }

  package var channel: String
  package var direction: Direction
  package var lastSuccessAt: Instant?
  package var lastFailureAt: Instant?
  /// The last failure in the server's words or ours; stays after recovery.
  package var failure: String?
  /// In a row; 0 = it works.
  package var failures: Int64
  package var failingSince: Instant?
  /// Since when something has been waiting to be fetched; `nil` = nothing is.
  package var behindSince: Instant?
  /// When people were told; `nil` = not in this outage.
  package var alertedAt: Instant?

  package init(channel: String, direction: Direction) {
    (self.channel, self.direction, failures) = (channel, direction, 0)
  }
}

extension Transaction {
  /// Takes a mailbox for `holder` until `until`; `nil` when another process has it.
  package func claimMailbox(_ channel: String, place: String, holder: Int64, now: Instant, until: Instant) throws
    -> MailboxRecord?
  {
    _ = try run(
      "INSERT INTO mailboxes (channel, place) VALUES ($1, $2) ON CONFLICT (channel) DO NOTHING",
      [.text(channel), .text(place)])
    let claimed = try run(
      """
      UPDATE mailboxes SET lease_holder = $2, lease_until = $3
      WHERE channel = $1 AND (lease_until IS NULL OR lease_until <= $4 OR lease_holder = $2)
      """, [.text(channel), .int(holder), Value(until), Value(now)])
    guard claimed == 1 else { return nil }
    return try first("SELECT place, uid_validity, last_uid FROM mailboxes WHERE channel = $1", [.text(channel)]).map {
      MailboxRecord(
        place: $0.text(0), uidValidity: $0.optionalInt64(1).map { UInt32(truncatingIfNeeded: $0) },
        lastUID: UInt32(truncatingIfNeeded: $0.int64(2)))
    }
  }

  /// Keeps how far the mailbox has been read; false when another process has taken it over.
  package func save(_ mailbox: MailboxRecord, of channel: String, holder: Int64, until: Instant) throws -> Bool {
    try run(
      """
      UPDATE mailboxes SET place = $2, uid_validity = $3, last_uid = $4, lease_until = $6
      WHERE channel = $1 AND lease_holder = $5
      """,
      [
        .text(channel), .text(mailbox.place), Value(mailbox.uidValidity.map { Int64($0) }),
        .int(Int64(mailbox.lastUID)), .int(holder), Value(until),
      ]) == 1
  }

  package func releaseMailbox(_ channel: String, holder: Int64) throws {
    _ = try run(
      "UPDATE mailboxes SET lease_holder = NULL, lease_until = NULL WHERE channel = $1 AND lease_holder = $2",
      [.text(channel), .int(holder)])
  }

  // MARK: Health

  package func channelHealth() throws -> [ChannelHealthRecord] {
    try rows("SELECT \(Self.healthColumns) FROM channel_health ORDER BY channel, direction").map { Self.health($0) }
  }

  package func channelHealth(_ channel: String, _ direction: ChannelHealthRecord.Direction) throws
    -> ChannelHealthRecord?
  {
    try first(
      "SELECT \(Self.healthColumns) FROM channel_health WHERE channel = $1 AND direction = $2",
      [.text(channel), Value(direction)]
    ).map { Self.health($0) }
  }

  package func save(_ health: ChannelHealthRecord) throws {
    _ = try run(
      """
      INSERT INTO channel_health (\(Self.healthColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (channel, direction) DO UPDATE SET last_success_at = excluded.last_success_at,
        last_failure_at = excluded.last_failure_at, failure = excluded.failure, failures = excluded.failures,
        failing_since = excluded.failing_since, behind_since = excluded.behind_since, alerted_at = excluded.alerted_at
      """,
      [
        .text(health.channel), Value(health.direction), Value(health.lastSuccessAt), Value(health.lastFailureAt),
        Value(health.failure), .int(health.failures), Value(health.failingSince), Value(health.behindSince),
        Value(health.alertedAt),
      ])
  }

  private static let healthColumns =
    "channel, direction, last_success_at, last_failure_at, failure, failures, failing_since, behind_since, alerted_at"

  private static func health(_ row: Row) -> ChannelHealthRecord {
    var health = ChannelHealthRecord(
      channel: row.text(0), direction: ChannelHealthRecord.Direction(rawValue: row.text(1)) ?? .inward)
    (health.lastSuccessAt, health.lastFailureAt) = (row.optionalInstant(2), row.optionalInstant(3))
    (health.failure, health.failures) = (row.optionalText(4), row.int64(5))
    (health.failingSince, health.behindSince) = (row.optionalInstant(6), row.optionalInstant(7))
    health.alertedAt = row.optionalInstant(8)
    return health
  }
}
