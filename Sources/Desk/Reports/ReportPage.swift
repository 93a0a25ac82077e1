import Conversations
import Routing

/// The report as one self-contained page: no script, no request, charts as SVG; light, dark and print.
struct ReportPage {
  let report: ServiceReport
  private var words: ReportWords { report.words }

  var html: String {
    """
    <!doctype html>
    <html lang="\(report.language)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(htmlEscaped(report.title)) · \(htmlEscaped(report.periodText))</title><style>\(Self.style)</style></head><body><main>
    <h1>\(htmlEscaped(report.title))</h1><p class="period">\(htmlEscaped(report.periodText))</p>
    \(tiles)
    \(attainment)
    \(section(.byQueue, .queue, report.byQueue))
    \(section(.byCategory, .category, report.byCategory))
    \(section(.byChannel, .channel, report.byChannel))
    <h2>\(words(.byHour))</h2>\(hours)
    <h2>\(words(.ageing))</h2>\(ageing)
    <h2>\(words(.definitions))</h2><ul>\(words.definitions.map { "<li>\(htmlEscaped($0))</li>" }.joined())</ul>
    <p class="provenance">\(htmlEscaped(report.provenance))</p>
    </main></body></html>

    """
  }

  private var tiles: String {
    let values: [(String, String)] = [
      (words(.arrived), "\(report.total.arrived)"), (words(.resolved), "\(report.resolved)"),
      (words(.backlog), "\(report.total.backlog)"),
      (words(.reopened), "\(report.reopened)"), (words(.failedSends), "\(report.failedSends)"),
    ]
    return "<dl class=\"tiles\">" + values.map { "<div><dt>\(htmlEscaped($0.0))</dt><dd>\($0.1)</dd></div>" }.joined()
      + "</dl>"
  }

  private var attainment: String {
    let head = [words(.measure), words(.attainment), words(.met), words(.breached), "p50", "p90", "p95"]
    let rows = report.total.promises.map { promise in
      [
        words.kind(promise.kind), words.percent(promise.attainment), "\(promise.met)", "\(promise.breached)",
        words.duration(promise.durations.p50), words.duration(promise.durations.p90),
        words.duration(promise.durations.p95),
      ]
    }
    return HTML.table(head, rows)
  }

  private func section(_ heading: ReportWords.Key, _ column: ReportWords.Key, _ lines: [ServiceReport.Line]) -> String {
    guard !lines.isEmpty else { return "" }
    let head = [words(column), words(.arrived), words(.backlog)] + ServiceReport.kinds.map(words.kind)
    let rows = lines.map {
      [$0.name, "\($0.arrived)", "\($0.backlog)"] + $0.promises.map { words.percent($0.attainment) }
    }
    return "<h2>\(words(heading))</h2>" + HTML.bars(lines.map { ($0.name, $0.arrived) }, label: words(.arrived))
      + HTML.table(head, rows)
  }

  private var hours: String {
    HTML.columns(report.byHour.enumerated().map { (padded($0.offset, to: 2), $0.element) }, label: words(.byHour))
  }

  private var ageing: String {
    HTML.columns(Array(zip(["0–1", "1–3", "3–7", "7–14", "14–30", "> 30"], report.ageing)), label: words(.ageing))
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--soft:#5b6875;--line:#d5dbe1;--bar:#2f6f9f}
    @media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--paper:#14191f;--soft:#9aa7b4;--line:#323c46;--bar:#6fb1e0}}
    body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
    main{max-width:60rem;margin:0 auto;padding:1.5rem}h1{margin:0;font-size:1.6rem}h2{margin:2rem 0 .5rem;font-size:1.1rem}
    .period,.provenance{color:var(--soft)}.provenance{font-size:.8rem;border-top:1px solid var(--line);padding-top:.5rem}
    .tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0}.tiles div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem;min-width:7rem}
    dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.6rem;font-variant-numeric:tabular-nums}
    .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left}
    th{color:var(--soft);font-weight:600}svg{width:100%;height:auto;max-width:48rem;display:block;margin:.5rem 0}svg text{fill:var(--ink);font-size:12px}rect{fill:var(--bar)}
    @media print{:root{--ink:#000;--paper:#fff;--soft:#444;--line:#bbb;--bar:#555}h2{break-after:avoid}table,svg{break-inside:avoid}}
    """
}

/// Pieces of HTML with everything escaped that is not ours.
enum HTML {
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    let header = head.map { "<th scope=\"col\">\(htmlEscaped($0))</th>" }.joined()
    let body = rows.map { "<tr>" + $0.map { "<td>\(htmlEscaped($0))</td>" }.joined() + "</tr>" }.joined(separator: "\n")
    return "<div class=\"scroll\"><table><thead><tr>\(header)</tr></thead><tbody>\n\(body)\n</tbody></table></div>"
  }

  /// Horizontal bars, one a name.
  static func bars(_ values: [(String, Int)], label: String) -> String {
    let (top, height) = (max(values.map(\.1).max() ?? 0, 1), values.count * 24 + 4)
    let rows = values.enumerated().map { index, value in
      let (y, width) = (index * 24 + 4, value.1 * 420 / top)
      return
        "<text x=\"0\" y=\"\(y + 13)\">\(htmlEscaped(value.0))</text><rect x=\"170\" y=\"\(y)\" width=\"\(width)\" height=\"16\" rx=\"2\"/><text x=\"\(176 + width)\" y=\"\(y + 13)\">\(value.1)</text>"
    }
    return "<svg viewBox=\"0 0 640 \(height)\" role=\"img\" aria-label=\"\(htmlEscaped(label))\">\(rows.joined())</svg>"
  }

  /// Vertical columns, one a name.
  static func columns(_ values: [(String, Int)], label: String) -> String {
    let (top, step) = (max(values.map(\.1).max() ?? 0, 1), 640 / max(values.count, 1))
    let rows = values.enumerated().map { index, value in
      let (x, height) = (index * step, value.1 * 90 / top)
      let number =
        value.1 > 0 ? "<text x=\"\(x + step / 2)\" y=\"\(106 - height)\" text-anchor=\"middle\">\(value.1)</text>" : ""
      return
        "<rect x=\"\(x + 3)\" y=\"\(110 - height)\" width=\"\(max(step - 6, 2))\" height=\"\(height)\" rx=\"2\"/>\(number)<text x=\"\(x + step / 2)\" y=\"126\" text-anchor=\"middle\">\(htmlEscaped(value.0))</text>"
    }
    return "<svg viewBox=\"0 0 640 132\" role=\"img\" aria-label=\"\(htmlEscaped(label))\">\(rows.joined())</svg>"
  }
}
