import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Files of messages") struct MediaTests {
  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 3000)

  /// A bench with a bot, whose pretend API answers as `file` says.
  private func withPicture(
    _ engine: TestEngine, file: @escaping @Sendable (ReceivedRequest) -> ScriptedAnswer?,
    _ body: (Bench, ConversationID) async throws -> Void
  ) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectTelegram()
      bench.web.play { request in
        if let answer = file(request) { return answer }
        guard request.path.hasSuffix("/getFile") else { return nil }
        return .json(["ok": true, "result": ["file_id": "F1", "file_path": "photos/file_1.jpg"]])
      }
      let photo: JSON = [["file_id": "F1", "width": 90, "height": 90]]
      #expect(await bench.update(1, [.init("photo", photo), .init("caption", "截图")]).filed == 1)
      try await body(bench, try await bench.only())
    }
  }

  private func attachment(_ bench: Bench, _ id: ConversationID) async throws -> AttachmentRecord {
    try #require(try await bench.store.read { try $0.attachments(of: id) }.first)
  }

  @Test("a picture is fetched after the commit, kept by its hash, and told meanwhile", arguments: TestEngine.all)
  func fetched(engine: TestEngine) async throws {
    try await withPicture(engine) { request in
      request.path.contains("/file/bot")
        ? ScriptedAnswer(headers: [("Content-Type", "text/plain")], body: Self.jpeg) : nil
    } _: { (bench, id) async throws in
      #expect(try await attachment(bench, id).state == "fetching")
      try await bench.doErrands()
      let kept = try await attachment(bench, id)
      #expect((kept.state, kept.contentType, kept.size) == ("stored", "image/jpeg", Int64(Self.jpeg.count)))
      let lead = try await bench.agent("lead", role: .lead)
      #expect(try await bench.desk.attachmentContent(kept.id, for: lead).bytes == Self.jpeg)
      #expect(bench.web.received.map(\.path).contains("/file/bot\(Bench.botToken)/photos/file_1.jpg"))
      #expect(try await bench.count("SELECT COUNT(*) FROM errands") == 0)
    }
  }

  @Test(
    "what fails for now is tried again, a file that is gone is not, and the conversation says why",
    arguments: TestEngine.all)
  func failing(engine: TestEngine) async throws {
    try await withPicture(engine) { request in
      request.path.contains("/file/bot") ? ScriptedAnswer(status: request.number < 4 ? 503 : 410, body: []) : nil
    } _: { (bench, id) async throws in
      try await bench.doErrands()
      #expect(try await attachment(bench, id).state == "fetching")
      for _ in 0..<6 where try await attachment(bench, id).state == "fetching" {
        bench.time.advance(600)
        try await bench.doErrands()
      }
      let failed = try await attachment(bench, id)
      #expect(failed.state == "failed" && failed.detail?.contains("no longer has the file") == true)
      let lead = try await bench.agent("lead", role: .lead)
      let shown = try await bench.desk.show(id, to: lead)["messages"]?[0]?["attachments"]?[0]
      #expect(shown?["state"] == "failed" && shown?["detail"]?.string?.isEmpty == false)
      let requests = bench.web.receivedCount
      bench.time.advance(7 * 86_400)
      try await bench.doErrands()
      #expect(bench.web.receivedCount == requests)
    }
  }

  @Test("retries are bounded", arguments: TestEngine.all)
  func bounded(engine: TestEngine) async throws {
    try await withPicture(engine) { request in
      request.path.contains("/file/bot") ? ScriptedAnswer(status: 503, body: []) : nil
    } _: { (bench, id) async throws in
      for _ in 0..<80 where try await attachment(bench, id).state == "fetching" {
        try await bench.doErrands()
        bench.time.advance(3700)
      }
      #expect(try await attachment(bench, id).detail?.hasPrefix("given up after") == true)
    }
  }

  @Test(
    "a page, an empty file and a redirect into the house are refused",
    arguments: TestEngine.all, ["page", "empty", "loopback", "metadata", "plain", "stranger", "loop"])
  func refused(engine: TestEngine, kind: String) async throws {
    try await withPicture(engine) { request in
      guard request.path.contains("/file/bot") else { return nil }
      let away = { (place: String) in ScriptedAnswer(status: 302, headers: [("Location", place)], body: []) }
      switch kind {
      case "page": return ScriptedAnswer(body: Array("<!doctype html><h1>log in</h1>".utf8))
      case "empty": return ScriptedAnswer(body: [])
      case "loopback": return away("https://127.0.0.1/x")
      case "metadata": return away("http://169.254.169.254/latest/meta-data")
      case "plain": return away("http://api.telegram.org/x")
      case "stranger": return away("https://evil.example/x")
      default: return away(request.path)
      }
    } _: { (bench, id) async throws in
      try await bench.doErrands()
      let failed = try await attachment(bench, id)
      #expect(failed.state == "failed" && failed.sha256 == nil, "\(failed.detail ?? "")")
      #expect(bench.web.received.allSatisfy { $0.path.hasPrefix("/bot") || $0.path.hasPrefix("/file/bot") })
    }
  }

  @Test("an errand whose worker died is done by another when its lease is over", arguments: TestEngine.all)
  func deadWorker(engine: TestEngine) async throws {
    try await withPicture(engine) { request in
      request.path.contains("/file/bot") ? ScriptedAnswer(body: Self.jpeg) : nil
    } _: { (bench, id) async throws in
      let now = bench.time.now
      let claimed = try await bench.store.write {
        try $0.claimErrands(now: now, leaseUntil: now.adding(seconds: 900), limit: 10)
      }
      #expect(claimed.count == 1)
      #expect(try await bench.desk.doErrands() == 0)
      bench.time.advance(901)
      try await bench.doErrands()
      #expect(try await attachment(bench, id).state == "stored")
    }
  }

  @Test("places and cards are no files", arguments: TestEngine.all)
  func noFiles(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectTelegram()
      _ = await bench.update(1, [.init("location", ["latitude": .number("31.2"), "longitude": .number("121.4")])])
      #expect(try await bench.count("SELECT COUNT(*) FROM errands") == 0)
      #expect(try await bench.texts("SELECT state FROM attachments") == ["reference"])
    }
  }
}
