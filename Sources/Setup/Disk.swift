import Foundation

/// How files are read: the machine's, or a few held in memory (an older version of the configuration, a test).
package struct Disk: Sendable {
  /// Names in a folder, unsorted; `nil` when it is none.
  package var names: @Sendable (_ path: String) -> [String]?
  /// The bytes of a file; `nil` when it cannot be read.
  package var contents: @Sendable (_ path: String) -> [UInt8]?
  /// Permission bits of a file; `nil` where nothing is known of them.
  package var mode: @Sendable (_ path: String) -> UInt16?
}

extension Disk {
  package static let machine = Disk(
    names: { try? FileManager.default.contentsOfDirectory(atPath: $0) },
    contents: { path in FileManager.default.contents(atPath: path).map { Array($0) } },
    mode: { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return (attributes?[.posixPermissions] as? NSNumber)?.uint16Value
    })

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
      contents: { files[$0] ?? below?.contents($0) }, mode: { files[$0] == nil ? below?.mode($0) : nil })
  }
}
