import ArgumentParser
import Conversations
import Terminal

struct ReportCommand: AgentCommand {
  static let configuration = agentCommand(
    "report", .report, examples: "report daily",
    "report run weekly --from 2026-03-02 --to 2026-03-09 --format csv > week.csv",
    "report daily --format html > day.html", "report list", "report show weekly 2026-W10 --format html > w10.html",
    "report verify weekly 2026-W10")
  @Argument(help: help(.reportWords)) var words: [String]
  @Option(help: help(.from)) var from: String?
  @Option(help: help(.to)) var to: String?
  @Option(help: help(.format)) var format: String = "text"
  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    switch (words.first ?? "", words.count) {
    case ("list", 1...2): try await list(desk, words.count == 2 ? words[1] : nil)
    case ("show", 3): try await print(desk, words[1], [("period", words[2])])
    case ("verify", 3): try await verify(desk, words[1], words[2])
    case ("run", 2): try await print(desk, words[1], [("from", from), ("to", to)])
    case (let name, 1): try await print(desk, name, [("from", from), ("to", to)])
    default: throw AgentProblem(.usage, desk.say(.badReportWords))
    }
  }

  private func print(_ desk: AgentDesk, _ name: String, _ span: [(String, String?)]) async throws {
    let format = common.json ? "json" : try desk.choice(format, of: ["text", "csv", "json", "html"])
    let bytes = try await desk.client().bytes(
      "/reports/\(name.percentEncoded)",
      span + [("format", format), ("language", desk.say.language.rawValue)])
    // A file gets the report byte by byte, a terminal only what is harmless.
    guard desk.console.outIsTerminal else { return desk.console.printBytes(bytes) }
    desk.console.print(Neutral.lines(String(decoding: bytes, as: UTF8.self)))
  }

  private func list(_ desk: AgentDesk, _ name: String?) async throws {
    let path = name.map { "/reports/\($0.percentEncoded)/runs" } ?? "/reports"
    let answer = try await desk.client().get(path)
    let (reports, runs) = (answer["reports"]?.array ?? [], answer["runs"]?.array ?? [])
    if common.json { return desk.console.print(answer) }
    let text = { (json: JSON, key: String) in Neutral.oneLine(json[key]?.text ?? "") }
    if common.quiet { return reports.forEach { desk.console.print(text($0, "name")) } }
    for report in reports {
      desk.console.print("\(text(report, "name"))  \(text(report, "period"))  → \(text(report, "next_at"))")
    }
    for run in runs {
      let places = (run["delivered"]?.array ?? []).compactMap(\.string).map(Neutral.oneLine).joined(separator: " ")
      desk.console.print("  \(text(run, "report"))  \(text(run, "period"))  \(text(run, "made_at"))  \(places)")
    }
  }

  /// Exit code 4 when the bytes differ.
  private func verify(_ desk: AgentDesk, _ name: String, _ period: String) async throws {
    let answer = try await desk.client().get(
      "/reports/\(name.percentEncoded)/verify", [("period", period)])
    if common.json { desk.console.print(answer) }
    for format in answer["formats"]?.array ?? [] where !common.json {
      let isSame = format["same"]?.bool ?? false
      desk.console.print(
        "\(isSame ? "=" : "≠")  \(Neutral.oneLine(format["format"]?.string ?? ""))  \(format["made"]?.string ?? "")")
    }
    guard answer["same"]?.bool == true else {
      let reasons = (answer["reasons"]?.array ?? []).compactMap(\.string).map(Neutral.oneLine).joined(separator: "; ")
      throw AgentProblem(.conflict, desk.say(.reportDiffers, reasons))
    }
  }
}
