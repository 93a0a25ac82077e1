extension JSON: CustomStringConvertible {
  /// The value on one line, members in order, non-ASCII as it is; control characters and U+2028/2029 escaped.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The same as UTF-8.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    write(to: &out)
    return out
  }

  fileprivate func write(to out: inout [UInt8]) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .number(let literal): out += literal.utf8
    case .string(let value): JSON.write(value, to: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        element.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        JSON.write(member.key, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  fileprivate static func write(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var text = text
    let isPlain = text.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0xE2 || byte == 0x7F {
        return false
      }
      out.append(contentsOf: bytes)
      return true
    }
    if !isPlain {
      for scalar in text.unicodeScalars { write(scalar, to: &out) }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func write(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    switch scalar {
    case "\"": out += "\\\"".utf8
    case "\\": out += "\\\\".utf8
    case "\n": out += "\\n".utf8
    case "\r": out += "\\r".utf8
    case "\t": out += "\\t".utf8
    case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      out += ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
    default: out += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
  }
}

/// Writes JSON straight into bytes: for what is written much more often than it is read.
package struct JSONWriter {
  private var out: [UInt8] = []
  /// Whether a value stands before the next one in its array or object.
  private var isFollowing = false

  package init(capacity: Int) { out.reserveCapacity(capacity) }

  package var text: String { String(decoding: out, as: UTF8.self) }

  package mutating func object(_ members: (inout JSONWriter) -> Void) { nest("{", "}", members) }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) { nest("[", "]", elements) }

  /// `key`, whose value is to be written next; as it stands: it needs no escape.
  package mutating func key(_ key: StaticString) {
    separate()
    out.append(0x22)
    out.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    out.append(0x22)
    out.append(0x3A)
    isFollowing = false
  }

  package mutating func key(_ key: String) {
    separate()
    JSON.write(key, to: &out)
    out.append(0x3A)
    isFollowing = false
  }

  package mutating func value(_ value: String?) {
    separate()
    if let value { JSON.write(value, to: &out) } else { out += "null".utf8 }
  }

  /// What another writer holds, as further elements.
  package mutating func append(_ elements: JSONWriter) {
    guard !elements.out.isEmpty else { return }
    separate()
    out += elements.out
  }

  package mutating func value(_ value: Bool) {
    separate()
    out += (value ? "true" : "false").utf8
  }

  package mutating func value(_ value: Int) {
    separate()
    out += String(value).utf8
  }

  /// Three digits after the point, fewer where they say nothing: enough to read, and the same on every machine.
  package mutating func rounded(_ value: Double) {
    separate()
    guard abs(value) < 1e12 else { return out += "null".utf8 }
    let thousandths = Int((value * 1000).rounded())
    if thousandths < 0 { out.append(0x2D) }
    let (whole, rest) = abs(thousandths).quotientAndRemainder(dividingBy: 1000)
    out += String(whole).utf8
    out.append(0x2E)
    out.append(UInt8(0x30 + rest / 100))
    if rest % 100 != 0 { out.append(UInt8(0x30 + rest / 10 % 10)) }
    if rest % 10 != 0 { out.append(UInt8(0x30 + rest % 10)) }
  }

  package mutating func value(_ value: JSON) {
    separate()
    value.write(to: &out)
  }

  private mutating func nest(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    separate()
    out.append(UInt8(ascii: open))
    isFollowing = false
    body(&self)
    out.append(UInt8(ascii: close))
    isFollowing = true
  }

  private mutating func separate() {
    if isFollowing { out.append(0x2C) }
    isFollowing = true
  }
}
