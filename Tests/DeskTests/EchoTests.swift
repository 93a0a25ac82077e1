import Channels
import Conversations
import Desk
import Rehearsal
import Routing
import Storage
import TestSupport
import Testing

@Suite("Echoes and parts of our own messages") struct EchoTests {
  /// One conversation with an answer that has not left yet; returns the agent.
  private func withReply(_ engine: TestEngine, _ text: String, _ body: (Bench) async throws -> Void) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      bench.web.forget()
      _ = try await bench.desk.reply(ReplyDraft(text: text, seq: nil, anyway: true), to: ConversationID(1), by: agent)
      try await body(bench)
    }
  }

  private func echo(_ bench: Bench, _ text: String, id: String) async -> IntakeResult {
    await bench.deliver([
      [
        "sender": ["id": .string(Bench.page)], "recipient": ["id": "customer"],
        "timestamp": JSON(bench.time.now.microseconds / 1000),
        "message": ["mid": .string(id), "text": .string(text), "is_echo": true],
      ]
    ])
  }

  private func receipt(_ bench: Bench, _ kind: String, _ ids: [String]) async {
    bench.time.advance(1)
    let now = JSON(bench.time.now.microseconds / 1000)
    let item: JSON = .object([
      .init("sender", ["id": "customer"]), .init("recipient", ["id": .string(Bench.page)]), .init("timestamp", now),
      .init(kind, ["mids": .array(ids.map { .string($0) }), "watermark": now]),
    ])
    #expect(await bench.deliver([item]).answer.status == 200)
  }

  private func outbound(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT delivery_state FROM messages WHERE direction = 'out' ORDER BY seq")
  }

  /// Delivers an echo with `text` while the provider's answer is on its way.
  private func race(_ bench: Bench, echoing text: String) async throws -> String {
    bench.web.change { $0 = WebFaults([.slow(milliseconds: 700)]) }
    let sending = Task { try await bench.sendAll() }
    #expect(await bench.web.waitForCount(1, within: .seconds(10)))
    let id = "m_rehearsal\(bench.web.received.last?.number ?? 0)"
    #expect(await echo(bench, text, id: id).filed == 1)
    await receipt(bench, "delivery", [id])
    try await sending.value
    return id
  }

  @Test("an echo that is faster than the provider's answer is not a second message", arguments: TestEngine.all)
  func fast(engine: TestEngine) async throws {
    try await withReply(engine, "第一句") { (bench) async throws in
      let id = try await race(bench, echoing: "第一句")
      #expect(try await outbound(bench) == ["delivered"])
      #expect(try await bench.texts("SELECT external_id FROM messages WHERE direction = 'out'") == [id])
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind IN ('out', 'echo_absorbed')") == 1)
    }
  }

  @Test("one whose words the provider changed is taken back when its id is known", arguments: TestEngine.all)
  func changed(engine: TestEngine) async throws {
    try await withReply(engine, "*第一句*") { (bench) async throws in
      let id = try await race(bench, echoing: "第一句")
      #expect(try await outbound(bench) == ["delivered"])
      #expect(try await bench.texts("SELECT external_id FROM messages WHERE direction = 'out'") == [id])
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'echo_absorbed'") == 1)
      // Reports count it once.
      let log = try await bench.log(of: ConversationID(1))
      #expect(StoryTeller(histories: [:]).tell(log, until: bench.time.now).replyCount == 1)
    }
  }

  /// Sends into a cut after the provider took the message; returns the id that the provider gave it.
  private func cut(_ bench: Bench) async throws -> String {
    bench.web.change { $0 = WebFaults([.cutAfterReading]) }
    try await bench.sendAll()
    #expect(bench.web.received.count == 1)
    return "m_rehearsal\(bench.web.received.last?.number ?? 0)"
  }

  @Test("an echo says what the answer that was cut off would have said", arguments: TestEngine.all)
  func insteadOfTheAnswer(engine: TestEngine) async throws {
    try await withReply(engine, "第一句") { (bench) async throws in
      let id = try await cut(bench)
      #expect(try await outbound(bench) == ["queued"])
      #expect(await echo(bench, "第一句", id: id).filed == 1)
      await receipt(bench, "read", [id])
      try await bench.sendAll()
      #expect(bench.web.received.count == 1)
      #expect(try await outbound(bench) == ["read"])
      #expect(try await bench.texts("SELECT provider_id FROM outbox WHERE purpose = 'reply'") == [id])
    }
  }

  @Test("nor where the echo overtakes the cut", arguments: TestEngine.all)
  func beforeTheCut(engine: TestEngine) async throws {
    try await withReply(engine, "第一句") { (bench) async throws in
      bench.web.change { $0 = WebFaults([.cutLater(milliseconds: 700)]) }
      let sending = Task { try await bench.sendAll() }
      #expect(await bench.web.waitForCount(1, within: .seconds(10)))
      let id = "m_rehearsal\(bench.web.received.last?.number ?? 0)"
      #expect(await echo(bench, "第一句", id: id).filed == 1)
      try await sending.value
      try await bench.sendAll()
      #expect(bench.web.received.count == 1)
      #expect(try await outbound(bench) == ["accepted"])
    }
  }

  @Test("what a colleague writes elsewhere meanwhile is a message", arguments: TestEngine.all)
  func colleague(engine: TestEngine) async throws {
    try await withReply(engine, "第一句") { (bench) async throws in
      bench.web.change { $0 = WebFaults([.slow(milliseconds: 700)]) }
      let sending = Task { try await bench.sendAll() }
      #expect(await bench.web.waitForCount(1, within: .seconds(10)))
      #expect(await echo(bench, "我来处理", id: "m_inbox").filed == 1)
      try await sending.value
      #expect(
        try await bench.texts("SELECT text FROM messages WHERE direction = 'out' ORDER BY seq") == ["第一句", "我来处理"])
    }
  }

  @Test("what a colleague writes elsewhere raises no alarm, a customer's same words do", arguments: TestEngine.all)
  func alarms(engine: TestEngine) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queuesWithAlert()]
    try await withBench(engine, files: files) { (bench) async throws in
      let words = "我手机丢了，请马上冻结"
      let letters = { () async throws in
        try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'alert'")
      }
      #expect(await bench.message(IntakeTests.refund, id: "m1").filed == 1)
      #expect(await echo(bench, words, id: "m_inbox").filed == 1)
      #expect(try await letters() == 0)
      #expect(await bench.message(words, id: "m2").filed == 1)
      #expect(try await letters() == 1)
    }
  }

  private static let long = (1...900).map { "第\($0)句。" }.joined()

  @Test("each part of a long answer is known by its own id", arguments: TestEngine.all)
  func parts(engine: TestEngine) async throws {
    try await withReply(engine, Self.long) { (bench) async throws in
      try await bench.sendAll()
      let ids = bench.web.taken.compactMap(\.messageID)
      try #require(ids.count > 1)
      for (number, id) in ids.enumerated() { _ = await echo(bench, "part \(number)", id: id) }
      #expect(try await outbound(bench) == ["accepted"])
      await receipt(bench, "delivery", Array(ids.dropLast()))
      #expect(try await outbound(bench) == ["accepted"])
      await receipt(bench, "delivery", [ids[ids.count - 1]])
      #expect(try await outbound(bench) == ["delivered"])
      await receipt(bench, "read", [ids[0]])
      #expect(try await outbound(bench) == ["delivered"])
      await receipt(bench, "read", ids)
      #expect(try await outbound(bench) == ["read"])
    }
  }

  @Test("a part that left before the next was held up is ours as well", arguments: TestEngine.all)
  func interrupted(engine: TestEngine) async throws {
    try await withReply(engine, Self.long) { (bench) async throws in
      bench.web.change { $0 = WebFaults([.none, .status(500)]) }
      #expect(try await bench.desk.deliverDue() == 1)
      let first = try #require(bench.web.taken.last?.messageID)
      _ = await echo(bench, "words that nobody knows", id: first)
      await receipt(bench, "delivery", [first])
      #expect(try await outbound(bench) == ["queued"])
      bench.time.advance(60)
      try await bench.sendAll()
      let ids = bench.web.taken.compactMap(\.messageID)
      #expect(ids.count > 1 && Set(ids).count == ids.count)
      #expect(try await outbound(bench) == ["accepted"])
      await receipt(bench, "delivery", Array(ids.dropFirst()))
      #expect(try await outbound(bench) == ["delivered"])
    }
  }

  @Test("a part that fails fails the message, and the conversation waits for an agent again", arguments: TestEngine.all)
  func failed(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectWhatsApp(textMax: 20)
      let agent = try await bench.agent("wei")
      _ = await bench.whatsAppMessage("Refund?", id: "w1", phone: "8613800138000")
      try await bench.sendAll()
      bench.web.forget()
      _ = try await bench.desk.reply(
        ReplyDraft(text: "One part of it. Another part of it.", seq: nil, anyway: true), to: ConversationID(1),
        by: agent)
      try await bench.sendAll()
      let ids = bench.web.taken.compactMap(\.messageID)
      #expect(ids.count == 2)
      for (id, status) in zip(ids, ["failed", "delivered"]) {
        let told: JSON = [
          "id": .string(id), "status": .string(status), "timestamp": .string("\(bench.time.now.seconds)"),
        ]
        _ = await bench.whatsApp([.init("statuses", .array([told]))])
      }
      #expect(try await outbound(bench) == ["failed"])
      #expect(try await bench.conversation(ConversationID(1)).status == .open)
    }
  }
}
