import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Quick replies at the desk") struct QuickReplyDeskTests {
  private func draft(_ options: [String]) -> ReplyDraft {
    var draft = ReplyDraft(text: "到账了吗？", seq: nil, anyway: true)
    draft.options = options
    return draft
  }

  @Test("leave with the answer and are shown beside it", arguments: TestEngine.all)
  func messenger(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei", role: .lead)
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      bench.web.forget()
      let id = try await bench.only()
      _ = try await bench.desk.reply(draft([" 到了 ", "还没有"]), to: id, by: agent)
      try await bench.sendAll()
      let body = try JSON(parsing: try #require(bench.web.taken.last).body)
      let labels = (body["message"]?["quick_replies"]?.array ?? []).compactMap { $0["title"]?.string }
      #expect(labels == ["到了", "还没有"])
      let shown = try await bench.desk.show(id, to: agent)["messages"]?.array?.last
      #expect(shown?["options"]?.array?.compactMap(\.string) == labels)
    }
  }

  @Test("are redacted like any other text", arguments: TestEngine.all)
  func redacted(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei", role: .lead)
      try await Scene(bench).chat("退款没到账", visitor: "visitor-0123456789")
      let id = try await bench.only()
      _ = try await bench.desk.reply(draft(["4111111111111111"]), to: id, by: agent)
      let shown = try await bench.desk.show(id, to: agent)["messages"]?.array?.last?["options"]?.array ?? []
      #expect(shown.count == 1 && shown[0].string?.hasPrefix("[card •••• 1111") == true, "\(shown)")
    }
  }

  @Test("are a numbered list in a mail, which is still pinned to what it answers", arguments: TestEngine.all)
  func mail(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei", role: .lead)
      _ = await bench.mail(Bench.letter("My refund?", id: "a", subject: "Refund"))
      try await bench.sendAll()
      let id = try await bench.only()
      var draft = draft(["Yes", "No"])
      draft.text = "Has it arrived?"
      _ = try await bench.desk.reply(draft, to: id, by: agent)
      try await bench.sendAll()
      let sent = try #require(bench.post.received.last)
      #expect(String(decoding: sent.message, as: UTF8.self).contains("Has it arrived?\r\n\r\n1. Yes\r\n2. No"))
      let extra = try await bench.texts("SELECT extra_json FROM messages WHERE direction = 'out'")
      let kept = try JSON(parsing: try #require(extra.first))
      #expect(kept["to"]?[0] == "li@customer.example" && kept["options"] == ["Yes", "No"])
    }
  }

  @Test("that do not fit the channel are refused before anything is kept", arguments: TestEngine.all)
  func refused(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("wei", role: .lead)
      _ = await bench.message(IntakeTests.refund, id: "m1")
      try await bench.sendAll()
      let (id, before) = (try await bench.only(), try await bench.rowCounts())
      let problem = await #expect(throws: DeskError.self) {
        try await bench.desk.reply(draft((1...14).map { "\($0)" }), to: id, by: agent)
      }
      var words = ""
      if case .invalid(let said)? = problem { words = said }
      #expect(words == "the channel facebook cannot carry this: at most 13 quick replies fit here, not 14")
      #expect(try await bench.rowCounts() == before)
    }
  }
}
