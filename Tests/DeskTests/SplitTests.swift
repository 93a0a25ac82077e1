import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// METRICS §5: the new half starts at its first moved message of the customer's.
@Suite("Splitting") struct SplitTests {
  /// 09:00 a question, 09:10 its answer, 10:00 and 10:20 another matter, unanswered.
  private func begin(_ scene: Scene) async throws -> String {
    scene.at("2026-03-09T09:00:00+08:00")
    let letter = try await scene.mail()
    scene.at("2026-03-09T09:10:00+08:00")
    try await scene.reply()
    scene.at("2026-03-09T10:00:00+08:00")
    try await scene.mail("另外，我的登录密码忘了", answering: letter)
    scene.at("2026-03-09T10:20:00+08:00")
    try await scene.mail("还在吗", answering: letter)
    return letter
  }

  private func seqs(_ bench: Bench, _ id: Int64) async throws -> [Int64] {
    try await bench.store.read {
      try $0.rows("SELECT seq FROM messages WHERE conversation_id = \(id) AND direction <> 'bot' ORDER BY seq").map {
        $0.int64(0)
      }
    }
  }

  @Test("each half has its messages, its clocks and its numbers", arguments: TestEngine.all)
  func halves(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      _ = try await begin(scene)
      let (all, lead) = (try await seqs(bench, 1), try await scene.agent("lead"))
      #expect(all.count == 4)
      scene.at("2026-03-09T10:30:00+08:00")
      let id = try await bench.desk.split(ConversationID(1), from: all[2], by: lead)
      #expect(id == ConversationID(2))
      #expect(try await seqs(bench, 1) == Array(all[..<2]))
      #expect(try await seqs(bench, 2) == Array(all[2...]))
      let (old, new) = (try await bench.conversation(ConversationID(1)), try await bench.conversation(id))
      #expect(old.waitingSince == nil && old.status == .pending && old.dueAt == nil)
      #expect(new.startedAt == at("2026-03-09T10:00:00+08:00") && new.waitingSince == new.startedAt)
      #expect(new.status == .new && new.relatedTo == ConversationID(1) && new.queue == old.queue)
      #expect(new.firstResponseAt == nil && old.firstResponseAt != nil)
      let clock = try await bench.clock("first_response", of: id)
      #expect(clock.state == .running && clock.startedAt == new.startedAt && clock.dueAt == new.dueAt)
      #expect(
        try await bench.store.read { try $0.clocks(of: ConversationID(1)) }.allSatisfy { $0.kind != "next_reply" })
      scene.at("2026-03-09T10:40:00+08:00")
      try await scene.reply(2, by: "bo")
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let total = report["total"]
      #expect(total?["arrived"] == 2 && total?["first_response"]?["count"] == 2 && total?["next_reply"]?["count"] == 0)
      #expect(minutes(report, "first_response", "p50_business_seconds") == 10)
      #expect(minutes(report, "first_response", "p95_business_seconds") == 40)
      for asked in [ConversationID(1), id] {
        #expect(try await bench.desk.explain(asked, .route, to: lead).text.contains("split"))
      }
      try await bench.desk.indexNewMessages()
      let found = try await bench.desk.search("登录密码", limit: 5, for: lead)
      #expect(found.compactMap { $0["id"]?.int64 } == [2])
    }
  }

  @Test("a report of the time before tells it as it was then", arguments: TestEngine.all)
  func past(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      _ = try await begin(scene)
      let day = ("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      scene.at("2026-03-10T09:00:00+08:00")
      let before = try await scene.report(day.0, day.1)["total"]
      let all = try await seqs(bench, 1)
      _ = try await bench.desk.split(ConversationID(1), from: all[2], by: try await scene.agent("lead"))
      #expect(try await scene.report(day.0, day.1)["total"] == before)
    }
  }

  @Test("answers to either half find it, whatever mark they bear", arguments: TestEngine.all)
  func threads(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      let letter = try await begin(scene)
      scene.at("2026-03-09T10:25:00+08:00")
      try await scene.reply()
      let sent = try await bench.texts(
        "SELECT external_id FROM messages WHERE direction = 'out' AND external_id IS NOT NULL ORDER BY seq")
      let all = try await seqs(bench, 1)
      scene.at("2026-03-09T10:30:00+08:00")
      _ = try await bench.desk.split(ConversationID(1), from: all[2], by: try await scene.agent("lead"))
      func answer(_ name: String, to id: String) async {
        let reference = "In-Reply-To: <\(id.drop { $0 == "<" }.prefix { $0 != ">" })>\n"
        _ = await bench.mail(Bench.letter("好的", id: name, from: "Li <li@customer.example>", extra: reference))
      }
      let waiting = try await seqs(bench, 2).count
      try #require(sent.count == 2)
      await answer("a1", to: sent[1])
      #expect(try await seqs(bench, 2).count == waiting + 1)
      await answer("a2", to: sent[0])
      await answer("a3", to: "\(letter)@customer.example")
      #expect(try await seqs(bench, 1).count == 4)
      #expect(try await seqs(bench, 2).count == waiting + 1)
    }
  }

  @Test("what cannot be split is refused, and nothing is written", arguments: TestEngine.all)
  func refused(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      _ = try await begin(scene)
      let (all, lead) = (try await seqs(bench, 1), try await scene.agent("lead"))
      scene.at("2026-03-09T10:30:00+08:00")
      try await scene.reply(1)
      let before = try await bench.rowCounts()
      func refusal(_ from: Int64, by agent: Agent) async -> String {
        do {
          _ = try await bench.desk.split(ConversationID(1), from: from, by: agent)
          return ""
        } catch { return "\(error)" }
      }
      #expect(await refusal(all[0], by: lead).contains("nothing would stay"))
      #expect(await refusal(99, by: lead).contains("no message 99"))
      let last = try #require(try await seqs(bench, 1).last)
      #expect(await refusal(last, by: lead).contains("wrote nothing"))
      let stranger = try await bench.agent("stranger", queues: ["complaints"])
      #expect(await refusal(all[2], by: stranger).contains("no conversation"))
      #expect(try await bench.rowCounts()["conversations"] == before["conversations"])
      try await scene.mail("别的", from: "wu")
      try await bench.desk.merge(ConversationID(2), into: ConversationID(1), by: lead)
      #expect(await refusal(all[2], by: lead).contains("unmerge #2 first"))
    }
  }
}
