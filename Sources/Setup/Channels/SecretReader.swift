/// What secrets are for this time.
package enum SecretUse: Sendable, Hashable {
  /// The router runs: all that enabled connections name must be there; made ones are kept in this data directory.
  case serving(dataDirectory: String)
  /// The router could run, as far as one can see: made ones are made up for the moment.
  case checking
  /// Nothing is received or sent: missing ones are passed over.
  case dryRun
}

/// Follows `env:NAME`, `file:PATH` and `made:NAME` (one of our own, made at the first start). A value that is neither is a secret in the open: it is never repeated.
struct SecretReader {
  let environment: [String: String]
  let disk: Disk
  /// Relative paths begin here: the configuration's directory.
  let directory: String
  let use: SecretUse
  /// Whether anything stands in for a secret that is not there: good for trying a mapping, not for a connection.
  var makesUpAbsent = false

  enum Found {
    case value(String)
    /// Rightly written, but nothing is there.
    case absent(ConfigurationProblem.Fact)
    case wrong(ConfigurationProblem.Fact)
  }

  /// `path` names the setting in complaints; a warning goes to `file`.
  func read(_ reference: Located<String>, at path: String, in file: SourceFile) -> Found {
    let found = find(reference, at: path, in: file)
    if case .absent = found, makesUpAbsent { return .value(Self.random()) }
    return found
  }

  private func find(_ reference: Located<String>, at path: String, in file: SourceFile) -> Found {
    let text = reference.value
    if text.hasPrefix("env:") {
      let name = String(text.dropFirst(4))
      guard isVariableName(name) else { return .wrong(.secretInTheOpen(path: path)) }
      guard let value = environment[name] else {
        return .absent(.secretMissing(path: path, source: "env:\(name)", why: "is not set"))
      }
      guard !value.isEmpty else { return .absent(.secretMissing(path: path, source: "env:\(name)", why: "is empty")) }
      return .value(value)
    }
    if text.hasPrefix("made:"), isName(String(text.dropFirst(5))) { return made(String(text.dropFirst(5)), path) }
    if text.hasPrefix("file:"), text.utf8.count > 5 {
      return contents(String(text.dropFirst(5)), path, reference.mark, file)
    }
    return .wrong(.secretInTheOpen(path: path))
  }

  private func contents(_ name: String, _ path: String, _ mark: Mark, _ file: SourceFile) -> Found {
    let place = name.hasPrefix("/") ? name : "\(directory)/\(name)"
    let source = "file:\(clipped(name))"
    guard let bytes = disk.contents(place) else {
      return .absent(.secretMissing(path: path, source: source, why: "cannot be read"))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .wrong(.secretMissing(path: path, source: source, why: "is not UTF-8"))
    }
    var secret = Substring(text)
    // Editors and `echo` end a file with a line end that belongs to no secret.
    while let last = secret.last, last.isNewline { secret.removeLast() }
    guard !secret.isEmpty else { return .absent(.secretMissing(path: path, source: source, why: "is empty")) }
    if let mode = disk.mode(place), mode & 0o137 != 0 {
      file.complain(
        .secretTooOpen(path: path, source: source, mode: "0" + String(mode & 0o777, radix: 8)), at: mark,
        severity: .warning)
    }
    return .value(String(secret))
  }

  /// 32 random bytes as hex, made once and kept; without a data directory, for this moment only.
  private func made(_ name: String, _ path: String) -> Found {
    guard case .serving(let data) = use else { return .value(Self.random()) }
    let place = "\(data)/secrets/\(name)"
    if disk.contents(place) == nil { _ = disk.keep(place, Array(Self.random().utf8)) }
    // Read back what is there: another process may have been first.
    guard let bytes = disk.contents(place), let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
      return .absent(.secretMissing(path: path, source: "made:\(name)", why: "cannot be kept in the data directory"))
    }
    return .value(text)
  }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }

  /// POSIX.1 §8.1: letters, digits, `_`, no digit first.
  private func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
    }
  }
}
