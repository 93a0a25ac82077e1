import Conversations
import Desk
import Rehearsal
import Storage
import Terminal

/// The last look: what went in, what became of it, what went out.
extension Tour {
  func closing() async throws {
    heading("6. Nothing is lost")
    let series = try await metrics()
    func count(_ channel: String, _ outcome: String) -> Int {
      series["patchbay_deliveries_total{channel=\"\(channel)\",outcome=\"\(outcome)\"}"] ?? 0
    }
    var table = TextTable([
      .init("door"), .init("sent", right: true), .init("filed", right: true), .init("duplicates", right: true),
      .init("parked", right: true), .init("refused", right: true),
    ])
    for (channel, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      let (filed, known, parked) = (count(channel, "filed"), count(channel, "known"), count(channel, "parked"))
      let refused = series.filter { $0.key.hasPrefix("patchbay_refused_total{channel=\"\(channel)\"") }.values.reduce(
        0, +)
      table.add([.init(channel)] + [tally.sent, filed, known, parked, refused].map { .init("\($0)") })
      expect(
        tally.sent == filed + known + parked,
        "\(channel): \(tally.sent) sent, \(filed) filed, \(known) known, \(parked) parked")
      expect(tally.refused == refused, "\(channel): \(tally.refused) forged, \(refused) refused")
    }
    for line in table.lines(width: nil, paint: console.paint) { detail(line) }
    try await delivered()
    console.print("")
    if misses.isEmpty {
      say("All \(checks) expectations were met.", .green)
    } else {
      say("\(misses.count) of \(checks) expectations were not met:", .red)
      for miss in misses { say("  - \(miss)", .red) }
    }
  }

  /// Every answer of an agent has been accepted, and what left the house arrived there.
  private func delivered() async throws {
    var states: [String: Int] = [:]
    var inbound = 0
    for id in known {
      for message in try await conversation(id)["messages"]?.array ?? [] {
        if message["direction"]?.text == "in" { inbound += 1 }
        guard message["direction"]?.text == "out" else { continue }
        states[message["delivery"]?["state"]?.text ?? "none", default: 0] += 1
      }
    }
    let words = states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    detail("\(known.count) conversations with \(inbound) messages of customers; replies of agents: \(words)")
    detail(
      "arrived at the pretend providers: \(stage.mail.receivedCount) mails, \(stage.web.taken.count) Graph API messages"
    )
    expect(
      states["accepted"] == repliesSent && states.count == 1, "\(repliesSent) replies were written, states: \(words)")
    let left = try await stage.desk.store.read { try $0.outboxCounts() }
    expect(left.isEmpty, "nothing is left in the outbox: \(left.map { "\($0.count) \($0.state)" })")
  }

  /// `/metrics` as Prometheus reads it: series → value.
  private func metrics() async throws -> [String: Int] {
    let text = try await wire.send("GET", "/metrics").text
    var series: [String: Int] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = Int(line[line.index(after: space)...]) else { continue }
      series[String(line[..<space])] = value
    }
    return series
  }
}
