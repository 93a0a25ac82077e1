import Channels
import Conversations
import Desk
import Foundation
import Outbound
import Storage
import TestSupport
import Testing

@Suite("Call records") struct CallRecordTests {
  private func record(
    _ id: String, linked: String? = nil, to: String = "100", disposition: String = "ANSWERED", field: String = ""
  )
    -> String
  {
    let answer = disposition == "ANSWERED" ? "\"2026-11-16 10:00:05\"" : ""
    return
      "\"\",\"02214710334\",\"\(to)\",\"from-trunk\",\"\"\"Li\"\" <02214710334>\",\"SIP/t-1\",\"SIP/100-2\",\"Dial\",\"SIP/100\","
      + "\"2026-11-16 10:00:00\",\(answer),\"2026-11-16 10:01:00\",60,\(disposition == "ANSWERED" ? 55 : 0),\"\(disposition)\","
      + "\"DOCUMENTATION\",\"\(id)\",\"\(field)\",\"\",\"\(linked ?? id)\",\"1\"\n"
  }

  private func withExchange(_ engine: TestEngine, _ body: (Bench, String) async throws -> Void) async throws {
    try await withBench(engine) { (bench) async throws in
      let path = bench.folder.path + "/Master.csv"
      try bench.connect(
        "pbx-test", Asterisk.self,
        [
          "bearer_token": "t", "follow_file": .string(path), "default_country_code": "49",
          "categories": ["1": "refund", "from-vip": "complaint"],
        ])
      try await body(bench, path)
    }
  }

  private func append(_ text: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let file = try #require(FileHandle(forWritingAtPath: path))
    _ = try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  private func ids(_ bench: Bench) async throws -> [String] {
    try await bench.texts("SELECT external_id FROM messages WHERE event = 'call' ORDER BY external_id")
  }

  @Test(
    "a file is followed as it grows, and a line that is still being written waits for its end",
    arguments: TestEngine.all)
  func growing(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      #expect(await bench.desk.followRecords() == 0)
      let second = record("1794794400.2")
      try append(record("1794794400.1") + String(second.prefix(60)), to: path)
      await bench.desk.followRecords()
      #expect(try await ids(bench) == ["1794794400.1"])
      #expect(await bench.desk.followRecords() == 0)
      try append(String(second.dropFirst(60)), to: path)
      await bench.desk.followRecords()
      #expect(try await ids(bench) == ["1794794400.1", "1794794400.2"])
      // Another process goes on where this one stopped.
      let other = try bench.colleague(node: 2)
      defer { other.courier.close() }
      #expect(await other.followRecords() == 0)
    }
  }

  @Test(
    "rotation loses nothing: the old file is read to its end, a last line without an end included",
    arguments: TestEngine.all)
  func rotated(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      try append(record("1794794400.1"), to: path)
      await bench.desk.followRecords()
      try append(record("1794794400.2") + record("1794794400.3").dropLast(), to: path)
      try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
      try append(record("1794794400.4"), to: path)
      await bench.desk.followRecords()
      #expect(try await ids(bench) == (1...4).map { "1794794400.\($0)" })
      // Emptied in place, then as long as before.
      try Data().write(to: URL(fileURLWithPath: path))
      await bench.desk.followRecords()
      try append(record("1794794400.5"), to: path)
      await bench.desk.followRecords()
      #expect(try await ids(bench).contains("1794794400.5"))
    }
  }

  @Test(
    "a crash between the records and the mark costs records read twice, not calls counted twice",
    arguments: TestEngine.all)
  func again(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      try append(record("1794794400.1"), to: path)
      await bench.desk.followRecords()
      try await bench.store.write { _ = try $0.run("DELETE FROM followed_files") }
      #expect(await bench.desk.followRecords() > 0)
      #expect(try await ids(bench) == ["1794794400.1"])
    }
  }

  @Test(
    "a transferred call is one message with both parts, whichever record comes first", arguments: TestEngine.all,
    [true, false])
  func transferred(engine: TestEngine, isRootFirst: Bool) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      let root = record("1794794400.1")
      let leg = record("1794794400.7", linked: "1794794400.1", to: "200")
      for line in isRootFirst ? [root, leg, leg] : [leg, root, leg] {
        try append(line, to: path)
        await bench.desk.followRecords()
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM messages WHERE event = 'call'") == 1)
      let text = try #require(try await bench.texts("SELECT text FROM messages WHERE event = 'call'").first)
      #expect(text.contains("→ 100") && text.contains("→ 200"))
      #expect(text.split(separator: "\n").count == 2)
    }
  }

  @Test(
    "each call of a conversation counts in the service level, with the wait that its record tells",
    arguments: TestEngine.all)
  func serviceLevel(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      // Rang for a minute; taken after five seconds; taken after forty.
      try append(record("1794794400.1", disposition: "NO ANSWER"), to: path)
      try append(record("1794794400.2"), to: path)
      try append(record("1794794400.3").replacing("10:00:05", with: "10:00:40"), to: path)
      // The exchange's clock shows UTC.
      bench.time.advance(9 * 3600)
      await bench.desk.followRecords()
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 1)
      let scene = Scene(bench)
      let report = try await scene.report("2026-11-15T00:00:00Z", "2026-11-18T00:00:00Z")
      let live = try #require(report["total"]?["live"])
      #expect(live["offered"]?.int == 3 && live["answered"]?.int == 2 && live["abandoned"]?.int == 1, "\(live)")
      #expect(live["average_speed_of_answer_seconds"]?.double == 22.5)
      // One of three within 20 s: whoever gave up had waited a minute.
      #expect(live["service_level_sl3_percent"]?.double == 33.33)
    }
  }

  @Test(
    "a missed call inside hours waits for a call back with a clock; a finished one is nobody's work",
    arguments: TestEngine.all)
  func missed(engine: TestEngine) async throws {
    try await withExchange(engine) { (bench, path) async throws in
      try append(record("1794794400.1", disposition: "NO ANSWER", field: "1"), to: path)
      await bench.desk.followRecords()
      let conversation = try await bench.conversation(try await bench.only())
      #expect(conversation.status == .new)
      #expect(conversation.category == "refund")
      #expect(try await bench.clock("first_response", of: conversation.id).state == .running)
      try append(record("1794794400.2").replacing("02214710334", with: "02219999999"), to: path)
      await bench.desk.followRecords()
      #expect(try await bench.conversation(ConversationID(2)).status == .resolved)
    }
  }
}
