import Conversations
import Routing

/// A table as people read it: every cell comes from the lines, so each format shows the same.
struct ReportGrid: Sendable {
  var heading: String
  var head: [String]
  var rows: [[String]]
  /// What columns and rows are about, for the marks that lead to their definitions; empty = nothing in particular.
  var columnKeys: [String] = []
  var rowKeys: [String] = []
  /// How many columns at the left hold words.
  var wordColumns = 1
}

extension ServiceReport {
  /// What a lead looks at first.
  var headline: [String] {
    [
      "first_response.attainment_percent", "next_reply.attainment_percent", "resolution.attainment_percent",
      rules.convention.key, "backlog", "arrived", "resolved", "reopen_percent", "one_touch_percent",
      "satisfaction.csat_percent",
    ]
  }
  static let counted = [
    "arrived", "proactive", "resolved", "zero_touch", "bot_resolved", "one_touch", "one_touch_percent", "reopened",
    "reopen_percent", "backlog", "handle.conversations", "handle.mean_calendar_seconds", "data_quality.skewed",
  ]
  static let volumes = [
    "arrived", "resolved", "reopened", "backlog", "first_response.attainment_percent",
    "next_reply.attainment_percent", "resolution.attainment_percent",
  ]
  /// What no agent has done.
  static let nobodys: Set = ["arrived", "reopened", "backlog"]
  static let divided = ["first_response", "next_reply", "resolution", "full_resolution"]
  static let measured = [
    "first_response", "first_response_from_handoff", "next_reply", "resolution", "first_resolution", "full_resolution",
    "requester_wait", "agent_work", "customer_wait", "on_hold", "queue_wait", "handle",
  ]

  var headlines: ReportGrid { compared(headline, heading: "") }

  /// For the mail that carries the report: each figure once, and where calls and chats were answered in time.
  var keyFigures: [ReportGrid] {
    let others = headline.filter { !$0.hasSuffix(".attainment_percent") }
    return ([promises, compared(others, heading: words(.keyFigures))] + [.queue, .channel].map(live)).filter {
      !$0.rows.isEmpty
    }
  }

  var counts: ReportGrid { compared(Self.counted, heading: words(.counts)) }

  /// Numbers of the whole, one a row, with those of the period before.
  private func compared(_ keys: [String], heading: String) -> ReportGrid {
    let words = words
    return ReportGrid(
      heading: heading, head: [words(.measure), words(.total), beforeHead],
      rows: keys.map { [words.column($0), words.text(total[$0]), words.text(before[$0])] }, rowKeys: keys)
  }

  /// How often promises were kept.
  var promises: ReportGrid {
    let words = words
    let rows = ["first_response", "next_reply", "resolution"].map { kind -> [String] in
      let keys = ["attainment_percent", "met", "breached"].map { "\(kind).\($0)" }
      return [words.label(kind)] + keys.map { words.text(total[$0]) } + [words.text(before[keys[0]])]
    }
    let head = [words(.measure), words.label("attainment"), words.label("met"), words.label("breached")]
    return ReportGrid(
      heading: words(.promises), head: head + ["\(words.label("attainment")) · \(beforeHead)"], rows: rows,
      columnKeys: ["", "attainment"], rowKeys: ["first_response", "next_reply", "resolution"])
  }

  /// How long it took, of the whole.
  var durations: ReportGrid {
    let words = words
    let units = ["business_seconds", "calendar_seconds"]
    let head =
      [words(.measure), words(.count)] + ["p50", "p90", "p95"].map { "\($0) \(words(.business))" }
      + ["p50", "p90", "p95"].map { "\($0) \(words(.calendar))" }
    let measures = Self.measured.filter { total.count($0) > 0 }
    let rows = measures.map { measure in
      [words.label(measure), "\(total.count(measure))"]
        + units.flatMap { unit in
          ["p50", "p90", "p95"].map { words.text(total["\(measure).\($0)_\(unit)"]) }
        }
    }
    return ReportGrid(
      heading: words(.durations), head: head, rows: rows, columnKeys: ["", "", "p50"], rowKeys: measures)
  }

  /// Numbers of the whole that belong together.
  func figures(_ group: String, heading: ReportWords.Key) -> ReportGrid {
    // The labels say Y.
    let keys = total.cells.map(\.key).filter { $0.hasPrefix("\(group).") && $0 != "live.within_seconds" }
    var grid = compared(keys, heading: words(heading))
    (grid.columnKeys, grid.rowKeys) = ([group], [])
    return grid
  }

  /// With the service level where there were calls or chats.
  func volumes(_ dimension: ReportDimension) -> ReportGrid {
    let (words, lines) = (words, lines[dimension] ?? [])
    let keys = Self.volumes + (lines.contains { $0["live.offered"] != nil } ? [rules.convention.key] : [])
    return ReportGrid(
      heading: words.heading(dimension), head: [words.name(dimension)] + keys.map { words.column($0) },
      rows: lines.map { line in
        [names[dimension, line.name]]
          + keys.map { dimension == .agent && Self.nobodys.contains($0) ? "–" : words.text(line[$0]) }
      }, columnKeys: [""] + keys)
  }

  /// Calls and chats of those that had any, each with its Y.
  func live(_ dimension: ReportDimension) -> ReportGrid {
    let words = words
    let keys = [
      "live.offered", "live.answered", "live.abandoned", "live.within_seconds", rules.convention.key,
      "live.abandonment_percent", "live.average_speed_of_answer_seconds",
    ]
    let own = (lines[dimension] ?? []).filter { $0["live.offered"] != nil }
    return ReportGrid(
      heading: "\(words.heading(dimension)) · \(words(.live))",
      head: [words.name(dimension)] + keys.map { words.column($0) },
      rows: own.map { line in [names[dimension, line.name]] + keys.map { words.text(line[$0]) } },
      columnKeys: ["", "live"])
  }

  func durations(_ dimension: ReportDimension) -> ReportGrid {
    let words = words
    let keys = ["p50", "p90", "p95"]
    let rows = (lines[dimension] ?? []).flatMap { line in
      (dimension == .agent ? Self.divided + ["handle"] : Self.divided).filter { line.count($0) > 0 }.map { measure in
        let unit = measure == "handle" ? "calendar_seconds" : "business_seconds"
        let clock = words(measure == "handle" ? .calendar : .business)
        return [names[dimension, line.name], "\(words.label(measure)) · \(clock)", "\(line.count(measure))"]
          + keys.map { words.text(line["\(measure).\($0)_\(unit)"]) }
      }
    }
    return ReportGrid(
      heading: "\(words.heading(dimension)) · \(words(.durations))",
      head: [words.name(dimension), words(.measure), words(.count)] + keys, rows: rows,
      columnKeys: ["", "", "", "p50"], wordColumns: 2)
  }

  /// Where each agent's time went; nothing when nobody was there, or in a report of a part.
  var times: ReportGrid {
    let words = words
    let keys = ["busy_seconds", "idle_seconds", "away_seconds", "occupancy_percent", "utilisation_percent"].map {
      "work.\($0)"
    }
    let present = (lines[.agent] ?? []).filter { line in
      keys.prefix(3).contains { (line[$0]?.number ?? 0) > 0 }
    }
    return ReportGrid(
      heading: words(.times), head: [words.name(.agent)] + keys.map { words.label($0) },
      rows: present.map { line in [names[.agent, line.name]] + keys.map { words.text(line[$0]) } },
      columnKeys: ["", "work"])
  }

  var ageingGrid: ReportGrid {
    let words = words
    let keys = [
      "count", "p50_calendar_seconds", "max_calendar_seconds", "p50_business_seconds", "max_business_seconds",
    ]
    return ReportGrid(
      heading: words(.ageing), head: [words(.bucket)] + keys.map { words.label($0) },
      rows: ageing.map { line in [line.name] + keys.map { words.text(line[$0]) } }, columnKeys: ["backlog"])
  }
}

extension ServiceReport {
  /// Weekdays down, hours across, and the sum of each hour. `zero`: what stands for none.
  func heatGrid(zero: String) -> ReportGrid {
    let rows = heat.enumerated().map { (words.weekday($0.offset), $0.element) } + [(words(.total), byHour)]
    return ReportGrid(
      heading: words(.heat), head: [""] + (0..<24).map { padded($0, to: 2) },
      rows: rows.map { name, hours in [name] + hours.map { $0 == 0 ? zero : "\($0)" } })
  }

  /// Day by day; month by month where there are more of them than one looks through.
  var daysGrid: ReportGrid {
    var rows: [(name: String, arrived: Int, resolved: Int)] = []
    for day in days {
      let name = days.count > 62 ? String(day.date.description.prefix(7)) : day.date.description
      if rows.last?.name != name { rows.append((name, 0, 0)) }
      rows[rows.count - 1].arrived += day.arrived
      rows[rows.count - 1].resolved += day.resolved
    }
    return ReportGrid(
      heading: words(.days), head: [words(.date), words(.arrived), words(.resolved)],
      rows: rows.map { [$0.name, "\($0.arrived)", "\($0.resolved)"] }, columnKeys: ["", "arrived", "resolved"])
  }
}

extension ReportLine {
  /// How many values a measure has.
  func count(_ measure: String) -> Int {
    if case .count(let count) = self["\(measure).count"] { count } else { 0 }
  }
}

extension ReportWords {
  /// A column's head: kept promises by the name of the promise.
  func column(_ key: String) -> String {
    key.hasSuffix(".attainment_percent") ? "\(label(key)) · \(label("attainment"))" : label(key)
  }
}
