import Channels
package import Conversations
import Routing

/// What `patchbay check` found.
package struct CheckReport: Sendable {
  package struct Counts: Sendable, Hashable {
    package var files = 0
    package var channels = 0
    package var enabledChannels = 0
    package var queues = 0
    package var categories = 0
    package var rules = 0
    package var calendars = 0
    package var targets = 0
    package var reports = 0
    package var templates = 0
    /// Messages beside rules and categories that were routed, deliveries beside mappings that were read.
    package var examples = 0
  }
  package var counts: Counts
  /// In the order of files and lines, warnings included.
  package var problems: [ConfigurationProblem]
  /// The content hash; `nil` when there are errors.
  package var version: String?

  package var errors: [ConfigurationProblem] { problems.filter { $0.severity == .error } }
  package var isClean: Bool { errors.isEmpty }

  /// For people: each problem on lines of its own, then one line of counts.
  package var text: String {
    var lines = problems.map(\.description)
    if !lines.isEmpty { lines.append("") }
    lines.append(summary)
    return lines.joined(separator: "\n")
  }

  private var summary: String {
    let warnings = problems.count - errors.count
    let read = [
      "\(counts.files) files", "\(counts.channels) channels (\(counts.enabledChannels) enabled)",
      "\(counts.queues) queues",
      "\(counts.categories) categories", "\(counts.rules) rules", "\(counts.examples) examples",
      "\(counts.calendars) calendars", "\(counts.targets) targets", "\(counts.reports) reports",
      "\(counts.templates) templates",
    ]
    guard isClean else {
      return "\(errors.count) problem\(errors.count == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
    }
    let version = version.map { " · version \($0.prefix(12))" } ?? ""
    return
      "ok: \(read.joined(separator: ", "))\(warnings == 0 ? "" : " · \(warnings) warning\(warnings == 1 ? "" : "s")")\(version)"
  }

  /// For `--json`.
  package var json: JSON {
    .object([
      JSON.Member("ok", JSON(isClean)), JSON.Member("version", JSON(version)),
      JSON.Member("problems", .array(problems.map(\.json))),
      JSON.Member(
        "counts",
        [
          "files": JSON(counts.files), "channels": JSON(counts.channels),
          "enabled_channels": JSON(counts.enabledChannels),
          "queues": JSON(counts.queues), "categories": JSON(counts.categories), "rules": JSON(counts.rules),
          "examples": JSON(counts.examples), "calendars": JSON(counts.calendars), "targets": JSON(counts.targets),
          "reports": JSON(counts.reports), "templates": JSON(counts.templates),
        ]),
    ])
  }
}

extension ConfigurationProblem {
  package var json: JSON {
    [
      "severity": .string(severity.rawValue), "file": .string(file), "line": JSON(line), "column": JSON(column),
      "message": .string(words), "hint": JSON(hint),
    ]
  }
}

extension CheckReport.Counts {
  mutating func count(_ configuration: Configuration?) {
    guard let configuration else { return }
    channels = configuration.connections.count
    enabledChannels = configuration.connections.filter(\.isEnabled).count
    (queues, categories) = (configuration.table.queues.count, configuration.table.categories.count)
    (rules, calendars) = (configuration.table.rules.count, configuration.table.calendars.count)
    (targets, reports) = (configuration.table.targets.count, configuration.reports.count)
    templates = configuration.templates.names.count
  }
}

/// Reads everything below `directory` as `Configuration.load` does, and tells what was found, good or bad.
package func checkConfiguration(directory: String, environment: [String: String], disk: Disk = .machine) -> CheckReport
{
  let outcome = ConfigurationLoader(directory: directory, disk: disk, environment: environment, secrets: .checking)
    .load()
  return CheckReport(counts: outcome.counts, problems: outcome.problems, version: outcome.configuration?.version)
}
