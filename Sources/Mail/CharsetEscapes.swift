/// Charsets that switch by escape sequences, rewritten as their 8-bit siblings: the C library's own converters for
/// these
/// know neither the vendors' extra characters nor a stray 8-bit byte.
enum CharsetEscapes {
  /// ISO-2022-JP (RFC 1468) to EUC-JP.
  static func iso2022JP(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var prefix: UInt8?
    var high = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x1B, let escape = japaneseEscape(bytes[index...].prefix(4)) {
        (high, prefix) = (escape.high, escape.prefix)
        index += escape.length
        continue
      }
      let byte = bytes[index]
      if byte == 0x0A || byte == 0x0D { high = false }  // RFC 1468: each line begins in ASCII
      if high, (0x21...0x7E).contains(byte) {
        let width = escapeWidth(prefix)
        if let prefix { out.append(prefix) }
        for _ in 0..<width where index < bytes.count {
          out.append(bytes[index] | 0x80)
          index += 1
        }
      } else {
        out.append(byte)
        index += 1
      }
    }
    return out
  }

  private static func escapeWidth(_ prefix: UInt8?) -> Int { prefix == 0x8E ? 1 : 2 }

  private static func japaneseEscape(_ bytes: ArraySlice<UInt8>) -> (length: Int, high: Bool, prefix: UInt8?)? {
    switch Array(bytes) {
    case let escape where escape.starts(with: Array("\u{1B}$(D".utf8)): (4, true, 0x8F)  // JIS X 0212
    case let escape where escape.starts(with: Array("\u{1B}$(B".utf8)): (4, true, nil)
    case let escape where escape.starts(with: Array("\u{1B}$B".utf8)): (3, true, nil)  // JIS X 0208
    case let escape where escape.starts(with: Array("\u{1B}$@".utf8)): (3, true, nil)
    case let escape where escape.starts(with: Array("\u{1B}(I".utf8)): (3, true, 0x8E)  // half-width katakana
    case let escape where escape.starts(with: Array("\u{1B}(".utf8)) && escape.count > 2: (3, false, nil)
    default: nil
    }
  }

  /// ISO-2022-KR (RFC 1557) to EUC-KR: SO and SI switch.
  static func shifted(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var high = false
    for byte in strippingKoreanHeader(bytes) {
      switch byte {
      case 0x0E: high = true
      case 0x0F: high = false
      case 0x21...0x7E where high: out.append(byte | 0x80)
      default: out.append(byte)
      }
    }
    return out
  }

  private static func strippingKoreanHeader(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: Array("\u{1B}$)C".utf8)) ? bytes[4...] : bytes[...]
  }

  /// HZ (RFC 1843) to GB 2312 in 8 bits: `~{` and `~}` switch, `~~` is a tilde.
  static func hz(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var high = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "~"), index + 1 < bytes.count {
        switch bytes[index + 1] {
        case UInt8(ascii: "{"): high = true
        case UInt8(ascii: "}"): high = false
        case UInt8(ascii: "~"): out.append(UInt8(ascii: "~"))
        case 0x0A: break
        default: out.append(contentsOf: [bytes[index], bytes[index + 1]])
        }
        index += 2
        continue
      }
      if bytes[index] == 0x0A { high = false }
      out.append(high && (0x21...0x7E).contains(bytes[index]) ? bytes[index] | 0x80 : bytes[index])
      index += 1
    }
    return out
  }
}
