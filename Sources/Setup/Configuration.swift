package import Channels
import Conversations
package import Routing

/// Everything that the files say, read and checked: one immutable value per version. A message is handled with one of
/// them from beginning to end, so a reload is never half seen.
package struct Configuration: Sendable {
  package var settings: DeskSettings
  /// Sorted by name; those that are not enabled included.
  package var connections: [Connection]
  package var table: RoutingTable
  package var templates: TemplateBook
  /// In the order of `reports.yaml`; those that are not enabled included.
  package var reports: [ReportPlan]
  /// Category → name of the template that answers it first; offered to agents.
  package var firstReplies: [String: String]
  /// 32 hex digits over paths and contents of all files: equal files, equal version. Not over the environment.
  package var version: String
  /// The files as they were read, sorted by path, for `patchbay config history`. They hold no secrets.
  package var files: [ConfigurationFile]
  /// The classifier's file; among `files` only its version stands for it.
  package var model: ConfigurationModel?
  /// What is odd and yet works.
  package var warnings: [ConfigurationProblem]

  package func connection(named name: String) -> Connection? { connections.first { $0.name.rawValue == name } }

  /// The files as one JSON object, path → text.
  package var filesJSON: String {
    JSON.object(files.map { JSON.Member($0.path, .string($0.text)) }).description
  }
}

/// The classifier's file, which is no text.
package struct ConfigurationModel: Sendable, Hashable {
  package var path: String
  package var version: String
  package var content: [UInt8]
  package init(path: String, version: String, content: [UInt8]) {
    (self.path, self.version, self.content) = (path, version, content)
  }
}

extension ConfigurationFile {
  private static let standInEnding = "#version"

  /// Stands for the classifier's file: its text is that one's version.
  package static func standIn(path: String, version: String) -> ConfigurationFile {
    ConfigurationFile(path: path + standInEnding, text: version)
  }

  package var isStandIn: Bool { path.hasSuffix(Self.standInEnding) }

  /// The path of the file that it stands for.
  package var modelPath: String? { isStandIn ? String(path.dropLast(Self.standInEnding.utf8.count)) : nil }
}

/// One file: its path below the configuration's directory with `/`, and its text.
package struct ConfigurationFile: Sendable, Hashable {
  package var path: String
  package var text: String
  package init(path: String, text: String) { (self.path, self.text) = (path, text) }
}
