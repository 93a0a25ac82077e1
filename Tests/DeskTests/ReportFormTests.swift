import Conversations
import Desk
import Rehearsal
import Routing
import Storage
import TestSupport
import Testing

/// What a report looks like: words, names, comparisons, and the mail that carries it.
@Suite("Forms of reports") struct ReportFormTests {
  private static let monday = ("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")

  /// A refund that was answered and resolved, and one of a top-up that nobody has answered.
  private func morning(_ scene: Scene) async throws {
    scene.at("2026-03-09T10:00:00+08:00")
    try await scene.mail("我要申请退款", from: "li")
    _ = try await scene.bench.desk.takeNext(for: try await scene.agent("wei"), queue: nil)
    scene.bench.time.advance(300)
    try await scene.reply(1, status: .resolved)
    try await scene.mail("我的充值一直没有到账", from: "wang")
  }

  private func reports(_ lines: String) -> [String: String] {
    ["channels/routing/reports.yaml": "reports:\n  daily_sla:\n" + lines]
  }

  @Test("people read titles, machines ids", arguments: TestEngine.all)
  func titles(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await morning(scene)
      func text(_ format: String, _ language: String) async throws -> String {
        try await scene.text(Self.monday.0, Self.monday.1, format: format, language: language)
      }
      for format in ["html", "text"] {
        let (chinese, english) = (try await text(format, "zh"), try await text(format, "en"))
        #expect(chinese.contains("充值与提现") && chinese.contains("中文") && !chinese.contains("support-mail"))
        #expect(english.contains("Top-ups and withdrawals") && english.contains("Chinese"))
        #expect(!chinese.contains("topup_withdrawal") && !english.contains("topup_withdrawal"))
        #expect(chinese.contains("数据来源：指标版本"))
      }
      #expect(try await text("csv", "zh").contains("category,topup_withdrawal,arrived,1"))
      let json = try JSON(parsing: try await text("json", "zh"))
      #expect(json["categories"]?.array?.contains { $0["name"] == "topup_withdrawal" } == true)
    }
  }

  @Test("a run keeps the titles it was made with; one from before shows ids", arguments: TestEngine.all)
  func kept(engine: TestEngine) async throws {
    try await withBench(
      engine, files: reports("    every: day\n    at: 08:30\n    formats: [html, text]\n    folder: r\n")
    ) {
      (bench) async throws in
      let scene = Scene(bench)
      try await morning(scene)
      scene.at("2026-03-10T09:00:00+08:00")
      let plan = try #require(bench.desk.configuration.value.reports.first)
      #expect(try await bench.desk.makeDue(plan) == ["2026-03-09"])
      let lead = try await scene.agent("lead")
      func again() async throws -> String {
        try await bench.desk.reportAgain("daily_sla", period: "2026-03-09", format: "html", for: lead).text
      }
      let made = try await again()
      #expect(made.contains("退款"), "the desk's first language is Chinese")
      let old = bench.desk.configuration.value
      var table = old.table
      for index in table.queues.indices { table.queues[index].titles = ["zh": "换了名字"] }
      bench.desk.configuration.replace(
        DeskConfiguration(
          version: "other", settings: old.settings, connections: Array(old.channels.values), table: table,
          templates: old.templates, reports: old.reports, filesJSON: old.filesJSON))
      #expect(try await again() == made)
      let verdict = try await bench.desk.verifyReport("daily_sla", period: "2026-03-09", for: lead)
      #expect(verdict["same"] == true && verdict["reasons"] == [], "\(verdict)")
      try await bench.store.write { tx in
        let kept = try tx.rows("SELECT provenance_json FROM report_runs").map { $0.text(0) }.first ?? ""
        let members = (try JSON(parsing: kept).members ?? []).filter { $0.key != "titles" }
        _ = try tx.run("UPDATE report_runs SET provenance_json = $1", [Value(JSON.object(members).description)])
      }
      let bare = try await again()
      #expect(bare.contains(">refunds") && !bare.contains("换了名字"))
    }
  }

  @Test(
    "what is still running is compared with the same stretch before",
    arguments: [
      // A whole day; today so far, asked to now and to its end; seven days so far; from some hour on.
      ("2026-03-09T00:00", "2026-03-10T00:00", "2026-03-20T12:00", "2026-03-08T00:00", "2026-03-09T00:00"),
      ("2026-03-09T00:00", "2026-03-09T14:30", "2026-03-09T14:30", "2026-03-08T00:00", "2026-03-08T14:30"),
      ("2026-03-09T00:00", "2026-03-10T00:00", "2026-03-09T14:30", "2026-03-08T00:00", "2026-03-08T14:30"),
      ("2026-03-03T00:00", "2026-03-09T14:30", "2026-03-09T14:30", "2026-02-24T00:00", "2026-03-02T14:30"),
      ("2026-03-01T00:00", "2026-04-01T00:00", "2026-03-09T14:30", "2026-02-01T00:00", "2026-02-09T14:30"),
      ("2026-03-01T00:00", "2026-04-01T00:00", "2026-03-31T14:30", "2026-02-01T00:00", "2026-03-01T00:00"),
      ("2026-03-01T00:00", "2026-04-01T00:00", "2026-04-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00"),
      ("2026-03-09T09:00", "2026-03-09T18:00", "2026-03-09T10:00", "2026-03-09T00:00", "2026-03-09T01:00"),
    ])
  func before(from: String, to: String, now: String, start: String, end: String) async throws {
    func instant(_ text: String) -> Instant? { Instant(rfc3339: text + ":00+08:00") }
    try await withBench(.sqlite) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("\(now):00+08:00")
      let report = try await scene.report("\(from):00+08:00", "\(to):00+08:00")
      #expect(report["before_from"]?.string.flatMap { Instant(rfc3339: $0) } == instant(start))
      #expect(report["before_to"]?.string.flatMap { Instant(rfc3339: $0) } == instant(end))
    }
  }

  @Test("the numbers of the period before are those of its stretch, and dated", arguments: TestEngine.all)
  func stretch(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      for (number, time) in ["08T10:00", "08T11:00", "08T16:00", "09T10:00"].enumerated() {
        scene.at("2026-03-\(time):00+08:00")
        try await scene.mail("第 \(number) 个退款问题", from: "customer\(number)")
      }
      scene.at("2026-03-09T14:00:00+08:00")
      let report = try await scene.report(Self.monday.0, "2026-03-09T14:00:00+08:00")
      #expect(report["total"]?["arrived"] == 1 && report["before"]?["arrived"] == 2)
      #expect(report["before"]?["backlog"] == 2 && report["total"]?["backlog"] == 4)
      for (format, language, words) in [
        ("html", "en", "before (2026-03-08 00:00–14:00)"), ("text", "en", "before (2026-03-08 00:00–14:00)"),
        ("html", "zh", "上期（2026-03-08 00:00–14:00）"), ("csv", "en", "before_to,2026-03-08T06:00:00Z"),
      ] {
        let text = try await scene.text(Self.monday.0, "2026-03-09T14:00:00+08:00", format: format, language: language)
        #expect(text.contains(words), "\(format)")
      }
      let whole = try await scene.text(Self.monday.0, Self.monday.1, format: "html")
      #expect(whole.contains("before (2026-03-08 00:00–14:00)"), "the day is not over")
    }
  }

  @Test("what is defined has a mark, charts have tables, nobody's numbers are none", arguments: TestEngine.all)
  func page(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await morning(scene)
      scene.at("2026-03-10T10:00:00+08:00")
      let page = try await scene.text("2026-03-08T00:00:00+08:00", Self.monday.1, format: "html")
      for label in ["Resolved", "One-touch rate", "Zero-touch", "Resolved by bot", "Backlog", "Average handling time"] {
        #expect(page.contains("\(label) <sup><a href=\"#d"), "\(label)")
      }
      #expect(page.contains("First response · In time <sup>") && page.contains("SL3 in 20 s <sup>"))
      #expect(page.components("<details>") == 2 && page.components("role=\"list\" aria-label=\"") >= 3)
      #expect(page.contains("<th scope=\"row\">2026-03-09</th><td>2</td><td>1</td>"))
      #expect(page.contains("<th scope=\"row\">wei</th><td>–</td><td>1</td><td>–</td><td>–</td>"))
      #expect(page.contains("First response · business time") && page.contains("Handling · calendar time"))
      let text = try await scene.text("2026-03-08T00:00:00+08:00", Self.monday.1, format: "text")
      let monday = try #require(text.split(separator: "\n").first { $0.hasPrefix("Mon ") })
      #expect(
        monday.filter { $0 != " " } == "Mon" + String(repeating: "·", count: 10) + "2"
          + String(repeating: "·", count: 13))
      for label in ["Started by us", "Zero-touch", "Resolved by bot", "Answers dated before the question"] {
        #expect(text.contains("\n\(label) "), "\(label)")
      }
    }
  }

  @Test("only what the plan names counts, in its language, today and made again", arguments: TestEngine.all)
  func filters(engine: TestEngine) async throws {
    let plan = """
          every: day
          at: 08:30
          formats: [csv, html]
          folder: r
          language: en
          channels: [support-mail]
          categories: [refund]

      """
    try await withBench(engine, files: reports(plan)) { (bench) async throws in
      let scene = Scene(bench)
      try await morning(scene)
      try await scene.chat("我要申请退款", visitor: "visitor-1001")
      let report = try await scene.report(Self.monday.0, Self.monday.1)
      #expect(report["total"]?["arrived"] == 1 && report["channels_only"] == ["support-mail"])
      #expect(report["total"]?["work"] == nil, "an agent's time is not one channel's")
      scene.at("2026-03-10T09:00:00+08:00")
      let plan = try #require(bench.desk.configuration.value.reports.first)
      #expect(try await bench.desk.makeDue(plan) == ["2026-03-09"])
      let lead = try await scene.agent("lead")
      let old = bench.desk.configuration.value
      bench.desk.configuration.replace(
        DeskConfiguration(
          version: "other", settings: old.settings, connections: Array(old.channels.values), table: old.table,
          templates: old.templates, reports: [], filesJSON: old.filesJSON))
      #expect(try await bench.desk.verifyReport("daily_sla", period: "2026-03-09", for: lead)["same"] == true)
      let csv = try await bench.desk.reportAgain("daily_sla", period: "2026-03-09", format: "csv", for: lead).text
      #expect(csv.contains("total,,arrived,1\r\n") && csv.contains("only_category,refund"))
      #expect(csv.contains("New: conversations"), "in English")
    }
  }

  @Test("whoever serves none of a report's queues gets no report", arguments: TestEngine.all)
  func denied(engine: TestEngine) async throws {
    let plan = "    every: day\n    at: 08:30\n    formats: [csv]\n    folder: r\n    queues: [refunds]\n"
    try await withBench(engine, files: reports(plan)) { (bench) async throws in
      try await morning(Scene(bench))
      let request = ReportRequest(name: "daily_sla", from: nil, to: nil, format: "csv", language: nil)
      let (own, other) = (
        try await bench.agent("own", queues: ["refunds"]), try await bench.agent("other", queues: ["payments"])
      )
      #expect(try await bench.desk.makeReport(request, for: own).text.contains("total,,arrived,1"))
      await #expect(throws: DeskError.self) { try await bench.desk.makeReport(request, for: other) }
    }
  }

  @Test("the mail has tables, and its files have their types", arguments: TestEngine.all)
  func letter(engine: TestEngine) async throws {
    let plan = """
          every: day
          at: 08:30
          formats: [html, csv, text]
          language: zh
          mail: {through: support-mail, to: [lead@example.com], template: report_mail, language: en}

      """
    try await withBench(engine, files: reports(plan)) { (bench) async throws in
      let scene = Scene(bench)
      try await morning(scene)
      scene.at("2026-03-10T09:00:00+08:00")
      let plan = try #require(bench.desk.configuration.value.reports.first)
      #expect(try await bench.desk.makeDue(plan) == ["2026-03-09"])
      bench.post.forget()
      try await bench.sendAll()
      let received = try #require(
        bench.post.received.last { SeenMail($0).address("To") == "lead@example.com" })
      let raw = String(decoding: received.message, as: UTF8.self)
      for type in ["text/html", "text/csv", "text/plain"] {
        #expect(
          raw.contains("Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nContent-Disp"))
      }
      let (plain, html) = (SeenMail(received).plain, try #require(SeenMail(received).html))
      #expect(
        plain.contains("\nBacklog ") && plain.components("Backlog") == 1 && plain.components("First response") == 1)
      #expect(html.components("<table") == 2 && html.contains(">First response</td>"))
      #expect(html.contains("<p>") && html.contains("The whole report is attached.") && !html.contains("\u{FFFC}"))
      #expect(!html.contains("积压"), "the letter is in English")
    }
  }
}

extension String {
  /// How often `text` stands in it.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
