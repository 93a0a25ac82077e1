import Conversations
import Routing

/// The mail that carries a report: aligned text, and HTML with tables as mail clients show them.
struct ReportLetter {
  private let report: ServiceReport

  /// The letter may be in another language than the report.
  init(_ report: ServiceReport, in language: String, _ plan: ReportPlan) {
    var own = report
    own.language = language.hasPrefix("zh") ? "zh" : "en"
    if own.language != report.language { own.title = plan.title(in: own.language) }
    self.report = own
  }

  /// Stands for the key figures until the text around them is markup.
  private static let place: Character = "\u{FFFC}"

  func rendered(_ mail: ReportPlan.Mail, _ templates: any TemplateRendering, madeAt: Instant) -> (
    subject: String, plain: String, html: String
  ) {
    func rendered(_ summary: String) -> RenderedTemplate? {
      try? templates.rendered(
        mail.template, language: mail.language, variables: report.variables(madeAt: madeAt, summary: summary))
    }
    let (plain, around) = (rendered(report.summary), rendered(String(Self.place)))
    return (
      plain?.subject ?? "\(report.title) \(report.periodText)", plain?.text ?? report.summary,
      html(around?.text ?? String(Self.place))
    )
  }

  private func html(_ text: String) -> String {
    text.split(separator: Self.place, omittingEmptySubsequences: false).map { Self.paragraphs($0) }
      .joined(separator: "\n\(tables)\n")
  }

  private static func paragraphs(_ text: Substring) -> String {
    text.split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n").map { htmlEscaped(String($0)) }
      return lines.isEmpty ? "" : "<p>\(lines.joined(separator: "<br>\n"))</p>"
    }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var tables: String {
    report.keyFigures.map { grid in
      "<p style=\"margin:20px 0 6px;font-weight:600\">\(htmlEscaped(grid.heading))</p>\n" + table(grid)
    }.joined(separator: "\n")
  }

  /// Mail clients keep no style sheets, so each cell says how it looks.
  private func table(_ grid: ReportGrid) -> String {
    func row(_ cells: [String], _ tag: String, _ more: String) -> String {
      let cells = cells.enumerated().map { column, cell in
        "<\(tag) style=\"padding:4px 12px 4px 0;border-bottom:1px solid #d5dbe1;text-align:\(column == 0 ? "left" : "right");\(more)\">\(htmlEscaped(cell))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let head = row(grid.head, "th", "font-weight:600;color:#5b6875")
    let rows = grid.rows.map { row($0, "td", "white-space:nowrap") }
    return
      "<table cellspacing=\"0\" style=\"border-collapse:collapse;font-size:14px\">\n\(([head] + rows).joined(separator: "\n"))\n</table>"
  }
}

extension ServiceReport {
  /// What the report's mail template may say.
  func variables(madeAt: Instant, summary: String) -> [String: String] {
    let breached = ["first_response", "next_reply", "resolution"].reduce(0) {
      $0 + Int(total["\($1).breached"]?.number ?? 0)
    }
    return [
      "report": title, "period": periodText, "made_at": zone.wallClock(of: madeAt).rfc3339,
      "received": words.text(total["arrived"]), "resolved": words.text(total["resolved"]),
      "waiting": words.text(total["backlog"]), "breached": "\(breached)",
      "first_response_met": words.text(total["first_response.attainment_percent"]), "summary": summary,
    ]
  }
}
