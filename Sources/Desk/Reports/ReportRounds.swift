import Conversations
import Foundation
import Logging
package import Routing
import Storage

extension Desk {
  /// Makes scheduled reports until cancelled. A run belongs to whoever inserts its row first; one that was missed while no
  /// process ran is made once, late.
  package func runReports(every interval: Duration = .seconds(20)) async {
    while !Task.isCancelled {
      for plan in configuration.value.reports {
        do {
          try await makeDue(plan)
        } catch {
          log.error("report failed", metadata: ["report": "\(plan.schedule.name)", "error": "\(error)"])
        }
      }
      try? await Task.sleep(for: interval)
    }
  }

  /// Makes what is due of one report; returns the keys of the periods it made.
  @discardableResult
  package func makeDue(_ plan: ReportPlan) async throws -> [String] {
    let (now, name) = (now(), plan.schedule.name)
    let start = try await store.read { tx in try tx.lastReport(name)?.to ?? tx.firstConversationStart() }
    guard let start else { return [] }
    var made: [String] = []
    for period in plan.schedule.duePeriods(after: start, upTo: now) where period.end > start {
      let claimed = try await store.write {
        try $0.claimReport(
          name, period: period.key, from: period.start, to: period.end, now: now, until: now.adding(seconds: 600))
      }
      guard claimed else { continue }
      let places = try await deliver(plan, period)
      try await store.write {
        try $0.finishReport(name, period: period.key, at: now, detail: places.joined(separator: " "))
      }
      log.info("report made", metadata: ["report": "\(name)", "period": "\(period.key)"])
      made.append(period.key)
    }
    return made
  }

  /// Files into the folder and mail into the outbox; returns where they went.
  private func deliver(_ plan: ReportPlan, _ period: ReportPeriod) async throws -> [String] {
    let configuration = configuration.value
    let report = try await report(
      plan, from: period.start, to: period.end, queues: plan.queues, language: plan.mail?.language, configuration)
    let files = plan.formats.map {
      (name: "\(plan.schedule.name)-\(period.key).\($0.fileEnding)", made: report.rendered(as: $0))
    }
    var places: [String] = []
    if let folder = plan.folder {
      for file in files {
        places.append(try await reportFolder.write(Array(file.made.text.utf8), folder: folder, name: file.name))
      }
    }
    if let mail = plan.mail { places += try await post(report, files, mail, period, configuration) }
    return places
  }

  /// One outbox entry per recipient, files kept by their hash until they are sent.
  private func post(
    _ report: ServiceReport, _ files: [(name: String, made: MadeReport)], _ mail: ReportPlan.Mail,
    _ period: ReportPeriod,
    _ configuration: DeskConfiguration
  ) async throws -> [String] {
    let text = try? configuration.templates.rendered(
      mail.template, language: mail.language, variables: report.variables(madeAt: now()))
    var attached: [JSON] = []
    for file in files {
      let content = Array(file.made.text.utf8)
      let sha256 = sha256Hex(content)
      try await attachments.store(content, sha256: sha256)
      attached.append([
        "filename": JSON(file.name), "content_type": JSON(file.made.contentType), "sha256": JSON(sha256),
      ])
    }
    let (now, subject, body) = (now(), text?.subject ?? "\(report.title) \(period.key)", text?.text ?? report.text)
    let parts = attached
    let refused = try await store.write { [self] tx -> [String: String] in
      var refused: [String: String] = [:]
      for recipient in mail.recipients {
        let send = AutomaticSend(.staff, to: recipient, channel: mail.through.rawValue, purpose: "report")
        if let reason = try gate(configuration, now: now).admit(send, in: nil, tx) {
          refused[recipient] = reason
          continue
        }
        let payload: JSON = [
          "to": JSON(recipient), "subject": JSON(subject), "text": JSON(body), "files": .array(parts),
        ]
        try tx.insert(
          OutboxRecord(
            id: OutboxID(newID(now)), conversation: ConversationID(0), message: nil, channel: mail.through.rawValue,
            purpose: "report",
            payloadJSON: payload.description, at: now))
      }
      return refused
    }
    outboxBell.ring()
    return mail.recipients.map { address in refused[address].map { "refused:\(address) (\($0))" } ?? "mail:\(address)" }
  }
}

extension ReportPlan.Format {
  var fileEnding: String { self == .text ? "txt" : rawValue }
}

extension ServiceReport {
  /// What the report's mail template may say.
  func variables(madeAt: Instant) -> [String: String] {
    let first = total.promises.first { $0.kind == "first_response" }
    return [
      "report": title, "period": periodText, "made_at": zone.wallClock(of: madeAt).rfc3339,
      "received": "\(total.arrived)",
      "resolved": "\(resolved)", "waiting": "\(total.backlog)",
      "breached": "\(total.promises.reduce(0) { $0 + $1.breached })",
      "first_response_met": words.percent(first?.attainment), "summary": text,
    ]
  }
}

/// Where report files are put: below one directory, unless the plan names an absolute one.
package struct ReportFolder: Sendable {
  private let base: String
  package init(base: String) { self.base = base }

  /// Writes a whole file or none: beside it first, then renamed. Returns its path.
  func write(_ content: [UInt8], folder: String, name: String) async throws -> String {
    let directory = folder.hasPrefix("/") ? folder : "\(base)/\(folder)"
    let path = "\(directory)/\(name)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(content).write(to: URL(fileURLWithPath: path), options: .atomic)
    return path
  }
}
