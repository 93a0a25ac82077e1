/// What one element of a text — a character, an HTML entity, an HTML tag — means to whoever looks for numbers.
enum DigitElement {
  case digit(UInt8, Script)
  /// Shows nothing: zero-width characters, tags, soft line breaks of quoted-printable.
  case invisible
  /// Space, dash, dot, line break: what people put between groups of one number.
  case soft
  /// Comma, slash, bar: what stands between numbers as often as inside one.
  case list
  /// Colon, quotes, brackets: what hardly ever stands inside one.
  case mark
  case other

  /// Where the writing changes, one number may end and another begin: `张三4111…`.
  enum Script { case latin, han, other }

  /// The element at `index` and its length in bytes. `bytes` is valid UTF-8. With `digitsOnly`, what is no digit may be told
  /// as `other`, which takes less time.
  static func read(_ bytes: [UInt8], at index: Int, digitsOnly: Bool = false) -> (DigitElement, Int) {
    let byte = bytes[index]
    if byte < 0x80 { return ascii(byte, bytes, index) }
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    var scalar = UInt32(byte) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length where index + offset < bytes.count {
      scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
    if digitsOnly { return (digitValue(scalar).map { .digit($0, script(scalar)) } ?? .other, length) }
    return (classify(scalar), length)
  }

  private static func ascii(_ byte: UInt8, _ bytes: [UInt8], _ index: Int) -> (DigitElement, Int) {
    switch byte {
    case 48...57: return (.digit(byte - 48, .latin), 1)
    case UInt8(ascii: "%"): return percent(bytes, index)
    case UInt8(ascii: "\\"): return escape(bytes, index)
    case UInt8(ascii: "&"): return entity(bytes, index)
    case UInt8(ascii: "<"): return tag(bytes, index)
    case UInt8(ascii: "="):
      // RFC 2045 §6.7 (5): a soft line break.
      if index + 1 < bytes.count, bytes[index + 1] == 0x0A { return (.invisible, 2) }
      if index + 2 < bytes.count, bytes[index + 1] == 0x0D, bytes[index + 2] == 0x0A { return (.invisible, 3) }
      return (.mark, 1)
    case 0x0A, 0x0D: return (.soft, quoteMarks(bytes, index + 1) + 1)
    default: return (classify(UInt32(byte)), 1)
    }
  }

  /// `%20`, `%2D`, `%34`, as in addresses (RFC 3986 §2.1); `%C2%A0`, the space that does not break.
  private static func percent(_ bytes: [UInt8], _ index: Int) -> (DigitElement, Int) {
    guard let first = percentValue(bytes, index) else { return (.other, 1) }
    if first == 0xC2, percentValue(bytes, index + 3) == 0xA0 { return (.soft, 6) }
    guard first < 0x80 else { return (.other, 1) }
    if (48...57).contains(first) { return (.digit(UInt8(first - 48), .latin), 3) }
    return (classify(first), 3)
  }

  private static func percentValue(_ bytes: [UInt8], _ index: Int) -> UInt32? {
    guard index + 2 < bytes.count, bytes[index] == UInt8(ascii: "%"), let high = hexValue(bytes[index + 1]),
      let low = hexValue(bytes[index + 2])
    else { return nil }
    return high << 4 | low
  }

  /// `\n`, `\t`, `\u00a0`, as in JSON (RFC 8259 §7).
  private static func escape(_ bytes: [UInt8], _ index: Int) -> (DigitElement, Int) {
    guard index + 1 < bytes.count else { return (.list, 1) }
    switch bytes[index + 1] {
    case UInt8(ascii: "n"): return (.soft, quoteMarks(bytes, index + 2) + 2)
    case UInt8(ascii: "r"), UInt8(ascii: "t"): return (.soft, 2)
    case UInt8(ascii: "u"):
      guard index + 5 < bytes.count else { return (.list, 1) }
      var value: UInt32 = 0
      for place in (index + 2)...(index + 5) {
        guard let digit = hexValue(bytes[place]) else { return (.list, 1) }
        value = value << 4 | digit
      }
      return (48...57).contains(value) ? (.digit(UInt8(value - 48), .latin), 6) : (classify(value), 6)
    default: return (.list, 1)
    }
  }

  /// `> > ` at the beginning of a line belongs to the line break.
  private static func quoteMarks(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, index - start < 16,
      bytes[index] == UInt8(ascii: ">") || bytes[index] == UInt8(ascii: "|") || bytes[index] == 0x20
    {
      index += 1
    }
    return index - start
  }

  /// `&#52;`, `&#x34;`, `&nbsp;` … The semicolon may be missing, as browsers allow.
  private static func entity(_ bytes: [UInt8], _ start: Int) -> (DigitElement, Int) {
    var index = start + 1
    guard index < bytes.count else { return (.mark, 1) }
    if bytes[index] == UInt8(ascii: "#") { return numericEntity(bytes, start) }
    while index < bytes.count, index - start < 9, (97...122).contains(bytes[index] | 0x20) { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ";") else { return (.mark, 1) }
    let name = String(decoding: bytes[(start + 1)..<index], as: UTF8.self)
    let length = index + 1 - start
    switch name {
    case "nbsp", "ensp", "emsp", "thinsp", "ndash", "mdash", "hyphen", "dash", "middot", "period", "hellip":
      return (.soft, length)
    case "shy", "zwj", "zwnj", "lrm", "rlm": return (.invisible, length)
    case "comma", "sol": return (.list, length)
    case "gt", "lt", "amp", "quot", "apos", "colon", "bull", "rarr": return (.mark, length)
    default: return (.other, length)
    }
  }

  private static func numericEntity(_ bytes: [UInt8], _ start: Int) -> (DigitElement, Int) {
    var (index, value) = (start + 2, UInt32(0))
    let isHex = index < bytes.count && bytes[index] | 0x20 == UInt8(ascii: "x")
    if isHex { index += 1 }
    let first = index
    while index < bytes.count, index - first < 7, let digit = hexValue(bytes[index]), isHex || digit < 10 {
      value = value * (isHex ? 16 : 10) + digit
      index += 1
    }
    guard index > first else { return (.mark, 1) }
    if index < bytes.count, bytes[index] == UInt8(ascii: ";") { index += 1 }
    if (48...57).contains(value) { return (.digit(UInt8(value - 48), .latin), index - start) }
    return (classify(value), index - start)
  }

  private static func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte - 48)
    case 65...70, 97...102: UInt32((byte | 0x20) - 87)
    default: nil
    }
  }

  /// `<span …>`, `</td>`: up to 200 bytes; a further `<` ends the attempt, so the text is not read twice. What holds a long
  /// number is none: `<a href="tel:4111…">` shows it to whoever looks.
  private static func tag(_ bytes: [UInt8], _ start: Int) -> (DigitElement, Int) {
    guard start + 2 < bytes.count,
      (97...122).contains(bytes[start + 1] | 0x20) || bytes[start + 1] == UInt8(ascii: "/")
        || bytes[start + 1] == UInt8(ascii: "!")
    else { return (.mark, 1) }
    var (index, digits) = (start + 1, 0)
    while index < bytes.count, index - start < 200 {
      switch bytes[index] {
      case UInt8(ascii: ">"): return (tagMeaning(bytes, start), index + 1 - start)
      case UInt8(ascii: "<"): return (.other, 1)
      case 48...57:
        digits += 1
        if digits == 12 { return (.other, 1) }
      case 0x20, 0x2D, 0x2E: break
      default: digits = 0
      }
      index += 1
    }
    return (.other, 1)
  }

  /// Tags within a line leave no gap; cells, lines and blocks do.
  private static func tagMeaning(_ bytes: [UInt8], _ start: Int) -> DigitElement {
    let name = bytes[(start + 1)...].drop { $0 == UInt8(ascii: "/") }.prefix(7).map { $0 | 0x20 }
      .prefix { (97...122).contains($0) }
    return inlineTags.contains { $0.elementsEqual(name) } ? .invisible : .soft
  }

  private static let inlineTags = [
    "span", "b", "i", "u", "em", "strong", "font", "a", "wbr", "small", "big", "mark", "s", "code", "tt", "bdo", "bdi",
    "o",
  ]
  .map { Array($0.utf8) }
}
