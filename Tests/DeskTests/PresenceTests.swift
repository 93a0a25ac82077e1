import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Presence") struct PresenceTests {
  private func state(_ bench: Bench, _ agent: Agent) async throws -> String? {
    try await bench.desk.presence(of: agent)["state"]?.string
  }

  @Test(
    "whoever goes offline gives back what they hold and what was theirs, in its old place", arguments: TestEngine.all)
  func givesBack(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      for number in 1...4 {
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        bench.time.advance(5)
      }
      let enqueued = try await bench.conversation(ConversationID(1)).enqueuedAt
      #expect(try await desk.takeNext(for: wei, queue: nil) == ConversationID(1))
      try await desk.assign(ConversationID(2), to: "wei", by: mei)
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(3))
      bench.time.advance(60)
      try await desk.setPresence(.away, of: wei)
      // Away is for a coffee: nothing is given back.
      #expect(try await bench.count("SELECT COUNT(*) FROM leases") == 2)
      try await desk.setPresence(.offline, of: wei)
      #expect(try await state(bench, wei) == "offline")
      #expect(try await bench.conversation(ConversationID(1)).enqueuedAt == enqueued)
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(1))
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(2))
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(4))
      let told = try await bench.texts("SELECT kind FROM events WHERE data_json LIKE '%offline%' ORDER BY id")
      #expect(told == ["released", "assign"])
    }
  }

  @Test(
    "a command is a sign of life; without one an agent is offline after a quarter of an hour", arguments: TestEngine.all
  )
  func expires(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      let token = try await desk.createToken(for: "wei", label: nil, chance: Array(repeating: 7, count: 32))
      #expect(try await state(bench, wei) == "offline")
      _ = try await desk.agent(token: token)
      #expect(try await state(bench, wei) == "offline", "looking something up is not asking for work")
      #expect(await Refusal.word { _ = try await desk.takeNext(for: wei, queue: nil) } == "nothing waiting")
      #expect(try await state(bench, wei) == "online")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await desk.assign(ConversationID(1), to: "wei", by: mei)
      bench.time.advance(800)
      _ = try await desk.agent(token: token)
      bench.time.advance(800)
      #expect(try await desk.sweepPresences() == 0)
      #expect(try await state(bench, wei) == "online")
      #expect(await Refusal.word { _ = try await desk.takeNext(for: mei, queue: nil) } == "nothing waiting")
      bench.time.advance(101)
      #expect(try await state(bench, wei) == "offline")
      #expect(try await desk.sweepPresences() == 1, "mei asked for work just now")
      #expect(try await desk.sweepPresences() == 0)
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(1))
      // Gone is gone: only asking for work is coming back.
      _ = try await desk.agent(token: token)
      #expect(try await state(bench, wei) == "offline")
    }
  }

  @Test("a sign of life is written at most once a minute", arguments: TestEngine.all)
  func seldom(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      let wei = try await bench.agent("wei")
      let token = try await bench.desk.createToken(for: "wei", label: nil, chance: Array(repeating: 7, count: 32))
      try await bench.desk.setPresence(.online, of: wei)
      bench.time.advance(59)
      counter.reset()
      for _ in 0..<10 { _ = try await bench.desk.agent(token: token) }
      #expect(!counter.statements.contains { $0.contains("UPDATE presence") })
      bench.time.advance(1)
      for _ in 0..<10 { _ = try await bench.desk.agent(token: token) }
      #expect(counter.statements.filter { $0.contains("UPDATE presence") }.count == 1)
    }
  }

  @Test("whoever watches is there, unless they said that they are away", arguments: TestEngine.all)
  func watching(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let wei = try await bench.agent("wei")
      try await bench.desk.attend(wei)
      #expect(try await state(bench, wei) == "online")
      try await bench.desk.setPresence(.away, of: wei)
      try await bench.desk.attend(wei)
      #expect(try await state(bench, wei) == "away")
      bench.time.advance(901)
      try await bench.desk.attend(wei)
      #expect(try await state(bench, wei) == "online")
    }
  }

  @Test("what an absent agent's customer answers waits for everybody", arguments: TestEngine.all)
  func absentOwner(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      for present in [true, false] {
        let customer = present ? "a" : "b"
        _ = await bench.message(IntakeTests.refund, id: "m\(customer)", from: customer)
        let id = ConversationID(present ? 1 : 2)
        try await desk.setPresence(.online, of: wei)
        try await desk.assign(id, to: "wei", by: wei)
        _ = try await desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: id, by: wei)
        if !present { try await desk.setPresence(.offline, of: wei) }
        bench.time.advance(5)
        _ = await bench.message("好了吗？", id: "n\(customer)", from: customer)
        #expect(try await bench.conversation(id).assignee == (present ? "wei" : nil))
        if present { try await desk.resolve(id, by: wei) }
      }
      #expect(try await desk.takeNext(for: mei, queue: nil) == ConversationID(2))
    }
  }
}
