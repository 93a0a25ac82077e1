import Conversations
import Desk
import Foundation
import Routing
import Storage
import TestSupport
import Testing

@Suite("Reports") struct ReportTests {
  /// Four customers of one morning: answered after 60 s, after 300 s (promised: 120 s), not at all, and one for payments
  /// answered after 90 s.
  private func morning(_ bench: Bench) async throws -> Agent {
    let agent = try await bench.agent("wei", role: .lead)
    let waits: [(String, String, Int64?)] = [
      ("a", IntakeTests.refund, 60), ("b", IntakeTests.refund, 300), ("c", IntakeTests.refund, nil), ("d", "付款失败了", 90),
    ]
    for (number, (customer, text, wait)) in waits.enumerated() {
      _ = await bench.message(text, id: "m\(customer)", from: customer)
      guard let wait else { continue }
      bench.time.advance(wait)
      _ = try await bench.desk.reply(
        ReplyDraft(text: "已处理", seq: nil, anyway: true), to: ConversationID(Int64(number + 1)), by: agent)
      try await bench.sendAll()
      try await bench.desk.sweepClocks()
    }
    return agent
  }

  @Test("the numbers of a small day are those that one counts by hand", arguments: TestEngine.all)
  func numbers(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await morning(bench)
      bench.time.advance(3600)
      try await bench.desk.sweepClocks()
      let request = ReportRequest(
        name: "daily_sla", from: Bench.monday, to: bench.time.now, format: "json", language: "en")
      let made = try await bench.desk.makeReport(request, for: agent)
      let report = try JSON(parsing: made.text)
      let total = try #require(report["total"])
      #expect(total["arrived"] == 4)
      #expect(total["backlog"] == 4, "nobody has resolved any of them")
      // 60 and 90 kept; 300 and the unanswered one broken. Nearest rank over 60, 90, 300: p50 is the second, p90 the third.
      let first = try #require(total["first_response"])
      #expect((first["met"], first["breached"], first["attainment_percent"]?.double) == (2, 2, 50))
      #expect((first["count"], first["p50_business_seconds"], first["p90_business_seconds"]) == (3, 90, 300))
      let refunds = try #require(report["queues"]?.array?.first { $0["name"] == "refunds" }?["first_response"])
      #expect((refunds["met"], refunds["breached"]) == (1, 2))
      #expect(report["metric_version"] == "5")
      #expect(try await bench.desk.makeReport(request, for: agent).text == made.text, "again: the same bytes")
      for format in ["csv", "html", "text"] {
        var other = request
        other.format = format
        #expect(try await bench.desk.makeReport(other, for: agent).text.contains("50"), "\(format)")
      }
    }
  }

  @Test("runs that were missed are made up for, each once, whichever process comes first", arguments: TestEngine.all)
  func catchUp(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = try await morning(bench)
      let plan = try #require(bench.desk.configuration.value.reports.first { $0.schedule.name == "daily_sla" })
      #expect(try await bench.desk.makeDue(plan) == [])
      // Thursday 12:00: Monday's, Tuesday's and Wednesday's are due.
      bench.time.move(to: Bench.monday.adding(seconds: 3 * 86_400 + 2 * 3600))
      let colleague = try bench.colleague(node: 2)
      async let first = bench.desk.makeDue(plan)
      async let second = colleague.makeDue(plan)
      let made = try await (first + second).sorted()
      #expect(made == ["2026-11-16", "2026-11-17", "2026-11-18"])
      #expect(try await bench.desk.makeDue(plan) == [])
      let folder = bench.folder.path + "/reports/daily"
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == made.flatMap { ["daily_sla-\($0).csv", "daily_sla-\($0).html"] })
      let csv = try String(contentsOfFile: folder + "/daily_sla-2026-11-16.csv", encoding: .utf8)
      #expect(csv.contains("total,,arrived,4"))
      #expect(csv.contains("total,,first_response_met,2"))
    }
  }
}
