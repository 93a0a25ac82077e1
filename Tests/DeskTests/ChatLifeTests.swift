import Channels
import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// What happens at a chat beside the messages.
@Suite("At the chat") struct ChatLifeTests {
  private let thread = "webchat:webchat:visitor-one"
  private let day = ("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")

  private func shown(_ bench: Bench, _ id: Int64 = 1) async throws -> JSON {
    try await bench.desk.show(ConversationID(id), to: try await Scene(bench).agent("lead"))
  }

  private func live(_ scene: Scene) async throws -> JSON {
    try #require(try await scene.report(day.0, day.1)["total"]?["live"])
  }

  /// Customer writes at 10:00 in the chat.
  private func begin(_ bench: Bench) async throws -> Scene {
    let scene = Scene(bench)
    scene.at("2026-03-09T10:00:00+08:00")
    try await scene.chat("我要申请退款", visitor: "visitor-one")
    return scene
  }

  @Test("typing is seen for six seconds by the other side, and nothing of it is written", arguments: TestEngine.all)
  func typing(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      let (lead, before) = (try await scene.agent("lead"), try await bench.rowCounts())
      let changes = bench.desk.feed.changes(ofThread: thread)
      try await bench.desk.chatTyping(channel: "webchat", threadKey: thread, isTyping: true)
      #expect(try await shown(bench)["customer_typing"] == true)
      scene.bench.time.advance(5)
      #expect(try await shown(bench)["customer_typing"] == true)
      scene.bench.time.advance(1)
      #expect(try await shown(bench)["customer_typing"] == false)
      try await bench.desk.chatTyping(channel: "webchat", threadKey: thread, isTyping: true)
      try await bench.desk.chatTyping(channel: "webchat", threadKey: thread, isTyping: false)
      #expect(try await shown(bench)["customer_typing"] == false)
      try await bench.desk.typing(on: ConversationID(1), by: lead)
      #expect(try await bench.desk.chatSigns(channel: "webchat", threadKey: thread)["agent_typing"] == true)
      scene.bench.time.advance(6)
      #expect(try await bench.desk.chatSigns(channel: "webchat", threadKey: thread)["agent_typing"] == false)
      #expect(try await bench.rowCounts() == before)
      var seen: [String] = []
      for await change in changes {
        seen.append(change.what)
        if change.isAgentTyping { break }
      }
      #expect(seen == ["customer_typing", "customer_typing", "agent_typing"])
      let stranger = try await bench.agent("stranger", queues: ["complaints"])
      await #expect(throws: DeskError.self) { try await bench.desk.typing(on: ConversationID(1), by: stranger) }
    }
  }

  @Test("what was read is marked, on both sides, and only what was there to read", arguments: TestEngine.all)
  func reading(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      let lead = try await scene.agent("lead")
      #expect(try await shown(bench)["seen"] == .null)
      try await bench.desk.noteSeen(ConversationID(1), by: lead)
      let question = try #require(
        try await bench.texts("SELECT CAST(id AS TEXT) FROM messages WHERE direction = 'in'").first)
      #expect(try await bench.desk.chatSigns(channel: "webchat", threadKey: thread)["seen_to"]?.string == question)
      let seen = try await shown(bench)["seen"]
      #expect(seen?["by"] == "lead" && seen?["message"]?.string == question)
      scene.bench.time.advance(60)
      try await scene.reply()
      try await scene.reply()
      let answers = try await bench.store.read {
        try $0.rows("SELECT id FROM messages WHERE direction = 'out' ORDER BY id").map { $0.int64(0) }
      }
      try await bench.desk.chatRead(channel: "webchat", threadKey: "webchat:webchat:somebody-else", upTo: .max)
      #expect(try await bench.count("SELECT COUNT(*) FROM messages WHERE delivery_state = 'read'") == 0)
      try await bench.desk.chatRead(channel: "webchat", threadKey: thread, upTo: answers[0])
      let states = "SELECT delivery_state FROM messages WHERE direction = 'out' ORDER BY id"
      #expect(try await bench.texts(states) == ["read", "accepted"])
      try await bench.desk.chatRead(channel: "webchat", threadKey: thread, upTo: answers[1])
      #expect(try await bench.texts(states) == ["read", "read"])
    }
  }

  @Test(
    "who ends the chat before anybody answers has given up; an answer afterwards changes nothing",
    arguments: TestEngine.all)
  func abandoned(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      scene.bench.time.advance(90)
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: true)
      #expect(try await shown(bench)["flags"]?.array?.contains("left") == true)
      scene.bench.time.advance(60)
      try await scene.reply()
      let live = try await self.live(scene)
      #expect(live["abandoned"] == 1 && live["answered"] == 0 && live["offered"] == 1)
      #expect(live["abandonment_percent"]?.double == 100)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'left'") == 1)
    }
  }

  @Test("who was answered before leaving has not given up, nor who comes back in time", arguments: TestEngine.all)
  func answered(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      scene.bench.time.advance(30)
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: true)
      scene.bench.time.advance(30)
      try await bench.desk.chatPresent(channel: "webchat", threadKey: thread)
      #expect(try await shown(bench)["flags"]?.array?.contains("left") == false)
      try await scene.reply()
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: true)
      // Another visitor, who writes again after leaving.
      try await scene.chat("在吗", visitor: "visitor-two")
      try await bench.desk.chatLeft(channel: "webchat", threadKey: "webchat:webchat:visitor-two", isFinal: true)
      scene.bench.time.advance(30)
      try await scene.chat("我回来了", visitor: "visitor-two", id: "c2")
      #expect(try await shown(bench, 2)["flags"]?.array?.contains("left") == false)
      try await scene.reply(2)
      let live = try await self.live(scene)
      #expect(live["abandoned"] == 0 && live["answered"] == 2)
    }
  }

  @Test("a page that is closed has left after twenty seconds, unless it is open again", arguments: TestEngine.all)
  func closed(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      func isGone() async throws -> Bool { try await bench.conversation(ConversationID(1)).hasFlag("left") }
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: false)
      // Loaded again.
      scene.bench.time.advance(2)
      try await bench.desk.chatPresent(channel: "webchat", threadKey: thread)
      scene.bench.time.advance(60)
      #expect(try await bench.desk.sweepDepartures() == 0)
      // Another tab has it open.
      let tab = bench.desk.feed.changes(ofThread: thread)
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: false)
      scene.bench.time.advance(20)
      #expect(try await bench.desk.sweepDepartures() == 1)
      #expect(try await !isGone())
      _ = tab
      try await bench.desk.chatLeft(channel: "webchat", threadKey: "webchat:webchat:nobody", isFinal: false)
      scene.bench.time.advance(20)
      #expect(try await bench.desk.sweepDepartures() == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'left'") == 0)
    }
  }

  @Test("closed for good, it counts from the moment it was closed", arguments: TestEngine.all)
  func closedForGood(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = try await begin(bench)
      scene.bench.time.advance(40)
      try await bench.desk.chatLeft(channel: "webchat", threadKey: thread, isFinal: false)
      scene.bench.time.advance(19)
      #expect(try await bench.desk.sweepDepartures() == 0)
      scene.bench.time.advance(1)
      #expect(try await bench.desk.sweepDepartures() == 1)
      #expect(try await bench.instant("SELECT at FROM events WHERE kind = 'left'") == at("2026-03-09T10:00:40+08:00"))
      #expect(try await live(scene)["abandoned"] == 1)
    }
  }
}
