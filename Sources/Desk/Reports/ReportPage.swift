import Conversations
import Routing

/// The report as one self-contained page: no script, no request, charts as SVG; light, dark and print; readable in mail
/// clients that keep no styles, as tables.
struct ReportPage {
  let report: ServiceReport
  private var words: ReportWords { report.words }

  var html: String {
    """
    <!doctype html>
    <html lang="\(report.language)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(htmlEscaped(report.title)) · \(htmlEscaped(report.periodText))</title><style>\(Self.style)</style></head><body><main>
    <h1>\(htmlEscaped(report.title))</h1><p class="period">\(htmlEscaped(report.periodText))<br>
    \(words(.comparedWith))\(words.colon)\(report.beforeSpan)</p>
    \(tiles)
    \(section(report.promises))
    \(section(report.counts))
    \(arrivals)
    \(section(report.durations))
    \(ReportDimension.allCases.map(divided).joined(separator: "\n"))
    <h2>\(words(.ageing))\(mark("backlog"))</h2>\(ageing)\(table(report.ageingGrid))
    \(section(report.figures("live", heading: .live)))
    \(section(report.figures("replies", heading: .replies)))
    \(section(report.figures("satisfaction", heading: .satisfaction)))
    <h2>\(words(.definitions))</h2><ol class="definitions">\(definitions)</ol>
    <p class="provenance">\(words(.provenance))\(words.colon)\(htmlEscaped(report.provenance))</p>
    </main></body></html>

    """
  }

  private var definitions: String {
    ReportDefinition.all.enumerated().map {
      "<li id=\"d\($0.offset + 1)\">\(htmlEscaped($0.element.text(report)))</li>"
    }
    .joined(separator: "\n")
  }

  private func mark(_ key: String) -> String { HTML.mark(key, words) }
  private func table(_ grid: ReportGrid) -> String { HTML.table(grid, words) }

  private var tiles: String {
    let tiles = report.headline.map { key -> String in
      let before = "<small>\(words(.before)) \(words.text(report.before[key]))</small>"
      return
        "<div><dt>\(htmlEscaped(words.column(key)))\(mark(key))</dt><dd>\(words.text(report.total[key])) \(before)</dd></div>"
    }
    return "<dl class=\"tiles\">\(tiles.joined(separator: "\n"))</dl>"
  }

  private func section(_ grid: ReportGrid) -> String {
    grid.rows.isEmpty ? "" : "<section><h2>\(htmlEscaped(grid.heading))</h2>\(table(grid))</section>"
  }

  private var arrivals: String {
    let hours = report.byHour.enumerated().map { (padded($0.offset, to: 2), $0.element) }
    var parts = [
      "<h2>\(words(.heat))\(mark("arrived"))</h2>",
      Charts.heat(report.heat, rows: (0..<7).map(words.weekday), label: words(.heat)),
      "<h2>\(words(.byHour))</h2>", Charts.columns(hours, label: words(.byHour)),
      asTable(report.heatGrid(zero: "0")),
    ]
    if report.days.count > 1 {
      let pairs = report.days.map { ("\($0.date.month)/\($0.date.day)", $0.arrived, $0.resolved) }
      parts += [
        "<h2>\(words(.days))</h2>",
        Charts.pairs(pairs, names: (words(.arrived), words(.resolved)), label: words(.days)),
        asTable(report.daysGrid),
      ]
    }
    return "<section>\(parts.joined(separator: "\n"))</section>"
  }

  /// What a chart shows, for whoever does not see it.
  private func asTable(_ grid: ReportGrid) -> String {
    "<details><summary>\(words(.asTable))</summary>\(table(grid))</details>"
  }

  private func divided(_ dimension: ReportDimension) -> String {
    let (lines, grid) = (report.lines[dimension] ?? [], report.volumes(dimension))
    guard !lines.isEmpty else { return "" }
    let shares = lines.compactMap { line in
      line["first_response.attainment_percent"]?.number.map { (report.names[dimension, line.name], $0) }
    }
    let label = "\(words.heading(dimension)): \(words.column("first_response.attainment_percent"))"
    let chart = shares.isEmpty || shares.count > 30 ? "" : Charts.shares(shares, label: label)
    let durations = report.durations(dimension)
    let grids = [report.live(dimension), durations] + (dimension == .agent ? [report.times] : [])
    let others = grids.filter { !$0.rows.isEmpty }.map { "<h3>\(htmlEscaped($0.heading))</h3>\(table($0))" }
      .joined()
    return "<section><h2>\(htmlEscaped(grid.heading))</h2>\(table(grid))\(chart)\(others)</section>"
  }

  private var ageing: String {
    Charts.columns(
      report.ageing.map { line in (line.name, Int(line["count"]?.number ?? 0)) }, label: words(.ageing))
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--soft:#5b6875;--line:#d5dbe1;--bar:#2f6f9f;--bar2:#c77d1e;--heat:#2f6f9f;--cold:#eef2f6}
    @media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--paper:#14191f;--soft:#9aa7b4;--line:#323c46;--bar:#6fb1e0;--bar2:#e0a85a;--heat:#3a86c0;--cold:#1e262e}}
    body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
    main{max-width:64rem;margin:0 auto;padding:1.5rem}h1{margin:0;font-size:1.6rem}h2{margin:2rem 0 .5rem;font-size:1.15rem}h3{margin:1.2rem 0 .4rem;font-size:1rem;color:var(--soft)}
    .period,.provenance{color:var(--soft);overflow-wrap:anywhere}.provenance{font-size:.8rem;border-top:1px solid var(--line);padding-top:.5rem}
    .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:.75rem;margin:1.25rem 0}.tiles div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .8rem}
    dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}dd small{display:block;font-size:.75rem;color:var(--soft)}
    .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th:first-child,td:first-child,.left{text-align:left}
    thead th{color:var(--soft);font-weight:600;white-space:normal;min-width:3.5em;vertical-align:bottom}tbody th{font-weight:500}sup{font-size:.7em;line-height:1}sup a{color:var(--soft);text-decoration:none;font-weight:400}
    details{margin:.5rem 0}summary{color:var(--soft);font-size:.85rem;cursor:pointer}
    svg{width:100%;height:auto;display:block;margin:.5rem 0}.wide{min-width:39rem;max-width:48rem}.narrow{max-width:27rem}svg text{fill:var(--ink);font-size:12px}.b{fill:var(--bar)}.b2{fill:var(--bar2)}.h{fill:var(--heat)}.t{fill:var(--cold)}
    .definitions{color:var(--soft);font-size:.85rem;padding-left:1.4rem}li:target{color:var(--ink)}
    @media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#444;--line:#bbb;--bar:#555;--bar2:#aaa;--heat:#555;--cold:#f2f2f2}body{font-size:11px}main{max-width:none;padding:0 1px}h2,h3{break-after:avoid}tr,svg,.tiles div{break-inside:avoid}.scroll{overflow:visible}.wide{min-width:0}td,th{padding:.2rem .35rem}}
    """
}

/// Pieces of HTML with everything escaped that is not ours.
enum HTML {
  /// A small number that leads to the definition, and says so.
  static func mark(_ key: String, _ words: ReportWords) -> String {
    guard !key.isEmpty, let place = ReportDefinition.place(of: key) else { return "" }
    return
      " <sup><a href=\"#d\(place + 1)\" aria-label=\"\(words(.definition)) \(place + 1)\">[\(place + 1)]</a></sup>"
  }

  /// The beginning of a box whose content may be wider than the screen: the keyboard scrolls it too.
  static func scrolling(_ name: String) -> String {
    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(htmlEscaped(name))\">"
  }

  static func table(_ grid: ReportGrid, _ words: ReportWords) -> String {
    func key(_ keys: [String], _ index: Int) -> String { keys.indices.contains(index) ? keys[index] : "" }
    func side(_ column: Int) -> String { (1..<grid.wordColumns).contains(column) ? " class=\"left\"" : "" }
    // A head of dates in a narrow column would be ten lines high on a telephone.
    func width(_ head: String) -> String { head.count > 24 ? " style=\"min-width:11em\"" : "" }
    let head = grid.head.enumerated().map {
      "<th scope=\"col\"\(side($0.offset))\(width($0.element))>\(htmlEscaped($0.element))\(mark(key(grid.columnKeys, $0.offset), words))</th>"
    }
    let rows = grid.rows.enumerated().map { row, cells in
      let first = "<th scope=\"row\">\(htmlEscaped(cells.first ?? ""))\(mark(key(grid.rowKeys, row), words))</th>"
      let others = cells.enumerated().dropFirst().map { "<td\(side($0.offset))>\(htmlEscaped($0.element))</td>" }
      return "<tr>\(first)\(others.joined())</tr>"
    }
    return
      "\(scrolling(grid.heading))<table aria-label=\"\(htmlEscaped(grid.heading))\"><thead><tr>\(head.joined())</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div>"
  }
}
