import Conversations
import Desk
import Routing
import Terminal

/// A backtest for people.
struct BacktestText {
  private let report: BacktestReport
  private let zone: CivilZone
  private let console: Console

  init(_ report: BacktestReport, zone: CivilZone, _ console: Console) {
    (self.report, self.zone, self.console) = (report, zone, console)
  }

  var lines: [String] {
    guard report.conversations + report.later.lookedAt > 0 else {
      return ["No decisions in this period."] + notCompared
    }
    var lines = [head, "", verdict]
    lines += changes("Queue", report.moves) + changes("Category", report.categories)
    lines += changes("Priority", report.priorities)
    lines += load + promises + examples + notCompared
    return lines
  }

  private var head: String {
    let span = report.span.map { " from \(day($0.first)) to \(day($0.last))" } ?? ""
    let versions = report.versions.prefix(3).map { "\($0.version.prefix(12)) (\($0.decisions))" }
    let more = report.versions.count > 3 ? " and \(report.versions.count - 3) more" : ""
    return """
      \(report.conversations) conversations\(span), and \(report.later.lookedAt) later messages
      decided with \(versions.joined(separator: ", "))\(more); tried now: \(report.configuration.prefix(12))
      """
  }

  private var verdict: String {
    if report.isEmpty { return "Nothing would have been different." }
    let share = Double(report.moved) * 100 / Double(max(1, report.conversations))
    let later =
      report.later.moved == 0
      ? "" : "; \(report.later.moved) later messages would have left their conversation in another queue"
    return "\(report.moved) conversations would have gone elsewhere (\(decimal(share)) %)\(later)."
  }

  private func changes(_ what: String, _ changes: [(change: BacktestChange, count: Int)]) -> [String] {
    guard !changes.isEmpty else { return [] }
    var table = TextTable([.init(what), .init("would be"), .init("conversations", right: true)])
    for item in changes { table.add([.init(item.change.from), .init(item.change.to), .init("\(item.count)")]) }
    return [""] + shown(table)
  }

  private var load: [String] {
    guard report.load.contains(where: { $0.count.before != $0.count.after }) else { return [] }
    var table = TextTable([
      .init("New conversations of"), .init("was", right: true), .init("would be", right: true), .init("", right: true),
    ])
    for item in report.load {
      let difference = item.count.after - item.count.before
      table.add([
        .init(item.queue), .init("\(item.count.before)"), .init("\(item.count.after)"),
        .init(difference == 0 ? "" : difference > 0 ? "+\(difference)" : "\(difference)"),
      ])
    }
    return [""] + shown(table)
  }

  private var promises: [String] {
    guard !report.promises.isEmpty else { return [] }
    var table = TextTable([
      .init("First response promised"), .init("was", right: true), .init("in time", right: true),
      .init("would be", right: true), .init("in time", right: true),
    ])
    func add(_ name: String, _ pair: BacktestPair<BacktestPromises>) {
      table.add([
        .init(name), .init("\(pair.before.promised)"), .init(kept(pair.before)), .init("\(pair.after.promised)"),
        .init(kept(pair.after)),
      ])
    }
    for item in report.promises { add(item.target, item.count) }
    if report.promises.count > 1 { add("all", report.allPromises) }
    return [
      "", "Of \(report.answered) answered conversations, by the answers that were given and each target's own hours:",
    ] + shown(table)
  }

  private func kept(_ promises: BacktestPromises) -> String {
    guard promises.promised > 0 else { return "–" }
    return "\(promises.met) (\(decimal(Double(promises.met) * 100 / Double(promises.promised))) %)"
  }

  private var examples: [String] {
    report.examples.flatMap { example -> [String] in
      let found = example.found
      return [
        "", "#\(found.conversation)  \(time(found.at))  \(Neutral.oneLine(found.excerpt))",
        "  was:      \(found.queue.from), \(found.category.from), \(found.priority.from): \(example.reasonThen)",
        "  would be: \(found.queue.to), \(found.category.to), \(found.priority.to): \(found.reasonNow)",
      ]
    }
  }

  /// What the figures leave out, and why.
  private var notCompared: [String] {
    let left = [
      (report.changedSince, "not compared: their message was edited, deleted or continued since"),
      (report.unknownInputs, "not compared: decided before their inputs were kept"),
      (report.rebuilt, "put together from their traces: decided before their inputs were kept"),
      (report.unreadableConfigurations, "older configurations that cannot be read any more: today's promises stand in"),
    ].filter { $0.0 > 0 }
    return left.isEmpty ? [] : [""] + left.map { "\($0.0) \($0.1)" }
  }

  private func shown(_ table: TextTable) -> [String] { table.lines(width: console.width, paint: console.paint) }

  private func day(_ instant: Instant) -> String { zone.wallClock(of: instant).date.description }

  private func time(_ instant: Instant) -> String { zone.wallClock(of: instant).rfc3339 }

  /// One digit after the point.
  private func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
