import Conversations
import Routing
import Storage

/// Stretches of time, without overlaps after `merged`.
struct TimeSpans: Sendable, Hashable {
  struct Span: Sendable, Hashable {
    var from: Instant
    var to: Instant
  }

  private(set) var spans: [Span] = []

  /// In seconds.
  var seconds: Int64 { spans.reduce(0) { $0 + $1.to.seconds(since: $1.from) } }

  /// Adds what of the stretch lies within the bounds.
  mutating func add(_ from: Instant, _ to: Instant, within bounds: Span) {
    let (from, to) = (max(from, bounds.from), min(to, bounds.to))
    if from < to { spans.append(Span(from: from, to: to)) }
  }

  /// The same time, each second once, in order.
  var merged: TimeSpans {
    var result = TimeSpans()
    for span in spans.sorted(by: { $0.from == $1.from ? $0.to < $1.to : $0.from < $1.from }) {
      if let last = result.spans.last, span.from <= last.to {
        result.spans[result.spans.count - 1].to = max(last.to, span.to)
      } else {
        result.spans.append(span)
      }
    }
    return result
  }

  /// Seconds that two merged ones share.
  func shared(with other: TimeSpans) -> Int64 {
    var (sum, left, right) = (Int64(0), 0, 0)
    while left < spans.count, right < other.spans.count {
      let (mine, theirs) = (spans[left], other.spans[right])
      sum += max(0, min(mine.to, theirs.to).seconds(since: max(mine.from, theirs.from)))
      if mine.to < theirs.to { left += 1 } else { right += 1 }
    }
    return sum
  }
}

/// Where an agent's time went in a period.
struct AgentTime: Sendable {
  /// Holding at least one conversation.
  var busy = TimeSpans()
  var online = TimeSpans()
  var away = TimeSpans()

  /// METRICS §4, without wrap-up, which nobody tells us; whoever holds something is busy, present or not.
  var work: WorkTime {
    let (busy, online, away) = (busy.merged, online.merged, away.merged)
    return WorkTime(
      handle: busy.seconds, wrapUp: 0, idle: online.seconds - online.shared(with: busy),
      away: away.seconds - away.shared(with: busy), conversations: 0)
  }

  /// Keys: `work.busy_seconds`, `.idle_seconds`, `.away_seconds`, `.occupancy_percent`, `.utilisation_percent`.
  static func cells(_ times: [WorkTime]) -> [ReportCell] {
    let sum = times.reduce(WorkTime(handle: 0, wrapUp: 0, idle: 0, away: 0, conversations: 0)) { sum, next in
      WorkTime(
        handle: sum.handle + next.handle, wrapUp: 0, idle: sum.idle + next.idle, away: sum.away + next.away,
        conversations: 0)
    }
    return [
      .init("work.busy_seconds", .duration(sum.handle)), .init("work.idle_seconds", .duration(sum.idle)),
      .init("work.away_seconds", .duration(sum.away)),
      .init("work.occupancy_percent", .percent(sum.occupancyPercent)),
      .init("work.utilisation_percent", .percent(sum.utilisationPercent)),
    ]
  }
}

extension ReportTally {
  /// Changes of presence in order of time, for each agent; what was last said holds until `end`.
  mutating func attend(_ changes: [PresenceChange], until end: Instant) {
    for (agent, own) in Dictionary(grouping: changes, by: \.agent) {
      for (place, change) in own.enumerated() where change.state != .offline {
        let until = place + 1 < own.count ? own[place + 1].at : end
        note(change.state, of: agent, from: change.at, to: min(until, end))
      }
    }
  }
}
