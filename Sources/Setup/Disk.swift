import Foundation

/// How files are read: the machine's, or a few held in memory (an older version of the configuration, a test).
package struct Disk: Sendable {
  /// Names in a folder, unsorted; `nil` when it is none.
  package var names: @Sendable (_ path: String) -> [String]?
  /// The bytes of a file; `nil` when it cannot be read.
  package var contents: @Sendable (_ path: String) -> [UInt8]?
  /// Permission bits of a file; `nil` where nothing is known of them.
  package var mode: @Sendable (_ path: String) -> UInt16?
  /// Writes a file of our own that nobody else may read, unless there is one; `false` when that fails.
  package var keep: @Sendable (_ path: String, _ bytes: [UInt8]) -> Bool
}

extension Disk {
  package static let machine = Disk(
    names: { try? FileManager.default.contentsOfDirectory(atPath: $0) },
    contents: { path in FileManager.default.contents(atPath: path).map { Array($0) } },
    mode: { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return (attributes?[.posixPermissions] as? NSNumber)?.uint16Value
    },
    keep: keepPrivately)

  private static func keepPrivately(_ path: String, _ bytes: [UInt8]) -> Bool {
    let url = URL(fileURLWithPath: path)
    do {
      // The folder is closed to others before the file is there, so there is no moment at which they could read it.
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Data(bytes).write(to: url, options: .withoutOverwriting)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      return true
    } catch {
      return false
    }
  }

  /// `files`: path → bytes. Files that are not among them are looked for on `below`: secrets.
  package static func memory(_ files: [String: [UInt8]], below: Disk? = nil) -> Disk {
    Disk(
      names: { folder in
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        let inside = files.keys.filter { $0.hasPrefix(prefix) }.compactMap {
          $0.dropFirst(prefix.utf8.count).split(separator: "/").first.map(String.init)
        }
        return inside.isEmpty ? nil : Array(Set(inside))
      },
      contents: { files[$0] ?? below?.contents($0) }, mode: { files[$0] == nil ? below?.mode($0) : nil },
      keep: { below?.keep($0, $1) ?? false })
  }
}
