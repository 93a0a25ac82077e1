import Conversations

/// All words and phrases that rules and categories name, ready to be found in one pass.
///
/// A pattern that begins or ends with a Latin letter or a digit counts only where a word begins or ends there; an English
/// ending may follow (`refund` also finds `refunds`, `refunded`). A `*` at a pattern's end lets any letters follow.
struct WordIndex: Sendable {
  private(set) var patterns: [Pattern] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var automaton = WordAutomaton([])

  struct Pattern: Sendable {
    /// Folded, without a closing `*`.
    var bytes: [UInt8]
    var isPrefix: Bool
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// What one text holds.
  struct Findings {
    /// By number of pattern.
    var isPresent: [Bool]
    /// Bounded: a hostile text must not fill the memory.
    var hits: [WordAutomaton.Hit] = []
  }

  private static let hitsMax = 1000

  /// The number of `word`, `nil` if nothing is left of it after folding. Call before `build`.
  mutating func add(_ word: String) -> Int? {
    var bytes = TextFolding.foldedBytes(word)
    let isPrefix = bytes.last == UInt8(ascii: "*")
    if isPrefix { bytes.removeLast() }
    guard !bytes.isEmpty else { return nil }
    // One number for one spelling: the wider reading (`*`) stands for both only if both are wanted alike.
    let key = isPrefix ? bytes + [0xFF] : bytes
    if let known = numbers[key] { return known }
    numbers[key] = patterns.count
    patterns.append(Pattern(bytes: bytes, isPrefix: isPrefix))
    return patterns.count - 1
  }

  private var byBytes: [[Int]] = []

  mutating func build() {
    var places: [[UInt8]: Int] = [:]
    var distinct: [[UInt8]] = []
    byBytes = []
    for (number, pattern) in patterns.enumerated() {
      if let place = places[pattern.bytes] {
        byBytes[place].append(number)
      } else {
        places[pattern.bytes] = distinct.count
        distinct.append(pattern.bytes)
        byBytes.append([number])
      }
    }
    automaton = WordAutomaton(distinct)
  }

  /// `text` must be folded.
  func find(in text: [UInt8]) -> Findings {
    var findings = Findings(isPresent: [Bool](repeating: false, count: patterns.count))
    automaton.scan(text) { hit in
      for number in byBytes[hit.pattern] where stands(hit, in: text, asPrefix: patterns[number].isPrefix) {
        findings.isPresent[number] = true
        if findings.hits.count < Self.hitsMax {
          findings.hits.append(WordAutomaton.Hit(pattern: number, start: hit.start, end: hit.end))
        }
      }
    }
    return findings
  }

  /// Whether the hit is a word of its own, not a piece of a longer one.
  private func stands(_ hit: WordAutomaton.Hit, in text: [UInt8], asPrefix: Bool) -> Bool {
    if hit.start > 0, Self.isWordByte(text[hit.start]), Self.isWordByte(text[hit.start - 1]) { return false }
    guard !asPrefix, hit.end < text.count, Self.isWordByte(text[hit.end - 1]), Self.isWordByte(text[hit.end]) else {
      return true
    }
    let rest = text[hit.end..<min(hit.end + 4, text.count)].prefix { Self.isWordByte($0) }
    return hit.end - hit.start >= 4 && Self.endings.contains { $0.elementsEqual(rest) }
  }

  private static let endings = ["s", "es", "ed", "d", "ing"].map { Array($0.utf8) }

  /// Letters and digits of ASCII, and the letters of Latin, Greek and Cyrillic (two bytes, U+00C0…U+07FF).
  static func isWordByte(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte) || (0xC3...0xDF).contains(byte)
  }
}
