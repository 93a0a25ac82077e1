import Channels
import Conversations
import Desk
import Routing
import Storage
import TestSupport
import Testing

@Suite("Stages of a call") struct CallStageTests {
  private func withExchange(_ engine: TestEngine, _ body: (Bench) async throws -> Void) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connect("cti", ZammadCTI.self, ["token": "t", "default_country_code": "49"])
      try bench.connect(
        "twilio", TwilioVoice.self,
        [
          "account_sid": "AC1", "auth_token": "the token", "public_url": "https://desk.example/hooks",
          "our_numbers": ["+12025550100"],
        ])
      try await body(bench)
    }
  }

  private func push(_ bench: Bench, _ event: String, _ more: [JSON.Member] = [], id: String = "c1") async {
    let call: [JSON.Member] = [
      .init("event", .string(event)), .init("callId", .string(id)), .init("from", "02214710334"),
      .init("to", "02219999999"), .init("direction", "in"),
    ]
    let delivery = RawDelivery(
      door: .http, path: "/t", headers: Headers([("Content-Type", "application/json")]),
      body: JSON.object(call + more).bytes, receivedAt: bench.time.now)
    #expect(await bench.desk.receive(delivery, on: "cti").answer.status == 200)
  }

  private func hangUp(_ bench: Bench, _ cause: String = "normalClearing", _ more: [JSON.Member] = []) async {
    await push(bench, "hangup", [.init("cause", .string(cause))] + more)
  }

  private func call(_ bench: Bench) async throws -> MessageRecord {
    let texts = try await bench.texts("SELECT external_id FROM messages WHERE event IN ('call', 'voicemail')")
    try #require(texts.count == 1)
    return try #require(
      try await bench.store.read { try $0.messages(of: ConversationID(1)).first { $0.direction == .inbound } })
  }

  private func status(_ bench: Bench) async throws -> ConversationStatus {
    try await bench.conversation(ConversationID(1)).status
  }

  private let mailbox: [JSON.Member] = [.init("user", "voicemail")]

  @Test(
    "a call that was taken is work of people: no bot's, and nobody waits for the customer", arguments: TestEngine.all)
  func taken(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T23:59:50+08:00")
      await push(bench, "newCall")
      scene.at("2026-03-10T00:00:08+08:00")
      await push(bench, "answer", [.init("user", "Wei")])
      scene.at("2026-03-10T00:02:08+08:00")
      await hangUp(bench)
      #expect(try await status(bench) == .resolved)
      let report = try await scene.report("2026-03-10T00:00:00+08:00", "2026-03-11T00:00:00+08:00")
      let total = try #require(report["total"])
      #expect(total["resolved"] == 1 && total["bot_resolved"] == 0 && total["zero_touch"] == 0)
      #expect(total["one_touch"] == 1)
      #expect(total["handle"]?["conversations"] == 1 && total["handle"]?["mean_calendar_seconds"] == 120)
      // Answered today, whenever it began to ring; yesterday it was neither answered nor given up.
      #expect(total["live"]?["offered"] == 1 && total["live"]?["average_speed_of_answer_seconds"]?.double == 18)
      let before = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(before["total"]?["live"]?["offered"] == 0 && before["total"]?["arrived"] == 1)
      let story = StoryTeller(histories: [:]).tell(
        try await bench.log(of: ConversationID(1)),
        until: bench.time.now)
      #expect(story.total(.customerWait, [:]) == 0 && story.total(.agentWork, [:]) == 138)
    }
  }

  @Test("a mailbox took it: hanging up does not make that a call that somebody answered", arguments: TestEngine.all)
  func voicemail(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench) async throws in
      await push(bench, "newCall")
      await push(bench, "answer", mailbox)
      bench.time.advance(17)
      await hangUp(bench)
      let message = try await call(bench)
      #expect(message.text == "Call +492214710334 → +492219999999: voicemail, 17 s")
      #expect(try await status(bench) == .new)
      #expect(try await bench.clock("first_response", of: ConversationID(1)).state == .running)
      // Whoever has called back has done with it, whatever is said of the call afterwards.
      let agent = try await bench.agent("wei", role: .lead)
      try await bench.desk.resolve(ConversationID(1), by: agent)
      await hangUp(bench, "cancel")
      #expect(try await status(bench) == .resolved)
      #expect(try await call(bench).text?.contains("voicemail") == true)
    }
  }

  @Test("what a call tells is what was written down of it, not the numbers of our own line", arguments: TestEngine.all)
  func told(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench) async throws in
      try bench.connect("log", PhoneLog.self, ["bearer_token": "t", "default_country_code": "86"])
      let agent = try await bench.agent("wei", role: .lead)
      await push(bench, "newCall")
      let cold = try await bench.desk.show(ConversationID(1), to: agent)
      #expect(try await call(bench).text?.contains("+492219999999") == true && cold["facts"]?.array == [])
      let body: JSON = ["from": "13800138000", "to": "4005550199", "text": "付了368元，尾号4471"]
      let delivery = RawDelivery(
        door: .http, path: "/t",
        headers: Headers([("Content-Type", "application/json"), ("Authorization", "Bearer t")]), body: body.bytes,
        receivedAt: bench.time.now)
      #expect(await bench.desk.receive(delivery, on: "log").answer.status == 200)
      let facts = try await bench.desk.show(ConversationID(2), to: agent)["facts"]?.array ?? []
      #expect(facts.compactMap { $0["value"]?.string } == ["368", "4471"])
    }
  }

  @Test("a stage that comes late says nothing new of a call that is over", arguments: TestEngine.all)
  func late(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench) async throws in
      await hangUp(bench)
      #expect(try await status(bench) == .resolved)
      await push(bench, "newCall")
      await push(bench, "answer", [.init("user", "wei")])
      #expect(try await call(bench).text?.hasSuffix(": completed") == true)
      #expect(try await status(bench) == .resolved)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind IN ('reopened', 'call')") == 0)
    }
  }

  @Test("who remembers when a call was taken tells how long it was", arguments: TestEngine.all)
  func length(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench) async throws in
      await push(bench, "newCall")
      bench.time.advance(5)
      await push(bench, "answer", [.init("user", "wei")])
      let taken = bench.time.now
      bench.time.advance(83)
      await hangUp(bench)
      let message = try await call(bench)
      #expect(message.text?.hasSuffix(": completed, 1 min 23 s") == true)
      let extra = try JSON(parsing: try #require(message.extraJSON))
      #expect(extra["duration_s"] == 83 && extra["started_at"] == JSON(taken))
      #expect(try await status(bench) == .resolved)
    }
  }

  private func twilio(_ bench: Bench, _ fields: [(String, String)]) async -> IntakeResult {
    let form = [("AccountSid", "AC1"), ("CallSid", "CA1"), ("From", "+14155550111"), ("To", "+12025550100")] + fields
    let signed = form.sorted { $0.0 < $1.0 }.map { $0.0 + $0.1 }.joined()
    let code = Signatures.hmac(
      .sha1, secret: Secret("the token"), over: Array(("https://desk.example/hooks" + signed).utf8))
    let body = form.map { "\(FormFields.encode($0.0))=\(FormFields.encode($0.1))" }.joined(separator: "&")
    return await bench.desk.receive(
      RawDelivery(
        door: .http,
        headers: Headers([
          ("X-Twilio-Signature", Signatures.write(code, as: .base64)),
          ("Content-Type", "application/x-www-form-urlencoded"),
        ]), body: Array(body.utf8), receivedAt: bench.time.now), on: "twilio")
  }

  @Test(
    "a recording and its transcription belong to their call, before or after it ends", arguments: TestEngine.all,
    [true, false])
  func recorded(engine: TestEngine, isEndFirst: Bool) async throws {
    try await withExchange(engine) { (bench) async throws in
      let recording = [
        ("RecordingUrl", "https://api.example/RE1"), ("RecordingSid", "RE1"), ("RecordingDuration", "9"),
      ]
      let transcript = [("TranscriptionStatus", "completed"), ("TranscriptionText", "Call me back")]
      let end = [("CallStatus", "completed"), ("CallDuration", "30")]
      #expect(await twilio(bench, [("CallStatus", "ringing")]).filed == 1)
      for fields in isEndFirst ? [end, recording] : [recording, end] { #expect(await twilio(bench, fields).filed == 1) }
      #expect(try await status(bench) == .new)
      #expect(await twilio(bench, recording + transcript).filed == 1)
      #expect(await twilio(bench, recording + transcript).known == 1)
      let message = try await call(bench)
      #expect(message.event == "voicemail" && message.externalID == "CA1")
      let lines = (message.text ?? "").split(separator: "\n").map(String.init)
      #expect(lines.count == 3 && lines.first?.hasPrefix("Call +14155550111 → +12025550100: voicemail") == true)
      #expect(lines.dropFirst() == ["Recording: https://api.example/RE1", "Call me back"])
      #expect(try await bench.count("SELECT COUNT(*) FROM attachments") == 1)
    }
  }
}
