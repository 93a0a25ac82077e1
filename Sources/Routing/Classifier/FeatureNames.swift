extension FeatureReader {
  /// What hashed features of the last text look like: the text's own words, no dictionary is kept.
  func names(of wanted: [UInt32]) -> [String] {
    var names = [String](repeating: "", count: wanted.count)
    for (place, hash) in places(of: wanted) {
      guard let at = wanted.firstIndex(of: hash), names[at].isEmpty else { continue }
      names[at] = name(at: place)
    }
    return names
  }

  /// Where in `hashes` any of those wanted stand.
  private func places(of wanted: [UInt32]) -> [(place: Int, hash: UInt32)] {
    // Most hashes are turned away by six of their bits.
    let filter = wanted.reduce(into: UInt64(0)) { $0 |= 1 << UInt64($1 & 63) }
    var found: [(Int, UInt32)] = []
    hashes.withUnsafeBufferPointer { hashes in
      for place in hashes.indices where filter >> UInt64(hashes[place] & 63) & 1 == 1 {
        if wanted.contains(hashes[place]) { found.append((place, hashes[place])) }
      }
    }
    return found
  }

  /// The words or letters behind a place in `hashes`: the loops that filled it, counted through.
  private func name(at place: Int) -> String {
    if place < runsBegin { return joined(place...place) }
    if place >= lettersBegin { return letters(at: place - lettersBegin) }
    var rest = place - runsBegin
    for first in words.indices {
      let lasts = runs(after: first)
      if rest < lasts.count { return joined(first...lasts.lowerBound + rest) }
      rest -= lasts.count
    }
    for first in words.indices {
      let lasts = pairs(after: first)
      if rest < lasts.count {
        let last = lasts.lowerBound + rest
        return "\(joined(first...first)) … \(joined(last...last))"
      }
      rest -= lasts.count
    }
    return ""
  }

  private func letters(at place: Int) -> String {
    var rest = place
    for first in line.indices {
      let end =
        line[first...].prefix(options.lettersMax).firstIndex(of: 0) ?? min(first + options.lettersMax, line.count)
      let count = max(0, end - first - options.lettersMin + 1)
      if rest < count { return "|\(text(line[first..<first + options.lettersMin + rest]))|" }
      rest -= count
    }
    return ""
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
