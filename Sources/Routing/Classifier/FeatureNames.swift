/// Finds what hashed features look like in a text that holds them: the text's own words, no dictionary is kept.
enum FeatureNames {
  static func names(of wanted: Set<UInt32>, in folded: [UInt8], _ options: FeatureOptions) -> [UInt32: String] {
    var reader = FeatureReader(options)
    reader.read(folded)
    var found: [UInt32: String] = [:]
    reader.visit(where: { wanted.contains($0) && found[$0] == nil }) { found[$0] = $1 }
    return found
  }
}

extension FeatureReader {
  /// Calls `body` with each wanted feature of the last text and its words or letters.
  func visit(where isWanted: (UInt32) -> Bool, _ body: (UInt32, String) -> Void) {
    for first in words.indices {
      var state = FeatureHash.step(FeatureHash.words, words[first])
      if isWanted(FeatureHash.finish(state)) { body(FeatureHash.finish(state), joined(first...first)) }
      for last in runs(after: first) {
        state = FeatureHash.step(state, words[last])
        let hash = FeatureHash.finish(state)
        if isWanted(hash) { body(hash, joined(first...last)) }
      }
      let pair = FeatureHash.step(FeatureHash.pairs, words[first])
      for last in pairs(after: first) {
        let hash = FeatureHash.finish(FeatureHash.step(pair, words[last]))
        if isWanted(hash) { body(hash, "\(joined(first...first)) … \(joined(last...last))") }
      }
    }
    visitLetters(where: isWanted, body)
  }

  private func visitLetters(where isWanted: (UInt32) -> Bool, _ body: (UInt32, String) -> Void) {
    for first in line.indices {
      var state = FeatureHash.letters
      for last in first..<min(first + options.lettersMax, line.count) {
        if line[last] == 0 { break }
        state = FeatureHash.step(state, line[last])
        let hash = FeatureHash.finish(state)
        if last - first + 1 >= options.lettersMin, isWanted(hash) { body(hash, "|\(text(line[first...last]))|") }
      }
    }
  }

  private func joined(_ range: ClosedRange<Int>) -> String {
    range.reduce(into: "") { joined, place in
      let word = text(scalars[spans[place]])
      let isSpaced = !joined.isEmpty && (joined.utf8.last ?? 0) < 0x80 && (word.utf8.first ?? 0) < 0x80
      joined += isSpaced ? " \(word)" : word
    }
  }

  private func text(_ scalars: ArraySlice<UInt32>) -> String {
    String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
  }
}
