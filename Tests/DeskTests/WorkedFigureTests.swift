import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// METRICS §7, the examples about shares and percentiles.
@Suite("Worked figures") struct WorkedFigureTests {
  /// A chat for each wait: answered after so many seconds, or ended unanswered.
  private func chats(_ scene: Scene, answered: [Int64], abandoned: [Int64] = []) async throws {
    var number: Int64 = 0
    for (waits, isAnswered) in [(answered, true), (abandoned, false)] {
      for wait in waits {
        number += 1
        try await scene.chat("我要申请退款", visitor: "visitor-\(1000 + number)")
        scene.bench.time.advance(wait)
        if isAnswered { try await scene.reply(number) } else { try await scene.resolve(number) }
      }
    }
  }

  @Test("12: the service level by four conventions", arguments: TestEngine.all)
  func serviceLevel(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await chats(
        scene, answered: [3, 5, 7, 8, 12, 15, 18, 19, 20, 25, 31, 40, 55, 62, 90, 120], abandoned: [2, 4, 10, 70])
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let live = try #require(report["total"]?["live"])
      let levels = (1...4).map { live["service_level_sl\($0)_percent"]?.double }
      #expect(levels == [56.25, 45, 50, 60])
      #expect(live["abandonment_percent"]?.double == 20)
      #expect(live["abandonment_without_short_percent"]?.double == 11.11)
      #expect(live["average_speed_of_answer_seconds"]?.double == 33.13)
      #expect(live["offered"] == 20 && live["answered"] == 16)
      let page = try await scene.text("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00", format: "html")
      #expect(page.contains("56.25 %") && page.contains("SL3 in 20 s") && page.contains("Y = 20 s, short = under 5 s"))
    }
  }

  @Test(
    "a chat left overnight belongs to the day it is answered, and waits in opening hours", arguments: TestEngine.all)
  func overnight(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T22:30:00+08:00")
      try await scene.chat("我要申请退款", visitor: "visitor-9001")
      scene.at("2026-03-10T09:10:00+08:00")
      try await scene.reply()
      func live(_ from: String, _ to: String) async throws -> JSON? {
        try await scene.report("2026-03-\(from)T00:00:00+08:00", "2026-03-\(to)T00:00:00+08:00")["total"]?["live"]
      }
      #expect(try await live("09", "10")?["offered"] == 0)
      #expect(try await live("10", "11")?["offered"] == 1)
      #expect(try await live("10", "11")?["average_speed_of_answer_seconds"]?.double == 600)
    }
  }

  @Test("one answer and the end is one touch; asking the customer first is not", arguments: TestEngine.all)
  func oneTouch(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      let asked: [ConversationStatus?] = [nil, .pending, .open, .resolved]
      for (number, status) in asked.enumerated() {
        try await scene.mail(from: "customer\(number)")
        try await scene.reply(Int64(number + 1), status: status)
        if status != .resolved { try await scene.resolve(Int64(number + 1)) }
      }
      let total = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")["total"]
      #expect(total?["resolved"] == 4 && total?["one_touch"] == 3 && total?["one_touch_percent"]?.double == 75)
    }
  }

  @Test("14: percentiles are observed values", arguments: TestEngine.all)
  func percentiles(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await chats(scene, answered: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let first = try #require(report["total"]?["first_response"])
      #expect(first["count"] == 10)
      #expect(["p50", "p90", "p95"].map { first["\($0)_business_seconds"]?.int } == [5, 9, 100])
    }
  }

  @Test("15: satisfaction with its interval", arguments: TestEngine.all)
  func satisfaction(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      let now = bench.time.now
      try await bench.store.write { tx in
        for number in 0..<20 {
          try tx.log(
            id: bench.desk.ids.next(at: now), ConversationID(1), "survey", at: now, actor: nil, queue: nil)
          guard number < 8 else { continue }
          try tx.log(
            id: bench.desk.ids.next(at: now), ConversationID(1), "rated", at: now, actor: nil, queue: nil,
            data: ["stars": JSON([5, 5, 4, 3, 1, 2, 4, 5][number])])
        }
      }
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let csat = try #require(report["total"]?["satisfaction"])
      #expect(csat["csat_percent"]?.double == 62.5 && csat["response_percent"]?.double == 40)
      #expect(csat["mean"]?.double == 3.63)
      #expect(csat["csat_low_percent"]?.double == 30.57 && csat["csat_high_percent"]?.double == 86.32)
    }
  }

  @Test("17: occupancy and utilisation, from who was there and what they held", arguments: TestEngine.all)
  func occupancy(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T08:00:00+08:00")
      for number in 1...35 { try await scene.chat("我要申请退款", visitor: "visitor-\(1000 + number)") }
      let (wei, bo) = (try await scene.agent("wei"), try await scene.agent("bo"))
      scene.at("2026-03-09T09:00:00+08:00")
      try await bench.desk.attend(bo)
      for _ in 1...35 {
        let id = try await bench.desk.takeNext(for: wei, queue: nil)
        bench.time.advance(540)
        try await scene.reply(id.rawValue, status: .resolved)
      }
      for _ in 1...9 {
        try await bench.desk.attend(wei)
        bench.time.advance(600)
      }
      try await bench.desk.setPresence(.away, of: wei)
      for seconds in Array(repeating: Int64(600), count: 7) + [300] {
        bench.time.advance(seconds)
        try await bench.desk.attend(wei)
      }
      try await bench.desk.setPresence(.offline, of: wei)
      #expect(try await bench.desk.sweepPresences() == 1, "bo said nothing after the first minute")
      bench.time.advance(7200)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      func work(_ agent: String) -> JSON? {
        report["agents"]?.array?.first { $0["name"] == .string(agent) }?["work"]
      }
      let day = try #require(work("wei"))
      #expect((day["busy_seconds"], day["idle_seconds"], day["away_seconds"]) == (18_900, 5400, 4500))
      #expect(day["occupancy_percent"]?.double == 77.78 && day["utilisation_percent"]?.double == 65.63)
      #expect(work("bo")?["idle_seconds"] == 900 && work("bo")?["occupancy_percent"] == 0)
      #expect(report["total"]?["work"]?["idle_seconds"] == 6300)
      let page = try await scene.text("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00", format: "text")
      #expect(page.contains("Agents' time") && page.contains("77.78 %"))
      // Whoever is there now may be gone in a minute: the rest of the day is nobody's.
      try await bench.desk.attend(bo)
      bench.time.advance(60)
      let running = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-11T00:00:00+08:00")
      #expect(running["total"]?["work"]?["idle_seconds"] == 6360)
    }
  }

  @Test("16: the backlog ages by the calendar and by business, as of any instant", arguments: TestEngine.all)
  func ageing(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      for (number, start) in ["2026-02-10T09:00", "2026-03-06T09:00", "2026-03-11T09:00", "2026-03-13T10:00"]
        .enumerated()
      {
        scene.at("\(start):00+08:00")
        try await scene.mail("第 \(number) 个退款问题", from: "customer\(number)")
      }
      // All are resolved later: at the instant asked for they were not.
      scene.at("2026-03-20T10:00:00+08:00")
      for id in 1...4 { try await scene.resolve(Int64(id)) }
      let report = try await scene.report("2026-03-13T00:00:00+08:00", "2026-03-13T18:00:00+08:00")
      #expect(report["total"]?["backlog"] == 4)
      let ages = Dictionary(
        uniqueKeysWithValues: (report["ageing"]?.array ?? []).map { ($0["name"]?.string ?? "", $0) })
      func age(_ bucket: String, _ unit: String) -> Double? { ages[bucket]?["max_\(unit)_seconds"]?.double }
      #expect(
        ["0-1", "1-3", "7-14", ">30"].map { age($0, "calendar").map { $0 / 86_400 } } == [
          8.0 / 24, 2.375, 7.375, 31.375,
        ])
      #expect(["0-1", "1-3", "7-14", ">30"].map { age($0, "business").map { $0 / 3600 } } == [8, 27, 54, 180])
      let later = try await scene.report("2026-03-20T00:00:00+08:00", "2026-03-21T00:00:00+08:00")
      #expect(later["total"]?["backlog"] == 0 && later["total"]?["resolved"] == 4)
    }
  }
}
