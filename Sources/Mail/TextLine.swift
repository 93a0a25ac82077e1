/// A line of a mail's text and what the trimmer asks about it.
struct TextLine {
  let raw: Substring
  /// Trimmed, without `*` emphasis, in lower case.
  let words: String

  /// Longer lines are prose.
  static let lengthMax = 1000

  init(_ raw: Substring) {
    self.raw = raw
    words = raw.utf8.count > TextLine.lengthMax ? "" : TextLine.plain(raw)
  }

  private static func plain(_ raw: Substring) -> String {
    var text = String(raw)
    if text.contains("\u{200E}") || text.contains("\u{200F}") || text.contains("\u{202A}") || text.contains("\u{202C}") {
      text = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .format }))
    }
    text = text.trimmed
    while text.hasPrefix("*") { text = String(text.dropFirst()) }
    while text.hasSuffix("*") { text = String(text.dropLast()) }
    return text.trimmed.lowercased()
  }

  var isBlank: Bool { words.isEmpty && raw.isBlankLine }
  var isQuoted: Bool { firstByte == UInt8(ascii: ">") || firstByte == 0xEF && raw.drop { $0 == " " }.hasPrefix("＞") }
  var isBarred: Bool { firstByte == UInt8(ascii: "|") }
  var isFence: Bool { words.hasPrefix("```") }

  private var firstByte: UInt8? { raw.utf8.first { !$0.isHeaderSpace } }

  /// RFC 3676 §4.3 `-- `, also without the space or as a dash.
  var isSignatureMark: Bool { words == "--" || words == "—" || words == "––" || words == "- --" }

  /// A line of nothing but rules.
  var isRuler: Bool { words.utf8.count >= 3 && words.unicodeScalars.allSatisfy { "-_=*~—–─━・".unicodeScalars.contains($0) } }

  var isUnderscores: Bool { words.utf8.count >= 2 && words.utf8.allSatisfy { $0 == UInt8(ascii: "_") } }
}

extension Substring {
  var isBlankLine: Bool { String(self).isBlank }
}

extension String {
  /// Without dashes, rules and spaces at both ends.
  var withoutRules: String {
    let rules = Set("-_=*~—–─━|>< \t\u{A0}".unicodeScalars)
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !rules.contains($0) }) else { return "" }
    let end = scalars.lastIndex { !rules.contains($0) } ?? start
    return String(scalars[start...end])
  }

  func containsAny(_ words: [String]) -> Bool { words.contains { contains($0) } }
}
