import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Escalation") struct EscalationTests {
  private static let ladder = [
    "channels/routing/targets.yaml": """
    targets:
      - name: all
        hours: hotline
        first_response: 2h
        resolution: 9h
        escalate:
          - at: 50%
            clocks: [first_response]
            notify: [{through: support-mail, to: [lead@example.com], language: en}]
          - at: breach
            clocks: [first_response]
            priority: high
            queue: complaints
            notify: [{through: support-mail, to: [lead@example.com, duty@example.com], language: zh}]
          - after: 1h
            clocks: [first_response]
            priority: urgent

    """
  ]

  private func steps(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT step FROM escalations ORDER BY done_at, at")
  }

  private func letters(_ bench: Bench) async throws -> Int {
    try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'escalation'")
  }

  @Test("each rung is taken once, whichever of two processes comes first", arguments: TestEngine.all)
  func once(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.ladder) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      let colleague = try bench.colleague(node: 2)
      func sweep() async throws {
        async let first = bench.desk.escalate()
        async let second = colleague.escalate()
        _ = try await (first, second)
      }
      scene.at("2026-03-09T10:59:59+08:00")
      try await sweep()
      #expect(try await steps(bench) == [])
      scene.at("2026-03-09T11:00:00+08:00")
      try await sweep()
      try await sweep()
      #expect(try await steps(bench) == ["used 500"])
      #expect(try await letters(bench) == 1)
      scene.at("2026-03-09T12:00:00+08:00")
      try await sweep()
      #expect(try await steps(bench) == ["used 500"], "an answer now would still be in time")
      scene.at("2026-03-09T12:00:05+08:00")
      try await sweep()
      #expect(try await steps(bench) == ["used 500", "used 1000"])
      #expect(try await letters(bench) == 3)
      var conversation = try await bench.conversation(ConversationID(1))
      #expect(
        (conversation.priority, conversation.queue, conversation.homeQueue) == (.high, "complaints", "complaints"))
      scene.at("2026-03-09T13:00:10+08:00")
      try await sweep()
      conversation = try await bench.conversation(ConversationID(1))
      #expect(conversation.priority == .urgent)
      #expect(try await steps(bench).count == 3)
      try await bench.sendAll()
      let letter = bench.post.received.map { String(decoding: $0.message, as: UTF8.self) }
      #expect(letter.contains { $0.contains("First response due 2026-03-09 12:00") })
    }
  }

  @Test("those who read a chat are told there, with the headline in front", arguments: TestEngine.all)
  func chat(engine: TestEngine) async throws {
    let files = [
      "channels/telegram.yaml":
        "kind: telegram\nenabled: false\nsettings: {bot_token: env:BOT, secret_token: env:TOKEN}\n",
      "channels/routing/targets.yaml": """
      targets:
        - name: all
          hours: hotline
          first_response: 2h
          escalate:
            - at: 50%
              notify: [{through: telegram, to: ["-1001234567890"], language: en}]

      """,
    ]
    try await withBench(engine, files: files) { (bench) async throws in
      try bench.connectTelegram()
      bench.web.play { request in
        request.path.hasSuffix("/sendMessage")
          ? .json(["ok": true, "result": ["message_id": 7, "chat": ["id": -1_001_234_567_890]]]) : nil
      }
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T11:00:00+08:00")
      try await bench.desk.escalate()
      try await bench.sendAll()
      let body = try JSON(parsing: try #require(bench.web.received.first).body)
      #expect(body["chat_id"]?.int64 == -1_001_234_567_890)
      let lines = (body["text"]?.string ?? "").split(separator: "\n").map(String.init)
      #expect(lines.first?.contains("#1") == true && lines.count > 1)
      #expect(try await bench.texts("SELECT state FROM outbox WHERE purpose = 'escalation'") == ["accepted"])
    }
  }

  @Test("an answer in time takes no rung", arguments: TestEngine.all)
  func answered(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.ladder) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T10:30:00+08:00")
      try await scene.reply()
      scene.at("2026-03-09T16:00:00+08:00")
      try await bench.desk.escalate()
      #expect(try await steps(bench) == [])
    }
  }

  @Test("what came due while no process ran is made up for, and not at midnight", arguments: TestEngine.all)
  func downtime(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.ladder) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T14:00:00+08:00")
      try await scene.mail()
      // Nobody ran from 14:00 till midnight; the promise was broken at 16:00.
      scene.at("2026-03-10T00:00:00+08:00")
      try await bench.desk.escalate()
      #expect(try await steps(bench) == [])
      scene.at("2026-03-10T08:59:00+08:00")
      try await bench.desk.escalate()
      #expect(try await steps(bench) == [])
      scene.at("2026-03-10T09:00:00+08:00")
      try await bench.desk.escalate()
      #expect(try await steps(bench) == ["used 500", "used 1000", "breach+3600"])
      #expect(try await letters(bench) == 2, "one each, of the highest rung that tells them")
      #expect(
        try await bench.instant("SELECT MAX(at) FROM events WHERE kind = 'escalated'")
          == at("2026-03-09T17:00:00+08:00"))
    }
  }

  private static let climbing = [
    "channels/routing/targets.yaml": """
    targets:
      - {name: raised, when: {priorities: [high, urgent]}, hours: hotline, first_response: 30m, next_reply: 30m}
      - name: plain
        when: {queues: [refunds]}
        hours: hotline
        first_response: 4h
        escalate:
          - {at: 50%, priority: high}
          - {at: breach, notify: [{through: support-mail, to: [lead@example.com], language: en}]}
          - {after: 1h, notify: [{through: support-mail, to: [duty@example.com], language: en}]}

    """
  ]

  @Test(
    "a rung that raises the priority leaves promise and ladder of the clock that climbed", arguments: TestEngine.all)
  func climbs(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.climbing) { (bench) async throws in
      let scene = Scene(bench)
      func sweep(_ time: String) async throws {
        scene.at("2026-03-09T\(time)+08:00")
        try await bench.desk.sweepClocks()
        try await bench.desk.escalate()
      }
      scene.at("2026-03-09T10:00:00+08:00")
      let letter = try await scene.mail()
      try await sweep("12:00:00")
      #expect(try await bench.conversation(ConversationID(1)).priority == .high)
      // The customer writes once more: still the same turn and the same promise.
      try await scene.mail("请尽快处理", answering: letter)
      var clock = try await bench.clock("first_response", of: ConversationID(1))
      #expect((clock.target, clock.targetSeconds, clock.breachedAt) == ("plain", 4 * 3600, nil))
      #expect(clock.dueAt == at("2026-03-09T14:00:00+08:00"))
      for time in ["14:00:05", "14:30:00", "15:00:05"] { try await sweep(time) }
      #expect(try await steps(bench) == ["used 500", "used 1000", "breach+3600"])
      #expect(try await letters(bench) == 2)
      try await scene.reply()
      clock = try await bench.clock("first_response", of: ConversationID(1))
      #expect((clock.state, clock.target, clock.businessSeconds) == (.breached, "plain", 5 * 3600 + 5))
      // The log tells the same, and the next turn is promised what a raised one is.
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(report["total"]?["first_response"]?["breached"] == 1)
      try await scene.mail("还没有收到", answering: letter)
      #expect(try await bench.clock("next_reply", of: ConversationID(1)).target == "raised")
    }
  }

  @Test("a broken promise does not go away with the queue it was made in", arguments: TestEngine.all)
  func moved(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.climbing) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T14:30:00+08:00")
      // Nobody has swept; technical promises nothing.
      try await bench.desk.transfer(ConversationID(1), to: "technical", reason: nil, by: wei)
      let clock = try await bench.clock("first_response", of: ConversationID(1))
      #expect((clock.state, clock.breachedAt) == (.running, at("2026-03-09T14:00:00+08:00")))
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'sla_breach'") == 1)
      try await bench.desk.sweepClocks()
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'sla_breach'") == 1, "each once")
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(report["total"]?["first_response"]?["breached"] == 1)
    }
  }

  @Test("the reasons for a due time name pieces, pauses and days", arguments: TestEngine.all)
  func explained(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-09-30T17:30:00+08:00")
      let letter = try await scene.mail()
      scene.at("2026-10-08T10:00:00+08:00")
      try await scene.reply()
      scene.at("2026-10-09T10:00:00+08:00")
      try await scene.mail("还没有到账", answering: letter)
      let text = try await bench.desk.explain(ConversationID(1), .due, to: try await scene.agent("wei")).text
      #expect(text.contains("2026-09-30T17:30:00+08:00 – 18:00: 30 min"))
      #expect(text.contains("2026-10-01: closed, 国庆节"))
      #expect(text.contains("paused, the customer owes an answer (24 h)"))
    }
  }
}
