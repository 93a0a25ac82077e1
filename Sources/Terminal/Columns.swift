/// How many columns a text takes on a terminal.
///
/// One grapheme cluster (UAX #29) is drawn as one thing of one or two columns: two when it holds a wide character, an
/// emoji presentation or a flag, and for Indic conjuncts with more than one spacing letter. Text that went through
/// `Neutral` has no control characters; any that come here all the same count nothing.
package enum Columns {
  /// The columns of `text`, which must be one line.
  package static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// 0, 1 or 2.
  package static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii >= 0x20 && ascii < 0x7F ? 1 : 0 }
    var sum = 0
    for scalar in character.unicodeScalars {
      // VS16 asks for the emoji picture, which is wide: UTS #51 §1.4.3.
      if scalar == "\u{FE0F}", character.unicodeScalars.first?.properties.isEmoji == true { return 2 }
      sum += of(scalar)
      if sum >= 2 { return 2 }
    }
    return sum
  }

  /// The columns of one code point that stands alone, as wcwidth(3) has them.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x7F { return scalar.value >= 0x20 ? 1 : 0 }
    // Vowels and final consonants of Hangul join the initial before them.
    if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator: return 0
    // The soft hyphen and the Arabic number signs are format characters that are drawn.
    case .format: return scalar == "\u{AD}" || (0x0600...0x08E2).contains(scalar.value) ? 1 : 0
    default: return WideRanges.contains(scalar.value) || scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// `text` cut to at most `columns`, the cut shown by `…`.
  package static func clip(_ text: String, to columns: Int) -> String {
    guard columns > 0 else { return "" }
    // Every character takes a byte at least, so a short text needs no counting of a long one.
    if text.utf8.count <= columns { return text }
    var (used, end, fits) = (0, text.startIndex, text.startIndex)
    while end < text.endIndex {
      let width = of(text[end])
      guard used + width <= columns else { return text[..<fits] + "…" }
      used += width
      text.formIndex(after: &end)
      if used < columns { fits = end }
    }
    return text
  }

  /// `text` with spaces up to `columns`; a longer one stays as it is.
  package static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, columns - of(text)))
    return right ? spaces + text : text + spaces
  }
}
