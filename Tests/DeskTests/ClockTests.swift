import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Clocks") struct ClockTests {
  private func answered(_ bench: Bench, _ id: ConversationID, _ status: ConversationStatus? = nil) async throws {
    let agent = try await bench.store.read { try $0.agent("wei") }
    let wei = if let agent { agent } else { try await bench.agent("wei") }
    _ = try await bench.desk.reply(ReplyDraft(text: "已处理", seq: nil, anyway: true, status: status), to: id, by: wei)
  }

  @Test("the first response counts when the provider takes it, not when it is written", arguments: TestEngine.all)
  func acceptance(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      let id = try await bench.only()
      #expect(try await bench.clock("first_response", of: id).state == .running, "an automatic message is no answer")
      bench.time.advance(60)
      bench.web.change { $0 = WebFaults([.status(500)]) }
      try await answered(bench, id)
      try await bench.sendAll()
      #expect(try await bench.clock("first_response", of: id).state == .running)
      bench.time.advance(30)
      try await bench.sendAll()
      let clock = try await bench.clock("first_response", of: id)
      #expect((clock.state, clock.businessSeconds, clock.stoppedAt) == (.met, 90, bench.time.now))
      #expect(try await bench.conversation(id).firstResponseAt == bench.time.now)
    }
  }

  @Test("the resolution clock stands while the customer owes an answer", arguments: TestEngine.all)
  func pause(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message(IntakeTests.refund, id: "m1")
      let id = try await bench.only()
      bench.time.advance(100)
      try await answered(bench, id)
      try await bench.sendAll()
      var clock = try await bench.clock("resolution", of: id)
      #expect((clock.state, clock.usedSeconds, clock.runningSince) == (.paused, 100, nil))
      bench.time.advance(1000)
      _ = await bench.message("还没有到账", id: "m2")
      clock = try await bench.clock("resolution", of: id)
      #expect((clock.state, clock.usedSeconds) == (.running, 100))
      #expect(clock.dueAt == bench.time.now.adding(seconds: 9 * 3600 - 100 + 15 * 3600), "over the night")
      bench.time.advance(200)
      try await bench.desk.resolve(id, by: try #require(try await bench.store.read { try $0.agent("wei") }))
      clock = try await bench.clock("resolution", of: id)
      #expect((clock.state, clock.businessSeconds) == (.met, 300))
    }
  }

  @Test("a breach is marked once, at the time when it happened", arguments: TestEngine.all)
  func breach(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let start = bench.time.now
      _ = await bench.message(IntakeTests.refund, id: "m1")
      let id = try await bench.only()
      bench.time.advance(119)
      #expect(try await bench.desk.sweepClocks() == 1, "the warning at half time")
      bench.time.advance(600)
      let colleague = try bench.colleague(node: 2)
      async let first = bench.desk.sweepClocks()
      async let second = colleague.sweepClocks()
      #expect(try await first + second == 1)
      #expect(try await bench.clock("first_response", of: id).breachedAt == start.adding(seconds: 120))
      #expect(try await bench.instant("SELECT at FROM events WHERE kind = 'sla_breach'") == start.adding(seconds: 120))
      try await answered(bench, id)
      try await bench.sendAll()
      let clock = try await bench.clock("first_response", of: id)
      #expect((clock.state, clock.businessSeconds, clock.breachedAt) == (.breached, 719, start.adding(seconds: 120)))
    }
  }

  @Test("time does not count while the queue is closed", arguments: TestEngine.all)
  func closed(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      // 17:59:00 on Monday: one minute of the two is left for Tuesday.
      bench.time.advance(7 * 3600 + 59 * 60)
      _ = await bench.message(IntakeTests.refund, id: "m1")
      let clock = try await bench.clock("first_response", of: try await bench.only())
      #expect(clock.dueAt == bench.time.now.adding(seconds: 60 + 15 * 3600 + 60))
    }
  }

  @Test(
    "a bounce takes the answer back: its clock runs on and the agent has the conversation again",
    arguments: TestEngine.all)
  func revoked(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.mail(Bench.letter("我要申请退款", id: "q1", subject: "退款"))
      let id = try await bench.only()
      bench.time.advance(60)
      try await answered(bench, id)
      try await bench.sendAll()
      #expect(try await bench.clock("first_response", of: id).state == .met)
      let sent = try #require(try await bench.texts("SELECT external_id FROM messages WHERE direction = 'out'").first)
      #expect(bench.post.received.contains { String(decoding: $0.message, as: UTF8.self).contains(sent) })
      bench.time.advance(60)
      let result = await bench.mail(Self.bounce(of: sent), from: "")
      #expect(result.filed == 1)
      #expect(try await bench.texts("SELECT delivery_state FROM messages WHERE direction = 'out'") == ["failed"])
      let conversation = try await bench.conversation(id)
      #expect((conversation.status, conversation.firstResponseAt) == (.open, nil))
      #expect(try await bench.clock("first_response", of: id).state == .running)
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 1)
      // The second try counts from the question on.
      bench.time.advance(60)
      try await answered(bench, id)
      try await bench.sendAll()
      let clock = try await bench.clock("first_response", of: id)
      #expect((clock.state, clock.businessSeconds) == (.met, 180))
    }
  }

  /// RFC 3464, as a mail server writes it.
  static func bounce(of messageID: String) -> String {
    """
    From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
    To: support@example.com
    Subject: Undelivered Mail Returned to Sender
    Message-ID: <bounce1@mx.example.com>
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary=b

    --b
    Content-Type: text/plain

    This is the mail system. I could not deliver your message.
    --b
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.example.com

    Final-Recipient: rfc822; li@customer.example
    Action: failed
    Status: 5.1.1

    --b
    Content-Type: text/rfc822-headers

    From: support@example.com
    To: li@customer.example
    Subject: Re
    Message-ID: \(messageID)

    --b--

    """
  }
}
