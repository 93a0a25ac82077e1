import Conversations
import Desk
import Routing
import Storage
import TestSupport
import Testing

/// A quarter with two changes of the clocks, two processes that come and go, one store.
@Suite("A quarter") struct QuarterTests {
  private static func report(_ name: String, _ zone: String) -> String {
    """
      \(name):
        title: {zh: \(name), en: \(name)}
        every: day
        at: "02:30"
        time_zone: \(zone)
        formats: [csv]
        folder: reports/\(name)
        mail: {through: support-mail, to: [lead@example.com], template: report_mail, language: en}

    """
  }

  private static let files = [
    "channels/routing/reports.yaml": "reports:\n" + report("berlin", "Europe/Berlin")
      + report("newyork", "America/New_York"),
    "channels/routing/targets.yaml": """
    targets:
      - name: all
        hours: hotline
        first_response: 2h
        escalate:
          - {at: 50%, priority: high}
          - {at: breach, notify: [{through: support-mail, to: [lead@example.com], language: en}]}

    """,
  ]

  @Test("each report and each rung happens exactly once, whoever runs and whoever is away", arguments: TestEngine.all)
  func once(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.files) { (bench) async throws in
      let scene = Scene(bench)
      let colleague = try bench.colleague(node: 2)
      let plans = bench.desk.configuration.value.reports
      var (state, letters) = (UInt64(7), 0)
      func chance(_ limit: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % limit
      }
      scene.at("2026-02-20T10:00:00+08:00")
      try await scene.mail("我要申请退款", from: "first")
      letters += 1
      let end = at("2026-05-20T12:00:00Z")
      while bench.time.now < end {
        // Up to a day and a half during which nobody ran.
        bench.time.move(to: min(end, bench.time.now.adding(seconds: Int64(1800 + chance(36 * 3600)))))
        if chance(3) == 0, letters < 12 {
          try await scene.mail("我要申请退款", from: "customer\(letters)")
          letters += 1
        }
        for plan in plans {
          async let first = bench.desk.makeDue(plan)
          async let second = colleague.makeDue(plan)
          _ = try await (first, second)
        }
        async let first = bench.desk.escalate()
        async let second = colleague.escalate()
        _ = try await (first, second)
      }
      // 19 or 20 February to 19 May in each zone, the days of 23 hours among them.
      for (plan, days) in zip(["berlin", "newyork"], [89, 90]) {
        let made = try await bench.texts(
          "SELECT period FROM report_runs WHERE report = $1 AND state = 'made' ORDER BY period", [.text(plan)])
        #expect(made.count == days && Set(made).count == days, "\(plan): \(made.first ?? "") … \(made.last ?? "")")
        #expect(made.contains("2026-03-29") && made.contains("2026-03-08"))
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'report'") == 179)
      #expect(letters == 12)
      #expect(try await bench.count("SELECT COUNT(*) FROM escalations") == 24)
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'escalation'") == 12)
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'escalated'") == 24)
    }
  }
}
