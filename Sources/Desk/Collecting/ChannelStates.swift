package import Channels
package import Conversations
package import Storage

/// How one channel stands, for operators and monitoring.
package struct ChannelState: Sendable {
  package enum Status: String, Sendable {
    case ok
    /// The last try failed.
    case failing
    /// People have been told.
    case down
    /// There is nothing to tell: nothing is fetched, or nothing was tried yet.
    case quiet
  }

  package var name: String
  package var kind: String
  package var title: String
  /// Whether messages are fetched, not brought.
  package var collects: Bool
  package var inward: ChannelHealthRecord?
  package var outward: ChannelHealthRecord?
  /// Nothing is sent until its credentials are put right.
  package var stop: ChannelStop?

  /// Every connection by name, with what the store knows of its health.
  package static func all(_ connections: [Connection], _ tx: Transaction) throws -> [ChannelState] {
    let (health, stops) = (try tx.channelHealth(), try tx.channelStops())
    return
      connections.sorted { $0.name < $1.name }.map { connection in
        let own = health.filter { $0.channel == connection.name.rawValue }
        return ChannelState(
          name: connection.name.rawValue, kind: connection.kind.rawValue, title: connection.title,
          collects: (connection.adapter as? Email)?.mailbox != nil || own.contains { $0.direction == .inward },
          inward: own.first { $0.direction == .inward }, outward: own.first { $0.direction == .outward },
          stop: stops.first { $0.channel == connection.name.rawValue })
      }
  }

  /// The worse of both directions.
  package var status: Status {
    let both = [inward, outward].compactMap(\.self)
    if stop != nil || both.contains(where: { $0.alertedAt != nil }) { return .down }
    if both.contains(where: { $0.failures > 0 }) { return .failing }
    return both.isEmpty ? .quiet : .ok
  }

  package func json(now: Instant) -> JSON {
    [
      "name": JSON(name), "kind": JSON(kind), "title": JSON(title), "status": JSON(status.rawValue),
      "collects": JSON.bool(collects), "receiving": inward.map { $0.json(now: now) } ?? .null,
      "sending": outward.map { $0.json(now: now) } ?? .null,
      "stopped": stop.map { ["since": JSON($0.since), "reason": JSON($0.reason), "probe_at": JSON($0.probeAt)] }
        ?? .null,
    ]
  }
}

extension ChannelHealthRecord {
  /// For how long, at most, something may have been waiting to be fetched.
  package func lagSeconds(now: Instant) -> Int64? {
    (behindSince ?? lastSuccessAt).map { max(0, now.seconds(since: $0)) }
  }

  package func json(now: Instant) -> JSON {
    [
      "last_success_at": JSON(lastSuccessAt), "last_failure_at": JSON(lastFailureAt), "failure": JSON(failure),
      "consecutive_failures": JSON(failures), "failing_since": JSON(failingSince),
      "lag_seconds": direction == .inward ? JSON(lagSeconds(now: now)) : .null, "alerted_at": JSON(alertedAt),
    ]
  }
}

extension Desk {
  /// Every enabled channel and how it stands.
  package func channelStates() async throws -> [ChannelState] {
    let connections = Array(configuration.value.channels.values)
    return try await store.read { try ChannelState.all(connections, $0) }
  }

  /// The same for an agent. Servers' words are for leads and admins: they may name accounts and machines.
  package func channels(for agent: Agent) async throws -> JSON {
    guard agent.role != .agent else { throw DeskError.denied("channels are for leads and admins") }
    let now = now()
    return ["channels": .array(try await channelStates().map { $0.json(now: now) })]
  }

  /// Health for `/metrics`: channels that have tried something, and directions as labels.
  func channelGauges(_ health: [ChannelHealthRecord], now: Instant) -> [Gauge] {
    func gauge(_ name: String, _ value: (ChannelHealthRecord) -> Int64?) -> Gauge {
      Gauge(
        name: name,
        rows: health.compactMap { row in
          value(row).map { "\(name){channel=\"\(row.channel)\",direction=\"\(row.direction.rawValue)\"} \($0)" }
        })
    }
    return [
      gauge("patchbay_channel_up") { $0.failures == 0 ? 1 : 0 },
      gauge("patchbay_channel_consecutive_failures") { $0.failures },
      gauge("patchbay_channel_last_success_seconds") { row in
        row.lastSuccessAt.map { max(0, now.seconds(since: $0)) }
      },
      gauge("patchbay_channel_lag_seconds") { $0.direction == .inward ? $0.lagSeconds(now: now) : nil },
    ]
  }
}
