/// Finds numbers of cards and IDs that are told as one speaks: `four one one one, then double one…`, `6222 然后 7140…`,
/// `前八位45565260，后八位18159081`.
struct SpokenFinder {
  private let scan: RedactionScan
  private let labels: NumberLabels

  init(_ scan: RedactionScan, _ labels: NumberLabels) { (self.scan, self.labels) = (scan, labels) }

  /// One word or group of digits.
  private struct Piece {
    var digits: [UInt8]
    /// Where it begins with the words that announce it.
    var lead: Int
    var start: Int
    var end: Int
    /// Said, not typed.
    var isSpoken = false
    /// A word stands between it and the piece before.
    var isAfterWord: Bool
  }

  func spots() -> [RedactionSpot] {
    // `triple` makes three of one word.
    guard scan.digits.count + 3 * scan.words.count >= 12 else { return [] }
    let words = spokenWords()
    guard let first = words.first, words.count > 1 || !joinsNumbers(first) else { return [] }
    return runs(words).flatMap { spots(in: $0) }
  }

  /// `23456789 and 34567890` are two numbers.
  private func joinsNumbers(_ word: RedactionWords.Hit) -> Bool {
    scan.lower[word.start..<word.end].elementsEqual("and".utf8)
  }

  /// The longest where several share letters: 横杠, not 杠 in it. They come in order of their ends.
  private func spokenWords() -> [RedactionWords.Hit] {
    var words: [RedactionWords.Hit] = []
    for word in scan.words where word.role.isSpeech {
      while let last = words.last, last.start >= word.start, last.start < word.end, last.end < word.end {
        words.removeLast()
      }
      if word.start >= words.last?.end ?? 0 { words.append(word) }
    }
    return words
  }

  /// What may follow a word that says which digits come next: `eight digits are`, `八位是`.
  private static let counts = PhraseTable(
    "two|three|four|five|six|seven|eight|nine|ten|twelve|一|二|两|三|四|五|六|七|八|九|十|2|3|4|5|6|7|8|9|10|12|1")
  private static let units = PhraseTable(
    """
    digits|digit|numbers|number|group|block|set|part|half|bit|ones|个数字|個數字|位数字|位數字|位数|位數|个数|位|个|個|组|組|\
    段|部分|排|串|节
    """)
  private static let verbs = PhraseTable("are|is|being|of|it|的是|的|是|为|為|就是|分别是")

  /// The end of such a phrase.
  private func phraseEnd(_ start: Int) -> Int {
    func skip(_ table: PhraseTable, _ index: Int) -> Int? {
      let first = index < scan.lower.count && scan.lower[index] == 0x20 ? index + 1 : index
      return table.length(in: scan.lower, at: first).map { first + $0 }
    }
    var end = start
    // `第一个四位` has two.
    for _ in 0..<2 {
      if let count = skip(Self.counts, end) {
        if let unit = skip(Self.units, count) {
          end = unit
        } else if RedactionScan.isLetter(scan.lower[count - 1]) || count < scan.lower.count && scan.lower[count] == 0x20
        {
          end = count
        } else {
          break
        }
      } else if let unit = skip(Self.units, end) {
        end = unit
      }
      guard end > start, scan.lower[end - 1] >= 0x80 else { break }
    }
    return skip(Self.verbs, end) ?? end
  }

  /// Pieces with nothing between them but spaces, commas and the like.
  private func runs(_ words: [RedactionWords.Hit]) -> [[Piece]] {
    var (runs, run, factor, hasSpeech, isAfterWord) = ([[Piece]](), [Piece](), 1, false, false)
    var (word, group, end, lead) = (0, 0, 0, Int?.none)
    func close() {
      if hasSpeech, run.reduce(0, { $0 + $1.digits.count }) >= 12 { runs.append(run) }
      (run, factor, hasSpeech, isAfterWord) = ([], 1, false, false)
    }
    while word < words.count || group < scan.groups.count {
      let isWord = group == scan.groups.count || word < words.count && words[word].start <= scan.groups[group].start
      let start = isWord ? words[word].start : scan.groups[group].start
      // Part of a phrase.
      if start < end {
        if isWord { word += 1 } else { group += 1 }
        continue
      }
      if !isPause(end, start) {
        if !run.isEmpty { close() }
        lead = nil
      }
      if isWord {
        let hit = words[word]
        end = hit.end
        word += 1
        switch hit.role {
        case .spoken(let digit):
          run.append(
            Piece(
              digits: Array(repeating: digit, count: factor), lead: lead ?? start, start: start, end: end,
              isSpoken: true, isAfterWord: isAfterWord))
          (factor, hasSpeech, isAfterWord, lead) = (1, true, false, nil)
          continue
        case .twice: factor = 2
        case .thrice: factor = 3
        case .position:
          end = phraseEnd(end)
          (hasSpeech, isAfterWord) = (hasSpeech || !run.isEmpty, true)
        default: (hasSpeech, isAfterWord) = (hasSpeech || !run.isEmpty, true)
        }
        lead = lead ?? start
      } else {
        let found = scan.groups[group]
        let digits = Array(scan.digits[found.first..<found.first + found.count])
        run.append(
          Piece(digits: digits, lead: lead ?? start, start: start, end: found.end, isAfterWord: isAfterWord))
        (end, factor, isAfterWord, lead) = (found.end, 1, false, nil)
        group += 1
      }
    }
    close()
    return runs
  }

  /// At most six bytes of what stands between words.
  private func isPause(_ start: Int, _ end: Int) -> Bool {
    guard start <= end, end - start <= 6 else { return false }
    return scan.lower[start..<end].allSatisfy { " ,.-/;:()\n\r\t".utf8.contains($0) || $0 >= 0x80 }
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
        guard hasSpeech, digits.count >= 12, let spot = spot(digits, run[first], run[last - 1]) else { continue }
        found = spot
        next = last
      }
      if let found { spots.append(found) }
      first = next
    }
    return spots
  }

  private func spot(_ digits: [UInt8], _ first: Piece, _ last: Piece) -> RedactionSpot? {
    let isIdentity = digits.count == 18 && IdentityFinder.isValid(digits.dropLast(), check: digits[17])
    if isIdentity { return found(.identity, digits, "", first.start..<last.end) }
    if digits.count == 17, IdentityFinder.isValid(digits[...], check: 10),
      let length = IdentityFinder(scan).checkLetter(at: last.end)
    {
      return found(.identity, digits, "X", first.start..<last.end + length)
    }
    guard let strength = CardIssuer.strength(digits[...]), strength != .faint, CardIssuer.passesLuhn(digits[...]),
      first.isSpoken || !labels.isLabelled(first.lead, last.end, digits: digits.count)
    else { return nil }
    return found(.card, digits, "", first.start..<last.end)
  }

  private func found(_ kind: Redaction.Kind, _ digits: [UInt8], _ tail: String, _ range: Range<Int>) -> RedactionSpot {
    RedactionSpot(kind: kind, range: range, secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self) + tail)
  }
}

extension RedactionWords.Role {
  fileprivate var isSpeech: Bool {
    switch self {
    case .spoken, .twice, .thrice, .filler, .position: true
    default: false
    }
  }
}

extension RedactionScan {
  /// Whether a letter of Chinese or Japanese stands there.
  static func hasHan(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.contains { (0xE4...0xE9).contains($0) } }
}
