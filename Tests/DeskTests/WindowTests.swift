import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Windows and identities") struct WindowTests {
  @Test("a merged conversation's window is that of its own thread", arguments: TestEngine.all)
  func merged(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      let long = bench.time.now
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c1")
      bench.time.advance(8 * 86_400)
      _ = await bench.message("另一个问题", id: "m2", from: "c2")
      try await bench.desk.merge(ConversationID(2), into: ConversationID(1), by: lead)
      #expect(try await bench.conversation(ConversationID(1)).lastInboundAt == long)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "已处理", seq: nil, anyway: true), to: ConversationID(1), by: lead)
      try await bench.sendAll()
      let detail = try await bench.texts(
        "SELECT delivery_detail FROM messages WHERE direction = 'out' AND author = 'lead'")
      #expect(detail.first?.contains("more than 7 days old") == true, "\(detail)")
    }
  }

  @Test("two conversations of one thread are merged with the newer word", arguments: TestEngine.all)
  func sameThread(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.desk.resolve(ConversationID(1), by: lead)
      bench.time.advance(60 * 86_400)
      _ = await bench.message("还在吗", id: "m2")
      try await bench.desk.merge(ConversationID(2), into: ConversationID(1), by: lead)
      #expect(try await bench.conversation(ConversationID(1)).lastInboundAt == bench.time.now)
    }
  }

  @Test("a number and a business-scoped id of one message are one person's, both verified", arguments: TestEngine.all)
  func bothIDs(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectWhatsApp()
      #expect(await bench.whatsAppMessage("Hi", id: "w1", phone: "8613800138000").filed == 1)
      #expect(
        await bench.whatsAppMessage("I have a name now", id: "w2", phone: "8613800138000", scoped: "CN.9").filed == 1)
      #expect(await bench.whatsAppMessage("and no number", id: "w3", scoped: "CN.9").filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM contacts") == 1)
      #expect(
        try await bench.texts("SELECT address FROM identities WHERE verified = 1 ORDER BY address")
          == ["+8613800138000", "whatsapp:CN.9"])
      // Known as two people before: one of the ids is only said to be theirs.
      #expect(await bench.whatsAppMessage("Hi", id: "w4", scoped: "US.1").filed == 1)
      #expect(await bench.whatsAppMessage("Hi", id: "w5", phone: "8613800138000", scoped: "US.1").filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM contacts") == 2)
      #expect(try await bench.texts("SELECT address FROM claims") == ["whatsapp:US.1"])
    }
  }

  private func weChat(_ bench: Bench, _ text: String, id: Int) async -> IntakeResult {
    let moment = "\(bench.time.now.seconds)"
    let words = ["a token", moment, "n"].sorted().joined()
    let signature = Signatures.write(Signatures.digest(.sha1, of: Array(words.utf8)), as: .hex)
    let xml =
      "<xml><ToUserName>gh_1</ToUserName><FromUserName>o8</FromUserName><CreateTime>\(moment)</CreateTime>"
      + "<MsgType>text</MsgType><Content>\(text)</Content><MsgId>\(id)</MsgId></xml>"
    return await bench.desk.receive(
      RawDelivery(
        door: .http, query: "signature=\(signature)&timestamp=\(moment)&nonce=n",
        headers: Headers([("Content-Type", "text/xml")]), body: Array(xml.utf8), receivedAt: bench.time.now),
      on: "wechat")
  }

  @Test("the sixth answer to a WeChat message waits for the customer's next word", arguments: TestEngine.all)
  func five(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connect(
        "wechat", WeChat.self,
        [
          "token": "a token", "app_id": "wx7", "original_id": "gh_1", "access_token": "tok",
          "api_base": .string(bench.web.url),
        ])
      bench.web.play { _ in .json(["errcode": 0, "errmsg": "ok"]) }
      let lead = try await bench.agent("lead", role: .lead)
      let reply = { (text: String) async throws in
        _ = try await bench.desk.reply(ReplyDraft(text: text, seq: nil, anyway: true), to: ConversationID(1), by: lead)
        try await bench.sendAll()
      }
      let states = { () async throws -> [String] in
        try await bench.texts("SELECT delivery_state FROM messages WHERE direction = 'out' ORDER BY seq")
      }
      #expect(await weChat(bench, "退款", id: 1).filed == 1)
      bench.time.advance(1)
      // Three parts and two more.
      for text in [String(repeating: "文字。", count: 600), "b", "c"] { try await reply(text) }
      #expect(try await states() == ["accepted", "accepted", "accepted"])
      try await reply("d")
      #expect(try await states().last == "dead")
      bench.time.advance(1)
      #expect(await weChat(bench, "还在吗", id: 2).filed == 1)
      bench.time.advance(1)
      try await reply("e")
      #expect(try await states().last == "accepted")
    }
  }
}
