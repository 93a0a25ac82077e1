import Channels
import Conversations
import Desk
import Foundation
import Rehearsal
import Routing
import Storage
import TestSupport
import Testing

/// The service level of calls and chats: by queue, channel, …, by the desk's own rules, in every format.
@Suite("Service level of a report") struct ServiceLevelTests {
  private static let from = "2026-03-09T00:00:00+08:00"
  private static let to = "2026-03-10T00:00:00+08:00"
  private static let rules = "{within: {default: 20s, webchat: 60s, hotline-calls: 30s}, short: 8s, convention: SL4}"

  private static func reports(_ desk: String, _ own: String = "") -> [String: String] {
    [
      "channels/routing/reports.yaml": """
      service_level: \(desk)
      reports:
        daily_sla:
          every: day
          at: 08:30
          formats: [html, csv, json, text]
          folder: r
          language: en
          mail: {through: support-mail, to: [lead@example.com], template: report_mail, language: en}
          \(own)

      """
    ]
  }

  /// A day of calls and chats in opening hours; some are moved after they have been taken.
  private func live(_ scene: Scene, seed: UInt64) async throws {
    let (bench, path) = (scene.bench, scene.bench.folder.path + "/Master.csv")
    try bench.connect(
      "hotline-calls", Asterisk.self,
      [
        "bearer_token": "t", "follow_file": .string(path), "default_country_code": "49",
        "categories": ["1": "refund", "2": "account"],
      ])
    scene.at("2026-03-09T10:00:00+08:00")
    let lead = try await scene.agent("lead")
    try await scene.mail("我要申请退款", from: "li")
    var (dice, records) = (Dice(state: seed), "")
    for number in 2...25 {
      let wait = Int64.random(in: 1...90, using: &dice)
      guard Bool.random(using: &dice) else {
        records += call(number, wait: wait, isTaken: Int.random(in: 0..<3, using: &dice) > 0, at: bench.time.now)
        bench.time.advance(200)
        continue
      }
      try await scene.chat(
        ["我要申请退款", "登录不了，密码忘了"][number % 2], visitor: "visitor-\(1000 + number)", id: "c\(number)")
      let id = try await bench.count("SELECT MAX(id) FROM conversations")
      bench.time.advance(wait)
      switch Int.random(in: 0..<4, using: &dice) {
      case 0:
        try await bench.desk.chatLeft(
          channel: "webchat", threadKey: "webchat:webchat:visitor-\(1000 + number)", isFinal: true)
      case 1: try await scene.resolve(Int64(id))
      default: try await scene.reply(Int64(id))
      }
      bench.time.advance(60)
      guard Bool.random(using: &dice) else { continue }
      // Whoever goes on with it, it was taken in time or not where it was.
      try await bench.desk.transfer(ConversationID(Int64(id)), to: "complaints", reason: nil, by: lead)
      try await bench.desk.setPriority(ConversationID(Int64(id)), .high, by: lead)
    }
    try Data(records.utf8).write(to: URL(fileURLWithPath: path))
    await bench.desk.followRecords()
    scene.at("2026-03-09T17:00:00+08:00")
  }

  /// A line of the exchange's records; its clock shows UTC. Five callers, who call again.
  private func call(_ number: Int, wait: Int64, isTaken: Bool, at start: Instant) -> String {
    func time(_ seconds: Int64) -> String {
      start.adding(seconds: seconds).rfc3339.prefix(19).split(separator: "T").joined(separator: " ")
    }
    let (caller, talk) = ("0221471033\(number % 5)", isTaken ? 60 : 0)
    return
      "\"\",\"\(caller)\",\"100\",\"from-trunk\",\"<\(caller)>\",\"SIP/t-1\",\"SIP/100-2\",\"Dial\",\"SIP/100\","
      + "\"\(time(0))\",\(isTaken ? "\"\(time(wait))\"" : ""),\"\(time(wait + Int64(talk)))\",\(wait + Int64(talk)),\(talk),"
      + "\"\(isTaken ? "ANSWERED" : "NO ANSWER")\",\"DOCUMENTATION\",\"1794794400.\(number)\",\"\(1 + number % 2)\"\n"
  }

  /// What one place had, by a simple loop over the log.
  private struct Figures: Equatable {
    var (answered, abandoned, answeredInTime, abandonedInTime, short) = (0, 0, 0, 0, 0)
    var seconds: Int64 = 0

    mutating func add(_ wait: Int64, isAnswered: Bool, within: Int64) {
      if isAnswered {
        answered += 1
        seconds += wait
        answeredInTime += wait <= within ? 1 : 0
      } else {
        abandoned += 1
        abandonedInTime += wait <= within ? 1 : 0
        short += wait < 8 ? 1 : 0
      }
    }

    private func percent(_ part: Int, _ whole: Int) -> JSON {
      whole == 0 ? .null : JSON(parsing: (10_000 * Double(part) / Double(whole)).rounded() / 100)
    }

    /// As JSON tells them, without Y.
    var json: [String: JSON] {
      let offered = answered + abandoned
      return [
        "offered": JSON(offered), "answered": JSON(answered), "abandoned": JSON(abandoned),
        "service_level_sl1_percent": percent(answeredInTime, answered),
        "service_level_sl2_percent": percent(answeredInTime, offered),
        "service_level_sl3_percent": percent(answeredInTime, offered - short),
        "service_level_sl4_percent": percent(answeredInTime + abandonedInTime, offered),
        "abandonment_percent": percent(abandoned, offered),
        "abandonment_without_short_percent": percent(abandoned - short, offered - short),
        "average_speed_of_answer_seconds": answered == 0
          ? .null : JSON(parsing: (100 * Double(seconds) / Double(answered)).rounded() / 100),
      ]
    }
  }

  private static let dimensions = [
    "queue": "queues", "channel": "channels", "category": "categories", "language": "languages",
    "priority": "priorities",
  ]

  /// `queue refunds` → its figures; `total` → those of the whole.
  private func told(_ bench: Bench) async throws -> [String: Figures] {
    let rows = try await bench.store.read { tx in
      try tx.rows("SELECT conversation_id, at, kind, COALESCE(data_json, '{}') FROM events ORDER BY id").map {
        (id: $0.int64(0), at: $0.instant(1), kind: $0.text(2), data: try JSON(parsing: $0.text(3)))
      }
    }
    var (places, begun, figures) = ([Int64: [String: String]](), [Int64: Instant](), [String: Figures]())
    func note(_ id: Int64, _ from: Instant, _ to: Instant, _ isAnswered: Bool) {
      let place = places[id] ?? [:]
      let within: Int64 = place["kind"] == "webchat" ? 60 : 30
      for key in ["total"] + Self.dimensions.keys.map({ "\($0) \(place[$0] ?? "")" }) {
        figures[key, default: Figures()].add(to.seconds - from.seconds, isAnswered: isAnswered, within: within)
      }
    }
    for row in rows {
      for fact in row.data["facts"]?.members ?? [] {
        if let word = fact.value.string { places[row.id, default: [:]][fact.key] = word }
      }
      if let call = row.data["call"], let start = call["started_at"]?.string.flatMap({ Instant(rfc3339: $0) }) {
        let taken = call["answered_at"]?.string.flatMap { Instant(rfc3339: $0) }
        note(row.id, start, taken ?? row.at, taken != nil)
      }
      guard places[row.id]?["kind"] == "webchat" else { continue }
      if row.kind == "in", begun[row.id] == nil { begun[row.id] = row.at }
      let isEnd = row.kind == "left" || (row.kind == "status" && row.data["to"] == "resolved")
      guard row.kind == "accepted" || isEnd, let start = begun[row.id], start != .epoch else { continue }
      note(row.id, start, row.at, row.kind == "accepted")
      begun[row.id] = .epoch
    }
    return figures
  }

  @Test(
    "by queue, channel, category, language and priority, as a loop over the log has it", arguments: TestEngine.all,
    [1, 2, 3] as [UInt64])
  func divided(engine: TestEngine, seed: UInt64) async throws {
    try await withBench(engine, files: Self.reports(Self.rules)) { (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: seed)
      let (report, told) = (try await scene.report(Self.from, Self.to), try await told(bench))
      #expect(try #require(told["total"]).answered > 5 && told["channel hotline-calls"] != nil, "too small a day")
      var lines = ["total": report["total"]?["live"]]
      for (dimension, plural) in Self.dimensions {
        for line in report[plural]?.array ?? [] { lines["\(dimension) \(line["name"]?.string ?? "")"] = line["live"] }
      }
      #expect(lines["channel support-mail"] == .some(nil), "a mail is no call")
      #expect(Set(lines.compactMapValues(\.self).keys) == Set(told.keys))
      for (place, figures) in told {
        var own = Dictionary(
          uniqueKeysWithValues: (lines[place]??.members ?? []).map { ($0.key, $0.value) })
        let within = own.removeValue(forKey: "within_seconds")
        #expect(own == figures.json, "\(place)")
        if place == "channel webchat" { #expect(within == 60) }
        if place == "channel hotline-calls" { #expect(within == 30) }
        if place == "total" { #expect(within == .null, "there are two") }
      }
      #expect(report["service_level"] == bench.desk.configuration.value.settings.serviceLevel.json)
      // What was taken in a queue counts in a report of that queue, wherever it went on.
      for queue in ["refunds", "accounts", "complaints"] {
        let own = try await scene.bench.agent("of-\(queue)", queues: [queue])
        let request = ReportRequest(
          name: "daily_sla", from: at(Self.from), to: at(Self.to), format: "json", language: nil)
        let part = try JSON(parsing: try await bench.desk.makeReport(request, for: own).text)
        #expect(part["total"]?["live"]?["offered"] == (told["queue \(queue)"]?.json["offered"] ?? 0), "\(queue)")
      }
    }
  }

  @Test("every format says the same", arguments: TestEngine.all)
  func formats(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.reports(Self.rules)) { (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: 5)
      let report = try await scene.report(Self.from, Self.to)
      let csv = try await scene.text(Self.from, Self.to, format: "csv")
      let (text, html) = (
        try await scene.text(Self.from, Self.to, format: "text"),
        try await scene.text(Self.from, Self.to, format: "html")
      )
      #expect(
        csv.contains("report,daily_sla,within_seconds,20\r\nreport,daily_sla,within_seconds hotline-calls,30\r\n"))
      #expect(csv.contains("report,daily_sla,short_abandon_seconds,8\r\nreport,daily_sla,service_level,SL4\r\n"))
      let table = try #require(text.components(separatedBy: "\nBy channel\n").dropFirst().first)
        .components(separatedBy: "\n\n")[0]
      #expect(table.hasPrefix("Channel ") && table.split(separator: "\n")[0].hasSuffix("SL4 in 20/30/60 s"))
      for line in report["channels"]?.array ?? [] {
        let (name, live) = (try #require(line["name"]?.string), line["live"])
        for cell in live?.members ?? [] {
          let value = cell.value == .null ? "" : cell.value.description
          #expect(csv.contains("channel,\(name),live_\(cell.key),\(value)\r\n"))
        }
        let level = live?["service_level_sl4_percent"].map { "\($0) %" } ?? "–"
        let title = bench.desk.configuration.value.channels[name]?.title ?? name
        let row = try #require(table.split(separator: "\n").first { $0.hasPrefix(title) }, "\(title) in \(table)")
        #expect(row.hasSuffix(" \(level)"), "\(row)")
        #expect(
          html.hasLine { $0.hasPrefix("<tr><th scope=\"row\">\(title)</th>") && $0.hasSuffix("<td>\(level)</td></tr>") }
        )
        guard let live else { continue }
        let counts = ["offered", "answered", "abandoned"].map { "<td>\(live[$0]?.description ?? "")</td>" }.joined()
        #expect(html.hasLine { $0.hasPrefix("<tr><th scope=\"row\">\(title)</th>\(counts)") && $0.contains(level) })
      }
      for format in ["text", "html", "csv", "json"] {
        let chinese = try await scene.text(Self.from, Self.to, format: format, language: "zh")
        #expect(chinese.contains("Y = 20 秒（Hotline-calls 30 秒，"), "\(format)")
        #expect(chinese.contains(" 8 秒，首选 SL4") && !chinese.contains("{rules}"))
      }
      let whatIf = try await bench.desk.whatIf(WhatIfRequest(from: at(Self.from), to: at(Self.to)))
      let total = try #require(report["total"]?["live"]?["service_level_sl4_percent"])
      #expect(whatIf.text.contains("\nCalls and chats as they were: SL4 in 20/30/60 s, \(total) %\n"))
      #expect(whatIf.json["actual"]?["live"] == report["total"]?["live"])
    }
  }

  @Test("a run keeps its rules; one of another metric version says so", arguments: TestEngine.all)
  func verified(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.reports("{within: 45s}", "service_level: \(Self.rules)")) {
      (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: 7)
      scene.at("2026-03-10T09:00:00+08:00")
      let (lead, old) = (try await scene.agent("lead"), bench.desk.configuration.value)
      var plan = try #require(old.reports.first)
      #expect(old.settings.serviceLevel.withinSeconds == 45 && plan.serviceLevel.withinSeconds == 20)
      #expect(try await bench.desk.makeDue(plan) == ["2026-03-09"])
      bench.post.forget()
      try await bench.sendAll()
      let letter = SeenMail(try #require(bench.post.received.last { SeenMail($0).address("To") == "lead@example.com" }))
      let level = try #require(
        try await scene.report(Self.from, Self.to)["total"]?["live"]?["service_level_sl4_percent"])
      for text in [letter.plain, try #require(letter.html)] {
        #expect(text.contains("By queue · Calls and chats") && text.contains("By channel · Calls and chats"))
        #expect(text.contains("SL4 in 20/30/60 s") && text.contains("\(level) %"))
      }
      plan.serviceLevel = ServiceLevelRules()
      var settings = old.settings
      settings.serviceLevel = ServiceLevelRules()
      bench.desk.configuration.replace(
        DeskConfiguration(
          version: "other", settings: settings, connections: [], table: old.table, templates: old.templates,
          reports: [plan], filesJSON: old.filesJSON))
      let verdict = try await bench.desk.verifyReport("daily_sla", period: "2026-03-09", for: lead)
      #expect(verdict["same"] == true && verdict["formats"]?.array?.count == 4, "\(verdict)")
      #expect(try await scene.text(Self.from, Self.to, format: "text").contains("SL3 in 20 s"))
      try await bench.store.write { tx in
        let kept = try tx.rows("SELECT provenance_json FROM report_runs").map { $0.text(0) }.first ?? ""
        let earlier = kept.replacing("\"metric_version\":\"5\"", with: "\"metric_version\":\"4\"")
        _ = try tx.run(
          "UPDATE report_runs SET provenance_json = $1, hashes_json = $2", [.text(earlier), .text(#"{"csv":"00"}"#)])
      }
      let other = try await bench.desk.verifyReport("daily_sla", period: "2026-03-09", for: lead)
      #expect(other["same"] == false)
      #expect(other["reasons"] == [["what": "metric_version", "then": "4", "now": "5"]], "\(other)")
    }
  }
}

extension JSON {
  /// A number as reports write it: at most two decimals.
  fileprivate init(parsing number: Double) {
    let text = "\(number)"
    self = .number(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }
}

extension String {
  /// Whether one of its lines is such.
  fileprivate func hasLine(_ isWanted: (Substring) -> Bool) -> Bool { split(separator: "\n").contains(where: isWanted) }
}

/// SplitMix64.
private struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
