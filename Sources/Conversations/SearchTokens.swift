extension TextFolding {
  /// What a text is found by: folded words of letters and digits; for scripts written without spaces (Han, Kana,
  /// Hangul) every character and every pair of neighbours. In order of appearance, doubles included.
  package static func searchTokens(_ text: String) -> [String] { tokens(text, singles: .all) }

  /// What to look for, given what was typed: words; of a run of Han, Kana or Hangul its pairs, a lone character as such.
  /// A text holds the run if it holds the pairs in order.
  package static func queryTokens(_ text: String) -> [String] { tokens(text, singles: .alone) }

  private enum Singles { case all, alone }

  /// Longer words are cut here: nobody types them, and an index must not be filled with them.
  private static let wordBytesMax = 64

  private static func tokens(_ text: String, singles: Singles) -> [String] {
    var tokens: [String] = []
    var word = ""
    var run: [Unicode.Scalar] = []
    func endWord() {
      if !word.isEmpty { tokens.append(word) }
      word = ""
    }
    func endRun() {
      for (index, scalar) in run.enumerated() {
        if singles == .all || run.count == 1 { tokens.append(String(scalar)) }
        if index + 1 < run.count { tokens.append(String(scalar) + String(run[index + 1])) }
      }
      run.removeAll(keepingCapacity: true)
    }
    for scalar in fold(text).unicodeScalars {
      if isUnspaced(scalar.value) {
        endWord()
        run.append(scalar)
      } else if isWordPart(scalar) {
        if !run.isEmpty { endRun() }
        if word.utf8.count < wordBytesMax { word.unicodeScalars.append(scalar) }
      } else {
        endWord()
        if !run.isEmpty { endRun() }
      }
    }
    endWord()
    endRun()
    return tokens
  }

  /// Han, Kana, Hangul, Bopomofo: scripts whose words are not set apart.
  package static func isUnspaced(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true  // Han
    case 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: scalar != 0x30FB  // Kana; not the middle dot
    case 0x3105...0x312F, 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7A3: true
    case 0x3005, 0x3007: true  // 々 〇
    default: false
    }
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 {
      return (97...122).contains(scalar.value) || (48...57).contains(scalar.value)
    }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .spacingMark
  }
}
