import Conversations
import Routing
import Setup
import Storage
import Terminal

/// A configuration with its version, of the store or as the files are now.
struct KeptConfiguration: Sendable {
  /// `nil` = as the files are now.
  var version: String?
  var files: [ConfigurationFile]

  init(version: String?, files: [ConfigurationFile]) { (self.version, self.files) = (version, files) }

  /// As the store keeps it; without files when their text is none of ours.
  init(_ version: String, _ tx: Transaction) throws {
    self.init(version: version, files: Self.files(try tx.configurationFiles(version) ?? ""))
  }

  /// Reads the store and changes nothing.
  static func read<T: Sendable>(_ place: StoreOptions, _ body: @escaping @Sendable (Transaction) throws -> T)
    async throws -> T
  {
    try await place.reading { try await $0.read(body) }
  }

  /// The version that begins like this; `nil` = the one that came into force last.
  static func find(_ beginning: String?, _ tx: Transaction) throws -> KeptConfiguration {
    let version: String
    if let beginning {
      let wanted = beginning.lowercased()
      let fitting = try tx.configurationVersions().filter { $0.hasPrefix(wanted) }
      guard let first = fitting.first else {
        throw Failure.notFound("no version `\(beginning)`; `patchbay config history` lists them")
      }
      guard fitting.count == 1 else {
        throw Failure.usage("`\(beginning)` is the beginning of \(fitting.count) versions")
      }
      version = first
    } else {
      guard let last = try tx.configurationLog(limit: 1).first else {
        throw Failure.notFound("no router has been started at this store yet")
      }
      version = last.version
    }
    return try KeptConfiguration(version, tx)
  }

  private static func files(_ filesJSON: String) -> [ConfigurationFile] {
    let members = (try? JSON(parsing: filesJSON))?.members ?? []
    return members.compactMap { member in
      member.value.string.map { ConfigurationFile(path: member.key, text: $0) }
    }
  }

  /// What files promise and where they lead; `nil` when this program can no longer read them.
  static func table(_ filesJSON: String, directory: String) -> RoutingTable? {
    try? Configuration.load(
      files: files(filesJSON), directory: directory, environment: processEnvironment(), secrets: .dryRun
    ).table
  }

  /// The classifier's file of this version; `nil` when there is none, or it was not kept.
  func model(_ tx: Transaction) throws -> ConfigurationModel? {
    guard let standIn = files.first(where: \.isStandIn), let path = standIn.modelPath else { return nil }
    return try tx.model(version: standIn.text).map {
      ConfigurationModel(path: path, version: standIn.text, content: $0)
    }
  }

  /// A unified diff, file by file.
  func difference(to other: KeptConfiguration) -> [String] {
    let (old, new) = (texts, other.texts)
    return changedPaths(to: other).flatMap { path in
      UnifiedDiff(.init(name(path), old[path]), .init(other.name(path), new[path])).lines
    }
  }

  /// Paths of the files that differ, sorted.
  func changedPaths(to other: KeptConfiguration) -> [String] {
    let (old, new) = (texts, other.texts)
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
  }

  private func name(_ path: String) -> String {
    "\(path)\t\(version.map { "version \($0.prefix(12))" } ?? "as it is now")"
  }

  private var texts: [String: String] { Dictionary(files.map { ($0.path, $0.text) }) { first, _ in first } }
}
