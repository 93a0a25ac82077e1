/// Why bytes are not JSON, and where.
package struct JSONProblem: Error, Hashable, CustomStringConvertible {
  package enum Fact: String, Sendable {
    case unexpectedEnd = "the text ends too early"
    case unexpectedByte = "unexpected character"
    case badNumber = "not a number"
    case badEscape = "not a valid escape"
    case badUTF8 = "not valid UTF-8"
    case controlInString = "control character inside a string"
    case tooDeep = "nested too deeply"
    case trailingBytes = "something follows the value"
  }
  package let fact: Fact
  /// Byte offset, from 0.
  package let offset: Int
  package var description: String { "\(fact.rawValue) at byte \(offset)" }
}

extension JSON {
  /// Deeper nesting than any provider sends; protects the stack from hostile bodies.
  package static let depthMax = 64

  /// Reads one RFC 8259 value and nothing after it. A byte-order mark is skipped; lone surrogates become U+FFFD.
  package init(parsing bytes: [UInt8]) throws(JSONProblem) {
    var reader = JSONReader(bytes)
    self = try reader.document()
  }

  package init(parsing text: String) throws(JSONProblem) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func document() throws(JSONProblem) -> JSON {
    let value = try self.value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw problem(.trailingBytes) }
    return value
  }

  private func problem(_ fact: JSONProblem.Fact) -> JSONProblem { JSONProblem(fact: fact, offset: index) }

  private mutating func skipSpace() {
    while index < bytes.count,
      bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09
    {
      index += 1
    }
  }

  private mutating func value(depth: Int) throws(JSONProblem) -> JSON {
    guard depth < JSON.depthMax else { throw problem(.tooDeep) }
    skipSpace()
    guard index < bytes.count else { throw problem(.unexpectedEnd) }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), 48...57: return try number()
    default: throw problem(.unexpectedByte)
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONProblem) -> JSON {
    let end = index + word.utf8CodeUnitCount
    guard end <= bytes.count else { throw problem(.unexpectedEnd) }
    for offset in 0..<word.utf8CodeUnitCount where bytes[index + offset] != word.utf8Start[offset] {
      throw problem(.unexpectedByte)
    }
    index = end
    return value
  }

  private mutating func object(depth: Int) throws(JSONProblem) -> JSON {
    var members: [JSON.Member] = []
    index += 1
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard index < bytes.count else { throw problem(.unexpectedEnd) }
      guard bytes[index] == UInt8(ascii: "\"") else { throw problem(.unexpectedByte) }
      let key = try string()
      skipSpace()
      guard take(":") else { throw problem(index < bytes.count ? .unexpectedByte : .unexpectedEnd) }
      members.append(JSON.Member(key, try value(depth: depth + 1)))
      skipSpace()
      if take(",") { continue }
      guard take("}") else { throw problem(index < bytes.count ? .unexpectedByte : .unexpectedEnd) }
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(JSONProblem) -> JSON {
    var elements: [JSON] = []
    index += 1
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(",") { continue }
      guard take("]") else { throw problem(index < bytes.count ? .unexpectedByte : .unexpectedEnd) }
      return .array(elements)
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func digits() -> Int {
    let start = index
    while index < bytes.count, (48...57).contains(bytes[index]) { index += 1 }
    return index - start
  }

  /// RFC 8259 §6: no leading zeros, digits on both sides of the point.
  private mutating func number() throws(JSONProblem) -> JSON {
    let start = index
    _ = take("-")
    let leadingZero = index < bytes.count && bytes[index] == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !(leadingZero && whole > 1) else { throw problem(.badNumber) }
    if take(".") { guard digits() > 0 else { throw problem(.badNumber) } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits() > 0 else { throw problem(.badNumber) }
    }
    return .number(String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func string() throws(JSONProblem) -> String {
    index += 1
    let start = index
    var joined: UInt8 = 0
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
      bytes[index] >= 0x20
    {
      joined |= bytes[index]
      index += 1
    }
    guard index < bytes.count else { throw problem(.unexpectedEnd) }
    if joined < 0x80, bytes[index] == UInt8(ascii: "\"") { return plain(start) }
    var raw = bytes[start..<index]
    if bytes[index] == UInt8(ascii: "\\") { try escaped(into: &raw) }
    guard bytes[index] == UInt8(ascii: "\"") else { throw problem(.controlInString) }
    guard let text = String(validating: raw, as: UTF8.self) else { throw problem(.badUTF8) }
    index += 1
    return text
  }

  /// What most strings are: ASCII without escapes needs no validation, which costs more than all else here.
  private mutating func plain(_ start: Int) -> String {
    defer { index += 1 }
    return bytes.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[start..<index]), as: UTF8.self)
    }
  }

  /// Goes on from the first backslash to the closing quote.
  private mutating func escaped(into raw: inout ArraySlice<UInt8>) throws(JSONProblem) {
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      guard bytes[index] >= 0x20 else { throw problem(.controlInString) }
      if bytes[index] == UInt8(ascii: "\\") {
        index += 1
        try escape(into: &raw)
      } else {
        raw.append(bytes[index])
        index += 1
      }
    }
    guard index < bytes.count else { throw problem(.unexpectedEnd) }
  }

  private mutating func escape(into raw: inout ArraySlice<UInt8>) throws(JSONProblem) {
    guard index < bytes.count else { throw problem(.unexpectedEnd) }
    let letter = bytes[index]
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): raw.append(letter)
    case UInt8(ascii: "b"): raw.append(0x08)
    case UInt8(ascii: "f"): raw.append(0x0C)
    case UInt8(ascii: "n"): raw.append(0x0A)
    case UInt8(ascii: "r"): raw.append(0x0D)
    case UInt8(ascii: "t"): raw.append(0x09)
    case UInt8(ascii: "u"): raw.append(contentsOf: String(try scalar()).utf8)
    default: throw problem(.badEscape)
    }
  }

  private mutating func hex4() throws(JSONProblem) -> UInt32 {
    guard index + 4 <= bytes.count else { throw problem(.unexpectedEnd) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else { throw problem(.badEscape) }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  /// RFC 8259 §7: a surrogate pair is one character; a surrogate alone is not.
  private mutating func scalar() throws(JSONProblem) -> Unicode.Scalar {
    let high = try hex4()
    guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
    guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return "\u{FFFD}"
    }
    let mark = index
    index += 2
    let low = try hex4()
    guard (0xDC00...0xDFFF).contains(low) else {
      index = mark
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
  }
}
