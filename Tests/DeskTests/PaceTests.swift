import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Pace and windows of sending") struct PaceTests {
  private func telegramAnswers(_ bench: Bench) {
    bench.web.play { request in
      guard request.path.hasSuffix("/sendMessage") else { return nil }
      return .json(["ok": true, "result": ["message_id": JSON(request.number), "chat": ["id": 77]]])
    }
  }

  @Test("an account's pace holds messages back in their order, and counts no attempt for it", arguments: TestEngine.all)
  func account(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      telegramAnswers(bench)
      // Ten seconds' worth, five at least, may go at once.
      try bench.connectTelegram(pace: SendingPace(perMinute: 30))
      let agent = try await bench.agent("wei")
      #expect(await bench.update(1, [.init("text", "退款")]).filed == 1)
      let id = try await bench.only()
      for number in 0..<8 {
        _ = try await bench.desk.reply(ReplyDraft(text: "\(number)", seq: nil, anyway: true), to: id, by: agent)
      }
      let sent = { (bench.web.received.compactMap { (try? JSON(parsing: $0.body))?["text"]?.string }) }
      try await bench.sendAll()
      #expect(sent() == ["0", "1", "2", "3", "4"])
      bench.time.advance(1)
      try await bench.sendAll()
      #expect(sent().count == 5)
      bench.time.advance(1)
      try await bench.sendAll()
      #expect(sent().count == 6)
      for _ in 0..<4 {
        bench.time.advance(2)
        try await bench.sendAll()
      }
      #expect(sent() == (0..<8).map { "\($0)" })
      let entries = try await bench.store.read { try $0.outbox(states: [], limit: 20) }
      #expect(entries.allSatisfy { $0.state == .accepted && $0.attempts == 1 })
    }
  }

  @Test("one recipient's pace holds up nobody else", arguments: TestEngine.all)
  func recipient(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      telegramAnswers(bench)
      try bench.connectTelegram(pace: SendingPace(perMinuteToOne: 6))
      let agent = try await bench.agent("wei")
      _ = await bench.update(1, [.init("text", "退款")], chat: 1)
      _ = await bench.update(2, [.init("text", "退款")], chat: 2)
      for number in 0..<7 {
        _ = try await bench.desk.reply(
          ReplyDraft(text: "a\(number)", seq: nil, anyway: true), to: ConversationID(1), by: agent)
      }
      _ = try await bench.desk.reply(ReplyDraft(text: "b", seq: nil, anyway: true), to: ConversationID(2), by: agent)
      try await bench.sendAll()
      let sent = bench.web.received.compactMap { (try? JSON(parsing: $0.body))?["text"]?.string }
      #expect(sent.filter { $0 != "b" } == ["a0", "a1", "a2", "a3", "a4"])
      #expect(sent.contains("b"))
    }
  }

  @Test(
    "the window is looked at when the message leaves: to the second, with who may still write, and how else",
    arguments: TestEngine.all)
  func window(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      for (number, seconds) in [(1, 86_400), (2, 86_401), (3, 7 * 86_400), (4, 7 * 86_400 + 1)] as [(Int64, Int64)] {
        let start = bench.time.now
        _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)")
        try await bench.sendAll()
        _ = try await bench.desk.reply(
          ReplyDraft(text: "答 \(number)", seq: nil, anyway: true), to: ConversationID(number), by: agent)
        // Written in time, sent late: the moment of sending counts.
        bench.time.move(to: start.adding(seconds: seconds))
        try await bench.sendAll()
      }
      let bodies = bench.web.received.compactMap { try? JSON(parsing: $0.body) }
      let tag = { (text: String) in
        bodies.first { $0["message"]?["text"]?.string == text }.map { $0["tag"]?.string ?? "RESPONSE" }
      }
      #expect(tag("答 1") == "RESPONSE")
      #expect(tag("答 2") == "HUMAN_AGENT")
      #expect(tag("答 3") == "HUMAN_AGENT")
      #expect(tag("答 4") == nil)
      let refused = try await bench.texts("SELECT detail FROM outbox WHERE state = 'dead' AND purpose = 'reply'")
      #expect(refused.count == 1)
      #expect(refused.first?.contains("more than 7 days old") == true, "\(refused)")
      #expect(refused.first?.contains("no other channel is open") == true)
    }
  }

  @Test("a refused message names the channels that are open for this customer", arguments: TestEngine.all)
  func alternatives(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectTelegram()
      let agent = try await bench.agent("lead", role: .lead)
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c1")
      _ = await bench.mail(Bench.letter("Refund?", id: "q1"))
      _ = await bench.update(9, [.init("text", "退款")])
      let contacts = try await bench.store.read { tx in
        try (1...3).map { try tx.conversation(ConversationID($0))?.contact ?? ContactID(0) }
      }
      try await bench.desk.merge(contact: contacts[1], into: contacts[0], by: agent)
      try await bench.desk.merge(contact: contacts[2], into: contacts[0], by: agent)
      bench.time.advance(8 * 86_400)
      _ = try await bench.desk.reply(ReplyDraft(text: "答", seq: nil, anyway: true), to: ConversationID(1), by: agent)
      try await bench.sendAll()
      let detail = try await bench.texts("SELECT detail FROM outbox WHERE state = 'dead' AND purpose = 'reply'").first
      #expect(detail?.hasSuffix("open for this customer: Support, Telegram") == true, "\(detail ?? "")")
    }
  }

  @Test(
    "ten thousand Chinese characters with emoji arrive whole and in order, over faults in the middle",
    arguments: TestEngine.all)
  func long(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      bench.web.forget()
      let sentence = "您好👩‍👩‍👧‍👦，退款已经处理🙇🏽‍♀️，请查收。"
      var text = ""
      while text.count < 10_000 { text += sentence }
      _ = try await bench.desk.reply(
        ReplyDraft(text: text, seq: nil, anyway: true), to: try await bench.only(), by: agent)
      bench.web.change { $0 = WebFaults([.none, .none, .status(503), .none, .tooMany(retryAfterSeconds: 20)]) }
      for _ in 0..<8 {
        try await bench.sendAll()
        bench.time.advance(60)
      }
      let pieces = bench.web.taken.compactMap { (try? JSON(parsing: $0.body))?["message"]?["text"]?.string }
      #expect(pieces.joined() == text)
      #expect(pieces.count > 5 && pieces.dropLast().allSatisfy { $0.hasSuffix("。") && $0.utf16.count <= 2000 })
    }
  }
}
