import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Agents") struct AgentTests {
  private func refusal(_ body: () async throws -> Void) async -> String { await Refusal.word(body) }

  @Test("agents who ask at once never get the same conversation, and none is left", arguments: TestEngine.all)
  func leases(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      for number in 0..<40 { _ = await bench.message(IntakeTests.refund, id: "m\(number)", from: "c\(number)") }
      let desks = [bench.desk, try bench.colleague(node: 2)]
      var agents: [Agent] = []
      for number in 0..<4 { agents.append(try await bench.agent("agent\(number)")) }
      let taken = await withTaskGroup(of: [ConversationID].self) { group in
        for (number, agent) in agents.enumerated() {
          group.addTask {
            var mine: [ConversationID] = []
            while let id = try? await desks[number % 2].takeNext(for: agent, queue: nil) { mine.append(id) }
            return mine
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.count == Set(taken).count)
      // PostgreSQL leaves out what another transaction is just taking: whoever comes last finds the rest.
      var rest = 0
      while (try? await bench.desk.takeNext(for: agents[0], queue: nil)) != nil { rest += 1 }
      #expect(taken.count + rest == 40)
      #expect(try await bench.remakeChoices() == 40)
      #expect(try await bench.count("SELECT COUNT(*) FROM leases") == 40)
    }
  }

  @Test(
    "what a message moves out of one's hands into another queue stays there until it is let go",
    arguments: TestEngine.all)
  func movedWhileHeld(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      let wei = try await bench.agent("wei", queues: ["refunds"])
      let (id, draft) = (ConversationID(1), ReplyDraft(text: "在处理", seq: 1))
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c")
      try await desk.take(id, for: wei)
      _ = await bench.message("我的手机被偷了，有人在用我的钱", id: "m2", from: "c")
      #expect(try await bench.conversation(id).queue == "security")
      #expect(try await desk.show(id, to: wei)["queue"] == "security")
      #expect(await refusal { _ = try await desk.reply(draft, to: id, by: wei) } == "moved on by 1")
      #expect(await refusal { try await desk.note("看到了", on: id, by: wei) } == "done")
      try await desk.release(id, by: wei)
      #expect(await refusal { try await desk.take(id, for: wei) } == "not found")
      #expect(await refusal { _ = try await desk.show(id, to: wei) } == "not found")
      // Of what one has just given away one is told where it went, and no more.
      let outcome = try await desk.outcome(id, for: wei)
      #expect(outcome["queue"] == "security" && outcome["messages"] == nil && outcome["subject"] == nil)
    }
  }

  @Test(
    "resolved and opened again, nothing stays hidden",
    arguments: TestEngine.all)
  func wokenAndSeen(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let (desk, wei, id) = (bench.desk, try await bench.agent("wei"), ConversationID(1))
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c")
      try await desk.snooze(id, until: bench.time.now.adding(seconds: 86_400), by: wei)
      try await desk.resolve(id, by: wei)
      try await desk.reopen(id, by: wei)
      #expect(try await desk.takeNext(for: wei, queue: nil) == id)
    }
  }

  @Test("a lease ends by itself and the conversation keeps its place", arguments: TestEngine.all)
  func expiry(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "first")
      bench.time.advance(5)
      _ = await bench.message(IntakeTests.refund, id: "m2", from: "second")
      #expect(try await bench.desk.takeNext(for: wei, queue: "refunds") == ConversationID(1))
      #expect(try await bench.desk.takeNext(for: mei, queue: "refunds") == ConversationID(2))
      #expect(await refusal { _ = try await bench.desk.takeNext(for: mei, queue: nil) } == "nothing waiting")
      #expect(await refusal { try await bench.desk.take(ConversationID(1), for: mei) } == "held by wei")
      #expect(
        await refusal { _ = try await bench.desk.reply(ReplyDraft(text: "x", seq: 9), to: ConversationID(1), by: mei) }
          == "held by wei")
      #expect(
        await refusal { try await bench.desk.note("a lost lease never blocks notes", on: ConversationID(1), by: mei) }
          == "done")
      // The refunds queue holds for 20 minutes.
      bench.time.advance(20 * 60 - 1)
      #expect(await refusal { _ = try await bench.desk.takeNext(for: mei, queue: nil) } == "nothing waiting")
      bench.time.advance(1)
      #expect(try await bench.desk.takeNext(for: mei, queue: nil) == ConversationID(1))
      #expect(await refusal { try await bench.desk.release(ConversationID(1), by: wei) } == "held by mei")
    }
  }

  @Test("a reply over what was not read is refused with what is new, and writes nothing", arguments: TestEngine.all)
  func movedOn(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let (wei, mei) = (try await bench.agent("wei"), try await bench.agent("mei"))
      _ = await bench.message(IntakeTests.refund, id: "m1")
      let id = try await bench.desk.takeNext(for: wei, queue: nil)
      let seen = try #require(try await bench.desk.show(id, to: wei)["seq"]?.int64)
      _ = await bench.message("已经收到了，不用了", id: "m2")
      let before = try await bench.rowCounts()
      #expect(
        await refusal { _ = try await bench.desk.reply(ReplyDraft(text: "好", seq: seen), to: id, by: wei) }
          == "moved on by 1")
      #expect(
        await refusal { _ = try await bench.desk.reply(ReplyDraft(text: "好", seq: nil), to: id, by: wei) } == "invalid")
      #expect(try await bench.rowCounts() == before)
      let fresh = try #require(try await bench.desk.show(id, to: wei)["seq"]?.int64)
      #expect(
        await refusal { _ = try await bench.desk.reply(ReplyDraft(text: "好的", seq: fresh), to: id, by: wei) } == "done")
      #expect(
        await refusal { _ = try await bench.desk.reply(ReplyDraft(text: "我也说", seq: fresh), to: id, by: mei) }
          == "moved on by 1")
      #expect(
        await refusal {
          _ = try await bench.desk.reply(ReplyDraft(text: "仍然", seq: fresh, anyway: true), to: id, by: mei)
        } == "done")
      #expect(try await bench.texts("SELECT text FROM messages WHERE direction = 'out' ORDER BY seq") == ["好的", "仍然"])
    }
  }

  @Test("a reply and its outbox entry are written together or not at all", arguments: TestEngine.all)
  func together(engine: TestEngine) async throws {
    let fuse = Fuse()
    try await withBench(engine, observer: fuse.observer) { (bench) async throws in
      let wei = try await bench.agent("wei")
      _ = await bench.message(IntakeTests.refund, id: "m1")
      let before = try await bench.rowCounts()
      var position = 0
      while true {
        position += 1
        fuse.set(position, .check)
        let outcome = await refusal {
          _ = try await bench.desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: ConversationID(1), by: wei)
        }
        let hasBlown = fuse.hasBlown
        fuse.clear()
        guard hasBlown else {
          #expect(outcome == "done")
          break
        }
        #expect(outcome != "done", "at statement \(position)")
        #expect(try await bench.rowCounts() == before, "at statement \(position)")
      }
      #expect(position > 5)
      let after = try await bench.rowCounts()
      #expect(after["messages"] == before["messages"].map { $0 + 1 })
      #expect(after["outbox"] == before["outbox"].map { $0 + 1 })
    }
  }

  @Test("an agent of another queue sees nothing of it, whatever they call", arguments: TestEngine.all)
  func canary(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let desk = bench.desk
      let owner = try await bench.agent("owner", queues: ["refunds"])
      let stranger = try await bench.agent("stranger", queues: ["payments"])
      let part =
        "--b\nContent-Type: text/plain; name=kanarienvogel.txt\nContent-Disposition: attachment; filename=kanarienvogel.txt\n\nkanarienvogel\n--b--\n"
      let letter =
        "From: Kanarienvogel <kanarienvogel@customer.example>\nTo: support@example.com\nSubject: 退款 kanarienvogel\nMessage-ID: <k@c>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n我要申请退款 kanarienvogel\n"
      let id = try #require(await bench.mail(letter + part).conversations.first)
      #expect(try await bench.conversation(id).queue == "refunds")
      _ = await bench.message("付款失败了", id: "own", from: "own")
      let own = ConversationID(id.rawValue + 1)
      #expect(try await bench.conversation(own).queue == "payments")
      try await desk.note("kanarienvogel", on: id, by: owner)
      while try await desk.indexNewMessages() > 0 { bench.time.advance(20) }
      bench.time.advance(20)
      _ = try await desk.indexNewMessages()
      let file = try #require(try await bench.store.read { try $0.attachments(of: id) }.first?.id)

      // The owner's eyes prove that the bird is there to be seen.
      let seen = try await views(of: id, file, own: own, by: owner, bench)
      #expect(seen.components("kanarienvogel") > 5)
      let hidden = try await views(of: id, file, own: own, by: stranger, bench)
      #expect(!hidden.lowercased().contains("kanarienvogel"), "\(hidden)")
      for (name, outcome) in await touches(id, file, own: own, by: stranger, bench) {
        #expect(["not found", "denied"].contains(outcome), "\(name): \(outcome)")
      }
    }
  }

  /// Everything an agent can read, as one text.
  private func views(of id: ConversationID, _ file: Int64, own: ConversationID, by agent: Agent, _ bench: Bench)
    async throws -> String
  {
    let desk = bench.desk
    var found: [String] = []
    found += try await desk.list(ConversationFilter(), for: agent).conversations.map(\.description)
    found += try await desk.queues(for: agent).map(\.description)
    for query in ["kanarienvogel", "退款", "我要"] {
      found += try await desk.search(query, limit: 50, for: agent).map(\.description)
    }
    found.append((try? await desk.show(id, to: agent).description) ?? "")
    for question in Desk.Question.allCases {
      if let (text, decisions) = try? await desk.explain(id, question, to: agent) { found += [text, "\(decisions)"] }
    }
    let change = LiveChange("message", id, queue: "refunds", channel: "support-mail", threadKey: "")
    found.append(try await desk.summary(change, for: agent)?.description ?? "")
    found.append(try await desk.board(for: agent).description)
    if let bytes = try? await desk.attachmentContent(file, for: agent).bytes {
      found.append(String(decoding: bytes, as: UTF8.self))
    }
    for format in ["json", "csv", "text", "html"] {
      let request = ReportRequest(name: "daily_sla", from: nil, to: nil, format: format, language: nil)
      found.append(try await desk.makeReport(request, for: agent).text)
    }
    return found.joined(separator: "\n")
  }

  /// Everything an agent can do to a conversation, and how it ended.
  private func touches(_ id: ConversationID, _ file: Int64, own: ConversationID, by agent: Agent, _ bench: Bench) async
    -> [(String, String)]
  {
    let (desk, later) = (bench.desk, bench.time.now.adding(seconds: 60))
    return [
      ("show", await refusal { _ = try await desk.show(id, to: agent) }),
      ("list", await refusal { _ = try await desk.list(ConversationFilter(queues: ["refunds"]), for: agent) }),
      ("next", await refusal { _ = try await desk.takeNext(for: agent, queue: "refunds") }),
      ("explain", await refusal { _ = try await desk.explain(id, .route, to: agent) }),
      ("file", await refusal { _ = try await desk.attachmentContent(file, for: agent) }),
      ("take", await refusal { try await desk.take(id, for: agent) }),
      (
        "reply",
        await refusal { _ = try await desk.reply(ReplyDraft(text: "x", seq: nil, anyway: true), to: id, by: agent) }
      ),
      (
        "template",
        await refusal { _ = try await desk.templateText("refund_steps", for: id, agent: agent, ownText: "") }
      ),
      ("note", await refusal { try await desk.note("x", on: id, by: agent) }),
      ("transfer", await refusal { try await desk.transfer(id, to: "payments", reason: nil, by: agent) }),
      ("assign", await refusal { try await desk.assign(id, to: agent.name, by: agent) }),
      ("snooze", await refusal { try await desk.snooze(id, until: later, by: agent) }),
      ("release", await refusal { try await desk.release(id, by: agent) }),
      ("resolve", await refusal { try await desk.resolve(id, by: agent) }),
      ("reopen", await refusal { try await desk.reopen(id, by: agent) }),
      ("category", await refusal { try await desk.setCategory(id, "payment", by: agent) }),
      ("priority", await refusal { try await desk.setPriority(id, .low, by: agent) }),
      ("merge", await refusal { try await desk.merge(id, into: own, by: agent) }),
      ("absorb", await refusal { try await desk.merge(own, into: id, by: agent) }),
    ]
  }
}

extension String {
  /// How often `word` stands in it.
  fileprivate func components(_ word: String) -> Int { lowercased().ranges(of: word).count }
}
