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

  /// The key figures, for the mail that carries the report.
  var summary: String {
    keyFigures.flatMap { table($0) }.dropFirst().joined(separator: "\n")
  }

  /// For the terminal and for mail.
  var text: String {
    let words = words
    var lines = [title, periodText, ""] + PlainTable.lines([headlines.head] + headlines.rows)
    lines += table(promises) + table(counts) + table(durations)
    for dimension in ReportDimension.allCases { lines += table(volumes(dimension)) + table(durations(dimension)) }
    lines += table(times)
    lines += table(heatGrid(zero: "·"), gap: 1) + (days.count > 1 ? table(daysGrid) : [])
    lines += table(ageingGrid) + table(figures("live", heading: .live)) + table(figures("replies", heading: .replies))
    lines += table(figures("satisfaction", heading: .satisfaction))
    lines += ["", words(.definitions)] + ReportDefinition.all.map { "- \($0.text(self))" }
    return (lines + ["", "\(words(.provenance))\(words.colon)\(provenance)"]).joined(separator: "\n") + "\n"
  }

  private func table(_ grid: ReportGrid, gap: Int = 2) -> [String] {
    guard !grid.rows.isEmpty else { return [] }
    return ["", grid.heading] + PlainTable.lines([grid.head] + grid.rows, gap: gap, words: grid.wordColumns)
  }
}

extension ServiceReport {
  /// One row per number: section, name, measure, value. Text cells cannot be formulas.
  var csv: String {
    var rows = [
      ["section", "name", "measure", "value"], ["report", name, "title", title],
      ["report", name, "from", from.rfc3339],
      ["report", name, "to", to.rfc3339], ["report", name, "zone", zone.identifier],
      ["report", name, "before_from", beforeFrom.rfc3339], ["report", name, "before_to", beforeTo.rfc3339],
      ["report", name, "metric_version", ServiceReport.metricVersion],
      ["report", name, "time_zone_data", CivilZone.dataVersion], ["report", name, "event_log_up_to", "\(knownID)"],
    ]
    rows += rules.facts.map { ["report", name, $0.name, $0.value] }
    rows += calendars.map { ["report", name, "calendar \($0.name)", $0.versions.joined(separator: " ")] }
    rows += [ReportDimension.queue, .channel, .category].flatMap { dimension in
      filter.names(in: dimension).map { ["report", name, "only_\(dimension.rawValue)", $0] }
    }
    rows += csvRows("total", [total]) + csvRows("before", [before])
    for dimension in ReportDimension.allCases { rows += csvRows(dimension.rawValue, lines[dimension] ?? []) }
    rows += csvRows("ageing", ageing)
    for (weekday, hours) in heat.enumerated() {
      rows += hours.enumerated().map { hour, count in
        ["weekday \(weekday + 1) hour \(padded(hour, to: 2))", "", "arrived", "\(count)"]
      }
    }
    for day in days {
      rows.append(["day", day.date.description, "arrived", "\(day.arrived)"])
      rows.append(["day", day.date.description, "resolved", "\(day.resolved)"])
    }
    rows += ReportDefinition.all.map { ["definition", $0.keys.joined(separator: " "), "", $0.text(self)] }
    return rows.map { $0.map(CSVCell.text).joined(separator: ",") + "\r\n" }.joined()
  }

  private func csvRows(_ section: String, _ lines: [ReportLine]) -> [[String]] {
    lines.flatMap { line in
      line.cells.map { cell in
        [section, line.name, cell.key.split(separator: ".").joined(separator: "_"), cell.value.raw]
      }
    }
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("report", JSON(name)), .init("title", JSON(title)), .init("from", JSON(from)), .init("to", JSON(to)),
      .init("before_from", JSON(beforeFrom)), .init("before_to", JSON(beforeTo)),
      .init("zone", JSON(zone.identifier)), .init("queues_only", JSON(filter.queues)),
      .init("channels_only", JSON(filter.channels)), .init("categories_only", JSON(filter.categories)),
      .init("service_level", rules.json), .init("metric_version", JSON(ServiceReport.metricVersion)),
      .init("time_zone_data", JSON(CivilZone.dataVersion)),
      .init("calendars", .object(calendars.map { .init($0.name, JSON($0.versions)) })),
      .init("event_log_up_to", JSON(knownID)), .init("total", total.json), .init("before", before.json),
    ]
    members += ReportDimension.allCases.map { .init($0.plural, .array((lines[$0] ?? []).map(\.json))) }
    members += [
      .init("ageing", .array(ageing.map(\.json))), .init("arrivals_by_hour", .array(byHour.map { JSON($0) })),
      .init("arrivals_by_weekday_and_hour", .array(heat.map { .array($0.map { JSON($0) }) })),
      .init(
        "days",
        .array(
          days.map { ["date": JSON($0.date.description), "arrived": JSON($0.arrived), "resolved": JSON($0.resolved)] })),
      .init(
        "definitions",
        .array(ReportDefinition.all.map { ["measures": JSON($0.keys), "text": JSON($0.text(self))] })),
    ]
    return .object(members)
  }
}

extension ReportLine {
  /// Groups become objects.
  var json: JSON {
    var members: [JSON.Member] = name.isEmpty ? [] : [.init("name", JSON(name))]
    for cell in cells {
      guard let dot = cell.key.firstIndex(of: ".") else {
        members.append(.init(cell.key, cell.value.json))
        continue
      }
      let member = JSON.Member(String(cell.key[cell.key.index(after: dot)...]), cell.value.json)
      let group = String(cell.key[..<dot])
      if let index = members.firstIndex(where: { $0.key == group }) {
        members[index].value = .object((members[index].value.members ?? []) + [member])
      } else {
        members.append(.init(group, .object([member])))
      }
    }
    return .object(members)
  }
}

/// RFC 4180 cells that no spreadsheet takes for a formula.
enum CSVCell {
  static func text(_ value: String) -> String {
    let digits = value.hasPrefix("-") ? value.dropFirst() : value[...]
    let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    let risky = !isNumber && value.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
    let safe = risky ? "'" + value : value
    let needsQuotes = safe.unicodeScalars.contains { $0 == "\"" || $0 == "," || $0 == "\n" || $0 == "\r" }
    return needsQuotes
      ? "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : safe
  }
}

/// Columns that align for double-width characters too.
enum PlainTable {
  /// `words`: how many columns at the left hold words, and begin at their left.
  static func lines(_ rows: [[String]], gap: Int = 2, words: Int = 1) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { width($0[column]) }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - width(cell))
        return column < words ? cell + space : space + cell
      }.joined(separator: String(repeating: " ", count: gap))
    }
  }

  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) {
      $0
        + ($1.value >= 0x1100 && ($1.value < 0xFF61 || $1.value > 0xFFDC) && !(0x2000...0x2E7F).contains($1.value)
          ? 2 : 1)
    }
  }
}
