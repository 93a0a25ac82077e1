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

  /// The element at `index` and its length in bytes. `bytes` is valid UTF-8.
  static func read(_ bytes: [UInt8], at index: Int) -> (DigitElement, Int) {
    let byte = bytes[index]
    if byte < 0x80 { return ascii(byte, bytes, index) }
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    var scalar = UInt32(byte) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length where index + offset < bytes.count {
      scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
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
      return (.other, 1)
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
    guard index < bytes.count else { return (.other, 1) }
    if bytes[index] == UInt8(ascii: "#") { return numericEntity(bytes, start) }
    while index < bytes.count, index - start < 9, (97...122).contains(bytes[index] | 0x20) { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ";") else { return (.other, 1) }
    let name = String(decoding: bytes[(start + 1)..<index], as: UTF8.self)
    let length = index + 1 - start
    switch name {
    case "nbsp", "ensp", "emsp", "thinsp", "ndash", "mdash", "hyphen", "dash", "middot", "period":
      return (.soft, length)
    case "shy", "zwj", "zwnj", "lrm", "rlm": return (.invisible, length)
    case "comma", "sol": return (.list, length)
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
    guard index > first else { return (.other, 1) }
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
    else { return (.other, 1) }
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

  static func classify(_ scalar: UInt32) -> DigitElement {
    switch scalar {
    case 0x20, 0x09, 0x0A, 0x0D, 0x2D, 0x2E, 0x5F, 0x7E: .soft  // space, tab, line ends, - . _ ~
    case 0x2C, 0x2F, 0x7C, 0x2A, 0x2B, 0x5C: .list  // , / | * + backslash
    case 0x22, 0x27, 0x28, 0x29, 0x3A, 0x3B, 0x5B, 0x5D: .mark  // " ' ( ) : ; [ ]
    case ..<0x80: .other
    case 0xA0, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: .soft
    case 0x2010...0x2015, 0x2212, 0xFF0D, 0xFE58, 0xFE63, 0xFF0E, 0xB7, 0x30FB, 0x2027, 0xFF3F, 0xFF5E: .soft
    case 0xFF0C, 0x3001, 0xFF0F, 0xFF5C, 0xFF0A, 0xFF0B: .list
    case 0x2022, 0x3002, 0xFF1A, 0xFF1B, 0xFF08, 0xFF09, 0x201C, 0x201D, 0x300C, 0x300D: .mark
    // U+20E3 is the key cap drawn around a digit.
    case 0xAD, 0x34F, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xFEFF, 0x20E3:
      .invisible
    default: digitValue(scalar).map { .digit($0, script(scalar)) } ?? .other
    }
  }

  private static func script(_ scalar: UInt32) -> Script {
    switch scalar {
    case 0xFF10...0xFF19: .latin
    case 0x3007, 0x25CB, 0x4E00...0x9FFF: .han
    default: .other
    }
  }

  /// Digits of other blocks, and Chinese numerals as they are read out one by one.
  private static func digitValue(_ scalar: UInt32) -> UInt8? {
    switch scalar {
    case 0xFF10...0xFF19: UInt8(scalar - 0xFF10)
    case 0x4E00...0x9FFF: chinese[Int(scalar - 0x4E00)] <= 9 ? chinese[Int(scalar - 0x4E00)] : nil
    case 0x3007, 0x25CB: 0  // 〇, and the circle that is typed for it
    case 0x0660...0x0669: UInt8(scalar - 0x0660)
    case 0x06F0...0x06F9: UInt8(scalar - 0x06F0)
    case 0x0966...0x096F: UInt8(scalar - 0x0966)
    case 0x09E6...0x09EF: UInt8(scalar - 0x09E6)
    case 0x0E50...0x0E59: UInt8(scalar - 0x0E50)
    case 0x2070, 0x2074...0x2079: UInt8(scalar - 0x2070)
    case 0xB9: 1
    case 0xB2, 0xB3: UInt8(scalar - 0xB0)
    case 0x2080...0x2089: UInt8(scalar - 0x2080)
    case 0x2460...0x2468: UInt8(scalar - 0x245F)
    case 0x24EA: 0
    case 0x24FF: 0
    case 0x2776...0x277E: UInt8(scalar - 0x2775)
    case 0x2780...0x2788: UInt8(scalar - 0x277F)
    case 0x278A...0x2792: UInt8(scalar - 0x2789)
    case 0x2474...0x247C: UInt8(scalar - 0x2473)
    case 0x2488...0x2490: UInt8(scalar - 0x2487)
    case 0x1D7CE...0x1D7FF: UInt8((scalar - 0x1D7CE) % 10)
    default: nil
    }
  }

  /// From U+4E00 on; 255 = no numeral. Looked up for every character of a Chinese text.
  private static let chinese: [UInt8] = {
    // With those of the radio: 洞 0, 幺 1, 拐 7, 勾 9.
    let forms = ["零洞", "一壹幺弌", "二贰貳兩两", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾"]
    var values = [UInt8](repeating: 255, count: 0x9FFF - 0x4E00 + 1)
    for (value, form) in forms.enumerated() {
      for scalar in form.unicodeScalars { values[Int(scalar.value - 0x4E00)] = UInt8(value) }
    }
    return values
  }()

  /// Whether a byte is an element by itself that no number has in it: letters and most signs of ASCII.
  static let isPlain: [Bool] = (0..<256).map { byte in
    guard byte < 0x80, !(48...57).contains(byte), ![0x25, 0x26, 0x3C, 0x3D, 0x0A].contains(byte) else { return false }
    if case .other = classify(UInt32(byte)) { return true }
    return false
  }
}
