import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// METRICS §5: unmerge restores.
@Suite("Taking merges back") struct UnmergeTests {
  /// Every row of two conversations, but for when they were last touched.
  private func rows(_ bench: Bench) async throws -> [String] {
    try await bench.store.read { tx in
      let tables = [
        "conversations WHERE id IN (1, 2) ORDER BY id", "clocks WHERE conversation_id IN (1, 2) ORDER BY id",
        "messages WHERE conversation_id IN (1, 2) ORDER BY id", "leases ORDER BY conversation_id",
      ]
      return try tables.flatMap { table in
        try tx.rows("SELECT \(Self.columns[String(table.prefix { $0 != " " })] ?? "*") FROM \(table)").map {
          "\(table.prefix(8)) \($0.values)"
        }
      }
    }
  }

  private func difference(_ before: [String], _ after: [String]) -> [String] {
    Set(before).symmetricDifference(after).sorted()
  }

  private static let columns = [
    "conversations": """
    id, status, category, priority, queue, home_queue, reason, assignee, last_seq, customer_seq, waiting_since, enqueued_at,
    ready_at, started_at, last_inbound_at, first_response_at, resolved_at, reopen_count, due_at, related_to, merged_into, flags
    """
  ]

  /// A mail of 09:40 and a chat of 10:00, in states that a merge has to reconcile.
  private func begin(_ scene: Scene, chat: ConversationStatus?) async throws {
    scene.at("2026-03-09T09:40:00+08:00")
    try await scene.mail()
    scene.at("2026-03-09T10:00:00+08:00")
    try await scene.chat("我要申请退款，已经发过邮件", visitor: "visitor-one")
    scene.at("2026-03-09T10:03:00+08:00")
    if let chat { try await scene.reply(2, status: chat) }
  }

  @Test(
    "at once, both are byte for byte what they were", arguments: TestEngine.all,
    [nil, .pending, .resolved] as [ConversationStatus?])
  func exact(engine: TestEngine, chat: ConversationStatus?) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await begin(scene, chat: chat)
      let before = try await rows(bench)
      let from = "2026-03-09T00:00:00+08:00"
      let report = try await scene.report(from, "2026-03-10T00:00:00+08:00")["total"]
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:05:00+08:00")
      for _ in 0..<2 {
        try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
        let merged = try await rows(bench)
        #expect(merged != before)
        scene.bench.time.advance(60)
        try await bench.desk.unmerge(ConversationID(1), by: wei)
        #expect(difference(before, try await rows(bench)) == [])
      }
      #expect(try await scene.report(from, "2026-03-10T00:00:00+08:00")["total"] == report)
    }
  }

  @Test("later, each has what is its own, and the clocks that are its own", arguments: TestEngine.all)
  func later(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await begin(scene, chat: nil)
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:05:00+08:00")
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
      scene.at("2026-03-09T10:30:00+08:00")
      try await scene.reply(2)
      #expect(try await bench.clock("first_response", of: ConversationID(2)).businessSeconds == 50 * 60)
      try await bench.desk.unmerge(ConversationID(1), by: wei)
      // The answer was written in the chat, whose customer had waited half an hour; nobody has answered the mail.
      #expect(try await bench.clock("first_response", of: ConversationID(2)).businessSeconds == 30 * 60)
      let letter = try await bench.conversation(ConversationID(1))
      #expect(letter.waitingSince == at("2026-03-09T09:40:00+08:00") && letter.status == .new)
      #expect(try await bench.clock("first_response", of: ConversationID(1)).state == .running)
      scene.at("2026-03-09T11:00:00+08:00")
      try await scene.reply(1)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(report["total"]?["first_response"]?["count"] == 2 && report["total"]?["arrived"] == 2)
      #expect(minutes(report, "first_response", "p50_business_seconds") == 30)
      #expect(minutes(report, "first_response", "p95_business_seconds") == 80)
      let why = try await bench.desk.explain(ConversationID(1), .route, to: wei)
      #expect(why.text.contains("unmerge"))
    }
  }

  @Test("an answer that left while they were one counts where its message is", arguments: TestEngine.all)
  func underway(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await begin(scene, chat: nil)
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:10:00+08:00")
      _ = try await bench.desk.reply(
        ReplyDraft(text: "已处理", seq: nil, anyway: true), to: ConversationID(1), by: wei)
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
      scene.at("2026-03-09T10:12:00+08:00")
      try await bench.sendAll()
      try await bench.desk.unmerge(ConversationID(1), by: wei)
      let clock = try await bench.clock("first_response", of: ConversationID(1))
      #expect(clock.state == .met && clock.stoppedAt == at("2026-03-09T10:12:00+08:00"))
      #expect(try await bench.conversation(ConversationID(1)).waitingSince == nil)
      #expect(try await bench.clock("first_response", of: ConversationID(2)).state == .running)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(report["total"]?["first_response"]?["count"] == 1)
    }
  }

  @Test("merges are taken back in the other order, and nothing else can be", arguments: TestEngine.all)
  func order(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await begin(scene, chat: nil)
      try await scene.mail("另一封", from: "wu")
      let wei = try await scene.agent("wei")
      let before = try await rows(bench)
      func refusal(_ id: Int64) async -> String {
        do {
          try await bench.desk.unmerge(ConversationID(id), by: wei)
          return ""
        } catch { return "\(error)" }
      }
      #expect(await refusal(1).contains("has not been merged"))
      #expect(await refusal(9).contains("no conversation 9"))
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
      try await bench.desk.merge(ConversationID(3), into: ConversationID(2), by: wei)
      #expect(await refusal(1).contains("unmerge #3 first"))
      #expect(await refusal(3) == "")
      #expect(await refusal(1) == "")
      #expect(difference(before, try await rows(bench)) == [])
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: wei)
      try await bench.desk.merge(ConversationID(2), into: ConversationID(3), by: wei)
      #expect(await refusal(1).contains("unmerge #2 first"))
    }
  }
}
