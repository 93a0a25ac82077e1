/// A cursor over bytes that only moves forward.
struct ByteScan {
  private let bytes: ArraySlice<UInt8>
  private(set) var index: Int

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, index) = (bytes, bytes.startIndex) }

  var isAtEnd: Bool { index >= bytes.endIndex }
  var peek: UInt8? { isAtEnd ? nil : bytes[index] }

  mutating func advance() { index += 1 }
  mutating func jump(to end: Int) { index = max(index, end) }

  mutating func skip(while matches: (UInt8) -> Bool) {
    while index < bytes.endIndex, matches(bytes[index]) { index += 1 }
  }

  mutating func take(while matches: (UInt8) -> Bool) -> [UInt8] {
    let start = index
    skip(while: matches)
    return Array(bytes[start..<index])
  }

  mutating func consume(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    index += 1
    return true
  }

  /// From an opening `"` to the closing one (or the end), backslashes undone (RFC 5322 §3.2.4).
  mutating func quotedString() -> [UInt8] {
    var out: [UInt8] = []
    index += 1
    while let byte = peek {
      index += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\"), let next = peek, next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
        out.append(next)
        index += 1
      } else {
        out.append(byte)
      }
    }
    return out
  }

  /// From an opening `(` to the matching `)` (or the end), the brackets left out (RFC 5322 §3.2.2).
  mutating func comment() -> [UInt8] {
    var out: [UInt8] = []
    var depth = 0
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\\"):
        if let next = peek {
          out.append(next)
          index += 1
        }
        continue
      case UInt8(ascii: "("):
        depth += 1
        if depth == 1 { continue }
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return out }
      default: break
      }
      out.append(byte)
    }
    return out
  }
}

extension UInt8 {
  /// Space, tab, CR, LF.
  var isHeaderSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension Collection<UInt8> {
  var trimmingSpace: [UInt8] {
    var bytes = Array(drop(while: \.isHeaderSpace))
    while let last = bytes.last, last.isHeaderSpace { bytes.removeLast() }
    return bytes
  }
}
