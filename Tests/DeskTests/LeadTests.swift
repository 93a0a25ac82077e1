import Conversations
import Desk
import Routing
import Storage
import TestSupport
import Testing

@Suite("What a lead relies on") struct LeadTests {
  @Test("who is disabled leaves their work to everybody, in its place", arguments: TestEngine.all)
  func disabled(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail()
      let (wei, li) = (try await scene.agent("wei"), try await scene.agent("li"))
      try await bench.desk.assign(ConversationID(1), to: "wei", by: li)
      await #expect(throws: DeskError.self) { try await bench.desk.takeNext(for: li, queue: "refunds") }
      try await bench.store.write { try $0.disableAgent(wei.name, at: bench.time.now) }
      #expect(try await bench.desk.takeNext(for: li, queue: "refunds") == ConversationID(1))
    }
  }

  @Test("a card number in the reason of a transfer is kept nowhere", arguments: TestEngine.all)
  func reasons(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail()
      try await bench.desk.transfer(
        ConversationID(1), to: "payments", reason: "paid with 4111 1111 1111 1111", by: try await scene.agent("wei"))
      let kept = try await bench.texts(
        "SELECT reason FROM conversations UNION ALL SELECT COALESCE(data_json, '') FROM events WHERE kind = 'transfer'")
      #expect(kept.contains { $0.contains("paid with") } && !kept.contains { $0.contains("4111 1111") }, "\(kept)")
    }
  }

  @Test("an agent who calls it fraud has it in the right queue at once", arguments: TestEngine.all)
  func hastened(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail()
      _ = try await bench.desk.takeNext(for: try await scene.agent("wei"), queue: "refunds")
      try await bench.desk.setCategory(ConversationID(1), "fraud", by: try await scene.agent("wei"))
      #expect(try await bench.count("SELECT COUNT(*) FROM leases") == 0, "free for whoever serves that queue")
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'transfer'") == 1)
      let shown = try await bench.desk.show(ConversationID(1), to: try await scene.agent("wei"))
      #expect((shown["queue"], shown["priority"]) == ("security", "urgent"), "\(shown["queue"] ?? .null)")
    }
  }

  @Test("a template asks for what the customer has not told", arguments: TestEngine.all)
  func details(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail("我要退款，交易编号 TX20260309A77，2026年3月9日付款")
      func text() async throws -> String {
        try await bench.desk.templateText(
          "ask_for_details", for: ConversationID(1), agent: try await scene.agent("wei"), ownText: ""
        ).text
      }
      let asked = try await text()
      #expect(!asked.contains("交易编号") && !asked.contains("发生的时间") && !asked.contains("账户邮箱"), "\(asked)")
      #expect(asked.contains("- 截图"))
    }
  }

  @Test("pauses of a promise that counts around the clock are told", arguments: TestEngine.all)
  func pauses(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      let letter = try await scene.mail()
      let wei = try await scene.agent("wei")
      try await bench.desk.setPriority(ConversationID(1), .urgent, by: wei)
      try await scene.reply()
      bench.time.advance(7200)
      try await scene.mail("还没有到账", answering: letter)
      let text = try await bench.desk.explain(ConversationID(1), .due, to: wei).text
      #expect(text.contains("calendar time") && text.contains("paused, the customer owes an answer (2 h)"), "\(text)")
    }
  }

  @Test("the board shows promises of conversations on hold, and channels that are down", arguments: TestEngine.all)
  func board(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail()
      try await scene.reply(status: .onHold)
      bench.time.advance(90 * 86_400)
      let lead = try await scene.agent("lead")
      #expect(try await bench.desk.board(for: lead)["overdue"]?["count"] == 1)
      for _ in 0..<20 {
        bench.time.advance(600)
        await bench.desk.noteFailure("support-mail", .inward, "connection refused")
      }
      let channels = try await bench.desk.board(for: lead)["channels"]?.array ?? []
      #expect(channels.first { $0["name"] == "support-mail" }?["state"] == "down", "\(channels)")
    }
  }

  @Test("a report that is new to an old desk begins with the period under way", arguments: TestEngine.all)
  func newReport(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await scene.mail()
      bench.time.advance(30 * 86_400)
      try await bench.desk.rememberConfiguration()
      let plan = try #require(bench.desk.configuration.value.reports.first { $0.schedule.name == "daily_sla" })
      #expect(try await bench.desk.makeDue(plan) == [])
      bench.time.advance(2 * 86_400)
      #expect(try await bench.desk.makeDue(plan).count == 2)
    }
  }

  @Test("a ladder that is new reaches the clocks that run already", arguments: TestEngine.all)
  func ladders(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      #expect(try await bench.count("SELECT COUNT(*) FROM clocks WHERE escalate_at IS NOT NULL") == 0)
      let old = bench.desk.configuration.value
      var table = old.table
      for index in table.targets.indices {
        table.targets[index].ladder = [
          EscalationStep(moment: .used(1), kinds: [.firstResponse], priority: .urgent)
        ]
      }
      bench.desk.configuration.replace(
        DeskConfiguration(
          version: "2", settings: old.settings, connections: Array(old.channels.values), table: table,
          templates: old.templates, reports: old.reports, filesJSON: "{}"))
      try await bench.desk.rememberConfiguration()
      #expect(try await bench.count("SELECT COUNT(*) FROM clocks WHERE escalate_at IS NOT NULL") == 1)
    }
  }
}
