extension FeatureReader {
  /// What hashed features of the last text look like: the text's own words, no dictionary is kept.
  func names(of wanted: [UInt32]) -> [String] {
    var names = [String](repeating: "", count: wanted.count)
    // Most hashes are turned away by six of their bits.
    let filter = wanted.reduce(into: UInt64(0)) { $0 |= 1 << UInt64($1 & 63) }
    var missing = wanted.count
    func isWanted(_ hash: UInt32) -> Bool {
      missing > 0 && filter >> UInt64(hash & 63) & 1 == 1 && wanted.contains(hash)
    }
    visit(where: isWanted) { hash, name in
      guard let place = wanted.firstIndex(of: hash), names[place].isEmpty else { return }
      names[place] = name
      missing -= 1
    }
    return names
  }

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
    String(unsafeUninitializedCapacity: scalars.count * 4) { bytes in
      var count = 0
      for scalar in scalars {
        for byte in Unicode.Scalar(scalar).flatMap({ UTF8.encode($0) }) ?? UTF8.encodedReplacementCharacter {
          bytes[count] = byte
          count += 1
        }
      }
      return count
    }
  }
}
