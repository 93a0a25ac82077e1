import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Ways through the queues") struct WayTests {
  private func place(_ bench: Bench, _ id: Int64) async throws -> String {
    try await bench.conversation(ConversationID(id)).queue
  }

  /// Of all conversations, by number.
  private func places(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT queue FROM conversations ORDER BY id")
  }

  @Test(
    "what nobody takes overflows after its time, in its old place, once for every queue on the way",
    arguments: TestEngine.all)
  func overflow(engine: TestEngine) async throws {
    let files = [
      "channels/routing/queues.yaml": try Bench.queues([
        "refunds": "overflow: {to: payments, after: 10m}", "payments": "overflow: {to: general, after: 5m}",
      ])
    ]
    try await withBench(engine, files: files) { (bench) async throws in
      let (desk, wei) = (bench.desk, try await bench.agent("wei"))
      try await desk.setPresence(.online, of: wei)
      for number in 1...2 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      let before = try await bench.conversation(ConversationID(1))
      try await desk.take(ConversationID(2), for: wei)
      bench.time.advance(599)
      #expect(try await desk.moveOn() == 0)
      bench.time.advance(1)
      #expect(try await desk.moveOn() == 1)
      let after = try await bench.conversation(ConversationID(1))
      #expect(after.queue == "payments" && after.homeQueue == "payments" && after.enqueuedAt == before.enqueuedAt)
      #expect(after.reason == "nobody took it in refunds")
      #expect(try await place(bench, 2) == "refunds", "somebody holds it")
      bench.time.advance(300)
      try await desk.setPresence(.online, of: wei)
      #expect(try await desk.moveOn() == 1)
      #expect(try await place(bench, 1) == "general")
      bench.time.advance(3600)
      // The lease is over; nobody else was there meanwhile.
      try await desk.setPresence(.online, of: wei)
      #expect(try await desk.moveOn() == 1)
      #expect(try await places(bench) == ["general", "payments"])
      #expect(try await bench.remakeChoices() == 3)
    }
  }

  @Test("a queue that nobody present serves is skipped; if nobody is there at all it stays", arguments: TestEngine.all)
  func skips(engine: TestEngine) async throws {
    let rule = """
        - name: staged
          when: {any_words: [zebra]}
          then:
            category: refund
            targets:
              - {queue: payments, timeout: 2m}
              - {queue: technical, timeout: 2m, priority: high}
              - {queue: complaints, timeout: 2m}
              - {queue: general}

      """
    let files = ["channels/routing/categories.yaml": try Bench.categories(rules: rule)]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      _ = await bench.message("a zebra please", id: "m1", from: "c1")
      #expect(try await place(bench, 1) == "payments", "nobody is there: it begins where it was meant to")
      bench.time.advance(120)
      #expect(try await desk.moveOn() == 1)
      #expect(try await place(bench, 1) == "payments")
      let tech = try await bench.agent("tech", queues: ["technical", "general"])
      try await desk.setPresence(.online, of: tech)
      #expect(try await desk.moveOn() == 0, "it is looked at again in a minute")
      bench.time.advance(60)
      #expect(try await desk.moveOn() == 1)
      #expect(try await place(bench, 1) == "technical")
      #expect(try await bench.conversation(ConversationID(1)).priority == .high)
      // Somebody is there for the second stop only: a new one begins there.
      _ = await bench.message("a zebra please", id: "m2", from: "c2")
      #expect(try await place(bench, 2) == "technical")
      bench.time.advance(120)
      try await desk.setPresence(.online, of: tech)
      #expect(try await desk.moveOn() == 2)
      #expect(try await places(bench) == ["general", "general"], "nobody is there for complaints")
      bench.time.advance(3600)
      #expect(try await desk.moveOn() == 0)
      #expect(try await bench.remakeChoices() == 4)
    }
  }

  @Test("a person's transfer ends the way; an answer and a question later it begins again", arguments: TestEngine.all)
  func restarts(engine: TestEngine) async throws {
    let files = [
      "channels/routing/queues.yaml": try Bench.queues(["refunds": "overflow: {to: general, after: 10m}"])
    ]
    try await withBench(engine, files: files) { (bench) async throws in
      let (desk, wei) = (bench.desk, try await bench.agent("wei"))
      try await desk.setPresence(.online, of: wei)
      for number in 1...2 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      try await desk.transfer(ConversationID(1), to: "complaints", reason: nil, by: wei)
      bench.time.advance(300)
      _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(2), by: wei)
      bench.time.advance(500)
      try await desk.setPresence(.online, of: wei)
      #expect(try await desk.moveOn() == 0)
      _ = await bench.message("还没好", id: "again", from: "c2")
      bench.time.advance(599)
      #expect(try await desk.moveOn() == 0)
      bench.time.advance(1)
      try await desk.setPresence(.online, of: wei)
      #expect(try await desk.moveOn() == 1)
      #expect(try await places(bench) == ["complaints", "general"])
    }
  }

  @Test("a customer who comes back waits a while for the agent they know, then for anybody", arguments: TestEngine.all)
  func sticky(engine: TestEngine) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queues(["refunds": "sticky: 1d"])]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      func served(by agent: Agent, _ customer: String) async throws {
        _ = await bench.message(IntakeTests.refund, id: "\(customer) \(bench.time.now)", from: customer)
        let id = try await desk.takeNext(for: agent, queue: nil)
        _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: id, by: agent)
        bench.time.advance(60)
      }
      try await served(by: wei, "a")
      try await desk.setPresence(.online, of: wei)
      _ = await bench.message("还没到", id: "again", from: "a")
      #expect(await Refusal.word { _ = try await desk.takeNext(for: mei, queue: nil) } == "nothing waiting")
      #expect(try await desk.explain(ConversationID(1), .priority, to: mei).text.contains("kept for wei"))
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(1))
      _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(1), by: wei)
      bench.time.advance(60)
      _ = await bench.message("还没到", id: "and again", from: "a")
      bench.time.advance(301)
      // He had his time.
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(1))
      _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(1), by: mei)
      try await desk.setPresence(.offline, of: mei)
      _ = await bench.message("还没到", id: "once more", from: "a")
      #expect(
        try await desk.takeNext(for: wei, queue: nil) == ConversationID(1), "she is gone: whoever answered before her")
      _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(1), by: wei)
      bench.time.advance(86_401)
      try await desk.setPresence(.online, of: wei)
      _ = await bench.message("还没到", id: "late", from: "a")
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(1), "too long ago")
    }
  }

  @Test("a kept one is offered to the one it is kept for", arguments: TestEngine.all)
  func stickyOffers(engine: TestEngine) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queues(["refunds": "sticky: 1d\noffers: 30s"])]
    try await withBench(engine, files: files) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      for number in 1...2 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      _ = try await desk.takeNext(for: wei, queue: nil)
      _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(1), by: wei)
      _ = try await desk.takeNext(for: wei, queue: nil)
      try await desk.setPresence(.online, of: mei)
      bench.time.advance(5)
      _ = await bench.message("还没到", id: "again", from: "c1")
      bench.time.advance(5)
      _ = await bench.message(IntakeTests.refund, id: "m3", from: "c3")
      _ = try await desk.giveOut()
      let now = bench.time.now
      let leases = try await bench.store.read { try $0.leases(on: [ConversationID(1), ConversationID(3)], now: now) }
      #expect(leases[ConversationID(1)]?.agent == "wei", "though he holds more")
      #expect(leases[ConversationID(3)]?.agent == "mei", "nothing waits behind what is kept")
      #expect(try await bench.remakeChoices() == 4)
    }
  }
}
