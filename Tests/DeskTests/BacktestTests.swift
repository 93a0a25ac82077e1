import Channels
import Conversations
import Desk
import Routing
import Storage
import TestSupport
import Testing

@Suite("Backtests") struct BacktestTests {
  private func backtest(
    _ bench: Bench, _ change: (inout RoutingTable) -> Void = { _ in }, since: Instant? = nil, until: Instant? = nil
  ) async throws -> BacktestReport {
    let table = bench.desk.configuration.value.table
    var trial = table
    change(&trial)
    if trial.rules != table.rules || trial.targets != table.targets { trial.version = "trial" }
    return try await Backtest(bench.store, trial: trial, since: since, until: until) { _, _ in table }.run()
  }

  private static func kept(_ promises: BacktestPromises) -> [Int] { [promises.promised, promises.met] }

  private func plant(_ word: String, queue: String, alert: Bool = false) -> (inout RoutingTable) -> Void {
    { table in
      let rule = RoutingRule(
        name: "planted", when: RuleCondition(anyWords: [word]), then: RuleOutcome(queue: queue, alert: alert))
      table.rules.insert(rule, at: 0)
    }
  }

  /// One message of every make that the desk knows.
  private func history(_ bench: Bench) async throws {
    #expect(await bench.message("我的退款还没有到账，订单 4711", id: "m1", from: "ana").filed == 1)
    #expect(await bench.message("it is still not there", id: "m2", from: "ana").filed == 1)
    #expect(await bench.message("???", id: "m3", from: "bo").filed == 1)
    #expect(await bench.message("I want a refund for my order", id: "m4", from: "bo").filed == 1)
    let quoted = "My card was charged twice.\n\nOn Monday, Support wrote:\n> we got your refund request\n> thank you"
    #expect(await bench.mail(Bench.letter(quoted, id: "l1", subject: "Payment")).filed == 1)
    let machine = Bench.letter(
      "I am away", id: "l2", subject: "Out of office", from: "Wu <wu@customer.example>",
      extra: "Auto-Submitted: auto-replied\n")
    #expect(await bench.mail(machine, from: "wu@customer.example").filed == 1)
    let wei = try await bench.agent("wei")
    _ = try await bench.desk.logCall(
      ["from": "+8613800000001", "disposition": "completed", "text": "客户要求退款", "category": "refund"], by: wei)
    _ = try await bench.desk.logCall(["from": "+8613800000002", "disposition": "no-answer"], by: wei)
    try await Scene(bench).chat("my account is frozen", visitor: "visitor1")
    // In the night: the queue is closed.
    bench.time.advance(12 * 3600)
    #expect(await bench.message("提现失败了", id: "m5", from: "chen").filed == 1)
  }

  @Test("what was decided comes out the same from what was kept of it", arguments: TestEngine.all)
  func same(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try await history(bench)
      let report = try await backtest(bench)
      let decisions = try await bench.count("SELECT COUNT(*) FROM decisions WHERE message_id IS NOT NULL")
      #expect(report.isEmpty, "\(report.json)")
      #expect(report.conversations + report.later.lookedAt == decisions && decisions >= 10)
      #expect(report.conversations == (try await bench.count("SELECT COUNT(*) FROM conversations")))
      #expect(report.later.lookedAt == 2)
      #expect((report.changedSince, report.unknownInputs, report.rebuilt) == (0, 0, 0))
      // An agent's hand afterwards is no difference of the router's.
      let lead = try await bench.agent("lead", role: .lead)
      try await bench.desk.transfer(ConversationID(1), to: "complaints", reason: "x", by: lead)
      #expect(try await backtest(bench).isEmpty)
    }
  }

  @Test(
    "a rule that takes 37 conversations takes 37, from where they were to where they would be",
    arguments: TestEngine.all)
  func thirtySeven(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      for number in 0..<100 {
        let text = number < 37 ? "please refund the zebra \(number)" : "please refund order \(number)"
        #expect(await bench.message(text, id: "m\(number)", from: "c\(number)").filed == 1)
      }
      let report = try await backtest(bench, plant("zebra", queue: "complaints"))
      #expect(report.moved == 37)
      #expect(report.moves.map { "\($0.change.from) → \($0.change.to)" } == ["refunds → complaints"])
      let load = Dictionary(uniqueKeysWithValues: report.load.map { ($0.queue, $0.count) })
      #expect(load["refunds"]?.before == 100 && load["refunds"]?.after == 63 && load["complaints"]?.after == 37)
      let example = try #require(report.examples.first)
      #expect(report.examples.count == 5 && example.found.conversation == ConversationID(1))
      #expect(example.found.reasonNow == "rule planted" && example.reasonThen != "rule planted")
      #expect(example.found.excerpt == "please refund the zebra 0")
      #expect(try await bench.count("SELECT COUNT(*) FROM configurations") == 0, "a backtest writes nothing")
    }
  }

  @Test("a later message counts where it would have moved its conversation", arguments: TestEngine.all)
  func later(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message("please refund my order", id: "m1")
      _ = await bench.message("please refund my zebra too", id: "m2")
      #expect(try await backtest(bench, plant("zebra", queue: "complaints")).later == (1, 0))
      let alarmed = try await backtest(bench, plant("zebra", queue: "complaints", alert: true))
      #expect(alarmed.later == (1, 1) && alarmed.moved == 0)
    }
  }

  @Test("a message that was edited since is left out, and said so", arguments: TestEngine.all)
  func edited(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message("please refund my order", id: "m1", from: "a")
      _ = await bench.message("please refund my order", id: "m2", from: "b")
      try await bench.store.write { try $0.run("UPDATE messages SET text = 'zebra' WHERE external_id = 'm1'") }
      let report = try await backtest(bench, plant("zebra", queue: "complaints"))
      #expect((report.conversations, report.moved, report.changedSince) == (1, 0, 1))
    }
  }

  @Test("decisions older than the record of their inputs are put together from their traces", arguments: TestEngine.all)
  func old(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try await history(bench)
      try await bench.store.write { try $0.run("UPDATE decisions SET inputs_json = NULL") }
      let report = try await backtest(bench)
      #expect(report.isEmpty, "\(report.json)")
      #expect(report.rebuilt == report.conversations && report.conversations == 8)
      #expect(report.unknownInputs == 2, "nobody knows how those conversations stood")
      #expect(try await backtest(bench, plant("frozen", queue: "complaints")).moved == 1)
    }
  }

  @Test("a promise is measured by the answer that was given, in the hours of its own target", arguments: TestEngine.all)
  func promises(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      // 17:30 in Shanghai, answered at 09:40 the next day: 70 minutes of opening time, 970 of the clock.
      scene.at("2026-11-16T09:30:00Z")
      try await scene.mail()
      scene.at("2026-11-17T01:40:00Z")
      try await scene.reply(1)
      let blind = try await backtest(bench) { $0.targets.removeAll() }
      #expect(blind.unreadableConfigurations == 1, "nobody kept the files of the version it was decided with")
      try await bench.desk.rememberConfiguration()
      let same = try await backtest(bench)
      #expect(same.isEmpty && same.answered == 1 && Self.kept(same.allPromises.before) == [1, 1])
      let hurried = try await backtest(bench) { table in
        for index in table.targets.indices { table.targets[index].firstResponseSeconds = 3600 }
      }
      #expect(!hurried.isEmpty && hurried.moved == 0)
      #expect(hurried.allPromises.before.met == 1 && Self.kept(hurried.allPromises.after) == [1, 0])
      let unhurried = try await backtest(bench) { table in
        for index in table.targets.indices {
          (table.targets[index].calendar, table.targets[index].firstResponseSeconds) = (nil, 58_200)
        }
      }
      #expect(Self.kept(unhurried.allPromises.after) == [1, 1])
    }
  }

  @Test("a period has its first moment and not its last", arguments: TestEngine.all)
  func period(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let start = bench.time.now
      for hour in 0..<4 {
        _ = await bench.message("refund please", id: "m\(hour)", from: "c\(hour)")
        bench.time.advance(3600)
      }
      func count(_ since: Int64?, _ until: Int64?) async throws -> Int {
        try await backtest(
          bench, since: since.map { start.adding(seconds: $0 * 3600) },
          until: until.map { start.adding(seconds: $0 * 3600) }
        ).conversations
      }
      #expect(try await count(nil, nil) == 4)
      #expect(try await count(1, nil) == 3)
      #expect(try await count(1, 3) == 2)
      #expect(try await count(nil, 1) == 1)
      #expect(try await count(4, nil) == 0)
    }
  }

  @Test("pages are read one after the other, and nothing is lost between them", arguments: TestEngine.all)
  func pages(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message("please refund my order", id: "m1")
      let count = PastDecision.pageSize * 2 + 1
      try await bench.store.write { tx in
        // The same decision again and again, under other numbers.
        for copy in 1..<count {
          try tx.run(
            """
            INSERT INTO decisions (id, conversation_id, message_id, at, kind, configuration, inputs_hash, category, priority,
              queue, trace_json, inputs_json)
            SELECT id + $1, conversation_id, message_id, at, kind, configuration, inputs_hash, category, priority, queue,
              trace_json, inputs_json FROM decisions WHERE id = (SELECT MIN(id) FROM decisions)
            """, [.int(Int64(copy))])
        }
      }
      #expect(try await backtest(bench, plant("refund", queue: "complaints")).moved == count)
    }
  }
}
