import CGMime

/// Content transfer encodings (RFC 2045 §6) undone; damage is skipped, never an error.
enum TransferDecoding {
  enum Encoding: Sendable { case identity, base64, quotedPrintable, uuencode }

  /// What a `Content-Transfer-Encoding` field says; unknown words mean the bytes stand as they are.
  static func encoding(named value: [UInt8]) -> Encoding {
    let word = String(decoding: value.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "(") }, as: UTF8.self)
      .lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" }
    switch word {
    case "base64", "base-64", "b", "base64encoding": return .base64
    case "quoted-printable", "quotedprintable", "q", "quoted-printible": return .quotedPrintable
    case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu": return .uuencode
    default: return .identity
    }
  }

  static func decode(_ bytes: [UInt8], _ encoding: Encoding) -> [UInt8] {
    switch encoding {
    case .identity: bytes
    case .base64: base64(bytes.prefix(boundaryStart(in: bytes) ?? bytes.count))
    case .quotedPrintable: quotedPrintable(bytes)
    case .uuencode: uuencoded(bytes)
    }
  }

  /// Base64 holds no `-`: a line that begins with two of them is a boundary that the reader of the structure missed.
  private static func boundaryStart(in bytes: [UInt8]) -> Int? {
    var index = 0
    while let newline = bytes[index...].firstIndex(of: 0x0A) {
      if bytes[(newline + 1)...].starts(with: "--".utf8) { return newline }
      index = newline + 1
    }
    return nil
  }

  /// Some relays double the CR before LF, which hides soft line breaks.
  private static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
    var source: [UInt8] = []
    source.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == 0x0D, source.last == 0x0D { continue }
      source.append(byte)
    }
    return library(source, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
  }

  /// From the line after `begin` to `end`; each line states its length in the first character.
  private static func uuencoded(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var isInside = false
    for line in bytes.split(separator: 0x0A) {
      let content = line.last == 0x0D ? line.dropLast() : line
      if !isInside {
        isInside = content.starts(with: "begin ".utf8)
      } else if content.elementsEqual("end".utf8) {
        break
      } else {
        uuLine(content, into: &out)
      }
    }
    return out
  }

  private static func uuLine(_ line: ArraySlice<UInt8>, into out: inout [UInt8]) {
    guard let first = line.first else { return }
    var left = Int((first &- 0x20) & 0x3F)
    var index = line.startIndex + 1
    func value(_ offset: Int) -> UInt32 {
      // Trailing spaces are often lost on the way.
      index + offset < line.endIndex ? UInt32((line[index + offset] &- 0x20) & 0x3F) : 0
    }
    while left > 0 {
      let group = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3)
      for shift in [16, 8, 0] where left > 0 {
        out.append(UInt8(truncatingIfNeeded: group >> UInt32(shift)))
        left -= 1
      }
      index += 4
    }
  }

  /// Base64 in which padding may stand in the middle (blocks encoded one by one) or be missing.
  static func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 3 / 4 + 3)
    var (bits, held): (UInt32, Int) = (0, 0)
    for byte in bytes {
      let value = base64Values[Int(byte)]
      if value == 0xFF {
        if byte == UInt8(ascii: "="), held > 0 { (bits, held) = (0, 0) }
        continue
      }
      bits = bits << 6 | UInt32(value)
      held += 6
      if held >= 8 {
        held -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return out
  }

  private static let base64Values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, letter) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
      values[Int(letter)] = UInt8(value)
    }
    return values
  }()

  private static func library(_ bytes: [UInt8], _ encoding: GMimeContentEncoding) -> [UInt8] {
    MimeLibrary.start()
    var state = GMimeEncoding()
    g_mime_encoding_init_decode(&state, encoding)
    let room = g_mime_encoding_outlen(&state, bytes.count) + 64
    return [UInt8](unsafeUninitializedCapacity: room) { out, count in
      count = bytes.withUnsafeBytes { source in
        g_mime_encoding_step(
          &state, source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
          UnsafeMutableRawPointer(out.baseAddress)?.assumingMemoryBound(to: CChar.self))
      }
    }
  }

  /// The Q encoding of headers (RFC 2047 §4.2): as quoted-printable, `_` is a space.
  static func headerQuoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == UInt8(ascii: "="), index + 2 < bytes.endIndex, let high = hexValue(bytes[index + 1]),
        let low = hexValue(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(byte == UInt8(ascii: "_") ? 0x20 : byte)
        index += 1
      }
    }
    return out
  }

  /// Percent-encoding of RFC 2231 parameters.
  static func percent(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
        let low = hexValue(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return out
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
