package import Conversations
package import Routing
import Storage

/// A period looked at again with other hours, other promises or other numbers of people.
package struct WhatIfRequest: Sendable {
  package var from: Instant
  package var to: Instant
  /// By name, in the place of those that held.
  package var hours: [String: BusinessCalendar]
  package var targets: [ServiceTarget]
  /// People at calls and chats in every hour; `nil` = only what would be needed.
  package var agents: Int?
  /// Seconds each takes; `nil` = what was measured.
  package var handleSeconds: Double?
  package var goal: ErlangC.Goal
  /// Chats that one has at once, with the seconds each takes then (METRICS §6); 1 = calls.
  package var concurrency: Int
  /// The same for mail and messages: people in opening hours, seconds for an answer, and the share (0…1) of the promises
  /// that is to be kept.
  package var mailAgents: Int?
  package var mailSeconds: Double?
  package var mailShare: Double
  package var language: String

  package init(
    from: Instant, to: Instant, hours: [String: BusinessCalendar] = [:], targets: [ServiceTarget] = [],
    agents: Int? = nil, handleSeconds: Double? = nil, goal: ErlangC.Goal = .init(share: 0.8, seconds: 20),
    concurrency: Int = 1, mailAgents: Int? = nil, mailSeconds: Double? = nil, mailShare: Double = 0.95,
    language: String = "en"
  ) {
    (self.from, self.to, self.hours, self.targets) = (from, to, hours, targets)
    (self.agents, self.handleSeconds, self.goal, self.language) = (agents, handleSeconds, goal, language)
    (self.mailAgents, self.mailSeconds, self.mailShare) = (mailAgents, mailSeconds, mailShare)
    self.concurrency = max(1, concurrency)
  }
}

/// What was, and what would have been.
package struct WhatIf: Sendable {
  /// One hour of the day at calls and chats, by Erlang C.
  struct Hour: Sendable {
    var hour: Int
    /// On a day on which they can come.
    var arrivals: Double
    var needed: ErlangC?
    var given: ErlangC?
    var concurrency: Int

    /// The people behind so many calls or chats at once.
    func people(_ queue: ErlangC) -> Int { (queue.servers + concurrency - 1) / concurrency }
  }

  let actual: ServiceReport
  let imagined: ServiceReport
  let hours: [Hour]
  let goal: ErlangC.Goal
  let mail: MailStaffing
}

extension Desk {
  package func whatIf(_ request: WhatIfRequest) async throws -> WhatIf {
    guard request.from < request.to else { throw DeskError.invalid("`from` does not lie before `to`") }
    let configuration = configuration.value
    let plain = ReportScope(
      name: "whatif", title: "whatif", from: request.from, to: request.to, zone: configuration.settings.zone,
      queues: [], language: request.language, rules: configuration.settings.serviceLevel)
    return try await store.read { tx in
      var scope = plain
      scope.knownID = try tx.newestLogged()
      let actual = try ServiceReport(scope, configuration, tx)
      scope.hours = request.hours
      scope.targets = Dictionary(request.targets.map { ($0.name, $0) }) { first, _ in first }
      scope.keepsWrittenWork = true
      let histories = CalendarBook.histories(configuration.table.calendars, known: try tx.calendarHistories())
        .merging(request.hours.mapValues { CalendarHistory($0) }) { $1 }
      return WhatIf(actual, try ServiceReport(scope, configuration, tx), request, histories)
    }
  }
}

extension WhatIf {
  init(
    _ actual: ServiceReport, _ imagined: ServiceReport, _ request: WhatIfRequest,
    _ histories: [String: CalendarHistory]
  ) {
    (self.actual, self.imagined, goal) = (actual, imagined, request.goal)
    let days = max(actual.days.count, 1)
    mail = MailStaffing(imagined.written ?? WrittenWork(), request, histories, days: days)
    let handle = request.handleSeconds ?? actual.liveHandleMean
    hours = actual.liveByHour.enumerated().compactMap { hour, count in
      guard count > 0, let handle, handle > 0 else { return nil }
      // Those who come while everything is closed come on any day.
      let open = actual.liveDaysByHour[hour]
      let arrivals = Double(count) / Double(open > 0 ? open : days)
      let given = request.agents.map {
        ErlangC(arrivals: arrivals, perSeconds: 3600, handleSeconds: handle, servers: $0 * request.concurrency)
      }
      let needed = ErlangC.staffing(arrivals: arrivals, perSeconds: 3600, handleSeconds: handle, goal: request.goal)
      return Hour(hour: hour, arrivals: arrivals, needed: needed, given: given, concurrency: request.concurrency)
    }
  }

  package var text: String {
    let words = actual.words
    var lines = [actual.periodText, ""]
    let keys =
      ServiceReport.volumes
      + ["first_response", "next_reply", "resolution"].flatMap { kind in
        ["met", "breached", "p50_business_seconds", "p90_business_seconds", "p95_business_seconds"].map {
          "\(kind).\($0)"
        }
      }
    let rows = keys.map { key in
      [label(key), words.text(actual.total[key]), words.text(imagined.total[key])]
    }
    lines += PlainTable.lines([[words(.measure), "actual", "what if"]] + rows)
    let level = actual.rules.convention.key
    if let percent = actual.total[level], percent.number != nil {
      lines += ["", "Calls and chats as they were: \(words.label(level)), \(words.text(percent))"]
    }
    if !hours.isEmpty {
      lines += [
        "", "Calls and chats by hour, Erlang C (\(decimalText(goal.share * 100)) % in \(decimalText(goal.seconds)) s):",
      ]
      lines += PlainTable.lines(
        [["hour", "an open day", "needed", "at work", "rota", "SL %", "ASA s", "busy %"]] + hours.map(row))
    }
    lines += [""] + mail.lines
    return lines.joined(separator: "\n")
  }

  /// The group and what of it: `First response · Met`.
  private func label(_ key: String) -> String {
    key.split(separator: ".").map { actual.words.label(String($0)) }.joined(separator: " · ")
  }

  private func row(_ hour: Hour) -> [String] {
    let shown = hour.given ?? hour.needed
    return [
      padded(hour.hour, to: 2), decimalText(hour.arrivals), hour.needed.map { "\(hour.people($0))" } ?? "–",
      shown.map { "\(hour.people($0))" } ?? "–",
      shown.map { "\(ErlangC.scheduled(hour.people($0), shrinkage: goal.shrinkage))" } ?? "–",
      shown.map { decimalText($0.serviceLevel(within: goal.seconds) * 100) } ?? "–",
      shown.flatMap(\.averageSpeedOfAnswer).map(decimalText) ?? "–",
      shown.map { decimalText($0.occupancy * 100) } ?? "–",
    ]
  }

  package var json: JSON {
    [
      "from": JSON(actual.from), "to": JSON(actual.to), "actual": actual.total.json, "what_if": imagined.total.json,
      "hours": .array(
        hours.map { hour in
          let shown = hour.given ?? hour.needed
          return [
            "hour": JSON(hour.hour), "arrivals_a_day": ReportValue.decimal(hour.arrivals).json,
            "needed": JSON(hour.needed.map(hour.people)), "agents": JSON(shown.map(hour.people)),
            "rota": JSON(shown.map { ErlangC.scheduled(hour.people($0), shrinkage: goal.shrinkage) }),
            "service_level_percent": ReportValue.percent(shown.map { $0.serviceLevel(within: goal.seconds) * 100 })
              .json,
            "average_speed_of_answer_seconds": ReportValue.decimal(shown?.averageSpeedOfAnswer).json,
            "occupancy_percent": ReportValue.percent(shown.map { $0.occupancy * 100 }).json,
          ]
        }), "mail": mail.json,
    ]
  }
}
