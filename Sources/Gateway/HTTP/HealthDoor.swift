import Conversations
import Desk
import Hummingbird

/// `/healthz` (the process lives), `/readyz` (the store answers), `/metrics` (Prometheus text format 0.0.4).
struct HealthDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    switch knock.parts.first {
    case "healthz": return .text("ok\n")
    case "readyz": return await ready()
    default: return .text(await metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  private func ready() async -> Response {
    do {
      try await context.desk.probe()
      return .text("ready\n")
    } catch {
      return .text("not ready: the store does not answer\n", status: .serviceUnavailable)
    }
  }

  private func metrics() async -> String {
    var lines: [String] = []
    var lastName = ""
    for (series, count) in context.desk.counters.snapshot {
      let name = String(series.prefix { $0 != "{" })
      if name != lastName { lines.append("# TYPE \(name) counter") }
      lastName = name
      lines.append("\(series) \(count)")
    }
    lines += await context.desk.gauges().map { "# TYPE \($0.name) gauge\n" + $0.rows.joined(separator: "\n") }
    lines.append("# TYPE patchbay_open_streams gauge\npatchbay_open_streams \(context.streams.count)")
    lines.append(
      "# TYPE patchbay_uptime_seconds gauge\npatchbay_uptime_seconds \(context.desk.now().seconds(since: context.startedAt))"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
