import Channels
import Conversations
import Desk
import Outbound
import Rehearsal
import Routing
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Credentials") struct CredentialTests {
  private func outbox(_ bench: Bench, _ purpose: String = "reply") async throws -> [OutboxRecord] {
    try await bench.store.read { try $0.outbox(states: [], limit: 50) }.filter { $0.purpose == purpose }
  }

  private func replyTo(_ bench: Bench, _ customers: [String]) async throws -> Agent {
    let agent = try await bench.agent("wei")
    for (number, customer) in customers.enumerated() {
      _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: customer)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "答 \(number)", seq: nil, anyway: true), to: ConversationID(Int64(number + 1)), by: agent)
    }
    return agent
  }

  @Test(
    "an expired token stops the channel, loses nothing, tells those who are to be told once, and a working one resumes",
    arguments: TestEngine.all)
  func stopped(engine: TestEngine) async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queuesWithAlert()]
    try await withBench(engine, files: files) { (bench) async throws in
      _ = try await replyTo(bench, ["a", "b", "c"])
      bench.web.change { $0 = WebFaults([], always: .expiredToken) }
      try await bench.sendAll()
      #expect(try await outbox(bench).allSatisfy { $0.state == .queued })
      #expect(try await bench.store.read { try $0.channelStops() }.map(\.channel) == ["facebook"])
      let detail = try await bench.texts("SELECT delivery_detail FROM messages WHERE direction IN ('bot', 'out')")
      #expect(detail.allSatisfy { $0.contains("190") || $0 == "NULL" } && detail.contains { $0.contains("190") })
      let alarms = try await outbox(bench, "alert").count
      #expect(alarms == 1)
      let requests = bench.web.receivedCount
      // Nothing is asked until the probe, and then by one message alone.
      bench.time.advance(299)
      try await bench.sendAll()
      #expect(bench.web.receivedCount == requests)
      bench.time.advance(2)
      try await bench.sendAll()
      #expect(bench.web.receivedCount == requests + 1)
      #expect(try await outbox(bench, "alert").count == alarms)
      bench.web.change { $0 = WebFaults() }
      bench.time.advance(3601)
      try await bench.sendAll()
      try await bench.sendAll()
      #expect(try await outbox(bench).allSatisfy { $0.state == .accepted })
      #expect(try await bench.store.read { try $0.channelStops() }.isEmpty)
    }
  }

  @Test("an operator's retry is a probe at once, and other channels are not held up", arguments: TestEngine.all)
  func probed(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await replyTo(bench, ["a"])
      bench.web.change { $0 = WebFaults([], always: .expiredToken) }
      try await bench.sendAll()
      _ = await bench.mail(Bench.letter("My refund?", id: "q1"))
      _ = try await bench.desk.reply(
        ReplyDraft(text: "Soon.", seq: nil, anyway: true), to: ConversationID(2), by: agent)
      try await bench.sendAll()
      #expect(bench.post.received.contains { String(decoding: $0.message, as: UTF8.self).contains("Soon.") })
      bench.web.change { $0 = WebFaults() }
      #expect(try await bench.desk.probe(channel: "facebook", by: "operator") == ["facebook"])
      try await bench.sendAll()
      #expect(try await outbox(bench).allSatisfy { $0.state == .accepted })
    }
  }

  /// A pretend WeCom: hands out tokens, takes each until `expire` says otherwise, and gives pages of messages.
  private final class PretendWeCom: Sendable {
    private struct State {
      var tokens = 0
      var expired: Set<String> = []
      var pages: [String: JSON] = [:]
    }
    private let state = Mutex(State())

    var tokensGiven: Int { state.withLock(\.tokens) }
    func expire(_ token: String) { state.withLock { _ = $0.expired.insert(token) } }
    /// `cursor` empty = the first page.
    func put(_ page: JSON, at cursor: String) { state.withLock { $0.pages[cursor] = page } }

    func answer(_ request: ReceivedRequest) -> ScriptedAnswer? {
      state.withLock { state in
        if request.path.hasPrefix("/cgi-bin/gettoken") {
          guard request.path.contains("corpsecret=s") else { return .json(["errcode": 40001, "errmsg": "bad secret"]) }
          state.tokens += 1
          return .json(["errcode": 0, "access_token": .string("T\(state.tokens)"), "expires_in": 7200])
        }
        guard let token = request.path.split(separator: "access_token=").last.map(String.init) else { return nil }
        if state.expired.contains(token) { return .json(["errcode": 42001, "errmsg": "access_token expired"]) }
        if request.path.hasPrefix("/cgi-bin/kf/sync_msg") {
          let cursor = (try? JSON(parsing: request.body))?["cursor"]?.string ?? ""
          return .json(state.pages[cursor] ?? ["errcode": 0, "msg_list": [], "has_more": 0])
        }
        return .json(["errcode": 0, "errmsg": "ok", "msgid": .string("sent\(request.number)")])
      }
    }
  }

  private func withWeCom(
    _ engine: TestEngine, secret: String = "s", _ body: (Bench, PretendWeCom) async throws -> Void
  ) async throws {
    try await withBench(engine) { (bench) async throws in
      let provider = PretendWeCom()
      bench.web.play { provider.answer($0) }
      try bench.connect(
        "wecom", WeCom.self,
        [
          "token": "t", "encoding_aes_key": .string(String(repeating: "a", count: 43)), "corp_id": "ww7",
          "agent_id": "1000002", "corp_secret": .string(secret), "api_base": .string(bench.web.url),
        ])
      try await body(bench, provider)
    }
  }

  private func item(_ id: String, _ text: String, at now: Instant) -> JSON {
    [
      "msgid": .string(id), "open_kfid": "wk1", "external_userid": "wm8", "send_time": JSON(now.seconds), "origin": 3,
      "msgtype": "text", "text": ["content": .string(text)],
    ]
  }

  private func announce(_ bench: Bench) async throws {
    let now = bench.time.now
    let followUp = FollowUp(key: "kf_sync wk1", kind: "kf_sync", fields: ["open_kfid": "wk1", "token": "TICKET"])
    let errand = ErrandRecord(
      id: now.microseconds, channel: "wecom", key: followUp.key, kind: followUp.kind,
      dataJSON: #"{"open_kfid":"wk1","token":"TICKET"}"#, at: now)
    try await bench.store.write { try $0.insert(errand) }
  }

  @Test(
    "an announced pull brings every page, once, goes on where it ended, and keeps no token in the open",
    arguments: TestEngine.all)
  func pulled(engine: TestEngine) async throws {
    try await withWeCom(engine) { (bench, provider) async throws in
      let now = bench.time.now
      provider.put(
        [
          "errcode": 0, "msg_list": [item("K1", "一", at: now), item("K2", "二", at: now)], "has_more": 1,
          "next_cursor": "C1",
        ],
        at: "")
      provider.put(
        ["errcode": 0, "msg_list": [item("K3", "三", at: now)], "has_more": 0, "next_cursor": "C2"], at: "C1")
      try await announce(bench)
      try await bench.doErrands()
      let texts = "SELECT text FROM messages WHERE direction = 'in' ORDER BY external_id"
      #expect(try await bench.texts(texts) == ["一", "二", "三"])
      provider.put(
        ["errcode": 0, "msg_list": [item("K4", "四", at: now)], "has_more": 0, "next_cursor": "C3"], at: "C2")
      // The token is ended before its time: one more is fetched, and nothing is lost.
      provider.expire("T1")
      try await announce(bench)
      try await bench.doErrands()
      #expect(try await bench.texts(texts) == ["一", "二", "三", "四"])
      #expect(provider.tokensGiven == 2)
      let kept = try await bench.texts("SELECT value FROM channel_memory WHERE name = 'access_token'")
      #expect(kept.count == 1 && !kept[0].contains("T2"))
      #expect(try await bench.count("SELECT COUNT(*) FROM errands") == 0)
    }
  }

  @Test(
    "tokens are fetched by one at a time, shared through the store, and replaced when they end",
    arguments: TestEngine.all)
  func tokens(engine: TestEngine) async throws {
    try await withWeCom(engine) { (bench, provider) async throws in
      let now = bench.time.now
      let people = (0..<6).map { number -> JSON in
        var members = item("K\(number)", "退款", at: now).members ?? []
        members.removeAll { $0.key == "external_userid" }
        return .object(members + [.init("external_userid", .string("wm\(number)"))])
      }
      provider.put(["errcode": 0, "msg_list": .array(people), "has_more": 0, "next_cursor": "C1"], at: "")
      try await announce(bench)
      try await bench.doErrands()
      #expect(provider.tokensGiven == 1)
      let agent = try await bench.agent("wei")
      let ids = try await bench.store.read {
        try $0.rows("SELECT id FROM conversations ORDER BY id").map { $0.int64(0) }
      }
      #expect(ids.count == 6)
      bench.time.advance(7000)
      for id in ids {
        _ = try await bench.desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(id), by: agent)
      }
      try await bench.sendAll()
      #expect(try await outbox(bench).allSatisfy { $0.state == .accepted })
      #expect(provider.tokensGiven == 2)
      // Another process reads the token instead of asking for one.
      let other = try bench.colleague(node: 2)
      defer { other.courier.close() }
      _ = try await bench.desk.reply(
        ReplyDraft(text: "又", seq: nil, anyway: true), to: ConversationID(ids[0]), by: agent)
      while try await other.deliverDue() > 0 {}
      #expect(try await outbox(bench).allSatisfy { $0.state == .accepted })
      #expect(provider.tokensGiven == 2)
    }
  }

  @Test("an account whose own secret is refused stops the channel", arguments: TestEngine.all)
  func badSecret(engine: TestEngine) async throws {
    try await withWeCom(engine, secret: "wrong") { (bench, provider) async throws in
      let agent = try await bench.agent("wei")
      let body: JSON = ["errcode": 0, "msg_list": [item("K1", "退款", at: bench.time.now)], "has_more": 0]
      let delivery = RawDelivery(door: .poll, query: "open_kfid=wk1", body: body.bytes, receivedAt: bench.time.now)
      #expect(await bench.desk.receive(delivery, on: "wecom").filed == 1)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "好", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      try await bench.sendAll()
      #expect(try await outbox(bench).map(\.state) == [.queued])
      #expect(try await bench.store.read { try $0.channelStops() }.map(\.channel) == ["wecom"])
      #expect(provider.tokensGiven == 0)
    }
  }
}
