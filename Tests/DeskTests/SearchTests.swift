import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Search and lists") struct SearchTests {
  private func indexed(_ bench: Bench) async throws {
    bench.time.advance(20)
    while try await bench.desk.indexNewMessages() > 0 {}
  }

  @Test("any two Chinese characters that stand together find the message", arguments: TestEngine.all)
  func chinese(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      let text = "昨晚在便利店扫码支付失败但是银行卡已经扣款"
      _ = await bench.message(text, id: "m1")
      _ = await bench.message("perfectly different words", id: "m2", from: "somebody")
      try await indexed(bench)
      let characters = Array(text)
      for start in 0..<(characters.count - 1) {
        let query = String(characters[start...start + 1])
        let found = try await bench.desk.search(query, limit: 10, for: agent)
        #expect(found.map { $0["id"] } == [1], "\(query)")
        #expect(found.first?["snippet"]?.string?.contains(query) == true, "\(query)")
      }
      #expect(try await bench.desk.search("店码", limit: 10, for: agent).isEmpty)
      #expect(try await bench.desk.search("different words", limit: 10, for: agent).map { $0["id"] } == [2])
      await #expect(throws: DeskError.self) { try await bench.desk.search("", limit: 10, for: agent) }
      for hostile in [
        "\"", "* OR *", "NEAR(", "a'b", "\u{0}", "🙂", String(repeating: "退", count: 5000), "tokens:x", "& |",
      ] {
        do { _ = try await bench.desk.search(hostile, limit: 10, for: agent) } catch is DeskError {}
      }
    }
  }

  @Test("one strange text never breaks a search for the others", arguments: TestEngine.all)
  func strange(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      let texts = ["a\u{0}b 退款", "\u{202E}退款\u{FFFD}", String(repeating: "退款", count: 900), "'\"\\ 退款 :*"]
      for (number, text) in texts.enumerated() { _ = await bench.message(text, id: "m\(number)", from: "c\(number)") }
      try await indexed(bench)
      #expect(try await bench.desk.search("退款", limit: 10, for: agent).count == texts.count)
    }
  }

  @Test(
    "a list, a search and a view cost the same number of statements however long they are", arguments: TestEngine.all)
  func statements(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      let agent = try await bench.agent("wei")
      // The board reads the day's calls and chats once a minute.
      _ = try await bench.desk.board(for: agent)
      var costs: [[Int]] = []
      for length in [3, 30] {
        for number in 0..<length {
          _ = await bench.message("退款 \(number)", id: "\(length).\(number)", from: "c\(length).\(number)")
        }
        for number in 0..<length { _ = await bench.message("又 \(number)", id: "x\(length).\(number)", from: "c3.0") }
        try await indexed(bench)
        var cost: [Int] = []
        let calls: [() async throws -> Void] = [
          { _ = try await bench.desk.list(ConversationFilter(limit: 100), for: agent) },
          { _ = try await bench.desk.search("退款", limit: 100, for: agent) },
          { _ = try await bench.desk.show(ConversationID(1), to: agent) },
          { _ = try await bench.desk.queues(for: agent) },
          { _ = try await bench.desk.board(for: agent) },
        ]
        for call in calls {
          counter.reset()
          try await call()
          cost.append(counter.statements.count)
        }
        costs.append(cost)
      }
      #expect(costs[0] == costs[1], "\(costs)")
      #expect(costs[0].dropLast().allSatisfy { $0 <= 9 }, "\(costs)")
      #expect(costs[0].allSatisfy { $0 <= 12 }, "the board has a statement for each of its parts: \(costs)")
    }
  }

  @Test("next, lists and search go through their indexes", arguments: TestEngine.all)
  func plans(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      let agent = try await bench.agent("wei")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await indexed(bench)
      counter.reset()
      _ = try await bench.desk.takeNext(for: agent, queue: "refunds")
      _ = try await bench.desk.list(ConversationFilter(queues: ["refunds"]), for: agent)
      _ = try await bench.desk.search("退款", limit: 10, for: agent)
      try await bench.desk.deliverDue()
      let seen = counter.statements
      try await expectPlan(bench, seen, "WITH RECURSIVE pools", [1, "wei", "refunds"], "conversations_turn")
      try await expectPlan(bench, seen, "ORDER BY updated_at DESC", ["refunds", 50], "conversations_updated")
      try await expectPlan(bench, seen, "FROM outbox o", [1, 32], "outbox_due")
      let search = try #require(seen.first { $0.contains("FROM search_index") })
      let plan = try await bench.store.write { tx in
        try queryPlan(tx, search, [.text(tx.dialect == .sqlite ? "\"x\"" : "'x'"), 9, 10])
      }
      #expect(plan.contains(engine == .sqlite ? "VIRTUAL TABLE INDEX" : "search_index_"), "\(plan)")
    }
  }

  private func expectPlan(_ bench: Bench, _ seen: [String], _ part: String, _ values: [Value], _ index: String)
    async throws
  {
    let sql = try #require(seen.first { $0.contains(part) }, "\(part)")
    let plan = try await bench.store.write { try queryPlan($0, sql, values) }
    #expect(plan.contains(index), "\(part): \(plan)")
  }
}
