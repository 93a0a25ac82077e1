import Channels
package import Conversations
import Routing
import Storage

extension Desk {
  /// Promises that come due within this are at risk.
  static let riskSeconds: Int64 = 30 * 60

  /// The wall board as the agent may see it: queues, promises at risk and broken ones, agents, connections, today's service
  /// level. None of the customers' words.
  package func board(for agent: Agent) async throws -> JSON {
    let (configuration, now) = (configuration.value, now())
    let zone = configuration.settings.zone
    let today = zone.startOfDay(zone.wallClock(of: now).date)
    let queues = try await queues(for: agent)
    let live = try await liveLevel(since: today, now: now, queues: agent.servedOnly)
    return try await store.read { tx in
      let day = try tx.promisesDecided(since: now.adding(seconds: -86_400))
      return [
        "at": JSON(now), "zone": JSON(zone.identifier), "queues": .array(queues), "parked": JSON(try tx.parkedCount()),
        "outbox": .object(try tx.outboxCounts().map { .init($0.state, JSON($0.count)) }),
        "clocks_24h": [
          "met": JSON(day.reduce(0) { $0 + $1.met }), "breached": JSON(day.reduce(0) { $0 + $1.breached }),
        ],
        "at_risk": .array(try WallBoard.risks(agent, now: now, tx)),
        "overdue": try WallBoard.overdue(agent, now: now, tx),
        "agents": agent.role == .agent ? [] : .array(try WallBoard.agents(now: now, tx)),
        "channels": .array(try WallBoard.channels(configuration, since: today, now: now, tx)),
        "today": .array(WallBoard.promises(try tx.promisesDecided(since: today))), "live": live,
      ]
    }
  }
}

/// The parts of the board.
enum WallBoard {
  private static let (risksMax, overdueMax) = (12, 5)

  /// What can still be kept, the nearest first.
  static func risks(_ agent: Agent, now: Instant, _ tx: Transaction) throws -> [JSON] {
    let until = now.adding(seconds: Desk.riskSeconds)
    return try tx.promisesAtRisk(now: now, until: until, queues: agent.servedOnly, limit: risksMax).map {
      json($0, now: now)
    }
  }

  /// What is broken and runs on: how many, and the newest.
  static func overdue(_ agent: Agent, now: Instant, _ tx: Transaction) throws -> JSON {
    let (count, newest) = try tx.promisesOverdue(now: now, queues: agent.servedOnly, limit: overdueMax)
    return ["count": JSON(count), "newest": .array(newest.map { json($0, now: now) })]
  }

  private static func json(_ risk: RiskRow, now: Instant) -> JSON {
    [
      "id": JSON(risk.id.rawValue), "queue": JSON(risk.queue), "priority": JSON(risk.priority.rawValue),
      "assignee": JSON(risk.assignee), "due_at": JSON(risk.dueAt), "clock": JSON(risk.clock),
      "seconds_left": JSON(risk.dueAt.seconds(since: now)),
    ]
  }

  static func agents(now: Instant, _ tx: Transaction) throws -> [JSON] {
    let holdings = Dictionary(uniqueKeysWithValues: try tx.holdings(now: now).map { ($0.agent, $0) })
    let presences = Dictionary(uniqueKeysWithValues: try tx.presences().map { ($0.agent, $0.state(at: now)) })
    return try tx.agents().filter { $0.disabledAt == nil }.map { agent in
      let holding = holdings[agent.name]
      return [
        "name": JSON(agent.name), "display": JSON(agent.display), "holds": JSON(holding?.count ?? 0),
        "busy_seconds": JSON(holding.map { max(0, now.seconds(since: $0.since)) }),
        "presence": JSON((presences[agent.name] ?? .offline).rawValue),
      ]
    }
  }

  /// Every enabled connection; `ok`, `slow` when something has waited for five minutes, `failing` when something was given up
  /// today or the last visit failed, `down` when that went on until people were told, or sending was stopped.
  static func channels(_ configuration: DeskConfiguration, since: Instant, now: Instant, _ tx: Transaction) throws
    -> [JSON]
  {
    let states = try ChannelState.all(Array(configuration.channels.values), tx)
    let health = Dictionary(uniqueKeysWithValues: states.map { ($0.name, $0.status) })
    let loads = Dictionary(uniqueKeysWithValues: try tx.channelLoads(since: since).map { ($0.channel, $0) })
    return configuration.channels.values.sorted { $0.name < $1.name }.map { channel in
      let load = loads[channel.name.rawValue]
      let oldest = load?.oldest.map { max(0, now.seconds(since: $0)) }
      let own = health[channel.name.rawValue]
      let isFailing = own == .failing || (load?.dead ?? 0) > 0
      let state = own == .down ? "down" : isFailing ? "failing" : (oldest ?? 0) > 300 ? "slow" : "ok"
      return [
        "name": JSON(channel.name.rawValue), "title": JSON(channel.title), "state": JSON(state),
        "queued": JSON(load?.queued ?? 0), "oldest_seconds": JSON(oldest), "dead": JSON(load?.dead ?? 0),
        "parked": JSON(load?.parked ?? 0),
      ]
    }
  }

  /// Kept and broken, by kind of promise; every kind has its line.
  static func promises(_ counts: [PromiseCount]) -> [JSON] {
    ClockKind.allCases.map(\.rawValue).map { kind in
      let count = counts.first { $0.kind == kind }
      let (met, breached) = (count?.met ?? 0, count?.breached ?? 0)
      return [
        "clock": JSON(kind), "met": JSON(met), "breached": JSON(breached),
        "percent": ReportValue.percent(share(met, of: met + breached)).json,
      ]
    }
  }
}
