internal import Glibc

/// Waiting in a queue of calls or chats (METRICS §6): Poisson arrivals, exponential service, infinite patience. Pessimistic
/// where people give up, optimistic in bursts; not for mail.
package struct ErlangC: Sendable, Hashable {
  /// Offered load in erlangs: arrivals per second × seconds each takes.
  package let load: Double
  /// Average handling time in seconds.
  package let handleSeconds: Double
  /// Agents; for chat, agents times the chats each has at once, with the time measured at that concurrency.
  package let servers: Int

  package init(arrivals: Double, perSeconds: Double, handleSeconds: Double, servers: Int) {
    load = perSeconds > 0 ? arrivals * handleSeconds / perSeconds : 0
    (self.handleSeconds, self.servers) = (handleSeconds, max(servers, 0))
  }

  /// With as many agents or fewer than erlangs the queue grows without end.
  package var isStable: Bool { Double(servers) > load }

  /// The probability of waiting at all, 0…1; by recursion over Erlang B, without factorials.
  package var waitProbability: Double {
    guard load > 0 else { return 0 }
    guard isStable else { return 1 }
    var blocked = 1.0
    for count in 1...max(servers, 1) { blocked = load * blocked / (Double(count) + load * blocked) }
    let count = Double(servers)
    return count * blocked / (count - load * (1 - blocked))
  }

  /// The share answered within `seconds`, 0…1.
  package func serviceLevel(within seconds: Double) -> Double {
    guard load > 0 else { return 1 }
    guard isStable, handleSeconds > 0 else { return 0 }
    return 1 - waitProbability * exp(-(Double(servers) - load) * seconds / handleSeconds)
  }

  /// Average speed of answer in seconds; `nil` = the queue grows without end.
  package var averageSpeedOfAnswer: Double? {
    guard load > 0 else { return 0 }
    return isStable ? waitProbability * handleSeconds / (Double(servers) - load) : nil
  }

  /// The share of their time agents are busy, 0…1.
  package var occupancy: Double { servers == 0 ? 1 : min(load / Double(servers), 1) }

  /// What is wanted of a team.
  package struct Goal: Sendable, Hashable {
    /// 0…1 of all, answered within `seconds`.
    package var share: Double
    package var seconds: Double
    /// 0…1; people break above it.
    package var occupancyMax: Double
    /// 0…<1 of paid time that is not spent at the queue: breaks, training, leave.
    package var shrinkage: Double
    package init(share: Double, seconds: Double, occupancyMax: Double = 0.85, shrinkage: Double = 0.3) {
      (self.share, self.seconds, self.occupancyMax) = (share, seconds, occupancyMax)
      self.shrinkage = min(max(shrinkage, 0), 0.95)
    }
  }

  /// The fewest servers that reach the goal; `nil` = none up to `limit` do.
  package static func staffing(
    arrivals: Double, perSeconds: Double, handleSeconds: Double, goal: Goal, limit: Int = 10_000
  ) -> ErlangC? {
    let load = perSeconds > 0 ? arrivals * handleSeconds / perSeconds : 0
    guard load < Double(limit) else { return nil }
    for servers in max(1, Int(load))...limit {
      let queue = ErlangC(arrivals: arrivals, perSeconds: perSeconds, handleSeconds: handleSeconds, servers: servers)
      if queue.serviceLevel(within: goal.seconds) >= goal.share, queue.occupancy <= goal.occupancyMax { return queue }
    }
    return nil
  }

  /// People to put on the rota so that `servers` are at the queue.
  package static func scheduled(_ servers: Int, shrinkage: Double) -> Int {
    Int((Double(servers) / (1 - min(max(shrinkage, 0), 0.95)) - 1e-9).rounded(.up))
  }
}
