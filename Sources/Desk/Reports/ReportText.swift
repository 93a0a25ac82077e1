import Conversations
import Routing

extension ServiceReport {
  func rendered(as format: ReportPlan.Format) -> MadeReport {
    switch format {
    case .text: MadeReport(text: text, contentType: "text/plain; charset=utf-8")
    case .csv: MadeReport(text: csv, contentType: "text/csv; charset=utf-8")
    case .json: MadeReport(text: json.description + "\n", contentType: "application/json")
    case .html: MadeReport(text: ReportPage(report: self).html, contentType: "text/html; charset=utf-8")
    }
  }

  /// For the terminal and for mail.
  var text: String {
    let words = words
    var lines = [title, periodText, ""]
    lines += [
      "\(words(.arrived)): \(total.arrived)", "\(words(.resolved)): \(resolved)", "\(words(.reopened)): \(reopened)",
      "\(words(.backlog)): \(total.backlog)", "\(words(.failedSends)): \(failedSends)", "",
    ]
    for promise in total.promises {
      lines.append(
        "\(words.kind(promise.kind)): \(words.percent(promise.attainment)) (\(promise.met)/\(promise.met + promise.breached))  p50 \(words.duration(promise.durations.p50))  p90 \(words.duration(promise.durations.p90))  p95 \(words.duration(promise.durations.p95))"
      )
    }
    for (heading, rows) in [
      (words(.byQueue), byQueue), (words(.byCategory), byCategory), (words(.byChannel), byChannel),
    ] where !rows.isEmpty {
      lines += ["", heading]
      lines += PlainTable.lines(
        [[heading, words(.arrived), words(.backlog)] + ServiceReport.kinds.map(words.kind)]
          + rows.map { line in
            [line.name, "\(line.arrived)", "\(line.backlog)"] + line.promises.map { words.percent($0.attainment) }
          })
    }
    lines +=
      ["", "\(words(.byHour)): \(Sparkline.text(byHour))", "", words(.definitions)]
      + words.definitions.map { "- \($0)" }
    return (lines + ["", provenance]).joined(separator: "\n") + "\n"
  }

  /// One row per number: section, name, measure, value. Text cells cannot be formulas.
  var csv: String {
    var rows = [
      ["section", "name", "measure", "value"], ["report", name, "from", from.rfc3339],
      ["report", name, "to", to.rfc3339],
    ]
    rows += [
      ["total", "", "resolved", "\(resolved)"], ["total", "", "reopened", "\(reopened)"],
      ["total", "", "failed_sends", "\(failedSends)"],
    ]
    for (section, lines) in [("total", [total]), ("queue", byQueue), ("category", byCategory), ("channel", byChannel)] {
      for line in lines { rows += csvRows(section, line) }
    }
    rows += byHour.enumerated().map { ["hour", padded($0.offset, to: 2), "arrived", "\($0.element)"] }
    return rows.map { $0.map(CSVCell.text).joined(separator: ",") + "\r\n" }.joined()
  }

  private func csvRows(_ section: String, _ line: Line) -> [[String]] {
    var rows = [
      [section, line.name, "arrived", "\(line.arrived)"], [section, line.name, "backlog", "\(line.backlog)"],
    ]
    for promise in line.promises {
      rows.append([section, line.name, "\(promise.kind)_met", "\(promise.met)"])
      rows.append([section, line.name, "\(promise.kind)_breached", "\(promise.breached)"])
      for (measure, value) in [
        ("p50", promise.durations.p50), ("p90", promise.durations.p90), ("p95", promise.durations.p95),
      ] {
        if let value { rows.append([section, line.name, "\(promise.kind)_\(measure)_business_seconds", "\(value)"]) }
      }
    }
    return rows
  }

  var json: JSON {
    [
      "report": JSON(name), "title": JSON(title), "from": JSON(from), "to": JSON(to), "zone": JSON(zone.identifier),
      "metric_version": JSON(ServiceReport.metricVersion), "time_zone_data": JSON(CivilZone.dataVersion),
      "calendars": .object(calendarVersions.map { .init($0.name, JSON($0.version)) }), "resolved": JSON(resolved),
      "reopened": JSON(reopened), "failed_sends": JSON(failedSends), "total": total.json,
      "queues": .array(byQueue.map(\.json)),
      "categories": .array(byCategory.map(\.json)), "channels": .array(byChannel.map(\.json)),
      "arrivals_by_hour": .array(byHour.map { JSON($0) }), "ageing_days": .array(ageing.map { JSON($0) }),
    ]
  }
}

extension ServiceReport.Line {
  var json: JSON {
    let members: [JSON.Member] = [
      .init("name", JSON(name)), .init("arrived", JSON(arrived)), .init("backlog", JSON(backlog)),
    ]
    return .object(
      members
        + promises.map { promise in
          .init(
            promise.kind,
            [
              "met": JSON(promise.met), "breached": JSON(promise.breached),
              "attainment_percent": promise.attainment.map { JSON($0) } ?? .null,
              "count": JSON(promise.durations.count), "p50_business_seconds": JSON(promise.durations.p50),
              "p90_business_seconds": JSON(promise.durations.p90), "p95_business_seconds": JSON(promise.durations.p95),
            ])
        })
  }
}

/// RFC 4180 cells that no spreadsheet takes for a formula.
enum CSVCell {
  static func text(_ value: String) -> String {
    let isNumber = !value.isEmpty && Double(value) != nil
    let risky = !isNumber && value.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    let safe = risky ? "'" + value : value
    let needsQuotes = safe.unicodeScalars.contains { $0 == "\"" || $0 == "," || $0 == "\n" || $0 == "\r" }
    return needsQuotes
      ? "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : safe
  }
}

/// Columns that align for double-width characters too.
enum PlainTable {
  static func lines(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { width($0[column]) }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - width(cell))
        return column == 0 ? cell + space : space + cell
      }.joined(separator: "  ")
    }
  }

  private static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) {
      $0
        + ($1.value >= 0x1100 && ($1.value < 0xFF61 || $1.value > 0xFFDC) && !(0x2000...0x2E7F).contains($1.value)
          ? 2 : 1)
    }
  }
}

enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")
  static func text(_ values: [Int]) -> String {
    let top = max(values.max() ?? 0, 1)
    return String(values.map { $0 == 0 ? "·" : bars[min(7, $0 * 8 / top)] })
  }
}
