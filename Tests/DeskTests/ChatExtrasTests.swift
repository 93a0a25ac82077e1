import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Chats by mail, answers first, logged-in customers") struct ChatExtrasTests {
  private let thread = "webchat:webchat:visitor-one"

  private func withMail(_ bench: Bench) throws {
    try bench.connect(
      "webchat", WebChat.self,
      [
        "session_secret": "a secret of the tests", "mail_through": "support-mail",
        "identity_secret": "an identity secret of 32 characters",
      ])
  }

  private func refusal(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return ""
    } catch { return "\(error)" }
  }

  @Test("a transcript goes to the address given in the chat, redacted, once", arguments: TestEngine.all)
  func transcript(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try withMail(bench)
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      func ask(_ email: String?) async -> String {
        await refusal { _ = try await bench.desk.sendTranscript(channel: "webchat", threadKey: thread, to: email) }
      }
      #expect(await ask("li@customer.example").contains("no conversation"))
      try await scene.chat("我的卡 4111 1111 1111 1111 被拒绝", visitor: "visitor-one")
      #expect(await ask("li@customer.example").contains("nobody has answered"))
      let wei = try await scene.agent("wei")
      try await bench.desk.note("只给同事看", on: ConversationID(1), by: wei)
      try await scene.reply()
      #expect(await ask("not an address").contains("no e-mail address"))
      #expect(await ask(nil).contains("tell us"))
      #expect(await ask("support@example.com").contains("our own"))
      let before = bench.post.received.count
      #expect(await ask("Li@Customer.example") == "")
      #expect(await ask(nil).contains("said already"))
      try await bench.sendAll()
      #expect(bench.post.received.count == before + 1)
      let letter = try #require(bench.post.received.last)
      #expect(letter.recipients == ["li@customer.example"])
      let text = SeenMail(letter).plain
      #expect(text.contains("被拒绝") && text.contains("已处理") && text.contains("您:"))
      #expect(!text.contains("4111 1111") && !text.contains("只给同事看"))
      #expect(String(decoding: letter.message, as: UTF8.self).lowercased().contains("auto-submitted: auto-"))
      // Three addresses at most, and no more than the gate lets through.
      #expect(await ask("wu@customer.example") == "")
      #expect(await ask("fang@customer.example") == "")
      #expect(await ask("chen@customer.example").contains("too many different addresses"))
      #expect(try await bench.count("SELECT COUNT(*) FROM claims WHERE source = 'webchat'") == 3)
    }
  }

  @Test("without a connection for it, no transcript is offered", arguments: TestEngine.all)
  func noMail(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(!bench.desk.sendsTranscripts(of: "webchat"))
      let told = await refusal {
        _ = try await bench.desk.sendTranscript(channel: "webchat", threadKey: thread, to: "li@customer.example")
      }
      #expect(told.contains("sends no conversations"))
    }
  }

  @Test("a topic's answers come in the page's language, with the desk's own words put in")
  func selfService() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      let chinese = bench.desk.selfService(topic: "refund", language: "zh").array ?? []
      #expect(chinese.compactMap { $0["title"]?.string } == ["退款什么时候到账？"])
      let english = bench.desk.selfService(topic: "account", language: "en").array ?? []
      #expect(english.first?["text"]?.string?.contains("Nobody of Cloudbridge Pay") == true)
      #expect(
        bench.desk.selfService(topic: "payment", language: "en")
          == bench.desk.selfService(topic: "topup_withdrawal", language: "en"))
      #expect(bench.desk.selfService(topic: "complaint", language: "zh").array?.isEmpty == true)
      #expect(bench.desk.selfService(topic: "nonsense", language: "zh").array?.isEmpty == true)
      bench.desk.noteSelfService(topic: "refund", .helped)
      bench.desk.noteSelfService(topic: "\"} 1\nfake", .helped)
      let counted = bench.desk.counters.snapshot.filter { $0.series.contains("self_service") }
      #expect(counted.map(\.series) == ["patchbay_self_service_total{category=\"refund\",outcome=\"helped\"}"])
    }
  }

  /// A message of a visitor for whom the site vouches.
  private func say(_ bench: Bench, _ identity: ChatIdentity, id: String) async throws -> IntakeResult {
    let chat = try #require(bench.desk.configuration.value.channels["webchat"]?.adapter as? WebChat)
    let session = try #require(chat.sessions.issue(identity, now: bench.time.now))
    let body: JSON = [
      "session": .string(session), "client_id": .string(id), "text": "我要申请退款", "email": "typed@customer.example",
    ]
    return await bench.desk.receive(
      RawDelivery(
        door: .http, method: "POST", headers: Headers([("Content-Type", "application/json")]), body: body.bytes,
        receivedAt: bench.time.now), on: "webchat")
  }

  private func contact(_ bench: Bench, _ conversation: Int64) async throws -> ContactID {
    try await bench.conversation(ConversationID(conversation)).contact
  }

  @Test(
    "a verified address joins the customer who writes from there; an unverified one is a claim",
    arguments: TestEngine.all)
  func identity(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try withMail(bench)
      _ = await bench.mail(Bench.letter("Refund?", id: "q1"))
      let li = try await contact(bench, 1)
      let unsure = ChatIdentity(subject: "c-1", name: "Somebody", email: "li@customer.example")
      #expect(try await say(bench, unsure, id: "a1").filed == 1)
      #expect(try await contact(bench, 2) != li)
      let lead = try await bench.agent("lead", role: .lead)
      let candidates = try await bench.desk.candidates(for: try await contact(bench, 2), to: lead)
      #expect(candidates.first?["evidence"]?[0]?["why"] == "claimed_here")
      let sure = ChatIdentity(subject: "c-2", name: "Li", email: "Li@customer.example", isEmailVerified: true)
      #expect(try await say(bench, sure, id: "a2").filed == 1)
      #expect(try await contact(bench, 3) == li)
      // The same customer again, from another device: the same conversation.
      #expect(try await say(bench, sure, id: "a3").filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 3)
      // What they type of themselves is not asked for.
      #expect(try await bench.count("SELECT COUNT(*) FROM claims WHERE address = 'typed@customer.example'") == 0)
      // Two stable ids never become one by themselves.
      let other = ChatIdentity(subject: "c-1", name: "Somebody", email: "li@customer.example", isEmailVerified: true)
      #expect(try await say(bench, other, id: "a4").filed == 1)
      #expect(try await contact(bench, 2) != li)
    }
  }
}
