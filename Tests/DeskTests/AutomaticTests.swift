import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Automatic answers") struct AutomaticTests {
  /// What was said by itself, oldest first: `after_hours until …`, `acknowledgement`.
  private func purposes(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT purpose FROM automatic_sends ORDER BY id")
  }

  private func reasons(_ bench: Bench) async throws -> [String] {
    let data = try await bench.texts("SELECT data_json FROM events WHERE kind = 'no_auto_reply' ORDER BY id")
    return data.compactMap { (try? JSON(parsing: $0))?["reason"]?.string }
  }

  @Test("a closed queue says when it opens again, once per closed period", arguments: TestEngine.all)
  func oncePerPeriod(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      // Monday 20:00 in Shanghai.
      bench.time.advance(10 * 3600)
      _ = await bench.mail(Bench.letter("我要申请退款", id: "a1", subject: "退款"))
      let id = try await bench.only()
      #expect(try await bench.conversation(id).queue == "after_hours")
      #expect(try await bench.conversation(id).homeQueue == "refunds")
      bench.time.advance(600)
      _ = await bench.mail(
        Bench.letter("还有订单号", id: "a2", subject: "退款", extra: "In-Reply-To: <a1@customer.example>\n"))
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 1)
      #expect(try await purposes(bench) == ["after_hours until 2026-11-17T01:00:00Z"])
      #expect(try await reasons(bench) == ["said already"])
      let text = try #require(try await bench.texts("SELECT text FROM messages WHERE direction = 'bot'").first)
      #expect(text.contains("2026年11月17日") && text.contains("09:00"), "\(text)")
      // It goes home in the morning and keeps its place; the next night is another period.
      bench.time.advance(13 * 3600)
      #expect(try await bench.desk.returnFromAfterHours() == 1)
      #expect(try await bench.conversation(id).queue == "refunds")
      bench.time.advance(11 * 3600)
      _ = await bench.mail(
        Bench.letter("还没有回复", id: "a3", subject: "退款", extra: "In-Reply-To: <a1@customer.example>\n"))
      #expect(try await purposes(bench).count == 2)
      try await bench.sendAll()
      #expect(bench.post.receivedCount == 2)
      #expect(bench.post.received.allSatisfy { $0.sender.isEmpty }, "automatic mail has the null reverse-path")
      #expect(
        bench.post.received.allSatisfy {
          String(decoding: $0.message, as: UTF8.self).contains("Auto-Submitted: auto-replied")
        })
    }
  }

  @Test("an agent's word keeps the machine silent for half an hour", arguments: TestEngine.all)
  func afterHuman(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      // 17:50 in Shanghai, ten minutes before the end.
      bench.time.advance(7 * 3600 + 50 * 60)
      let agent = try await bench.agent("wei")
      _ = await bench.mail(Bench.letter("我要申请退款", id: "a1", subject: "退款"))
      bench.time.advance(300)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "请稍等", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      bench.time.advance(600)
      _ = await bench.mail(Bench.letter("好的谢谢，那要多久", id: "a2", extra: "In-Reply-To: <a1@customer.example>\n"))
      #expect(try await purposes(bench) == ["acknowledgement"])
      let reasons = try await reasons(bench)
      #expect(reasons == ["an agent wrote 10 min ago"])
    }
  }

  static let machines: [(String, extra: String, from: String, envelope: String)] = [
    ("null reverse-path", "", "Li <li@customer.example>", ""),
    ("null return path", "Return-Path: <>\n", "Li <li@customer.example>", "li@customer.example"),
    ("auto-replied", "Auto-Submitted: auto-replied\n", "Li <li@customer.example>", "li@customer.example"),
    ("auto-generated", "Auto-Submitted: auto-generated\n", "Li <li@customer.example>", "li@customer.example"),
    ("bulk", "Precedence: bulk\n", "Li <li@customer.example>", "li@customer.example"),
    ("junk", "Precedence: junk\n", "Li <li@customer.example>", "li@customer.example"),
    ("precedence list", "Precedence: list\n", "Li <li@customer.example>", "li@customer.example"),
    ("auto_reply", "Precedence: auto_reply\n", "Li <li@customer.example>", "li@customer.example"),
    ("suppress all", "X-Auto-Response-Suppress: All\n", "Li <li@customer.example>", "li@customer.example"),
    ("suppress oof", "X-Auto-Response-Suppress: DR, OOF\n", "Li <li@customer.example>", "li@customer.example"),
    ("list id", "List-Id: <news.customer.example>\n", "Li <li@customer.example>", "li@customer.example"),
    (
      "unsubscribe", "List-Unsubscribe: <mailto:u@customer.example>\n", "Li <li@customer.example>",
      "li@customer.example"
    ),
    ("noreply", "", "Shop <no-reply@customer.example>", "no-reply@customer.example"),
    ("daemon", "", "<mailer-daemon@customer.example>", "mailer-daemon@customer.example"),
    ("postmaster", "", "<postmaster@customer.example>", "postmaster@customer.example"),
    ("our own address", "", "<support@example.com>", "support@example.com"),
  ]

  @Test("machines get no answer, and the reason is on record", arguments: TestEngine.all)
  func machines(engine: TestEngine) async throws {
    for isOpen in [true, false] {
      try await withBench(engine) { (bench) async throws in
        if !isOpen { bench.time.advance(10 * 3600) }
        for (name, extra, from, envelope) in Self.machines {
          let letter = Bench.letter("我要申请退款", id: name.split(separator: " ").joined(), from: from, extra: extra)
          let result = await bench.mail(letter, from: envelope)
          #expect(result.answer.status == 200 && result.parked == 0, "\(name)")
        }
        #expect(try await bench.count("SELECT COUNT(*) FROM outbox") == 0)
        #expect(try await purposes(bench).isEmpty)
        // What is seen as automatic through and through is filed without more; the rest gives its reason.
        let inbound = try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'")
        #expect(inbound >= Self.machines.count - 1)
        #expect(try await reasons(bench).count >= Self.machines.count - 1)
      }
    }
  }

  @Test("a bounce is answered by nobody", arguments: TestEngine.all)
  func bounces(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.mail(ClockTests.bounce(of: "<unknown@example.com>"), from: "")
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox") == 0)
    }
  }

  @Test("no more than three automatic messages a day to one address", arguments: TestEngine.all)
  func perDay(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      for (number, words) in ["我要申请退款", "我的账户被盗刷了三千块", "付款失败了"].enumerated() {
        _ = await bench.mail(Bench.letter(words, id: "p\(number)", subject: words))
      }
      bench.time.advance(10 * 3600)
      for number in 0..<4 {
        _ = await bench.mail(Bench.letter("你好吗 \(number)", id: "q\(number)", subject: "x\(number)"))
      }
      #expect(try await purposes(bench).count <= 3)
      #expect(try await reasons(bench).isEmpty == false)
    }
  }

  @Test("out-of-office mail changes neither status nor clocks", arguments: TestEngine.all)
  func outOfOffice(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      _ = await bench.mail(Bench.letter("我要申请退款", id: "a1", subject: "退款"))
      let id = try await bench.only()
      bench.time.advance(60)
      _ = try await bench.desk.reply(ReplyDraft(text: "已处理", seq: nil, anyway: true), to: id, by: agent)
      try await bench.sendAll()
      let (before, clocks) = (try await bench.conversation(id), try await bench.store.read { try $0.clocks(of: id) })
      bench.time.advance(60)
      _ = await bench.mail(
        Bench.letter(
          "我正在休假", id: "a2", subject: "自动回复",
          extra: "Auto-Submitted: auto-replied\nIn-Reply-To: <a1@customer.example>\n"))
      let after = try await bench.conversation(id)
      #expect(after.lastSeq == before.lastSeq + 1)
      #expect((after.status, after.waitingSince, after.dueAt) == (before.status, before.waitingSince, before.dueAt))
      #expect(try await bench.store.read { try $0.clocks(of: id) }.map(\.state) == clocks.map(\.state))
    }
  }

  @Test("an alert speaks its own language, whatever the customer's", arguments: TestEngine.all)
  func alertLanguage(engine: TestEngine) async throws {
    try await withBench(engine, files: Bench.alerting()) { (bench) async throws in
      _ = await bench.mail(
        Bench.letter("Someone stole my phone and spends my money", id: "a1", subject: "Stolen phone"))
      try await bench.sendAll()
      let alert = try #require(
        bench.post.received.map { SeenMail($0) }.first { $0.address("To") == "duty@example.com" })
      #expect(alert.plain.contains("类别：盗用与诈骗"), "\(alert.plain)")
    }
  }
}
