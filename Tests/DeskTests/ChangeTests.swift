import Channels
import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Edits, deletions and reactions") struct ChangeTests {
  private func edit(_ bench: Bench, _ text: String, of id: String = "m1", at seconds: Int64) async -> IntakeResult {
    await change(bench, "message_edit", ["mid": .string(id), "text": .string(text)], at: seconds)
  }

  private func change(_ bench: Bench, _ kind: String, _ content: JSON, at seconds: Int64) async -> IntakeResult {
    let sent = bench.time.now.adding(seconds: seconds)
    return await bench.deliver([
      .object([
        .init("sender", ["id": "customer"]), .init("recipient", ["id": .string(Bench.page)]),
        .init("timestamp", JSON(sent.microseconds / 1000)), .init(kind, content),
      ])
    ])
  }

  private func text(_ bench: Bench) async throws -> String? {
    try await bench.texts("SELECT text FROM messages WHERE external_id = 'm1'").first
  }

  @Test("an edit that is overtaken by a later one changes nothing", arguments: TestEngine.all)
  func overtaken(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(await bench.message("first", id: "m1", at: bench.time.now.adding(seconds: -60)).filed == 1)
      #expect(await edit(bench, "third", at: -10).filed == 1)
      #expect(await edit(bench, "second", at: -20).filed == 1)
      #expect(try await text(bench) == "third")
      // A provider's clock that is ahead of ours keeps its order.
      _ = await edit(bench, "fifth", at: 20)
      bench.time.advance(1)
      _ = await edit(bench, "fourth", at: 10)
      #expect(try await text(bench) == "fifth")
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'edited'") == 2)
    }
  }

  @Test("two edits of one second differ by all their words", arguments: TestEngine.all)
  func longTexts(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let start = String(repeating: "the same beginning, ", count: 5)
      _ = await bench.message(start, id: "m1", at: bench.time.now.adding(seconds: -60))
      #expect(await edit(bench, start + "and one end", at: -10).filed == 1)
      #expect(await edit(bench, start + "and another", at: -10).filed == 1)
      #expect(await edit(bench, start + "and another", at: -10).known == 1)
      #expect(try await text(bench) == start + "and another")
    }
  }

  @Test("what comes before its message waits for it", arguments: TestEngine.all)
  func early(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let sent = bench.time.now.adding(seconds: -60)
      #expect(await edit(bench, "newest", at: -10).filed == 1)
      #expect(await edit(bench, "newer", at: -20).filed == 1)
      #expect(await change(bench, "reaction", ["mid": "m1", "emoji": "👍", "action": "react"], at: -5).filed == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM messages") == 0)
      #expect(await bench.message("first", id: "m1", at: sent).filed == 1)
      #expect(await bench.message("first", id: "m1", at: sent).known == 1)
      #expect(try await text(bench) == "newest")
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'reaction'") == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM early_changes") == 0)
    }
  }

  @Test("an unsend before its message leaves nothing to be read", arguments: TestEngine.all)
  func unsent(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(await change(bench, "message", ["mid": "m1", "is_deleted": true], at: -5).filed == 1)
      #expect(await bench.message("a secret word", id: "m1", at: bench.time.now.adding(seconds: -60)).filed == 1)
      _ = await edit(bench, "another secret word", at: -10)
      let lead = try await bench.agent("lead", role: .lead)
      let shown = try await bench.desk.show(try await bench.only(), to: lead)
      #expect(!shown.description.contains("secret"))
      while try await bench.desk.indexNewMessages() > 0 {}
      #expect(!"\(try await bench.desk.search("secret", limit: 5, for: lead))".contains("secret word"))
    }
  }

  @Test("what waits for a message that never comes is dropped in the end", arguments: TestEngine.all)
  func orphans(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await edit(bench, "to nobody", at: -10)
      #expect(try await bench.desk.tidy() == 0)
      bench.time.advance(8 * 86_400)
      #expect(try await bench.desk.tidy() == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM early_changes") == 0)
    }
  }
}
