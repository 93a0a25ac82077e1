import Conversations
import Desk
import Routing
import Storage
import TestSupport
import Testing

/// The report's numbers beside those that plain SQL gets from the same event log.
@Suite("Numbers twice") struct CrossCheckTests {
  /// SplitMix64.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let from = "2026-03-09T00:00:00+08:00"
  private static let to = "2026-03-12T00:00:00+08:00"

  /// Several days of a small desk: letters, answers, resolutions after an answer, reopenings, notes.
  private func live(_ scene: Scene, seed: UInt64) async throws {
    var dice = Dice(state: seed)
    var letters: [Int64: (name: String, sender: String)] = [:]
    var answered: Set<Int64> = []
    scene.at("2026-03-08T15:00:00+08:00")
    for number in 0..<90 {
      scene.bench.time.advance(Int64.random(in: 60...7200, using: &dice))
      let known = letters.keys.sorted()
      let some = known.isEmpty ? nil : known[Int.random(in: 0..<known.count, using: &dice)]
      switch (Int.random(in: 0..<10, using: &dice), some) {
      case (2...5, let id?):
        // Resolving over an open question would end the turn without an answer, which plain SQL does not know of.
        answered.remove(id)
        _ = try await scene.mail("再次询问，第 \(number) 封", from: letters[id]?.sender ?? "", answering: letters[id]?.name)
      case (6...8, let id?):
        let status: ConversationStatus? = [nil, .open, .resolved][Int.random(in: 0..<3, using: &dice)]
        try await scene.reply(id, by: ["anna", "bo"][number % 2], status: status)
        answered.insert(id)
      case (9, let id?) where answered.contains(id): try await scene.resolve(id, by: "anna")
      case (9, let id?):
        try await scene.bench.desk.note("看一下", on: ConversationID(id), by: try await scene.agent("bo"))
      default:
        let sender = "customer\(number)"
        let name = try await scene.mail("我要申请退款，第 \(number) 单", from: sender)
        letters[Int64(letters.count + 1)] = (name, sender)
      }
    }
  }

  /// Each answer with the oldest message it answers: microseconds, and whether one went before.
  private static let turns = """
    SELECT a.at - MIN(i.at), CASE WHEN p.at IS NULL THEN 0 ELSE 1 END FROM events a
    LEFT JOIN events p ON p.id = (SELECT MAX(q.id) FROM events q
      WHERE q.conversation_id = a.conversation_id AND q.kind = 'accepted' AND q.id < a.id)
    JOIN events i ON i.conversation_id = a.conversation_id AND i.kind = 'in' AND i.id < a.id AND i.id > COALESCE(p.id, 0)
    WHERE a.kind = 'accepted' AND a.at >= $1 AND a.at < $2 GROUP BY a.id, a.at, p.at
    """

  private func nearestRank(_ values: [Int64], _ percent: Double) -> Int64? {
    let sorted = values.sorted()
    return sorted.isEmpty ? nil : sorted[max(0, Int((percent * Double(sorted.count)).rounded(.up)) - 1)]
  }

  @Test("counts and percentiles are those of plain SQL over the log", arguments: TestEngine.all, [1, 2] as [UInt64])
  func agree(engine: TestEngine, seed: UInt64) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: seed)
      let total = try #require(try await scene.report(Self.from, Self.to)["total"])
      let (from, to) = (Value(at(Self.from)), Value(at(Self.to)))
      let turns = try await bench.store.read { tx in
        try tx.rows(Self.turns, [from, to]).map { (seconds: $0.int64(0) / 1_000_000, kind: $0.int(1)) }
      }
      for (kind, group) in [(0, "first_response"), (1, "next_reply")] {
        let values = turns.filter { $0.kind == kind }.map(\.seconds)
        #expect(total[group]?["count"]?.int == values.count)
        #expect(values.count > 0, "the scene is too small to show anything")
        for (name, percent) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)] {
          #expect(total[group]?["\(name)_calendar_seconds"]?.int64 == nearestRank(values, percent))
        }
      }
      let starts = "SELECT conversation_id, MIN(at) AS start FROM events WHERE kind = 'in' GROUP BY conversation_id"
      #expect(
        total["arrived"]?.int
          == (try await bench.count("SELECT COUNT(*) FROM (\(starts)) s WHERE start >= $1 AND start < $2", [from, to])))
      #expect(
        total["backlog"]?.int
          == (try await bench.count(
            """
            SELECT COUNT(*) FROM (\(starts)) s WHERE start <= $1 AND COALESCE((SELECT e.data_json FROM events e
              WHERE e.conversation_id = s.conversation_id AND e.kind IN ('status', 'reopened') AND e.at <= $1
              ORDER BY e.id DESC LIMIT 1), '') NOT LIKE '%"to":"resolved"%'
            """, [to])))
      let within = "FROM events WHERE at >= $1 AND at < $2"
      #expect(
        total["resolved"]?.int
          == (try await bench.count(
            "SELECT COUNT(DISTINCT conversation_id) \(within) AND kind = 'status' AND data_json LIKE '%\"to\":\"resolved\"%'",
            [from, to])))
      #expect(
        total["reopened"]?.int
          == (try await bench.count(
            "SELECT COUNT(DISTINCT conversation_id) \(within) AND kind = 'reopened'", [from, to])))
    }
  }

  @Test("both engines give the same bytes in every format", arguments: [11, 12] as [UInt64])
  func sameBytes(seed: UInt64) async throws {
    var made: [String: Set<String>] = [:]
    for engine in TestEngine.all {
      try await withBench(engine) { (bench) async throws in
        let scene = Scene(bench)
        try await live(scene, seed: seed)
        for format in ["json", "csv", "html", "text"] {
          made[format, default: []].insert(try await scene.text(Self.from, Self.to, format: format))
        }
      }
    }
    for (format, texts) in made { #expect(texts.count == 1, "\(format)") }
  }

  @Test("a run of the past comes out as the same bytes, whatever has happened since", arguments: TestEngine.all)
  func verified(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: 3)
      let plan = try #require(bench.desk.configuration.value.reports.first { $0.schedule.name == "daily_sla" })
      let made = try await bench.desk.makeDue(plan)
      #expect(made.contains("2026-03-09"))
      let lead = try await scene.agent("lead")
      let before = try await bench.desk.reportAgain("daily_sla", period: "2026-03-09", format: "csv", for: lead).text
      // Everything is answered and resolved, one of Monday's is merged away.
      scene.bench.time.advance(86_400)
      for id in try await bench.store.read({ tx in try tx.rows("SELECT id FROM conversations").map { $0.int64(0) } }) {
        try await scene.resolve(id)
      }
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: lead)
      let again = try await bench.desk.reportAgain("daily_sla", period: "2026-03-09", format: "csv", for: lead).text
      #expect(again == before)
      for period in made {
        let verdict = try await bench.desk.verifyReport("daily_sla", period: period, for: lead)
        #expect(verdict["same"] == true, "\(verdict)")
        #expect(verdict["formats"]?.array?.count == 2)
      }
      let list = try await bench.desk.reportList("daily_sla", limit: 10, for: lead)
      #expect(list["runs"]?.array?.count == made.count)
    }
  }

  /// Each question that was asked is answered by the people who are imagined, and more of them keep more promises.
  private func staffing(_ first: WhatIfRequest, _ bench: Bench) async throws {
    var request = first
    (request.targets, request.mailSeconds, request.mailAgents) = ([], 3 * 3600, 1)
    let mail = try #require(try await bench.desk.whatIf(request).json["mail"])
    let asked = try await bench.count(
      """
      SELECT COUNT(*) FROM events i WHERE i.kind = 'in' AND i.at >= $1 AND i.at < $2 AND NOT EXISTS (
        SELECT 1 FROM events e WHERE e.conversation_id = i.conversation_id AND e.kind = 'in' AND e.id < i.id
          AND NOT EXISTS (SELECT 1 FROM events a WHERE a.conversation_id = e.conversation_id AND a.kind = 'accepted'
            AND a.id > e.id AND a.id < i.id))
      """, [Value(request.from), Value(request.to)])
    #expect(mail["answers"]?.int == asked)
    let (needed, staffing) = (try #require(mail["needed"]?.int), try #require(mail["staffing"]?.array))
    #expect(mail["goal_percent"]?.double == 95 && needed > 1)
    #expect(staffing.map { $0["agents"]?.int } == Set([1, needed - 1, needed]).sorted())
    let shares = staffing.compactMap { $0["in_time_percent"]?.double }
    #expect(shares == shares.sorted() && shares.last ?? 0 >= 95 && shares.dropLast().allSatisfy { $0 < 95 })
    #expect(mail["rota"]?.int ?? 0 >= needed)
  }

  @Test("what if nothing were changed: the report; with other hours, other numbers", arguments: TestEngine.all)
  func whatIf(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      try await live(scene, seed: 4)
      let table = bench.desk.configuration.value.table
      var request = WhatIfRequest(from: at(Self.from), to: at(Self.to), hours: table.calendars, targets: table.targets)
      let same = try await bench.desk.whatIf(request).json
      #expect(same["actual"] == same["what_if"])
      #expect(same["actual"] == (try await scene.report(Self.from, Self.to)["total"]))
      request.targets = table.targets.map { target in
        var target = target
        target.firstResponseSeconds = 1
        return target
      }
      let strict = try await bench.desk.whatIf(request).json
      // What was answered outside of hours took no business time and is kept all the same.
      let kept = try #require(strict["what_if"]?["first_response"]?["met"]?.int)
      #expect(kept < (try #require(same["actual"]?["first_response"]?["met"]?.int)))
      #expect(strict["actual"] == same["actual"])
      try await staffing(request, bench)
    }
  }
}
