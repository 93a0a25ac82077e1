package import Conversations
import Routing
import Storage

/// A report asked for by hand; `nil` = the last complete period of its plan.
package struct ReportRequest: Sendable {
  package var name: String
  package var from: Instant?
  package var to: Instant?
  /// `text`, `csv`, `json`, `html`.
  package var format: String
  package var language: String?
  package init(name: String, from: Instant?, to: Instant?, format: String, language: String?) {
    (self.name, self.from, self.to, self.format, self.language) = (name, from, to, format, language)
  }
}

package struct MadeReport: Sendable {
  package var text: String
  package var contentType: String
}

extension Desk {
  /// Makes a report now. An agent's report covers the queues they serve.
  package func makeReport(_ request: ReportRequest, for agent: Agent) async throws -> MadeReport {
    let configuration = configuration.value
    guard let plan = configuration.reports.first(where: { $0.schedule.name == request.name }) else {
      throw DeskError.notFound(
        "no report `\(request.name)`; there are: \(configuration.reports.map(\.schedule.name).joined(separator: ", "))")
    }
    guard let format = ReportPlan.Format(rawValue: request.format) else {
      throw DeskError.invalid("format is html, csv, json or text")
    }
    let (from, to) = try span(request, plan)
    let queues =
      plan.queues.isEmpty ? (agent.role == .agent ? agent.queues : []) : plan.queues.filter { agent.serves($0) }
    // No queue at all would be every queue.
    guard plan.queues.isEmpty || !queues.isEmpty else {
      throw DeskError.denied("`\(request.name)` is about queues that you do not serve")
    }
    let report = try await report(plan, from: from, to: to, queues: queues, language: request.language, configuration)
    return report.rendered(as: format)
  }

  /// Where a civil day begins in the zone of a report, or of the desk: what a bare date means.
  package func startOfDay(_ date: CivilDate, forReport name: String) -> Instant {
    let configuration = configuration.value
    let plan = configuration.reports.first { $0.schedule.name == name }
    return (plan?.schedule.zone ?? configuration.settings.zone).startOfDay(date)
  }

  private func span(_ request: ReportRequest, _ plan: ReportPlan) throws -> (Instant, Instant) {
    if let from = request.from {
      let to = request.to ?? now()
      guard from < to else { throw DeskError.invalid("`from` does not lie before `to`") }
      return (from, to)
    }
    // By hand, the running period is what one wants to see: today, the last seven days, the last thirty.
    let (zone, now) = (plan.schedule.zone, now())
    let days: Int64 = plan.schedule.period == .day ? 0 : plan.schedule.period == .week ? 6 : 29
    return (zone.startOfDay(zone.wallClock(of: now).date.adding(days: -days)), now)
  }

  func report(
    _ plan: ReportPlan, from: Instant, to: Instant, queues: [String], language: String?, knownID: Int64? = nil,
    _ configuration: DeskConfiguration
  ) async throws -> ServiceReport {
    let wanted = language ?? plan.language ?? plan.mail?.language ?? configuration.settings.defaultLanguage
    let language = wanted.hasPrefix("zh") ? "zh" : "en"
    let scope = ReportScope(
      name: plan.schedule.name, title: plan.title(in: language), from: from, to: to, zone: plan.schedule.zone,
      queues: queues, language: language, channels: plan.channels, categories: plan.categories,
      rules: plan.serviceLevel, knownID: knownID, now: now())
    return try await store.read { tx in try ServiceReport(scope, configuration, tx) }
  }
}

extension ReportPlan {
  func title(in language: String) -> String { titles[language] ?? titles["en"] ?? schedule.name }
}
