package import Conversations

/// A channel through which nothing is sent until its credentials have been put right.
package struct ChannelStop: Sendable {
  package var channel: String
  package var reason: String
  package var since: Instant
  /// When one message is tried again, to see whether they have been.
  package var probeAt: Instant
  package var probes: Int64

  init(_ row: Row) {
    (channel, reason, since) = (row.text(0), row.text(1), row.instant(2))
    (probeAt, probes) = (row.instant(3), row.int64(4))
  }
}

extension Transaction {
  /// What the channel remembers under `name`; `nil` when nothing, or when its time is over.
  package func channelMemory(_ channel: String, _ name: String, now: Instant) throws -> (
    value: String, expiresAt: Instant?
  )? {
    try first(
      """
      SELECT value, expires_at FROM channel_memory
      WHERE channel = $1 AND name = $2 AND (expires_at IS NULL OR expires_at > $3)
      """, [.text(channel), .text(name), Value(now)]
    ).map { (value: $0.text(0), expiresAt: $0.optionalInstant(1)) }
  }

  package func rememberForChannel(
    _ channel: String, _ name: String, _ value: String, expiresAt: Instant? = nil, at now: Instant
  ) throws {
    _ = try run(
      """
      INSERT INTO channel_memory (channel, name, value, expires_at, updated_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (channel, name) DO UPDATE SET
        value = excluded.value, expires_at = excluded.expires_at, updated_at = excluded.updated_at
      """, [.text(channel), .text(name), .text(value), Value(expiresAt), Value(now)])
  }

  package func forgetForChannel(_ channel: String, _ name: String) throws {
    _ = try run("DELETE FROM channel_memory WHERE channel = $1 AND name = $2", [.text(channel), .text(name)])
  }

  package func channelStops() throws -> [ChannelStop] {
    try rows("SELECT channel, reason, since, probe_at, probes FROM channel_stops ORDER BY channel").map {
      ChannelStop($0)
    }
  }

  package func channelStop(_ channel: String) throws -> ChannelStop? {
    try first(
      "SELECT channel, reason, since, probe_at, probes FROM channel_stops WHERE channel = $1", [.text(channel)]
    ).map { ChannelStop($0) }
  }

  /// Stops the channel, or puts off the next probe of one that stands still already.
  package func stopChannel(_ channel: String, reason: String, at now: Instant, probeAt: Instant) throws {
    _ = try run(
      """
      INSERT INTO channel_stops (channel, reason, since, probe_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (channel) DO UPDATE SET
        reason = excluded.reason, probe_at = excluded.probe_at, probes = channel_stops.probes + 1
      """, [.text(channel), .text(reason), Value(now), Value(probeAt)])
  }

  /// The next message of the channel (of every channel, when `nil`) is a probe.
  package func probeChannels(_ channel: String?, at now: Instant) throws {
    _ = try run(
      "UPDATE channel_stops SET probe_at = $1 WHERE $2 IS NULL OR channel = $2", [Value(now), Value(channel)])
  }

  /// Returns whether it had been stopped.
  package func resumeChannel(_ channel: String) throws -> Bool {
    try run("DELETE FROM channel_stops WHERE channel = $1", [.text(channel)]) == 1
  }
}

/// How far a file that grows has been read.
package struct FollowedFile: Sendable, Hashable {
  package var inode: Int64
  /// Bytes.
  package var position: Int64
  package init(inode: Int64, position: Int64) { (self.inode, self.position) = (inode, position) }
}

extension Transaction {
  package func followedFile(channel: String, path: String) throws -> FollowedFile? {
    try first(
      "SELECT inode, position FROM followed_files WHERE channel = $1 AND path = $2", [.text(channel), .text(path)]
    ).map { FollowedFile(inode: $0.int64(0), position: $0.int64(1)) }
  }

  package func save(_ file: FollowedFile, channel: String, path: String, at now: Instant) throws {
    _ = try run(
      """
      INSERT INTO followed_files (channel, path, inode, position, updated_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (channel, path) DO UPDATE SET
        inode = excluded.inode, position = excluded.position, updated_at = excluded.updated_at
      """, [.text(channel), .text(path), .int(file.inode), .int(file.position), Value(now)])
  }
}

extension Transaction {
  /// What waits in the outbox of the channel need not wait any longer.
  package func makeDue(channel: String, at now: Instant) throws {
    _ = try run(
      "UPDATE outbox SET not_before = $2 WHERE channel = $1 AND state = 'queued' AND not_before > $2",
      [.text(channel), Value(now)])
  }
}
