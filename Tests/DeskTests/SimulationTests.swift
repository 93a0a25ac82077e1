import Conversations
import Desk
import Foundation
import Routing
import Storage
import TestSupport
import Testing

@Suite("A desk for days") struct SimulationTests {
  /// 1,000 conversations in half a day, 10,000 in some days with PATCHBAY_LONG_TESTS=1.
  private static let isLong = ProcessInfo.processInfo.environment["PATCHBAY_LONG_TESTS"] == "1"
  private static let conversations = isLong ? 10_000 : 1000

  @Test(
    "twenty agents who come and go: never two holders, nobody idle beside work, nobody waits for ever, every choice comes out again"
  )
  func days() async throws {
    let files = ["channels/routing/queues.yaml": try Bench.queues(ShiftSimulation.queues)].merging(
      Scene.hours("Asia/Shanghai", Scene.everyDay("00:00-24:00"))
    ) { $1 }
    try await withBench(.sqlite, files: files) { (bench) async throws in
      let simulation = try await ShiftSimulation(bench, seed: 20_261_129, agents: 20)
      while simulation.arrived < Self.conversations {
        // Too much for some hours, too little for others.
        let isRush = simulation.arrived / 200 % 2 == 0
        try await simulation.step(arrivals: Int.random(in: isRush ? 10...40 : 0...12, using: &simulation.dice))
      }
      // Customers go to bed: what is left drains, in bounded time.
      var ticks = 0
      while try await bench.count("SELECT COUNT(*) FROM conversations WHERE status IN ('new', 'open')") > 0, ticks < 600
      {
        try await simulation.step(arrivals: 0)
        ticks += 1
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations WHERE status IN ('new', 'open')") == 0)
      #expect(simulation.served > Self.conversations * 7 / 10)
      try await expectNobodyStarved(bench)
      let choices = try await bench.remakeChoices()
      #expect(choices > Self.conversations / 2)
      let table = bench.desk.configuration.value.table
      let again = try await Backtest(bench.store, trial: table, since: nil, until: nil) { _, _ in table }.run()
      #expect(again.isEmpty, "\(again.json)")
      let counts = try await bench.texts(
        "SELECT kind || ' ' || COUNT(*) FROM events WHERE kind IN ('taken', 'offered', 'declined', 'unanswered', 'released') GROUP BY kind ORDER BY kind"
      )
      // All that can happen did happen, often.
      #expect(counts.count == 5, "\(counts)")
    }
  }

  /// From what was written down alone: everybody is taken for the first time before a conversation that comes a day later
  /// could have been.
  private func expectNobodyStarved(_ bench: Bench) async throws {
    let longest = try await bench.count(
      """
      SELECT MAX(first - started_at) / 1000000 FROM (
        SELECT c.started_at, (SELECT MIN(e.at) FROM events e WHERE e.conversation_id = c.id AND e.kind = 'taken') AS first
        FROM conversations c) AS waits
      """)
    #expect(longest > ShiftSimulation.tick && longest < Turn.allowanceSeconds(.low), "\(longest) s")
    let never = try await bench.count(
      """
      SELECT COUNT(*) FROM conversations c
      WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.conversation_id = c.id AND e.kind = 'taken')
      """)
    #expect(never == 0)
  }
}
