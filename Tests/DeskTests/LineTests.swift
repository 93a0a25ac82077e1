import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("The line") struct LineTests {
  /// What is taken, one after the other, until nothing is left.
  private func drained(_ bench: Bench, _ agent: Agent) async throws -> [Int64] {
    var taken: [Int64] = []
    while let id = try? await bench.desk.takeNext(for: agent, queue: nil) { taken.append(id.rawValue) }
    return taken
  }

  @Test("urgent first, then priority, then age; the nearer promise goes before", arguments: TestEngine.all)
  func order(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let (wei, desk) = (try await bench.agent("wei"), bench.desk)
      for number in 1...4 {
        _ = await bench.mail(
          Bench.letter("我要申请退款", id: "m\(number)", from: "C <c\(number)@customer.example>"),
          from: "c\(number)@customer.example")
        bench.time.advance(1)
      }
      try await desk.setPriority(ConversationID(3), .low, by: wei)
      try await desk.setPriority(ConversationID(4), .high, by: wei)
      // A chat is promised an answer within two minutes, a mail within four hours.
      _ = await bench.message("退款怎么还没到", id: "chat", from: "visitor")
      _ = await bench.message("我手机丢了，请马上冻结", id: "lost", from: "robbed")
      #expect(try await drained(bench, wei) == [6, 5, 4, 1, 2, 3])
    }
  }

  @Test("what has waited long goes before what is more important and newer", arguments: TestEngine.all)
  func ageing(engine: TestEngine) async throws {
    let files = Scene.target(first: "30d", next: "30d", resolution: "30d")
    try await withBench(engine, files: files) { (bench) async throws in
      let (wei, desk) = (try await bench.agent("wei"), bench.desk)
      _ = await bench.message(IntakeTests.refund, id: "low", from: "a")
      try await desk.setPriority(ConversationID(1), .low, by: wei)
      bench.time.advance(19 * 3600)
      _ = await bench.message(IntakeTests.refund, id: "sooner", from: "b")
      bench.time.advance(2 * 3600)
      _ = await bench.message(IntakeTests.refund, id: "later", from: "c")
      #expect(try await drained(bench, wei) == [2, 1, 3])
      for id in 1...3 { try await desk.release(ConversationID(Int64(id)), by: wei) }
      try await desk.setPriority(ConversationID(3), .urgent, by: wei)
      #expect(try await drained(bench, wei) == [3, 2, 1])
    }
  }

  @Test("languages and skills of agents decide until a turn is late", arguments: TestEngine.all)
  func abilities(engine: TestEngine) async throws {
    let files = ["channels/routing/categories.yaml": try Bench.categories(skill: "returns", of: "refund")]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      let (zhang, li) = (try await bench.agent("zhang"), try await bench.agent("li"))
      _ = await bench.mail(
        Bench.letter("I want a refund for my order", id: "m1", from: "A <a@customer.example>"),
        from: "a@customer.example")
      // Nobody has the skill: so nobody needs it.
      #expect(try await desk.takeNext(for: zhang, queue: nil) == ConversationID(1))
      try await desk.release(ConversationID(1), by: zhang)
      let able = try await desk.changeAgent("li", AgentChange(languages: ["en"], skills: ["returns"]))
      #expect(able.languages == ["en"] && able.skills == ["returns"] && li.languages == [])
      #expect(await refused { _ = try await desk.takeNext(for: zhang, queue: nil) } == "nothing waiting")
      let explained = try await desk.explain(ConversationID(1), .priority, to: zhang).text
      #expect(explained.contains("must speak en, have the skill returns: until its turn is late"), "\(explained)")
      #expect(try await desk.takeNext(for: able, queue: nil) == ConversationID(1))
      try await desk.release(ConversationID(1), by: able)
      // Better late by anybody than never.
      bench.time.advance(4 * 3600)
      #expect(try await desk.takeNext(for: zhang, queue: nil) == ConversationID(1))
    }
  }

  @Test("what a rule asks for, whoever takes it must have, until somebody moves it by hand", arguments: TestEngine.all)
  func skillsOfRules(engine: TestEngine) async throws {
    let rules = """
        - name: cantonese
          when: {any_words: [唔該]}
          then: {skills: [cantonese], stop: false}
        - name: chargeback
          when: {any_words: [chargeback, 拒付]}
          then: {category: refund, skills: [chargebacks]}

      """
    let files = ["channels/routing/categories.yaml": try Bench.categories(rules: rules)]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      for name in ["any", "one", "both"] { _ = try await bench.agent(name) }
      let any = try await desk.changeAgent("any", AgentChange())
      let one = try await desk.changeAgent("one", AgentChange(skills: ["chargebacks"]))
      let both = try await desk.changeAgent("both", AgentChange(skills: ["cantonese", "chargebacks"]))
      _ = await bench.message("唔該，張單被拒付", id: "m1", from: "c1")
      _ = await bench.message("A chargeback of my order", id: "m2", from: "c2")
      _ = await bench.message(IntakeTests.refund, id: "m3", from: "c3")
      let first = ConversationID(1)
      #expect(try await bench.conversation(first).neededSkills == ["cantonese", "chargebacks"])
      let explained = try await desk.explain(first, .priority, to: both).text
      #expect(explained.contains("have the skill cantonese, have the skill chargebacks"), "\(explained)")
      #expect(try await drained(bench, any) == [3])
      try await desk.release(ConversationID(3), by: any)
      #expect(try await drained(bench, one) == [2, 3])
      for id in [2, 3] { try await desk.release(ConversationID(Int64(id)), by: one) }
      #expect(try await drained(bench, both) == [1, 2, 3])
      try await desk.transfer(first, to: "technical", reason: nil, by: both)
      #expect(try await drained(bench, any) == [1])
      #expect(try await bench.remakeChoices() == 7)
    }
  }

  @Test("nobody is given more than they can hold, in the weights of the channels", arguments: TestEngine.all)
  func capacity(engine: TestEngine) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queues(desk: "weights: {messenger: 2}")]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      _ = try await bench.agent("wei")
      let wei = try await desk.changeAgent("wei", AgentChange(capacity: 3))
      for number in 1...4 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      _ = try await desk.takeNext(for: wei, queue: nil)
      // Two of three: there is room, though the next weighs two.
      _ = try await desk.takeNext(for: wei, queue: nil)
      #expect(await refused { _ = try await desk.takeNext(for: wei, queue: nil) } == "full: 4 of 3")
      try await desk.take(ConversationID(3), for: wei)
      try await desk.resolve(ConversationID(1), by: wei)
      #expect(await refused { _ = try await desk.takeNext(for: wei, queue: nil) } == "full: 4 of 3")
      try await desk.release(ConversationID(2), by: wei)
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(2))
    }
  }

  @Test("what an agent may speak, have and hold is checked", arguments: TestEngine.all)
  func mistakes(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = try await bench.agent("wei")
      let changes: [(AgentChange, String)] = [
        (AgentChange(queues: ["nowhere"]), "not found"), (AgentChange(languages: ["klingon"]), "invalid"),
        (AgentChange(skills: ["juggling"]), "invalid"), (AgentChange(capacity: .some(0)), "invalid"),
      ]
      for (change, outcome) in changes {
        #expect(await refused { _ = try await bench.desk.changeAgent("wei", change) } == outcome)
      }
      #expect(await refused { _ = try await bench.desk.changeAgent("nobody", AgentChange()) } == "not found")
      let before = try #require(try await bench.store.read { try $0.agent("wei") })
      #expect(before.queues.isEmpty && before.languages.isEmpty && before.skills.isEmpty && before.capacity == nil)
    }
  }

  @Test(
    "a choice is kept with what it was made from, and says why it passed over what came first",
    arguments: TestEngine.all)
  func decisions(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      _ = try await bench.agent("wei")
      _ = try await bench.agent("ann")
      let wei = try await desk.changeAgent("wei", AgentChange(languages: ["zh"]))
      _ = try await desk.changeAgent("ann", AgentChange(languages: ["en"]))
      _ = await bench.message("I want a refund for my order", id: "m1", from: "a")
      bench.time.advance(5)
      _ = await bench.message(IntakeTests.refund, id: "m2", from: "b")
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(2))
      let (text, decisions) = try await desk.explain(ConversationID(2), .route, to: wei)
      #expect(text.contains("passed over, conversation: #1, why: needs the language en"), "\(text)")
      #expect(decisions.last?["kind"] == "next")
      #expect(try await bench.remakeChoices() == 1)
    }
  }

  @Test(
    "taking the next costs the same statements however much waits, and goes by the index", arguments: TestEngine.all)
  func budget(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      let wei = try await bench.agent("wei")
      var costs: [Int] = []
      for length in [3, 60] {
        for number in 0..<length {
          _ = await bench.message(IntakeTests.refund, id: "\(length).\(number)", from: "\(length).\(number)")
        }
        counter.reset()
        _ = try await bench.desk.takeNext(for: wei, queue: nil)
        costs.append(counter.statements.count)
      }
      #expect(costs[0] == costs[1], "\(costs)")
      #expect(costs[0] <= 9, "\(counter.statements)")
      let sql = try #require(counter.statements.first { $0.contains("WITH RECURSIVE pools") })
      let plan = try await bench.store.write { try queryPlan($0, sql, [Value(bench.time.now), "wei", .null]) }
      let isFirst = plan.contains(
        engine == .sqlite ? "SEARCH h USING INDEX conversations_turn" : "conversations_turn on conversations h")
      // PostgreSQL does not tell how it goes on inside a recursion.
      let isNext = engine == .postgres || plan.contains("SEARCH c USING INDEX conversations_turn (pool>?)")
      let reads = ["SCAN h", "SCAN s USING", "Seq Scan on conversations", "Hash"].filter { plan.contains($0) }
      #expect(isFirst && isNext && reads.isEmpty, "\(reads) \(plan)")
    }
  }

  private func refused(_ body: () async throws -> Void) async -> String { await Refusal.word(body) }
}
