/// Finds card numbers that are told as one speaks: `four one one one, then double one…`, `6222 然后 7140…`.
struct SpokenFinder {
  private let scan: RedactionScan

  init(_ scan: RedactionScan) { self.scan = scan }

  /// One word or group of digits.
  private struct Piece {
    var digits: [UInt8]
    var start: Int
    var end: Int
    /// Said, not typed.
    var isSpoken: Bool
    /// A word stands between it and the piece before.
    var isAfterWord: Bool
  }

  func spots() -> [RedactionSpot] {
    let words = scan.words.filter { $0.role.isSpeech }
    // Twelve digits want as many words, or groups with words between them.
    guard words.count >= 2 else { return [] }
    return runs(words).flatMap { spots(in: $0) }
  }

  /// Pieces with nothing between them but spaces, commas and the like.
  private func runs(_ words: [RedactionWords.Hit]) -> [[Piece]] {
    var (runs, run, factor, hasSpeech, isAfterWord) = ([[Piece]](), [Piece](), 1, false, false)
    var (word, group, end) = (0, 0, 0)
    func close() {
      if hasSpeech, run.reduce(0, { $0 + $1.digits.count }) >= 12 { runs.append(run) }
      (run, factor, hasSpeech, isAfterWord) = ([], 1, false, false)
    }
    while word < words.count || group < scan.groups.count {
      let isWord = group == scan.groups.count || word < words.count && words[word].start < scan.groups[group].start
      let start = isWord ? words[word].start : scan.groups[group].start
      if !run.isEmpty, !isPause(end, start) { close() }
      if isWord {
        switch words[word].role {
        case .spoken(let digit):
          run.append(
            Piece(
              digits: Array(repeating: digit, count: factor), start: start, end: words[word].end, isSpoken: true,
              isAfterWord: isAfterWord))
          (factor, hasSpeech, isAfterWord) = (1, true, false)
        case .twice: factor = 2
        case .thrice: factor = 3
        default: (hasSpeech, isAfterWord) = (hasSpeech || !run.isEmpty, true)
        }
        end = words[word].end
        word += 1
      } else {
        let found = scan.groups[group]
        let digits = Array(scan.digits[found.first..<found.first + found.count])
        run.append(Piece(digits: digits, start: start, end: found.end, isSpoken: false, isAfterWord: isAfterWord))
        (end, factor, isAfterWord) = (found.end, 1, false)
        group += 1
      }
    }
    close()
    return runs
  }

  /// At most six bytes of what stands between words.
  private func isPause(_ start: Int, _ end: Int) -> Bool {
    guard start <= end, end - start <= 6 else { return false }
    return scan.lower[start..<end].allSatisfy { " ,.-/;:\n\r\t".utf8.contains($0) || $0 >= 0x80 }
      && !RedactionScan.hasHan(scan.lower[start..<end])
  }

  private func spots(in run: [Piece]) -> [RedactionSpot] {
    var (spots, first) = ([RedactionSpot](), 0)
    while first < run.count {
      var (digits, last, found) = ([UInt8](), first, RedactionSpot?.none)
      var (hasSpeech, next) = (false, first + 1)
      while last < run.count, digits.count + run[last].digits.count <= 19 {
        digits += run[last].digits
        // Groups that are only typed are another finder's.
        hasSpeech = hasSpeech || run[last].isSpoken || last > first && run[last].isAfterWord
        last += 1
        guard hasSpeech, digits.count >= 12, CardIssuer.strength(digits[...]) != nil, CardIssuer.passesLuhn(digits[...])
        else { continue }
        found = RedactionSpot(
          kind: .card, range: run[first].start..<run[last - 1].end,
          secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self))
        next = last
      }
      if let found { spots.append(found) }
      first = next
    }
    return spots
  }
}

extension RedactionWords.Role {
  fileprivate var isSpeech: Bool {
    switch self {
    case .spoken, .twice, .thrice, .filler: true
    default: false
    }
  }
}

extension RedactionScan {
  /// Whether a letter of Chinese or Japanese stands there.
  static func hasHan(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.contains { (0xE4...0xE9).contains($0) } }
}
