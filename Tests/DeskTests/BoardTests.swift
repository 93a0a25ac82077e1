import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("The board") struct BoardTests {
  private static let targets = [
    "channels/routing/targets.yaml": """
    targets:
      - name: urgent
        when: {priorities: [urgent]}
        first_response: 15m
      - name: all
        hours: hotline
        first_response: 2h

    """
  ]

  private func ids(_ promises: JSON?) -> [Int64] { (promises?.array ?? []).compactMap { $0["id"]?.int64 } }

  @Test("what can still be kept is not hidden by what is long overdue", arguments: TestEngine.all)
  func risks(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      for number in 1...13 {
        scene.at("2026-03-09T09:\(number + 10):00+08:00")
        try await scene.mail(from: "early\(number)")
      }
      for number in 1...2 {
        scene.at("2026-03-09T12:0\(number):00+08:00")
        try await scene.mail(from: "late\(number)")
      }
      scene.at("2026-03-09T13:50:00+08:00")
      let lead = try await scene.agent("lead")
      for isMarked in [false, true] {
        let board = try await bench.desk.board(for: lead)
        #expect(ids(board["at_risk"]) == [14, 15], "the nearest first, marked \(isMarked)")
        #expect(board["at_risk"]?.array?.first?["seconds_left"] == 660)
        #expect(board["overdue"]?["count"] == 13)
        #expect(ids(board["overdue"]?["newest"]) == [13, 12, 11, 10, 9])
        #expect(board["zone"] == "Asia/Shanghai")
        try await bench.desk.sweepClocks()
      }
      try await scene.reply(13)
      #expect(try await bench.desk.board(for: lead)["overdue"]?["count"] == 12)
    }
  }

  @Test("agents see the risks of their queues, and the whole list of those", arguments: TestEngine.all)
  func queues(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      for number in 1...3 { try await scene.mail(from: "c\(number)") }
      let lead = try await scene.agent("lead")
      try await bench.desk.transfer(ConversationID(3), to: "payments", reason: nil, by: lead)
      let payer = try await bench.agent("payer", queues: ["payments"])
      for (time, part) in [("11:45", "at_risk"), ("12:30", "newest")] {
        scene.at("2026-03-09T\(time):00+08:00")
        let board = try await bench.desk.board(for: payer)
        #expect(ids(board[part] ?? board["overdue"]?[part]) == [3])
      }
      #expect(try await bench.desk.board(for: payer)["overdue"]?["count"] == 1)
    }
  }

  @Test("today's service level is the report's, whoever marks a broken promise", arguments: TestEngine.all)
  func today(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      for number in 1...5 { try await scene.mail(from: "c\(number)") }
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T11:00:00+08:00")
      try await scene.reply(1)
      try await bench.desk.setPriority(ConversationID(2), .urgent, by: wei)
      scene.at("2026-03-09T11:10:00+08:00")
      // Broken by the re-target, marked by the next one; no sweep has seen it.
      try await bench.desk.setPriority(ConversationID(2), .normal, by: wei)
      scene.at("2026-03-09T12:00:01+08:00")
      // Broken a second ago, marked by the stop.
      try await scene.reply(3)
      try await bench.desk.sweepClocks()
      let first = try await bench.desk.board(for: wei)["today"]?.array?.first
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let total = report["total"]?["first_response"]
      #expect(first?["met"] == 1 && first?["breached"] == 4, "\(first ?? .null)")
      #expect(first?["met"] == total?["met"] && first?["breached"] == total?["breached"], "\(total ?? .null)")
      #expect(try await bench.desk.board(for: wei)["clocks_24h"] == ["met": 1, "breached": 4])
      scene.at("2026-03-10T00:00:01+08:00")
      let board = try await bench.desk.board(for: wei)
      #expect(board["today"]?.array?.first?["breached"] == 0, "the desk's day has begun")
      #expect(board["clocks_24h"] == ["met": 1, "breached": 4])
    }
  }

  @Test(
    "today's calls and chats are told by the desk's own goal, for the queues one serves, a minute old at most",
    arguments: TestEngine.all)
  func live(engine: TestEngine) async throws {
    let rules = "service_level: {within: {default: 20s, webchat: 60s}, convention: SL1}\nreports: {}\n"
    try await withBench(engine, files: ["channels/routing/reports.yaml": rules]) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      let lead = try await scene.agent("lead")
      #expect(try await bench.desk.board(for: lead)["live"] == .null, "nobody has come yet")
      for (number, wait) in [(1, 50), (2, 70), (3, 10)] as [(Int64, Int64)] {
        try await scene.chat("我要申请退款", visitor: "visitor-\(1000 + number)")
        bench.time.advance(wait)
        if number == 3 { try await scene.resolve(number) } else { try await scene.reply(number) }
      }
      let board = try await bench.desk.board(for: lead)["live"]
      #expect(
        board == [
          "convention": "SL1", "within_seconds": [60], "percent": 50, "offered": 3, "answered": 2, "abandoned": 1,
        ], "\(board ?? .null)")
      let (own, other) = (
        try await bench.agent("own", queues: ["refunds"]), try await bench.agent("other", queues: ["payments"])
      )
      #expect(try await bench.desk.board(for: own)["live"] == board)
      #expect(try await bench.desk.board(for: other)["live"] == .null)
      try await scene.chat("我要申请退款", visitor: "visitor-1004")
      try await scene.reply(4)
      #expect(try await bench.desk.board(for: lead)["live"] == board, "the day is read once a minute")
      bench.time.advance(60)
      #expect(try await bench.desk.board(for: lead)["live"]?["answered"] == 3)
      scene.at("2026-03-10T00:00:01+08:00")
      #expect(try await bench.desk.board(for: lead)["live"] == .null, "the desk's day has begun")
    }
  }

  @Test("the board reads clocks by their indexes", arguments: TestEngine.all)
  func plans(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      let lead = try await Scene(bench).agent("lead")
      counter.reset()
      _ = try await bench.desk.board(for: lead)
      let expected: [(part: String, values: [Value], indexes: [String])] = [
        ("FROM clocks k JOIN", [1, 2, 12], ["clocks_due"]),
        ("COUNT(*) OVER ()", [1, 5], ["clocks_overdue", "clocks_due"]),
        ("SUM(d.met)", [1], ["clocks_stopped", "clocks_breached"]),
      ]
      for (part, values, indexes) in expected {
        let sql = try #require(counter.statements.first { $0.contains(part) }, "\(part)")
        let plan = try await bench.store.write { try queryPlan($0, sql, values) }
        for index in indexes { #expect(plan.contains(index), "\(part): \(plan)") }
      }
    }
  }
}
