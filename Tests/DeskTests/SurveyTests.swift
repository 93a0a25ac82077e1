import Channels
import Conversations
import Desk
import Rehearsal
import Routing
import Storage
import TestSupport
import Testing

/// REQUIREMENTS 34, METRICS §4.
@Suite("Satisfaction") struct SurveyTests {
  private let day = ("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")

  /// The sample desk, with every queue asking.
  private func withSurveys(
    _ engine: TestEngine, _ body: (Bench, Scene) async throws -> Void
  ) async throws {
    try await withBench(engine) { (bench) async throws in
      let old = bench.desk.configuration.value
      var (settings, table) = (old.settings, old.table)
      settings.address = "https://chat.example.com"
      table.queues = table.queues.map { queue in
        var queue = queue
        queue.asksForRating = true
        return queue
      }
      bench.desk.configuration.replace(
        DeskConfiguration(
          version: old.version, settings: settings, connections: Array(old.channels.values), table: table,
          templates: old.templates, reports: old.reports, filesJSON: old.filesJSON))
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await body(bench, scene)
    }
  }

  private func surveys(_ bench: Bench) async throws -> Int { try await bench.count("SELECT COUNT(*) FROM surveys") }

  /// The links in the newest survey that left, five stars first.
  private func links(_ bench: Bench) throws -> [String] {
    let mail = try #require(bench.post.received.last)
    return SeenMail(mail).plain.matches(of: #/https://chat\.example\.com/survey/(s[0-9]+-[a-z0-9]+)\?stars=([1-5])/#)
      .map {
        "\($0.output.1) \($0.output.2)"
      }
  }

  private func refused(_ bench: Bench) async throws -> String {
    try await bench.texts("SELECT data_json FROM events WHERE kind = 'no_survey' ORDER BY id").last ?? ""
  }

  @Test("by mail, once, with a signed link for each rating; what it says is kept and shown", arguments: TestEngine.all)
  func byMail(engine: TestEngine) async throws {
    try await withSurveys(engine) { (bench, scene) async throws in
      try await scene.mail()
      try await scene.reply(status: .resolved)
      let mail = SeenMail(try #require(bench.post.received.last))
      #expect(mail["Auto-Submitted"]?.hasPrefix("auto-") == true)
      let links = try self.links(bench)
      #expect(links.map { $0.suffix(1) } == ["5", "4", "3", "2", "1"])
      let token = String(links[0].dropLast(2))
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'survey'") == 1)
      // A look is no rating; nor is a link that somebody made up.
      #expect(try await bench.desk.survey(token)?["stars"] == .null)
      let forged = String(token.dropLast()) + (token.hasSuffix("a") ? "b" : "a")
      #expect(try await bench.desk.survey(forged) == nil)
      await #expect(throws: DeskError.self) { _ = try await bench.desk.rate(forged, stars: 5, comment: nil) }
      await #expect(throws: DeskError.self) { _ = try await bench.desk.rate(token, stars: 6, comment: nil) }
      await #expect(throws: DeskError.self) { _ = try await bench.desk.rate(token, stars: nil, comment: "x") }
      _ = try await bench.desk.rate(token, stars: 4, comment: nil)
      _ = try await bench.desk.rate(token, stars: 1, comment: "很快。卡号 4111 1111 1111 1111")
      _ = try await bench.desk.rate(token, stars: 1, comment: "又改了")
      let rating = try await bench.desk.show(ConversationID(1), to: try await scene.agent("lead"))["rating"]
      #expect(rating?["stars"] == 4)
      #expect(rating?["comment"]?.string?.hasPrefix("很快") == true)
      #expect(rating?["comment"]?.string?.contains("4111 1111") == false)
      #expect(try await bench.texts("SELECT data_json FROM events WHERE kind = 'rated'").count == 1)
      // Asking has opened nothing again.
      #expect(try await bench.conversation(ConversationID(1)).status == .resolved)
      scene.bench.time.advance(30 * 86_400 + 1)
      #expect(try await bench.desk.survey(token) == nil)
    }
  }

  @Test(
    "once per resolution, once in fourteen days, never to machines, off unless the queue says so",
    arguments: TestEngine.all)
  func limits(engine: TestEngine) async throws {
    try await withSurveys(engine) { (bench, scene) async throws in
      let letter = try await scene.mail()
      try await scene.reply(status: .resolved)
      #expect(try await surveys(bench) == 1)
      scene.bench.time.advance(86_400)
      try await scene.mail("又出现了同样的问题", answering: letter)
      try await scene.resolve()
      #expect(try await surveys(bench) == 1)
      #expect(try await refused(bench).contains("14 days"))
      // A robot's mail, resolved by hand.
      let robot = Bench.letter(
        "Out of office", id: "auto", from: "Wu <wu@customer.example>", extra: "Auto-Submitted: auto-replied\n")
      _ = await bench.mail(robot, from: "wu@customer.example")
      try await scene.resolve(2)
      #expect(try await surveys(bench) == 1)
      #expect(try await refused(bench).contains("a machine wrote"))
      let noreply = Bench.letter("Refund?", id: "nr", from: "Shop <noreply@shop.example>")
      _ = await bench.mail(noreply, from: "noreply@shop.example")
      try await scene.resolve(3)
      #expect(try await surveys(bench) == 1)
      let told = try await refused(bench)
      #expect(told.contains("noreply") || told.contains("a machine wrote"), "\(told)")
    }
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      try await scene.reply(status: .resolved)
      #expect(try await surveys(bench) == 0)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind IN ('survey', 'no_survey')") == 0)
    }
  }

  @Test("in a chat on the page, and it has arrived when the page has it", arguments: TestEngine.all)
  func inChat(engine: TestEngine) async throws {
    try await withSurveys(engine) { (bench, scene) async throws in
      let thread = "webchat:webchat:visitor-one"
      try await scene.chat("我要申请退款", visitor: "visitor-one")
      #expect(try await bench.desk.chatSurvey(channel: "webchat", threadKey: thread) == nil)
      let messages = "SELECT COUNT(*) FROM messages WHERE direction <> 'bot'"
      try await scene.reply(status: .resolved)
      let before = try await bench.count(messages)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'survey'") == 0)
      let token = try #require(try await bench.desk.chatSurvey(channel: "webchat", threadKey: thread))
      #expect(try await bench.desk.chatSurvey(channel: "webchat", threadKey: thread) == token)
      #expect(try await bench.desk.chatSurvey(channel: "webchat", threadKey: "webchat:webchat:visitor-two") == nil)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'survey'") == 1)
      _ = try await bench.desk.rate(token, stars: 5, comment: nil)
      #expect(try await bench.desk.chatSurvey(channel: "webchat", threadKey: thread) == nil)
      #expect(try await bench.count(messages) == before)
    }
  }

  @Test("15: CSAT over real surveys, response rate over those that arrived", arguments: TestEngine.all)
  func figures(engine: TestEngine) async throws {
    try await withSurveys(engine) { (bench, scene) async throws in
      let stars = [5, 5, 4, 3, 1, 2, 4, 5]
      for number in 0..<21 {
        try await scene.chat("我要申请退款", visitor: "visitor-\(100 + number)")
        try await scene.reply(Int64(number + 1), status: .resolved)
        // The last one is closed before the question arrives.
        guard number < 20 else { continue }
        let token = try #require(
          try await bench.desk.chatSurvey(channel: "webchat", threadKey: "webchat:webchat:visitor-\(100 + number)"))
        guard number < stars.count else { continue }
        _ = try await bench.desk.rate(token, stars: stars[number], comment: nil)
        if number == 3 {
          let early = try #require(try await scene.report(day.0, day.1)["total"]?["satisfaction"])
          #expect(early["ratings"] == 4 && early["csat_percent"]?.double == nil)
        }
      }
      let csat = try #require(try await scene.report(day.0, day.1)["total"]?["satisfaction"])
      #expect(csat["surveys"] == 20 && csat["ratings"] == 8)
      #expect(csat["csat_percent"]?.double == 62.5 && csat["response_percent"]?.double == 40)
      #expect(csat["csat_low_percent"]?.double == 30.57 && csat["csat_high_percent"]?.double == 86.32)
    }
  }
}
