import Glibc

/// Bytes to text, with charset labels meaning what browsers take them for (WHATWG Encoding §4.2).
///
/// Nothing fails: bytes that are not in the charset become U+FFFD, an unknown label is answered by looking at the
/// bytes.
enum Charset {
  struct Decoded {
    var text: String
    /// At least one byte was not in the charset.
    var isFlawed: Bool
  }

  /// - Parameters:
  ///   - bytes: the text as sent.
  ///   - label: as it stands in `charset=` or in an encoded word; `nil` = look at the bytes.
  /// - Returns: the text, and whether it is whole. A label that the bytes contradict gives way to what they are.
  static func decode(_ bytes: some Collection<UInt8>, label: String?) -> Decoded {
    let bytes = Array(bytes)
    guard let label, let kind = CharsetLabel.kind(of: label) else { return CharsetGuess.decode(bytes) }
    if CharsetGuess.isSurelyUTF8(bytes, labelled: kind) { return utf8(bytes) }
    let stated = decode(bytes, kind)
    guard stated.isFlawed else { return stated }
    return CharsetGuess.better(than: stated, bytes, labelled: kind) ?? stated
  }

  /// Exactly as the label says.
  static func decode(_ bytes: [UInt8], _ kind: CharsetLabel.Kind) -> Decoded {
    switch kind {
    case .utf8: return utf8(bytes)
    case .ascii: return isASCII(bytes) ? utf8(bytes) : CharsetGuess.decode(bytes)
    case .utf16(let bigEndian): return utf16(bytes, bigEndian: bigEndian)
    // A 7-bit charset: 8-bit bytes without any escape are something else.
    case .iso2022JP where !bytes.contains(0x1B) && !isASCII(bytes): return CharsetGuess.decode(bytes)
    case .iso2022JP: return iconv(CharsetEscapes.iso2022JP(bytes), from: "EUC-JP-MS")
    case .iso2022KR: return iconv(CharsetEscapes.shifted(bytes), from: "CP949")
    case .hz: return iconv(CharsetEscapes.hz(bytes), from: "GB18030")
    case .iconv(let name): return iconv(bytes, from: name)
    }
  }

  static func isASCII(_ bytes: some Collection<UInt8>) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

  static func utf8(_ bytes: [UInt8]) -> Decoded {
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if let text = String(validating: content, as: UTF8.self) { return Decoded(text: withoutC1(text), isFlawed: false) }
    return Decoded(text: String(decoding: content, as: UTF8.self), isFlawed: true)
  }

  /// U+0080…U+009F mean nothing in text; they are windows-1252 bytes that somebody took for ISO 8859-1.
  private static func withoutC1(_ text: String) -> String {
    var previous: UInt8 = 0
    let has = text.utf8.contains { byte in
      defer { previous = byte }
      return previous == 0xC2 && byte < 0xA0
    }
    guard has else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard (0x80...0x9F).contains(scalar.value) else {
        out.append(scalar)
        continue
      }
      out.append(contentsOf: iconv([UInt8(scalar.value)], from: "CP1252").text.unicodeScalars)
    }
    return String(out)
  }

  private static func utf16(_ bytes: [UInt8], bigEndian: Bool?) -> Decoded {
    var content = bytes[...]
    var big = bigEndian ?? false  // WHATWG Encoding §4.2: `utf-16` is little-endian
    if bytes.starts(with: [0xFE, 0xFF]) { (big, content) = (true, bytes[2...]) }
    if bytes.starts(with: [0xFF, 0xFE]) { (big, content) = (false, bytes[2...]) }
    var units: [UInt16] = []
    units.reserveCapacity(content.count / 2)
    var index = content.startIndex
    while index + 1 < content.endIndex {
      let (first, second) = (UInt16(content[index]), UInt16(content[index + 1]))
      units.append(big ? first << 8 | second : second << 8 | first)
      index += 2
    }
    let text = String(decoding: units, as: UTF16.self)
    return Decoded(text: text, isFlawed: index < content.endIndex || text.unicodeScalars.contains("\u{FFFD}"))
  }

  /// Decodes with the C library's converter; each undecodable byte becomes one U+FFFD.
  static func iconv(_ bytes: [UInt8], from name: String) -> Decoded {
    guard let converter = Converter(from: name) else { return CharsetGuess.decode(bytes) }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 2)
    var source = bytes
    let flaws = source.withUnsafeMutableBytes { convert($0, with: converter.handle, into: &out) }
    return Decoded(text: String(decoding: out, as: UTF8.self), isFlawed: flaws > 0)
  }

  private static func convert(
    _ source: UnsafeMutableRawBufferPointer, with converter: iconv_t, into out: inout [UInt8]
  ) -> Int {
    var input = source.baseAddress?.assumingMemoryBound(to: CChar.self)
    var left = source.count
    var flaws = 0
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer in
      while left > 0 {
        var output = buffer.baseAddress
        var room = buffer.count
        let result = Glibc.iconv(converter, &input, &left, &output, &room)
        let failure = result == Int(bitPattern: UInt.max) ? errno : 0
        out.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<(buffer.count - room)]))
        guard left > 0, failure == EILSEQ || failure == EINVAL else { continue }
        out.append(contentsOf: [0xEF, 0xBF, 0xBD])
        flaws += 1
        input = input.map { $0 + 1 }
        left -= 1
      }
      // Combining charsets (windows-1255) hold the last character back until they are flushed.
      var output = buffer.baseAddress
      var room = buffer.count
      _ = Glibc.iconv(converter, nil, nil, &output, &room)
      out.append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<(buffer.count - room)]))
    }
    return flaws
  }
}
