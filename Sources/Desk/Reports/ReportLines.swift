import Conversations
import Routing

extension ReportTally {
  /// The whole.
  var total: ReportLine {
    var line = ReportLine(name: "", cells: line({ _, _ in true }, name: "").cells)
    line.cells += live { _ in true }.cells
    if filter.isEmpty { line.cells += AgentTime.cells(times.values.map(\.work)) }
    let satisfaction = Satisfaction(ratings: ratings, delivered: surveys)
    line.cells += [
      .init("satisfaction.surveys", .count(surveys)), .init("satisfaction.ratings", .count(ratings.count)),
      .init("satisfaction.response_percent", .percent(satisfaction.responsePercent)),
      .init("satisfaction.csat_percent", .percent(satisfaction.percent)),
      .init("satisfaction.csat_low_percent", .percent(satisfaction.interval?.lowerBound)),
      .init("satisfaction.csat_high_percent", .percent(satisfaction.interval?.upperBound)),
      .init("satisfaction.mean", .decimal(satisfaction.mean)),
    ]
    return line
  }

  /// The calls and chats of some places.
  private func live(where isWanted: (Int) -> Bool) -> ServiceLevel {
    levels.reduce(into: ServiceLevel()) { sum, level in if isWanted(level.key) { sum.add(level.value) } }
  }

  /// One line per name, by name. Agents stand where they wrote, resolved or held; the rest has no agent.
  func lines(by dimension: ReportDimension) -> [ReportLine] {
    if dimension == .agent {
      return agents.enumerated().sorted { $0.element < $1.element }.map { index, name in
        var line = line({ $1 == index }, name: name)
        // Whose time is spent on several queues has none for one of them.
        if filter.isEmpty { line.cells += AgentTime.cells([times[name]?.work].compactMap(\.self)) }
        return line
      }
    }
    let names = Dictionary(grouping: places.indices) { places[$0].name(in: dimension) }
    let used = Set(counts.keys.map(\.place)).union(samples.keys.map(\.place)).union(levels.keys)
    return names.filter { $0.value.contains { used.contains($0) } }
      .sorted { dimension.order($0.key, $1.key) }
      .map { name, own in
        let own = Set(own)
        var line = line({ place, _ in own.contains(place) }, name: name)
        let live = live { own.contains($0) }
        if live.offered > 0 { line.cells += live.cells }
        return line
      }
  }

  /// Everything counted where `isWanted(place, agent)`.
  private func line(_ isWanted: (Int, Int) -> Bool, name: String) -> ReportLine {
    var sums: [Counter: Int] = [:]
    for (key, number) in counts where isWanted(key.place, key.agent) { sums[key.counter, default: 0] += number }
    let keys = Dictionary(grouping: samples.keys.filter { isWanted($0.place, $0.agent) }, by: \.measure)
    // One measure after the other: only its own durations lie there twice.
    return ReportLine(
      name: name,
      cells: Self.cells(sums) { measure in
        let own = (keys[measure] ?? []).compactMap { samples[$0] }
        return measure.cells(own.flatMap { $0.business.map(Int64.init) }, own.flatMap { $0.calendar.map(Int64.init) })
      })
  }

  private static func cells(_ sums: [Counter: Int], durations: (Measure) -> [ReportCell]) -> [ReportCell] {
    func sum(_ counter: Counter) -> Int { sums[counter] ?? 0 }
    func percent(_ part: Counter, of whole: Int) -> ReportValue { .percent(share(sum(part), of: whole)) }
    var cells: [ReportCell] = [
      .init("arrived", .count(sum(.arrived))), .init("proactive", .count(sum(.proactive))),
      .init("resolved", .count(sum(.resolved))), .init("backlog", .count(sum(.backlog))),
      .init("reopened", .count(sum(.reopened))), .init("reopen_percent", percent(.reopened, of: sum(.resolved))),
      .init("one_touch", .count(sum(.oneTouch))),
      .init("one_touch_percent", percent(.oneTouch, of: sum(.lastResolved))),
      .init("zero_touch", .count(sum(.zeroTouch))), .init("bot_resolved", .count(sum(.botResolved))),
    ]
    for kind in ClockKind.allCases {
      let (met, breached, group) = (sum(kind.met), sum(kind.breached), kind.rawValue)
      cells += [
        .init("\(group).met", .count(met)), .init("\(group).breached", .count(breached)),
        .init("\(group).attainment_percent", .percent(share(met, of: met + breached))),
      ]
    }
    for measure in Measure.allCases { cells += durations(measure) }
    let sent = sum(.accepted) + sum(.bounced)
    cells += [
      .init("replies.accepted", .count(sent)), .init("replies.bounced", .count(sum(.bounced))),
      .init("replies.bounce_percent", percent(.bounced, of: sent)),
      .init("replies.dead_letters", .count(sum(.dead))),
      .init("replies.dead_letter_percent", percent(.dead, of: sent + sum(.dead))),
      .init("handle.conversations", .count(sum(.handled))),
      .init("data_quality.skewed", .count(sum(.skewed))),
    ]
    return cells
  }
}

extension ReportTally.Measure {
  /// The group of its numbers.
  var key: String {
    switch self {
    case .firstResponse: "first_response"
    case .firstResponseFromHandoff: "first_response_from_handoff"
    case .nextReply: "next_reply"
    case .resolution: "resolution"
    case .firstResolution: "first_resolution"
    case .fullResolution: "full_resolution"
    case .requesterWait: "requester_wait"
    case .agentWork: "agent_work"
    case .customerWait: "customer_wait"
    case .onHold: "on_hold"
    case .queueWait: "queue_wait"
    case .handle: "handle"
    }
  }

  /// Queue wait and handling are measured by every clock on the wall.
  private var isCalendarOnly: Bool { self == .queueWait || self == .handle }

  func cells(_ business: [Int64], _ calendar: [Int64]) -> [ReportCell] {
    let unit = isCalendarOnly ? "calendar_seconds" : "business_seconds"
    var cells = [ReportCell("\(key).count", .count(business.count))]
    cells += Self.percentiles(key, unit, DurationSummary(business))
    if self == .handle {
      let mean = DurationSummary(business).mean.map { Int64($0.rounded()) }
      cells.append(.init("\(key).mean_calendar_seconds", .duration(mean)))
    }
    if !calendar.isEmpty || [.firstResponse, .nextReply, .firstResolution, .fullResolution].contains(self) {
      cells += Self.percentiles(key, "calendar_seconds", DurationSummary(calendar))
    }
    return cells
  }

  private static func percentiles(_ key: String, _ unit: String, _ summary: DurationSummary) -> [ReportCell] {
    [("p50", summary.p50), ("p90", summary.p90), ("p95", summary.p95)].map {
      .init("\(key).\($0.0)_\(unit)", .duration($0.1))
    }
  }
}

extension ServiceLevel {
  /// Keys: `live.…`.
  var cells: [ReportCell] {
    [
      .init("live.offered", .count(offered)), .init("live.answered", .count(answered)),
      .init("live.abandoned", .count(abandoned)),
      .init("live.within_seconds", .duration(within.count == 1 ? within.first : nil)),
    ]
      + Convention.allCases.map { .init($0.key, .percent(percent($0))) } + [
        .init("live.abandonment_percent", .percent(abandonmentPercent)),
        .init("live.abandonment_without_short_percent", .percent(abandonmentWithoutShortPercent)),
        .init("live.average_speed_of_answer_seconds", .decimal(averageSpeedOfAnswer)),
      ]
  }
}

extension ServiceLevel.Convention {
  /// Of its cell: `live.service_level_sl3_percent`.
  var key: String { "live.service_level_\(rawValue.lowercased())_percent" }
}

extension Placement {
  func name(in dimension: ReportDimension) -> String {
    switch dimension {
    case .queue: queue
    case .category: category
    case .channel: channel
    case .language: language
    case .priority: priority.rawValue
    case .agent: ""
    }
  }
}

extension ReportDimension {
  /// Priorities by urgency, everything else by name.
  func order(_ left: String, _ right: String) -> Bool {
    guard self == .priority, let first = Priority(rawValue: left), let second = Priority(rawValue: right) else {
      return left < right
    }
    return first > second
  }
}
