/// A line of a mail's text and what the trimmer asks about it.
struct TextLine {
  let raw: Substring
  /// Trimmed, without `*` emphasis, in lower case.
  let words: String
  /// What stands before a colon near the beginning, if anything: `From`, `发件人`.
  let label: String?

  /// Longer lines are prose.
  static let lengthMax = 1000

  init(_ raw: Substring) {
    self.raw = raw
    words = raw.utf8.count > TextLine.lengthMax ? "" : TextLine.plain(raw)
    label = TextLine.label(words)
  }

  private static let labelLengthMax = 40

  private static func label(_ words: String) -> String? {
    guard let colon = words.utf8.prefix(labelLengthMax + 3).firstIndex(where: { $0 == 0x3A || $0 == 0xEF }),
      words[colon] == ":" || words[colon] == "：", colon != words.startIndex
    else { return nil }
    var label = String(words[..<colon]).withoutRules.filter { $0 != "*" && $0 != "\u{A0}" && $0 != "_" }.trimmed
    // 主　题, 日　期: stretched to the width of their neighbours.
    if label.contains("\u{3000}") { label = label.filter { $0 != "\u{3000}" } }
    return label.isEmpty ? nil : label
  }

  private static func plain(_ raw: Substring) -> String {
    var text = String(raw)
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return plainASCII(text) }
    if text.contains("\u{200E}") || text.contains("\u{200F}") || text.contains("\u{202A}") || text.contains("\u{202C}")
    {
      text = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .format }))
    }
    text = text.trimmed
    while text.hasPrefix("*") { text = String(text.dropFirst()) }
    while text.hasSuffix("*") { text = String(text.dropLast()) }
    return text.trimmed.lowercased()
  }

  private static func plainASCII(_ text: String) -> String {
    var bytes = text.utf8.drop { $0.isHeaderSpace || $0 == UInt8(ascii: "*") }
    while let last = bytes.last, last.isHeaderSpace || last == UInt8(ascii: "*") { bytes.removeLast() }
    return String(decoding: bytes.map(\.asciiLowercased), as: UTF8.self)
  }

  var isBlank: Bool { words.isEmpty && raw.isBlankLine }
  /// `>>> Sale! <<<` is an ornament.
  var isQuoted: Bool {
    if firstByte == UInt8(ascii: ">") { return !words.hasSuffix("<<<") }
    return firstByte == 0xEF && raw.drop { $0 == " " }.hasPrefix("＞")
  }
  var isBarred: Bool { firstByte == UInt8(ascii: "|") }
  var isFence: Bool { words.hasPrefix("```") }

  private var firstByte: UInt8? { raw.utf8.first { !$0.isHeaderSpace } }

  /// RFC 3676 §4.3 `-- `, also without the space or as a dash.
  var isSignatureMark: Bool { words == "--" || words == "—" || words == "––" || words == "- --" }

  /// A line of nothing but rules.
  var isRuler: Bool { words.utf8.count >= 3 && words.unicodeScalars.allSatisfy { TextLine.rules.contains($0) } }

  private static let rules = Set("-_=*~—–─━・".unicodeScalars)

  var isUnderscores: Bool { words.utf8.count >= 2 && words.utf8.allSatisfy { $0 == UInt8(ascii: "_") } }
}

extension Substring {
  var isBlankLine: Bool { String(self).isBlank }
}

extension String {
  /// Without dashes, rules and spaces at both ends.
  var withoutRules: String {
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !String.isOfRule($0) }) else { return "" }
    let end = scalars.lastIndex { !String.isOfRule($0) } ?? start
    return String(scalars[start...end])
  }

  /// Asked of every line of every mail.
  private static func isOfRule(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "-", "_", "=", "*", "~", "|", ">", "<", " ", "\t", "\u{A0}", "—", "–", "─", "━": true
    default: false
    }
  }
}
