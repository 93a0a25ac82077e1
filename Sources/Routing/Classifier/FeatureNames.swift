extension FeatureReader {
  /// What the hashed feature at a place in `hashes` looks like, in the text's own words, no dictionary is kept: the loops
  /// that filled it, counted through.
  func name(at place: Int) -> String {
    if place < runsBegin { return joined(place...place) }
    if place >= lettersBegin { return letters(at: place - lettersBegin) }
    var rest = place - runsBegin
    for (first, word) in words.enumerated() {
      let lasts = options.runs(after: first, isHan: word.isHan, of: words.count)
      if rest < lasts.count { return joined(first...lasts.lowerBound + rest) }
      rest -= lasts.count
    }
    for (first, word) in words.enumerated() {
      let lasts = options.pairs(after: first, isHan: word.isHan, of: words.count)
      if rest < lasts.count {
        return Self.text(scalars(of: first) + [0x20, 0x2026, 0x20] + scalars(of: lasts.lowerBound + rest))
      }
      rest -= lasts.count
    }
    return ""
  }

  private func letters(at place: Int) -> String {
    var (rest, wall) = (place, 0)
    for first in line.indices {
      if wall <= first { wall = line[first...].firstIndex(of: 0) ?? line.count }
      let count = max(0, min(first + options.lettersMax, wall) - first - options.lettersMin + 1)
      if rest < count { return Self.text([0x7C] + line[first..<first + options.lettersMin + rest] + [0x7C]) }
      rest -= count
    }
    return ""
  }

  private func scalars(of word: Int) -> ArraySlice<UInt32> { scalars[Int(words[word].begin)..<Int(words[word].end)] }

  /// Words of ASCII with a space between them.
  private func joined(_ range: ClosedRange<Int>) -> String {
    let all = range.reduce(into: [UInt32]()) { all, word in
      let next = scalars(of: word)
      if let last = all.last, last < 0x80, next.first ?? 0 < 0x80 { all.append(0x20) }
      all += next
    }
    return Self.text(all)
  }

  private static func text(_ scalars: some Collection<UInt32>) -> String {
    String(unsafeUninitializedCapacity: scalars.count * 4) { bytes in
      var count = 0
      for scalar in scalars {
        if scalar < 0x80 {
          bytes[count] = UInt8(scalar)
          count += 1
          continue
        }
        for byte in Unicode.Scalar(scalar).flatMap({ UTF8.encode($0) }) ?? UTF8.encodedReplacementCharacter {
          bytes[count] = byte
          count += 1
        }
      }
      return count
    }
  }
}
