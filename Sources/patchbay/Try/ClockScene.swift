import Conversations
import Foundation
import Terminal

/// Tuesday afternoon, and the reports.
extension Tour {
  /// A promise is broken by waiting, and marked without anybody looking.
  func clocks() async throws {
    stage.clock.move(to: TourDates.tuesdayAfternoon)
    heading("3. Service clocks: a promise is broken")
    guard let id = cases["pipe en"] else { return }
    let due = try await eventually("the first answer's breach was marked") { () -> String? in
      let answer = try await self.client("ada").get(
        "/conversations/\(id)/explain", [("what", "due"), ("language", "en")])
      let text = answer["text"]?.string
      return text?.contains("breached") == true ? text : nil
    }
    step("patchbay explain \(id) due")
    detail(due ?? "", .dim)
    let board = try await client("ada").get("/queues")["queues"]?.array ?? []
    for queue in board where (queue["overdue"]?.int ?? 0) > 0 {
      detail(
        "queue \(queue["queue"]?.text ?? ""): \(queue["overdue"]?.text ?? "") overdue, \(queue["waiting"]?.text ?? "") waiting"
      )
    }
    expect(
      board.contains { $0["queue"]?.text == "technical" && ($0["overdue"]?.int ?? 0) > 0 },
      "the queue shows what is overdue")
    try await reply("tom", id, "Hello Noah, version 5.2.1 repairs this crash. Sorry that you had to wait.")
    try await outboxEmpties()
  }

  func reports() async throws {
    heading("5. The report over all these days")
    let (from, to) = (TourDates.tuesday.adding(seconds: -10 * 3600), stage.clock.now)
    func report(_ format: String) async throws -> [UInt8] {
      try await self.client("ada").bytes(
        "/reports/daily_sla", [("from", from.rfc3339), ("to", to.rfc3339), ("format", format), ("language", "en")])
    }
    let text = String(decoding: try await report("text"), as: UTF8.self)
    detail(text.trimmingEnd())
    let (json, html) = (try? JSON(parsing: try await report("json")), try await report("html"))
    expect(json?.members?.isEmpty == false, "the report as JSON can be read")
    expect(
      String(decoding: html.prefix(200), as: UTF8.self).lowercased().contains("<html"), "the report as a page is a page"
    )
    let path = stage.place.data + "/reports/tour.html"
    try FileManager.default.createDirectory(
      atPath: stage.place.data + "/reports", withIntermediateDirectories: true)
    try Data(html).write(to: URL(fileURLWithPath: path))
    detail("as a page with charts: \(path)\(stage.place.isKept ? "" : " (while this runs; --keep DIR keeps it)")")
    let made = try await eventually("the scheduled report made itself") { () -> [String]? in
      let names = try? FileManager.default.contentsOfDirectory(atPath: self.stage.place.data + "/reports/daily")
      let made = (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
      guard made.contains(where: { $0.hasSuffix(".html") }) else { return nil }
      return made
    }
    detail("made by its schedule: reports/daily/ \((made ?? []).joined(separator: ", "))", .dim)
  }
}
