/// One form for all spellings of the same text, so that search and keywords compare equal what people read as equal:
/// full width → half width, capitals → small letters, traditional → simplified Chinese, any white space → one space,
/// typographic quotes and dashes → plain ones, invisible characters away. Never for display.
package enum TextFolding {
  /// The folded text without space at its ends.
  package static func fold(_ text: String) -> String { String(decoding: foldedBytes(text), as: UTF8.self) }

  /// The same as UTF-8. Linear; allocates once.
  package static func foldedBytes(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    fold(text, into: &out)
    return out
  }

  /// The same in place of what `out` holds, whose memory is kept.
  package static func fold(_ text: String, into out: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes in
      var folder = Folder()
      swap(&folder.out, &out)
      folder.out.removeAll(keepingCapacity: true)
      folder.out.reserveCapacity(bytes.count)
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte < 0x80 {
          let begin = index
          while index < bytes.count, Folder.isPlain(bytes[index]) { index += 1 }
          if index > begin {
            folder.add(plain: UnsafeBufferPointer(rebasing: bytes[begin..<index]))
          } else {
            folder.add(ascii: byte)
            index += 1
          }
        } else {
          let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
          folder.add(scalar(bytes, index, length))
          index += length
        }
      }
      swap(&folder.out, &out)
    }
  }

  /// A `String`'s UTF-8 is always valid, so the length follows from the first byte.
  private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ length: Int) -> UInt32 {
    var value = UInt32(bytes[index]) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return value
  }

  /// The simplified form of a Han character, the character itself if it has none.
  package static func simplified(_ scalar: UInt32) -> UInt32 {
    guard scalar >= hanFirst, scalar <= hanLast else { return scalar }
    let mapped = simplifiedForms[Int(scalar - hanFirst)]
    return mapped == 0 ? scalar : UInt32(mapped)
  }

  /// Of two simplified characters that people write for one another, the usual one: 帐户 is 账户.
  fileprivate static func usual(_ scalar: UInt32) -> UInt32 { scalar == 0x5E10 ? 0x8D26 : scalar }

  /// Whether the character is written in traditional Chinese only.
  package static func isTraditional(_ scalar: UInt32) -> Bool { simplified(scalar) != scalar }

  private static let hanFirst: UInt32 = 0x3400
  private static let hanLast: UInt32 = 0x9FFF

  /// From U+3400 on; 0 = no other form.
  private static let simplifiedForms: [UInt16] = {
    var forms = [UInt16](repeating: 0, count: Int(hanLast - hanFirst) + 1)
    var pairs = TraditionalCharacters.pairs.unicodeScalars.makeIterator()
    while let from = pairs.next(), let to = pairs.next() {
      forms[Int(from.value - hanFirst)] = UInt16(truncatingIfNeeded: to.value)
    }
    return forms
  }()
}

/// Collects folded UTF-8.
private struct Folder {
  var out: [UInt8] = []
  private var spaceIsDue = false

  /// Printable ASCII but space.
  static func isPlain(_ byte: UInt8) -> Bool { byte &- 0x21 < 0x5E }

  mutating func add(plain bytes: UnsafeBufferPointer<UInt8>) {
    settleSpace()
    out.append(addingCapacity: bytes.count) { out in for byte in bytes { out.append(Self.small(byte)) } }
  }

  mutating func add(ascii byte: UInt8) {
    if byte <= 0x20 || byte == 0x7F {
      spaceIsDue = true
      return
    }
    settleSpace()
    out.append(Self.small(byte))
  }

  private static func small(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

  mutating func add(_ scalar: UInt32) {
    switch scalar {
    case 0xFF01...0xFF5E: add(ascii: UInt8(scalar - 0xFEE0))  // Full-width forms of ASCII
    case 0x3400...0x9FFF: append(TextFolding.usual(TextFolding.simplified(scalar)))
    case 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0x85: spaceIsDue = true
    case 0x2018, 0x2019: add(ascii: 0x27)  // Typographic apostrophes and quotes
    case 0x201C, 0x201D: add(ascii: 0x22)
    case 0x2010...0x2015: add(ascii: 0x2D)
    // Soft hyphen, joiners, direction marks, byte-order mark, variation selectors: nobody sees them.
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xFE00...0xFE0F: break
    case 0x80..<0x250, 0x370..<0x590, 0x1E00..<0x2000: lowered(scalar)
    default: append(scalar)
    }
  }

  /// Latin, Greek and Cyrillic letters beyond ASCII.
  private mutating func lowered(_ scalar: UInt32) {
    if scalar == 0xDF { return "ss".utf8.forEach { add(ascii: $0) } }
    guard let letter = Unicode.Scalar(scalar) else { return }
    settleSpace()
    out.append(contentsOf: letter.properties.lowercaseMapping.utf8)
  }

  private mutating func settleSpace() {
    if spaceIsDue, !out.isEmpty { out.append(0x20) }
    spaceIsDue = false
  }

  private mutating func append(_ scalar: UInt32) {
    settleSpace()
    if scalar < 0x800 {
      out.append(UInt8(0xC0 | scalar >> 6))
    } else if scalar < 0x10000 {
      out.append(UInt8(0xE0 | scalar >> 12))
      out.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    } else {
      out.append(UInt8(0xF0 | scalar >> 18))
      out.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      out.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    }
    out.append(UInt8(0x80 | scalar & 0x3F))
  }
}
