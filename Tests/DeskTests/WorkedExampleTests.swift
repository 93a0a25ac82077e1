import Conversations
import Desk
import Storage
import TestSupport
import Testing

/// METRICS §7, each example through the real store and out of the real report. (13 and 17 are functions: RoutingTests.)
@Suite("Worked examples") struct WorkedExampleTests {
  @Test(
    "1: a weekend mail took half an hour of business, and the acknowledgement was no answer", arguments: TestEngine.all)
  func weekendMail(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-06T17:50:00+08:00")
      try await scene.mail()
      #expect(try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'bot'") == 1)
      scene.at("2026-03-09T09:20:00+08:00")
      try await scene.reply()
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 30)
      #expect(minutes(report, "first_response", "p50_calendar_seconds") == 3810)
      #expect(report["total"]?["first_response"]?["count"] == 1)
      let friday = try await scene.report("2026-03-06T00:00:00+08:00", "2026-03-07T00:00:00+08:00")
      #expect(friday["total"]?["arrived"] == 1 && friday["total"]?["first_response"]?["count"] == 0)
    }
  }

  @Test("2: seven days of holidays leave ninety minutes", arguments: TestEngine.all)
  func nationalDay(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-09-30T17:30:00+08:00")
      try await scene.mail()
      scene.at("2026-10-08T10:00:00+08:00")
      try await scene.reply()
      let report = try await scene.report("2026-10-08T00:00:00+08:00", "2026-10-09T00:00:00+08:00")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 90)
      #expect(minutes(report, "first_response", "p50_calendar_seconds") == 11_070)
    }
  }

  @Test("3: the make-up Saturday shows the breach that a plain week would hide", arguments: TestEngine.all)
  func makeUpSaturday(engine: TestEngine) async throws {
    func play(_ bench: Bench) async throws -> JSON {
      let scene = Scene(bench)
      scene.at("2026-10-09T17:00:00+08:00")
      try await scene.mail()
      scene.at("2026-10-10T11:00:00+08:00")
      try await scene.reply()
      return try await scene.report("2026-10-09T00:00:00+08:00", "2026-10-11T00:00:00+08:00")
    }
    let target = Scene.target(first: "2h")
    try await withBench(engine, files: target) { (bench) async throws in
      let report = try await play(bench)
      #expect(minutes(report, "first_response", "p50_business_seconds") == 180)
      #expect(report["total"]?["first_response"]?["breached"] == 1)
    }
    let plain = Scene.hours("Asia/Shanghai", Scene.weekdays("09:00-18:00"))
    try await withBench(engine, files: target.merging(plain) { $1 }) { (bench) async throws in
      let report = try await play(bench)
      #expect(minutes(report, "first_response", "p50_business_seconds") == 60)
      #expect(report["total"]?["first_response"]?["met"] == 1)
    }
  }

  @Test("4: lunch is not business", arguments: TestEngine.all)
  func lunch(engine: TestEngine) async throws {
    let files = Scene.hours("Asia/Shanghai", Scene.weekdays("[09:00-12:00, 13:30-18:00]"))
    try await withBench(engine, files: files) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T11:40:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T13:50:00+08:00")
      try await scene.reply()
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 40)
      #expect(minutes(report, "first_response", "p50_calendar_seconds") == 130)
    }
  }

  @Test("5: pending freezes the resolution clock", arguments: TestEngine.all)
  func pause(engine: TestEngine) async throws {
    try await withBench(engine, files: Scene.target(first: "8h")) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      let letter = try await scene.mail()
      #expect(try await bench.clock("resolution", of: ConversationID(1)).dueAt == at("2026-03-09T18:00:00+08:00"))
      scene.at("2026-03-09T11:30:00+08:00")
      try await scene.reply()
      scene.at("2026-03-10T10:15:00+08:00")
      try await scene.mail("附上订单号 20260309", answering: letter)
      #expect(try await bench.clock("resolution", of: ConversationID(1)).dueAt == at("2026-03-10T16:45:00+08:00"))
      scene.at("2026-03-10T15:00:00+08:00")
      try await scene.reply(status: .resolved)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-11T00:00:00+08:00")
      #expect(minutes(report, "resolution", "p50_business_seconds") == 375)
      #expect(report["total"]?["resolution"]?["met"] == 1)
      #expect(minutes(report, "customer_wait", "p50_business_seconds") == 465)
      #expect(minutes(report, "full_resolution", "p50_business_seconds") == 840)
      #expect(minutes(report, "next_reply", "p50_business_seconds") == 285)
    }
  }

  @Test("6: a night in spring is an hour shorter than it looks", arguments: TestEngine.all)
  func springNight(engine: TestEngine) async throws {
    for hours in ["00:00-24:00", "22:00-06:00"] {
      let files = Scene.hours("America/New_York", Scene.everyDay(hours))
      try await withBench(engine, files: files) { (bench) async throws in
        let scene = Scene(bench)
        scene.at("2026-03-07T23:30:00-05:00")
        try await scene.mail()
        scene.at("2026-03-08T03:30:00-04:00")
        try await scene.reply()
        let report = try await scene.report("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00")
        #expect(minutes(report, "first_response", "p50_business_seconds") == 180)
        #expect(minutes(report, "first_response", "p50_calendar_seconds") == 180)
      }
    }
  }

  @Test("7: in the long night the second half past two is the due time", arguments: TestEngine.all)
  func autumnNight(engine: TestEngine) async throws {
    let files = Scene.hours("Europe/Berlin", ["sat": "20:00-24:00", "sun": "00:00-06:00"])
      .merging(Scene.target(first: "120m")) { $1 }
    try await withBench(engine, files: files) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-10-25T01:30:00+02:00")
      try await scene.mail()
      #expect(try await bench.clock("first_response", of: ConversationID(1)).dueAt == at("2026-10-25T02:30:00+01:00"))
      scene.at("2026-10-25T03:10:00+01:00")
      try await scene.reply()
      let report = try await scene.report("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 160)
      #expect(report["total"]?["first_response"]?["breached"] == 1)
    }
  }

  @Test("8: one value for each turn, credited to the author", arguments: TestEngine.all)
  func turns(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:10:00+08:00")
      let letter = try await scene.mail()
      scene.at("2026-03-09T09:25:00+08:00")
      try await scene.reply(by: "anna")
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail("还没有到账", answering: letter)
      scene.at("2026-03-09T10:20:00+08:00")
      try await scene.mail("请尽快处理", answering: letter)
      scene.at("2026-03-09T10:30:00+08:00")
      try await bench.desk.note("查一下", on: ConversationID(1), by: try await scene.agent("anna"))
      scene.at("2026-03-09T10:45:00+08:00")
      try await scene.reply(by: "bo")
      scene.at("2026-03-09T10:50:00+08:00")
      try await scene.reply(by: "anna")
      scene.at("2026-03-09T17:50:00+08:00")
      try await scene.mail("钱还是没有到", answering: letter)
      scene.at("2026-03-10T09:05:00+08:00")
      try await scene.reply(by: "bo")
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-11T00:00:00+08:00")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 15)
      #expect(report["total"]?["next_reply"]?["count"] == 2)
      #expect(minutes(report, "next_reply", "p95_business_seconds") == 45)
      #expect(minutes(report, "next_reply", "p50_business_seconds") == 15)
      #expect(minutes(report, "next_reply", "p95_calendar_seconds") == 915)
      let bo = try #require(report["agents"]?.array?.first { $0["name"] == "bo" })
      #expect(bo["next_reply"]?["count"] == 2 && bo["first_response"]?["count"] == 0)
    }
  }

  @Test("9: a reopening lets the clock go on and begins a turn", arguments: TestEngine.all)
  func reopening(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:00:00+08:00")
      let letter = try await scene.mail()
      scene.at("2026-03-09T09:30:00+08:00")
      try await scene.reply(status: .resolved)
      let monday = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(monday["total"]?["one_touch"] == 1)
      scene.at("2026-03-11T16:00:00+08:00")
      try await scene.mail("又出现了同样的问题", answering: letter)
      scene.at("2026-03-12T10:00:00+08:00")
      try await scene.reply(status: .resolved)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-13T00:00:00+08:00")
      #expect(minutes(report, "first_resolution", "p50_business_seconds") == 30)
      #expect(minutes(report, "full_resolution", "p50_business_seconds") == 1680)
      #expect(minutes(report, "agent_work", "p50_business_seconds") == 210)
      #expect(minutes(report, "next_reply", "p50_business_seconds") == 180)
      #expect(minutes(report, "resolution", "p50_business_seconds") == 210)
      let total = report["total"]
      #expect(total?["reopened"] == 1 && total?["one_touch"] == 0 && total?["reopen_percent"]?.double == 100)
      // The past has not changed.
      let again = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(again["total"] == monday["total"])
    }
  }

  @Test("10: whom we wrote to first is owed no first response", arguments: TestEngine.all)
  func agentInitiated(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:00:00+08:00")
      let echo: JSON = [
        "sender": ["id": .string(Bench.page)], "recipient": ["id": "customer"],
        "timestamp": JSON(bench.time.now.microseconds / 1000),
        "message": ["mid": "e1", "text": "您的退款已到账", "is_echo": true],
      ]
      #expect(await bench.deliver([echo]).filed == 1)
      scene.at("2026-03-09T11:00:00+08:00")
      #expect(await bench.message("我没有看到这笔钱", id: "m1").filed == 1)
      scene.at("2026-03-09T11:20:00+08:00")
      try await scene.reply()
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      let total = report["total"]
      #expect(total?["first_response"]?["count"] == 0 && total?["proactive"] == 1 && total?["arrived"] == 0)
      #expect(minutes(report, "next_reply", "p50_business_seconds") == 20)
    }
  }

  @Test("11: a merged conversation keeps the earlier start and counts once", arguments: TestEngine.all)
  func merging(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:40:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.chat("我要申请退款，已经发过邮件", visitor: "visitor-one")
      scene.at("2026-03-09T10:05:00+08:00")
      try await bench.desk.merge(ConversationID(1), into: ConversationID(2), by: try await scene.agent("wei"))
      scene.at("2026-03-09T10:30:00+08:00")
      try await scene.reply(2)
      let report = try await scene.report("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")
      #expect(minutes(report, "first_response", "p50_business_seconds") == 50)
      #expect(report["total"]?["first_response"]?["count"] == 1 && report["total"]?["arrived"] == 1)
      #expect(try await bench.clock("first_response", of: ConversationID(2)).businessSeconds == 50 * 60)
    }
  }
}

/// An instant from RFC 3339; a wrong text fails the test.
func at(_ text: String, _ location: SourceLocation = #_sourceLocation) -> Instant {
  guard let instant = Instant(rfc3339: text) else {
    Issue.record("not a time: \(text)", sourceLocation: location)
    return .epoch
  }
  return instant
}
