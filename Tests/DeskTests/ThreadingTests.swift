import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Threads of mail") struct ThreadingTests {
  /// What may happen to our mails and their answers on the way; each leaves one way back.
  static let routes: [(name: String, route: MailClient.Route, clients: [MailClient])] = [
    ("untouched", MailClient.Route(), MailClient.allCases),
    ("renamed in transit", MailClient.Route(renamed: "<renamed@relay.example>"), MailClient.allCases),
    (
      "renamed, answered to the plain address",
      MailClient.Route(renamed: "<renamed@relay.example>", ignoresReplyTo: true), MailClient.allCases
    ),
    (
      "nothing left but the quote", MailClient.Route(ignoresReplyTo: true, losesThread: true),
      [.outlook, .gmail, .qq]
    ),
  ]

  private func write(
    _ bench: Bench, _ raw: String, to: String = "support@example.com", from: String = "li@customer.example"
  )
    async
  {
    let result = await bench.mail(raw, from: from, to: [to])
    #expect(result.answer.status == 200 && result.filed == 1)
  }

  /// The agent answers conversation 1; the mail as it left.
  private func answer(_ bench: Bench, _ agent: Agent, _ text: String, to id: ConversationID = ConversationID(1))
    async throws -> SeenMail
  {
    try await bench.sendAll()
    bench.post.forget()
    _ = try await bench.desk.reply(ReplyDraft(text: text, seq: nil, anyway: true), to: id, by: agent)
    try await bench.sendAll()
    return SeenMail(try #require(bench.post.received.last))
  }

  private func threads(_ bench: Bench) async throws -> [String] {
    try await bench.texts(
      "SELECT CAST(conversation_id AS TEXT) FROM messages WHERE direction = 'in' ORDER BY received_at, id")
  }

  @Test("ten turns stay one conversation, whatever the client and the way", arguments: TestEngine.all)
  func tenTurns(engine: TestEngine) async throws {
    for (name, route, clients) in Self.routes {
      try await withBench(engine) { (bench) async throws in
        let agent = try await bench.agent("wei")
        await write(bench, Bench.letter("I want a refund for my order", id: "first", subject: "Refund"))
        for turn in 1...10 {
          bench.time.advance(1200)
          let client = clients[turn % clients.count]
          let mail = try await answer(bench, agent, "Answer \(turn). 第\(turn)次回复。")
          var way = route
          way.renamed = route.renamed.map { _ in "<renamed-\(turn)@relay.example>" }
          let (raw, to) = client.answer(
            mail, "Turn \(turn) by \(client)", from: "Li <li@customer.example>", id: "t\(turn)@customer.example",
            route: way)
          await write(bench, raw, to: to)
          let lines = mail["References"] ?? ""
          #expect(lines.utf8.count <= 998, "\(name)")
        }
        #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 1, "\(name)")
        #expect(try await threads(bench).count == 11, "\(name)")
        let shown = try await bench.texts("SELECT reply_text FROM messages WHERE direction = 'in' ORDER BY seq")
        #expect(shown.dropFirst().enumerated().allSatisfy { $1.hasPrefix("Turn \($0 + 1) by") }, "\(name): \(shown)")
      }
    }
  }

  @Test("what a relay called our mail is learnt from the first answer that carries our mark", arguments: TestEngine.all)
  func learnt(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      await write(bench, Bench.letter("refund please", id: "first"))
      let mail = try await answer(bench, agent, "Done.")
      let route = MailClient.Route(renamed: "<ses-1@relay.example>")
      let first = MailClient.outlook.answer(
        mail, "one", from: "li@customer.example", id: "t1@customer.example", route: route)
      await write(bench, first.raw, to: first.to)
      // Written from nothing but that id: no chain, no marked address, no quote.
      await write(bench, Bench.letter("two", id: "t2", extra: "In-Reply-To: <ses-1@relay.example>\n"))
      #expect(try await threads(bench) == ["1", "1", "1"])
    }
  }

  @Test("a stranger gets in by no id and by no mark", arguments: TestEngine.all)
  func strangers(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      await write(bench, Bench.letter("refund please", id: "first"))
      let mail = try await answer(bench, agent, "Done.")
      try await bench.sendAll()
      bench.post.forget()
      let mark = try #require(mail.address("Reply-To"))
      let ways: [(extra: String, text: String, to: String)] = [
        ("References: <first@customer.example>\n", "guessed", "support@example.com"),
        ("In-Reply-To: \(mail["Message-ID"] ?? "")\n", "forwarded to me", mark),
        ("", "quoted: \(mail.html ?? "")", "support@example.com"),
      ]
      for (number, way) in ways.enumerated() {
        let letter = Bench.letter(
          way.text, id: "s\(number)", from: "Eve <eve@stranger\(number).example>", extra: way.extra)
        await write(bench, letter, to: way.to, from: "eve@stranger\(number).example")
      }
      #expect(try await threads(bench) == ["1", "2", "3", "4"])
      #expect(
        try await bench.texts("SELECT CAST(related_to AS TEXT) FROM conversations ORDER BY id") == [
          "NULL", "1", "1", "1",
        ])
      // Who was turned away goes on where that began.
      await write(
        bench, Bench.letter("again", id: "s9", from: "Eve <eve@stranger0.example>", extra: ways[0].extra),
        from: "eve@stranger0.example")
      #expect(try await threads(bench).last == "2")
      try await bench.sendAll()
      #expect(bench.post.received.allSatisfy { !$0.recipients.contains("eve@stranger1.example") })
    }
  }

  @Test("whoever was addressed takes part; a sender that is proved false does not", arguments: TestEngine.all)
  func participants(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      await write(bench, Bench.letter("refund please", id: "first", extra: "Cc: Bo <bo@customer.example>\n"))
      let mail = try await answer(bench, agent, "Done.")
      #expect(bench.post.received.last?.recipients == ["li@customer.example", "bo@customer.example"])
      let extra = "In-Reply-To: \(mail["Message-ID"] ?? "")\n"
      bench.time.advance(60)
      await write(
        bench, Bench.letter("I agree", id: "b1", from: "Bo <bo@customer.example>", extra: extra),
        from: "bo@customer.example")
      #expect(try await threads(bench) == ["1", "1"])
      let next = try await answer(bench, agent, "Thank you, Bo.")
      #expect(next.address("To") == "bo@customer.example")
      let forged = "Authentication-Results: mx.example.com; dmarc=fail header.from=customer.example\n" + extra
      await write(bench, Bench.letter("send it to another account", id: "f1", extra: forged))
      #expect(try await threads(bench).last == "2")
      #expect(try await bench.texts("SELECT trust FROM messages ORDER BY id").last == "failed")
    }
  }

  @Test("a merged conversation's mark leads to where it went", arguments: TestEngine.all)
  func merged(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      await write(bench, Bench.letter("refund please", id: "first", subject: "a"))
      let mail = try await answer(bench, lead, "Done.")
      await write(bench, Bench.letter("another refund", id: "second", subject: "b"))
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: lead)
      let (raw, to) = MailClient.gmail.answer(
        mail, "thanks, but", from: "li@customer.example", id: "t1@customer.example", route: MailClient.Route())
      await write(bench, raw, to: to)
      #expect(try await threads(bench).last == "2")
    }
  }

  @Test("after the queue's days a message begins a new conversation, and goes on there", arguments: TestEngine.all)
  func reopening(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      await write(bench, Bench.letter("refund please", id: "first"))
      let mail = try await answer(bench, lead, "Done.")
      try await bench.desk.resolve(ConversationID(1), by: lead)
      func reply(_ words: String, _ id: String) async {
        let (raw, to) = MailClient.gmail.answer(
          mail, words, from: "li@customer.example", id: "\(id)@customer.example", route: MailClient.Route())
        await write(bench, raw, to: to)
      }
      bench.time.advance(13 * 86_400)
      await reply("it has not arrived", "t1")
      #expect(try await bench.conversation(ConversationID(1)).status == .open)
      try await bench.desk.resolve(ConversationID(1), by: lead)
      bench.time.advance(15 * 86_400)
      await reply("still not", "t2")
      await reply("hello?", "t3")
      #expect(try await threads(bench) == ["1", "1", "2", "2"])
      #expect(try await bench.conversation(ConversationID(2)).relatedTo == ConversationID(1))
      #expect(try await bench.conversation(ConversationID(1)).status == .resolved)
    }
  }

  @Test("a new matter in an old thread is noted, and answered under its own subject", arguments: TestEngine.all)
  func topics(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei")
      await write(bench, Bench.letter("我要申请退款", id: "first", subject: "退款"))
      _ = try await answer(bench, agent, "好的")
      bench.time.advance(3600)
      await write(
        bench, Bench.letter("退款的订单号是 8841", id: "t1", subject: "补充材料", extra: "In-Reply-To: <first@customer.example>\n")
      )
      #expect(try await !bench.conversation(ConversationID(1)).hasFlag("topic_changed"))
      bench.time.advance(8 * 86_400)
      await write(
        bench,
        Bench.letter("这个怎么开通？", id: "t2", subject: "Re: 国际汇款", extra: "In-Reply-To: <t1@customer.example>\n"))
      #expect(try await bench.conversation(ConversationID(1)).hasFlag("topic_changed"))
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'topic_changed'") == 1)
      let mail = try await answer(bench, agent, "在设置里")
      #expect(
        try await bench.texts("SELECT subject FROM messages WHERE direction = 'out' ORDER BY seq").last == "Re: 国际汇款")
      #expect(mail["In-Reply-To"] == "<t2@customer.example>")
      #expect(try await !bench.conversation(ConversationID(1)).hasFlag("topic_changed"))
    }
  }

  static let thanks = [
    "谢谢", "谢谢您", "好的，谢谢！", "收到，谢谢客服", "非常感谢您的帮助", "👍", "🙏🙏", "ok", "OK!", "Thanks", "Thank you so much!",
    "thanks a lot for your quick help", "Got it, thanks", "嗯嗯", "Danke schön", "Vielen Dank!", "Merci beaucoup",
    "muchas gracias", "Obrigado", "grazie mille", "спасибо", "ありがとうございます", "了解です", "감사합니다", "dziękuję", "teşekkürler",
    "好",
    "1", "...", "",
  ]
  static let matters = [
    "谢谢，但是钱还没到", "没收到", "为什么", "不行", "thanks but it still fails", "ok?", "no", "你好", "退款",
    "Thank you for nothing, where is my money",
    "在吗", "收到了吗", "谢谢，请再查一下", "Danke, aber es fehlt noch etwas",
  ]

  @Test("thanks after the end reopen nothing; anything more does", arguments: TestEngine.all)
  func acknowledgements(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      await write(bench, Bench.letter("我要申请退款", id: "first", subject: "退款"))
      for (number, words) in (Self.thanks + Self.matters).enumerated() {
        try await bench.desk.resolve(ConversationID(1), by: lead)
        let letter = Bench.letter(
          words, id: "k\(number)", subject: "退款", extra: "In-Reply-To: <first@customer.example>\n")
        await write(bench, letter)
        let isOpen = try await bench.conversation(ConversationID(1)).status == .open
        #expect(isOpen == (number >= Self.thanks.count), "\(words)")
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'ack'") == Self.thanks.count)
      // It can be taken back.
      try await bench.desk.resolve(ConversationID(1), by: lead)
      try await bench.desk.reopen(ConversationID(1), by: lead)
      #expect(try await bench.conversation(ConversationID(1)).status == .open)
    }
  }
}
