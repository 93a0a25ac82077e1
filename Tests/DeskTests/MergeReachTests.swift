import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

/// A merge puts words of two conversations under one number for the agents; the customers see and get what is theirs.
@Suite("Who sees what after a merge") struct MergeReachTests {
  private let thread = "webchat:webchat:visitor-one"

  /// What the visitor's page shows.
  private func page(_ bench: Bench) async throws -> [String] {
    try await bench.desk.chatMessages(channel: "webchat", threadKey: thread, after: 0).compactMap {
      $0.json["direction"]?.string == "bot" ? nil : $0.json["text"]?.string
    }
  }

  @Test("a chat's page shows the chat, whichever way a mail is merged", arguments: TestEngine.all, [false, true])
  func chat(engine: TestEngine, mailSurvives: Bool) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:40:00+08:00")
      try await scene.mail("我的订单号 8812 要退款")
      try await scene.chat("在吗", visitor: "visitor-one")
      try await scene.reply(2)
      let before = try await page(bench)
      #expect(before == ["在吗", "已处理"])
      let wei = try await scene.agent("wei")
      let (merged, survivor) = mailSurvives ? (2, 1) : (1, 2)
      try await bench.desk.merge(ConversationID(Int64(merged)), into: ConversationID(Int64(survivor)), by: wei)
      #expect(try await page(bench) == before)
      #expect(try await bench.desk.show(ConversationID(Int64(survivor)), to: wei)["messages"]?.array?.count ?? 0 >= 3)
      // What is said in the mail from now on is not for the page; in the chat it is.
      try await scene.reply(Int64(survivor))
      #expect(try await page(bench) == before + (mailSurvives ? [] : ["已处理"]))
      try await bench.desk.unmerge(ConversationID(Int64(merged)), by: wei)
      #expect(try await page(bench) == before + (mailSurvives ? [] : ["已处理"]))
      #expect(try await bench.texts("SELECT CAST(COUNT(origin_id) AS TEXT) FROM messages") == ["0"])
    }
  }

  @Test("the chat by mail leaves out what a merge has brought", arguments: TestEngine.all)
  func transcript(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connect(
        "webchat", WebChat.self, ["session_secret": "a secret of the tests", "mail_through": "support-mail"])
      let scene = Scene(bench)
      scene.at("2026-03-09T09:40:00+08:00")
      try await scene.mail("我的订单号 8812 要退款", from: "bo")
      try await scene.chat("在吗", visitor: "visitor-one")
      try await scene.reply(2)
      let wei = try await scene.agent("wei")
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
      #expect(
        try await bench.desk.show(ConversationID(2), to: wei)["messages"]?.array?.contains {
          $0["text"]?.string?.contains("8812") == true
        } == true)
      let address = "li@customer.example"
      _ = try await bench.desk.sendTranscript(channel: "webchat", threadKey: thread, to: address)
      bench.post.forget()
      try await bench.sendAll()
      let text = SeenMail(try #require(bench.post.received.last { $0.recipients == [address] })).plain
      #expect(text.contains("在吗") && text.contains("已处理") && !text.contains("8812"), "\(text)")
    }
  }

  @Test("after a split, the page shows both halves", arguments: TestEngine.all)
  func split(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:40:00+08:00")
      try await scene.chat("在吗", visitor: "visitor-one")
      try await scene.chat("另外，我要退款", visitor: "visitor-one", id: "c2")
      let wei = try await scene.agent("wei")
      let second = try await bench.texts("SELECT CAST(MAX(seq) AS TEXT) FROM messages WHERE direction = 'in'")
      let new = try await bench.desk.split(ConversationID(1), from: try #require(Int64(second[0])), by: wei)
      #expect(try await page(bench) == ["在吗", "另外，我要退款"])
      try await bench.desk.merge(new, into: ConversationID(1), by: wei)
      #expect(try await page(bench) == ["在吗", "另外，我要退款"])
    }
  }

  @Test("the answer goes to the survivor's customer, not to whoever wrote last", arguments: TestEngine.all)
  func answer(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:40:00+08:00")
      try await scene.mail("我要退款", from: "li")
      scene.at("2026-03-09T09:50:00+08:00")
      try await scene.mail("我也要退款", from: "bo")
      scene.at("2026-03-09T09:55:00+08:00")
      try await scene.mail("li 的另一封信", from: "li")
      let wei = try await scene.agent("wei")
      try await bench.desk.merge(ConversationID(2), into: ConversationID(1), by: wei)
      try await scene.reply(1)
      #expect(bench.post.received.last?.recipients == ["li@customer.example"])
      // Of the same customer, the newest mail is what is answered.
      try await bench.desk.merge(ConversationID(3), into: ConversationID(1), by: wei)
      bench.post.forget()
      try await scene.reply(1)
      let mail = SeenMail(try #require(bench.post.received.last))
      #expect(bench.post.received.last?.recipients == ["li@customer.example"])
      #expect(mail["In-Reply-To"] == "<letter3@customer.example>")
    }
  }
}
