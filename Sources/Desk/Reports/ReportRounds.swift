import Conversations
import Foundation
import Logging
package import Routing
import Storage

extension Desk {
  /// Makes scheduled reports until cancelled. A run belongs to whoever inserts its row first; one that was missed while no
  /// process ran is made once, late. A report that is new to an old desk begins with the period under way.
  package func runReports(every interval: Duration = .seconds(20)) async {
    while !Task.isCancelled {
      let configuration = configuration.value
      for plan in configuration.reports {
        do {
          try await makeDue(plan, configuration)
        } catch {
          log.error("report failed", metadata: ["report": "\(plan.schedule.name)", "error": "\(error)"])
        }
      }
      try? await Task.sleep(for: interval)
    }
  }

  /// Makes what is due of one report; returns the keys of the periods it made.
  @discardableResult
  package func makeDue(_ plan: ReportPlan, _ configuration: DeskConfiguration? = nil) async throws -> [String] {
    let configuration = configuration ?? self.configuration.value
    let (now, name) = (now(), plan.schedule.name)
    let start = try await store.read { tx -> Instant? in
      if let last = try tx.lastReport(name)?.to { return last }
      let wanted = Instant(microseconds: try tx.cursor(Desk.firstSeen(report: name)))
      return try tx.firstConversationStart().map { max($0, wanted) }
    }
    guard let start else { return [] }
    var made: [String] = []
    for period in plan.schedule.duePeriods(after: start, upTo: now) where period.end > start {
      let claimed = try await store.write {
        try $0.claimReport(
          name, period: period.key, from: period.start, to: period.end, now: now, until: now.adding(seconds: 600))
      }
      guard claimed else { continue }
      guard try await deliver(plan, period, configuration) else { continue }
      log.info("report made", metadata: ["report": "\(name)", "period": "\(period.key)"])
      made.append(period.key)
    }
    return made
  }

  /// Files into the folder, letters into the outbox. The letters and the note that the run is made are one transaction: it
  /// goes out once, whenever a process dies.
  private func deliver(_ plan: ReportPlan, _ period: ReportPeriod, _ configuration: DeskConfiguration) async throws
    -> Bool
  {
    let now = now()
    let report = try await report(
      plan, from: period.start, to: period.end, queues: plan.queues, language: nil, configuration)
    let files = plan.formats.map { format in
      (
        format: format, name: "\(plan.schedule.name)-\(period.key).\(format.fileEnding)",
        made: report.rendered(as: format)
      )
    }
    var places: [String] = []
    if let folder = plan.folder {
      for file in files {
        places.append(try await reportFolder.write(Array(file.made.text.utf8), folder: folder, name: file.name))
      }
    }
    let letters = try await letters(report, files.map { ($0.name, $0.made) }, plan, configuration)
    let run = ReportRunRow(
      report: plan.schedule.name, period: period.key, from: period.start, to: period.end, madeAt: now,
      detail: "", knownID: report.knownID,
      hashesJSON: JSON.object(files.map { .init($0.format.rawValue, JSON(sha256Hex($0.made.text.utf8))) }).description,
      provenanceJSON: report.provenanceJSON.description)
    let written = places
    do {
      try await store.write { [self] tx in
        var run = run
        let gate = gate(configuration, now: now)
        let told = try letters.map { letter in
          try gate.post(letter, tx).map { "refused:\(letter.recipient) (\($0))" } ?? letter.place
        }
        run.detail = (written + told).joined(separator: " ")
        guard try tx.finishReport(run) else { throw FinishedElsewhere() }
      }
    } catch is FinishedElsewhere {
      return false
    }
    if !letters.isEmpty { outboxBell.ring() }
    return true
  }

  /// Another process made the run meanwhile: its letters went out, and ours are undone.
  private struct FinishedElsewhere: Error {}

  /// One per recipient, files kept by their hash until they are sent; a webhook gets the JSON form.
  private func letters(
    _ report: ServiceReport, _ files: [(name: String, made: MadeReport)], _ plan: ReportPlan,
    _ configuration: DeskConfiguration
  ) async throws -> [AutomaticLetter] {
    var letters = plan.webhooks.map { name in
      AutomaticLetter(
        channel: name.rawValue, recipient: plan.schedule.name, purpose: "report", subject: report.title,
        text: report.json.description)
    }
    guard let mail = plan.mail else { return letters }
    let letter = ReportLetter(report, in: mail.language, plan)
    let text = letter.rendered(mail, configuration.templates, madeAt: now())
    var attached: [JSON] = []
    for file in files {
      let content = Array(file.made.text.utf8)
      let sha256 = sha256Hex(content)
      try await attachments.store(content, sha256: sha256)
      attached.append([
        "filename": JSON(file.name), "content_type": JSON(file.made.contentType), "sha256": JSON(sha256),
      ])
    }
    letters += mail.recipients.map { recipient in
      AutomaticLetter(
        channel: mail.through.rawValue, recipient: recipient, purpose: "report", subject: text.subject,
        text: text.plain, html: text.html, files: attached)
    }
    return letters
  }
}

extension AutomaticLetter {
  /// Where a report went, for the record.
  fileprivate var place: String { recipient.contains("@") ? "mail:\(recipient)" : "webhook:\(channel)" }
}

extension ReportPlan.Format {
  var fileEnding: String { self == .text ? "txt" : rawValue }
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
