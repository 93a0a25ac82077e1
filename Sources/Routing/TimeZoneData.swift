internal import Glibc
internal import Synchronization

/// The one place where this room reads from the machine: compiled time zones (TZif, RFC 8536) from the system's
/// read-only zone directory, each file once. Everything else is a function of its arguments.
enum TimeZoneData {
  /// Where Debian's and most other systems' `tzdata` package keeps its files; the last one is musl's and Nix's habit.
  private static let directories = [
    "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
  ]
  /// The largest zone of tzdata takes under 4 kB.
  private static let sizeMax = 1 << 18

  private static let cache = Mutex<[String: ZoneTransitions]>([:])

  /// `nil` = no zone of that name.
  static func transitions(of identifier: String) -> ZoneTransitions? {
    guard isZoneName(identifier) else { return nil }
    if let known = cache.withLock({ $0[identifier] }) { return known }
    guard let bytes = file(identifier), let read = ZoneTransitions(tzif: bytes) else { return nil }
    cache.withLock { $0[identifier] = read }
    return read
  }

  /// Names as tzdata makes them (theory.html, "Timezone identifiers"): no way out of the directory, and none of the
  /// copies that count leap seconds (`right/`).
  private static func isZoneName(_ text: String) -> Bool {
    let allowed = text.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || "/_-+".utf8.contains(byte)
    }
    guard allowed, (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return (65...90).contains(first) && parts.count <= 3 && parts.allSatisfy { !$0.isEmpty }
  }

  private static func file(_ name: String) -> [UInt8]? {
    for directory in directories {
      if let bytes = contents("\(directory)/\(name)") { return bytes }
    }
    return nil
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let stream = fopen(path, "rbe") else { return nil }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: sizeMax)
    let count = bytes.withUnsafeMutableBytes { fread($0.baseAddress, 1, $0.count, stream) }
    return Array(bytes[..<count])
  }

  /// The version of the data, e.g. `2025b`; `unknown` where the package does not say (first line of `tzdata.zi`,
  /// else `+VERSION`).
  static var version: String {
    if let head = file("tzdata.zi")?.prefix(64),
      let line = String(decoding: head, as: UTF8.self).split(separator: "\n").first,
      line.hasPrefix("# version ")
    {
      return String(line.dropFirst("# version ".count))
    }
    if let text = file("+VERSION").map({ String(decoding: $0, as: UTF8.self) }) {
      return String(text.prefix { !$0.isWhitespace })
    }
    return "unknown"
  }
}
