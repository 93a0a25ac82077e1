import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Offers") struct OfferTests {
  private func withOffers(_ engine: TestEngine, _ body: (Bench) async throws -> Void) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queues(["refunds": "offers: 30s"])]
    try await withBench(engine, files: files, body)
  }

  private func holder(_ bench: Bench, _ id: Int64) async throws -> String? {
    let now = bench.time.now
    let lease = try await bench.store.read { try $0.lease(of: ConversationID(id), now: now) }
    return lease.map { $0.isOffer ? "offered to \($0.agent)" : $0.agent }
  }

  @Test("what waits is offered one by one, in turn, to whoever is there and holds least", arguments: TestEngine.all)
  func offers(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      let other = try await bench.agent("other", queues: ["payments"])
      for number in 1...4 {
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        bench.time.advance(1)
      }
      _ = await bench.message("付款失败了", id: "m5", from: "c5")
      #expect(try await desk.giveOut() == 0, "nobody is there")
      for agent in [wei, mei, other] { try await desk.setPresence(.online, of: agent) }
      try await desk.setPresence(.away, of: mei)
      #expect(try await desk.giveOut() == 1)
      #expect(try await holder(bench, 1) == "offered to wei")
      #expect(try await desk.giveOut() == 0, "one offer at a time")
      try await desk.setPresence(.online, of: mei)
      #expect(try await desk.giveOut() == 1)
      #expect(try await holder(bench, 2) == "offered to mei")
      // An offer is nobody else's meanwhile.
      #expect(await Refusal.word { try await desk.take(ConversationID(2), for: wei) } == "held by mei")
      try await desk.accept(ConversationID(1), for: wei)
      #expect(try await holder(bench, 1) == "wei")
      try await desk.accept(ConversationID(2), for: mei)
      try await desk.resolve(ConversationID(2), by: mei)
      #expect(try await desk.giveOut() == 2)
      #expect(try await holder(bench, 3) == "offered to mei", "she holds nothing")
      #expect(try await holder(bench, 4) == "offered to wei")
      #expect(try await holder(bench, 5) == nil, "payments are asked for, not offered")
      #expect(try await bench.remakeChoices() == 4)
    }
  }

  @Test("declined or unanswered, it keeps its place and goes to somebody else first", arguments: TestEngine.all)
  func declines(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      for number in 1...2 {
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        bench.time.advance(1)
      }
      let enqueued = try await bench.conversation(ConversationID(1)).enqueuedAt
      try await desk.setPresence(.online, of: wei)
      _ = try await desk.giveOut()
      #expect(await Refusal.word { try await desk.decline(ConversationID(1), by: mei) } == "invalid")
      try await desk.decline(ConversationID(1), by: wei)
      // What he declined holds up nothing behind it.
      _ = try await desk.giveOut()
      #expect(try await holder(bench, 1) == nil)
      #expect(try await holder(bench, 2) == "offered to wei")
      try await desk.setPresence(.online, of: mei)
      _ = try await desk.giveOut()
      #expect(try await holder(bench, 1) == "offered to mei")
      bench.time.advance(31)
      _ = try await desk.giveOut()
      #expect(try await bench.conversation(ConversationID(1)).enqueuedAt == enqueued)
      #expect(try await holder(bench, 1) == nil, "wei declined it, mei did not answer")
      #expect(try await holder(bench, 2) == "offered to mei")
      // After a while they are asked again.
      bench.time.advance(300)
      _ = try await desk.giveOut()
      #expect(try await holder(bench, 1) != nil)
      #expect(try await bench.remakeChoices() == 5)
    }
  }

  @Test("whoever leaves three offers unanswered counts as away", arguments: TestEngine.all)
  func away(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let (desk, wei) = (bench.desk, try await bench.agent("wei"))
      for number in 1...5 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      try await desk.setPresence(.online, of: wei)
      for _ in 1...3 {
        _ = try await desk.giveOut()
        #expect(try await desk.presence(of: wei)["state"] == "online")
        bench.time.advance(31)
      }
      _ = try await desk.giveOut()
      #expect(try await desk.presence(of: wei)["state"] == "away")
      #expect(try await bench.count("SELECT COUNT(*) FROM leases") == 0)
      // An answer in between begins the count anew, and asking for work is being there.
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(1))
      #expect(try await desk.presence(of: wei)["state"] == "online")
    }
  }

  @Test("next takes what was offered, and a full agent is offered nothing", arguments: TestEngine.all)
  func nextTakesOffers(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let desk = bench.desk
      _ = try await bench.agent("wei")
      let wei = try await desk.changeAgent("wei", AgentChange(capacity: 1))
      for number in 1...2 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      try await desk.setPresence(.online, of: wei)
      _ = try await desk.giveOut()
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(1))
      #expect(try await holder(bench, 1) == "wei")
      #expect(try await desk.giveOut() == 0)
      #expect(await Refusal.word { _ = try await desk.takeNext(for: wei, queue: nil) } == "full: 1 of 1")
      #expect(try await desk.takeNext(for: wei.withRoom, queue: nil) == ConversationID(2))
    }
  }

  @Test("the backlog drains the moment somebody has room: no timer", arguments: TestEngine.all)
  func drains(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let desk = bench.desk
      _ = try await bench.agent("wei")
      let wei = try await desk.changeAgent("wei", AgentChange(capacity: 1))
      for number in 1...3 {
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        bench.time.advance(1)
      }
      let offering = Task { await desk.runOffering(every: .seconds(3600)) }
      defer { offering.cancel() }
      func isOffered(_ id: Int64) async throws -> Bool {
        for _ in 0..<500 {
          if try await holder(bench, id) == "offered to wei" { return true }
          try await Task.sleep(for: .milliseconds(20))
        }
        return false
      }
      try await desk.setPresence(.online, of: wei)
      #expect(try await isOffered(1))
      try await desk.decline(ConversationID(1), by: wei)
      #expect(try await isOffered(2))
      try await desk.accept(ConversationID(2), for: wei)
      try await desk.resolve(ConversationID(2), by: wei)
      #expect(try await isOffered(3))
      try await desk.accept(ConversationID(3), for: wei)
      try await desk.release(ConversationID(3), by: wei)
      #expect(try await isOffered(3))
      try await desk.accept(ConversationID(3), for: wei)
      try await desk.resolve(ConversationID(3), by: wei)
      _ = await bench.message(IntakeTests.refund, id: "m4", from: "c4")
      #expect(try await isOffered(4))
    }
  }

  @Test("two routers at one store offer nothing twice, and nobody two things at once", arguments: TestEngine.all)
  func twoRouters(engine: TestEngine) async throws {
    try await withOffers(engine) { (bench) async throws in
      let desks = [bench.desk, try bench.colleague(node: 2)]
      for number in 0..<12 {
        let agent = try await bench.agent("agent\(number)")
        try await bench.desk.setPresence(.online, of: agent)
      }
      for number in 0..<20 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for turn in 0..<8 { group.addTask { _ = try await desks[turn % 2].giveOut() } }
        try await group.waitForAll()
      }
      _ = try await bench.desk.giveOut()
      #expect(try await bench.count("SELECT COUNT(*) FROM leases WHERE offered = 1") == 12)
      #expect(try await bench.count("SELECT COUNT(DISTINCT agent) FROM leases") == 12)
      #expect(try await bench.remakeChoices() == 12)
    }
  }

  @Test("a round costs a fixed number of statements, and a few for each offer", arguments: TestEngine.all)
  func budget(engine: TestEngine) async throws {
    let counter = StatementCounter()
    let files = ["channels/routing/queues.yaml": try Bench.queues(["refunds": "offers: 30s"])]
    try await withBench(engine, observer: counter.observer, files: files) { (bench) async throws in
      for number in 0..<30 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      var costs: [Int] = []
      for agents in [1, 5, 10] {
        for number in 0..<agents {
          try await bench.desk.setPresence(.online, of: try await bench.agent("a\(agents)-\(number)"))
        }
        counter.reset()
        #expect(try await bench.desk.giveOut() == agents)
        costs.append(counter.statements.count)
      }
      #expect(costs[2] - costs[1] == 5 * (costs[1] - costs[0]) / 4, "\(costs)")
      #expect((costs[1] - costs[0]) / 4 <= 6, "\(costs)")
      counter.reset()
      #expect(try await bench.desk.giveOut() == 0)
      #expect(counter.statements.count <= 5, "\(counter.statements)")
    }
  }
}

extension Agent {
  /// The same with room for one more.
  fileprivate var withRoom: Agent {
    var agent = self
    agent.capacity = capacity.map { $0 + 1 }
    return agent
  }
}
