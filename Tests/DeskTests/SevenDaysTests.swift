import Conversations
import Desk
import Foundation
import Rehearsal
import Storage
import TestSupport
import Testing

/// Seven days of eight kinds of channels whose providers send twice, late, out of order, in batches and again when they were
/// not answered well, are impersonated, throttle, cut connections, close windows and let tokens expire, at a desk whose
/// store fails now and then and which is restarted in the middle.
@Suite("Seven days of faults") struct SevenDaysTests {
  private static let isLong = ProcessInfo.processInfo.environment["PATCHBAY_LONG_TESTS"] == "1"
  private static let seeds: [UInt64] = isLong ? [2026, 1, 2, 3, 4, 5, 6, 7] : [2026]
  private static let customers = 40

  @Test(
    "at five per cent faults nothing is lost, nothing is doubled, order is kept, and each reply is out or dead with a reason",
    arguments: TestEngine.all, seeds)
  func days(engine: TestEngine, seed: UInt64) async throws {
    let gremlin = Gremlin()
    let files = ["channels/routing/queues.yaml": try Bench.queuesWithAlert()]
    try await withBench(engine, observer: gremlin.observer, files: files) { (bench) async throws in
      let week = try await SevenDays(bench, gremlin, seed: seed, customers: Self.customers)
      defer { week.close() }
      try await week.run()
      try await week.drain(days: 8)
      let check = SevenDaysCheck(week)
      try await check.inward()
      try await check.pictures()
      try await check.order()
      try await check.replies()
      try await check.copies()
      try await check.stops()
      check.mishaps()
      if Self.isLong { print("\(engine) \(seed)\n\(try await check.figures())") }
    }
  }
}
