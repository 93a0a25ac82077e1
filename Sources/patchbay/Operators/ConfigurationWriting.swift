import Foundation
import Setup

/// The way from some files of a directory to others: all new texts are on the disk before the first old one gives way.
struct ConfigurationWriting {
  private let directory: String
  /// Path → content.
  private let written: [(path: String, content: [UInt8])]
  private let removed: [String]
  private static let newEnding = ".patchbay-new"

  /// With a `model` the classifier's file as well, where that is another one.
  init(
    directory: String, from present: [ConfigurationFile], to target: [ConfigurationFile], model: ConfigurationModel?
  ) {
    self.directory = directory
    let old = Dictionary(present.map { ($0.path, $0.text) }) { first, _ in first }
    written = target.filter { old[$0.path] != $0.text }.compactMap { file -> (path: String, content: [UInt8])? in
      guard let path = file.modelPath else { return (file.path, Array(file.text.utf8)) }
      return model.flatMap { $0.path == path ? (path, $0.content) : nil }
    }
    removed = Set(present.filter { !$0.isStandIn }.map(\.path)).subtracting(target.map(\.path)).sorted()
  }

  /// One for each file.
  var lines: [String] { written.map { "wrote \($0.path)" } + removed.map { "removed \($0)" } }

  func carryOut() throws {
    let files = FileManager.default
    do {
      for file in written { try prepare(file) }
      for file in written {
        guard rename(path(file.path) + Self.newEnding, path(file.path)) == 0 else {
          throw Failure.error("cannot replace \(path(file.path)): \(String(cString: strerror(errno)))")
        }
      }
      for path in removed { try files.removeItem(atPath: self.path(path)) }
    } catch {
      for file in written { try? files.removeItem(atPath: path(file.path) + Self.newEnding) }
      if let failure = error as? Failure { throw failure }
      throw Failure.error("cannot write the configuration: \(error.localizedDescription)")
    }
  }

  /// Beside its place, as readable as the file that it replaces: the router may run as somebody else.
  private func prepare(_ file: (path: String, content: [UInt8])) throws {
    let (files, path) = (FileManager.default, path(file.path))
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let mode = (try? files.attributesOfItem(atPath: path))?[.posixPermissions] ?? 0o644
    try Data(file.content).write(to: URL(fileURLWithPath: path + Self.newEnding))
    try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path + Self.newEnding)
  }

  private func path(_ path: String) -> String { "\(directory)/\(path)" }
}
