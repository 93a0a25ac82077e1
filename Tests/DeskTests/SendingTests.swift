import Conversations
import Desk
import Outbound
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Sending") struct SendingTests {
  /// A bench with one conversation answered once; the answer is not sent yet.
  private func withReply(_ engine: TestEngine, _ body: (Bench, Agent, ConversationID) async throws -> Void) async throws
  {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      bench.web.forget()
      let id = try await bench.only()
      _ = try await bench.desk.reply(ReplyDraft(text: "第一句", seq: nil, anyway: true), to: id, by: agent)
      try await body(bench, agent, id)
    }
  }

  private func texts(_ requests: [ReceivedRequest]) -> [String] {
    requests.compactMap { (try? JSON(parsing: $0.body))?["message"]?["text"]?.string }
  }

  private func reply(_ bench: Bench) async throws -> OutboxRecord {
    try #require(try await bench.store.read { try $0.outbox(states: [], limit: 10) }.first { $0.purpose == "reply" })
  }

  private func state(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT delivery_state FROM messages WHERE direction = 'out' ORDER BY seq")
  }

  @Test("a reply reaches the provider and is accepted", arguments: TestEngine.all)
  func accepted(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      try await bench.sendAll()
      #expect(texts(bench.web.taken) == ["第一句"])
      let entry = try await reply(bench)
      #expect((entry.state, entry.attempts) == (.accepted, 1))
      #expect(entry.providerID == bench.web.taken.last?.messageID)
      #expect(try await state(bench) == ["accepted"])
    }
  }

  @Test(
    "what fails for now is tried again later, each attempt on record",
    arguments: TestEngine.all, [WebFault.status(500), .status(503)])
  func retried(engine: TestEngine, fault: WebFault) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      bench.web.change { $0 = WebFaults([fault]) }
      #expect(try await bench.desk.deliverDue() == 1)
      #expect(try await bench.desk.deliverDue() == 0)
      #expect(try await state(bench) == ["queued"])
      bench.time.advance(11)
      #expect(try await bench.desk.deliverDue() == 0)
      bench.time.advance(10)
      #expect(try await bench.desk.deliverDue() == 1)
      #expect(try await state(bench) == ["accepted"])
      let entry = try await reply(bench)
      let attempts = try await bench.store.read { try $0.attempts(of: entry.id) }
      #expect(attempts.map(\.outcome) == ["retry", "accepted"])
      #expect(attempts.first?.detail?.isEmpty == false)
    }
  }

  @Test("Retry-After is a lower bound", arguments: TestEngine.all)
  func retryAfter(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      bench.web.change { $0 = WebFaults([.tooMany(retryAfterSeconds: 120)]) }
      #expect(try await bench.desk.deliverDue() == 1)
      bench.time.advance(119)
      #expect(try await bench.desk.deliverDue() == 0)
      bench.time.advance(5)
      #expect(try await bench.desk.deliverDue() == 1)
      #expect(texts(bench.web.taken) == ["第一句"])
    }
  }

  @Test("a failing message holds back those behind it in its conversation, and no other", arguments: TestEngine.all)
  func order(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, agent, id) async throws in
      _ = try await bench.desk.reply(ReplyDraft(text: "第二句", seq: nil, anyway: true), to: id, by: agent)
      bench.web.change { $0 = WebFaults([.status(500)]) }
      #expect(try await bench.desk.deliverDue() == 1)
      _ = await bench.message("无法登录", id: "other", from: "somebody else")
      _ = try await bench.desk.reply(
        ReplyDraft(text: "另一位", seq: nil, anyway: true), to: ConversationID(id.rawValue + 1), by: agent)
      try await bench.sendAll()
      #expect(texts(bench.web.taken).filter { ["第一句", "第二句", "另一位"].contains($0) } == ["另一位"])
      bench.time.advance(30)
      try await bench.sendAll()
      #expect(texts(bench.web.taken).filter { ["第一句", "第二句"].contains($0) } == ["第一句", "第二句"])
    }
  }

  @Test(
    "what the provider refuses is dead, the agent has it back, and a retry is a real request", arguments: TestEngine.all
  )
  func dead(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, id) async throws in
      bench.web.change { $0 = WebFaults([.refused(code: 551)]) }
      try await bench.sendAll()
      #expect(try await state(bench) == ["dead"])
      let entry = try await reply(bench)
      #expect(entry.state == .dead && entry.detail?.contains("551") == true, "\(entry.detail ?? "")")
      #expect(try await bench.conversation(id).status == .open)
      #expect(
        try await bench.texts("SELECT delivery_detail FROM messages WHERE direction = 'out'").first?.contains("refused")
          == true)
      let requests = bench.web.receivedCount
      try await bench.desk.retrySend(entry.id, by: "operator")
      try await bench.sendAll()
      #expect(bench.web.receivedCount == requests + 1)
      #expect(try await state(bench) == ["accepted"])
    }
  }

  @Test("what stays down for three days is given up", arguments: TestEngine.all)
  func givenUp(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      bench.web.change { $0 = WebFaults(always: .status(503)) }
      for _ in 0..<120 where try await reply(bench).state != .dead {
        try await bench.sendAll()
        bench.time.advance(3600)
      }
      let entry = try await reply(bench)
      #expect(entry.state == .dead)
      #expect(entry.detail?.hasPrefix("given up") == true)
      #expect(entry.attempts > 10)
    }
  }

  @Test("receipts move the message on, late or early, and never back", arguments: TestEngine.all)
  func receipts(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      // Early: the provider tells of it while its answer to us is still on the way.
      bench.web.change { $0 = WebFaults([.slow(milliseconds: 700)]) }
      let sending = Task { try await bench.sendAll() }
      #expect(await bench.web.waitForCount(1, within: .seconds(10)))
      let provider = "m_rehearsal\(bench.web.received.last?.number ?? 0)"
      #expect(await receipt(bench, "delivery", [provider]).answer.status == 200)
      try await sending.value
      #expect(try await reply(bench).providerID == provider)
      #expect(try await state(bench) == ["delivered"])
      _ = await receipt(bench, "read", nil)
      #expect(try await state(bench) == ["read"])
      bench.time.advance(1)
      _ = await receipt(bench, "delivery", [provider])
      #expect(try await state(bench) == ["read"])
    }
  }

  private func receipt(_ bench: Bench, _ kind: String, _ ids: [String]?) async -> IntakeResult {
    let now = JSON(bench.time.now.microseconds / 1000)
    var members: [JSON.Member] = [.init("watermark", now)]
    if let ids { members.append(.init("mids", .array(ids.map { .string($0) }))) }
    let item = JSON.object([
      .init("sender", ["id": "customer"]), .init("recipient", ["id": .string(Bench.page)]), .init("timestamp", now),
      .init(kind, .object(members)),
    ])
    return await bench.deliver([item])
  }

  @Test("several senders at one store make one request of each message", arguments: TestEngine.all)
  func senders(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      for number in 0..<20 {
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        _ = try await bench.desk.reply(
          ReplyDraft(text: "答 \(number)", seq: nil, anyway: true), to: ConversationID(Int64(number + 1)), by: agent)
      }
      let desks = [bench.desk, try bench.colleague(node: 2), try bench.colleague(node: 3)]
      await withDiscardingTaskGroup { group in
        for desk in desks {
          group.addTask { while let claimed = try? await desk.deliverDue(), claimed > 0 {} }
        }
      }
      let answers = texts(bench.web.received).filter { $0.hasPrefix("答") }
      #expect(answers.count == 20)
      #expect(Set(answers).count == 20)
      desks[1].courier.close()
      desks[2].courier.close()
      let twice =
        "SELECT COUNT(*) FROM (SELECT outbox_id FROM attempts WHERE outcome = 'accepted' GROUP BY outbox_id HAVING COUNT(*) > 1) x"
      #expect(try await bench.count(twice) == 0)
    }
  }

  @Test(
    "an entry whose sender died is sent when its lease is over, and the dead one's word counts no more",
    arguments: TestEngine.all)
  func deadSender(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      let now = bench.time.now
      let claimed = try await bench.store.write {
        try $0.claimOutbox(now: now, leaseUntil: now.adding(seconds: 300), limit: 10)
      }
      #expect(claimed.count == 1)
      bench.time.advance(299)
      #expect(try await bench.desk.deliverDue() == 0)
      bench.time.advance(2)
      #expect(try await bench.desk.deliverDue() == 1)
      let entry = try await reply(bench)
      #expect((entry.state, entry.attempts) == (.accepted, 2))
    }
  }

  @Test("a cancelled entry never leaves", arguments: TestEngine.all)
  func cancelled(engine: TestEngine) async throws {
    try await withReply(engine) { (bench, _, _) async throws in
      try await bench.desk.cancelSend(try await reply(bench).id, by: "operator")
      try await bench.sendAll()
      #expect(texts(bench.web.received).isEmpty)
      #expect(try await state(bench) == ["cancelled"])
    }
  }
}
