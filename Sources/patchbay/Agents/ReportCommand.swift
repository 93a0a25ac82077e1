import ArgumentParser
import Conversations
import Routing
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
    if common.quiet { return reports.forEach { desk.console.print(Neutral.oneLine($0["name"]?.text ?? "")) } }
    desk.console.print(plans(reports, desk).lines(width: desk.console.width, paint: desk.console.paint))
    guard !runs.isEmpty else { return }
    desk.console.print(["", desk.say(.reportRuns)])
    desk.console.print(made(runs, desk).lines(width: desk.console.width, paint: desk.console.paint))
  }

  private func plans(_ reports: [JSON], _ desk: AgentDesk) -> TextTable {
    let say = desk.say
    var table = TextTable([
      .init(say(.name)), .init(say(.title), minimum: 8, dispensable: 2), .init(say(.reportPeriod)),
      .init(say(.reportNext)), .init(say(.reportZone), dispensable: 1),
    ])
    for report in reports {
      table.add([
        .init(report["name"]?.text ?? "", .bold), .init(report["title"]?[say.language.rawValue]?.string ?? ""),
        .init(say.period(report["period"]?.string ?? "")), .init(wall(report["next_at"], of: report)),
        .init(report["zone"]?.string ?? ""),
      ])
    }
    return table
  }

  /// `…/daily-2026-10-07.html .csv`: what differs in its ending alone is written once.
  private static func together(_ places: [String]) -> String {
    func stem(_ place: String) -> Substring { place.prefix(upTo: place.lastIndex(of: ".") ?? place.endIndex) }
    return places.enumerated().map { index, place in
      index > 0 && stem(place) == stem(places[index - 1]) ? String(place.dropFirst(stem(place).count)) : place
    }.joined(separator: " ")
  }

  private func made(_ runs: [JSON], _ desk: AgentDesk) -> TextTable {
    let say = desk.say
    var table = TextTable([
      .init(say(.name)), .init(say(.reportPeriod)), .init(say(.reportMade)), .init(say(.reportPlaces), minimum: 12),
    ])
    for run in runs {
      let places = Self.together((run["delivered"]?.array ?? []).compactMap(\.string))
      table.add([
        .init(run["report"]?.text ?? "", .bold), .init(run["period"]?.text ?? ""), .init(wall(run["made_at"], of: run)),
        .init(places),
      ])
    }
    return table
  }

  private func fact(_ json: JSON?) -> String {
    guard let json, json != .null else { return "–" }
    return Neutral.oneLine(json.text ?? json.description)
  }

  /// `2026-03-09 08:30` on the wall of the report's zone.
  private func wall(_ instant: JSON?, of report: JSON) -> String {
    guard let instant = instant?.string.flatMap({ Instant(rfc3339: $0) }) else { return "–" }
    guard let zone = report["zone"]?.string.flatMap({ CivilZone($0) }) else { return instant.rfc3339 }
    let wall = zone.wallClock(of: instant)
    return "\(wall.date) \(wall.time)"
  }

  /// Exit code 4 when the bytes differ.
  private func verify(_ desk: AgentDesk, _ name: String, _ period: String) async throws {
    let answer = try await desk.client().get(
      "/reports/\(name.percentEncoded)/verify", [("period", period)])
    let (say, isSame) = (desk.say, answer["same"]?.bool == true)
    if common.json {
      desk.console.print(answer)
    } else if !common.quiet {
      var table = TextTable([.init(say(.reportFormat)), .init(say(.reportResult)), .init("SHA-256", minimum: 12)])
      for format in answer["formats"]?.array ?? [] {
        let isSame = format["same"]?.bool == true
        table.add([
          .init(format["format"]?.string ?? "", .bold),
          .init(say(isSame ? .reportBytesSame : .reportBytesDiffer), isSame ? .plain : .red),
          .init(format["made"]?.string ?? ""),
        ])
      }
      desk.console.print(table.lines(width: desk.console.width, paint: desk.console.paint))
    }
    guard isSame else {
      let reasons = (answer["reasons"]?.array ?? []).map { reason in
        say(.reportChange, say.reportFact(reason["what"]?.string ?? ""), fact(reason["then"]), fact(reason["now"]))
      }
      throw AgentProblem(.conflict, say(.reportDiffers, reasons.joined(separator: say(.reportAnd))))
    }
    if desk.isForPeople { desk.console.print(say(.reportSame)) }
  }
}

extension Speech {
  /// A report's period by its name in files.
  fileprivate func period(_ name: String) -> String {
    switch name {
    case "day": self(.reportDay)
    case "week": self(.reportWeek)
    case "month": self(.reportMonth)
    default: name
    }
  }

  /// What the bytes of a report depend on.
  fileprivate func reportFact(_ name: String) -> String {
    switch name {
    case "metric_version": self(.reportMetrics)
    case "time_zone_data": self(.reportZoneData)
    case "language": self(.language)
    case "title": self(.title)
    case "zone": self(.reportZone)
    case "calendars": self(.hoursNow)
    case "queues": self(.queue)
    case "channels": self(.channel)
    case "categories": self(.category)
    default: name
    }
  }
}
