import Conversations

/// Reads the features of texts: hashed runs of words and letters. Keeps its buffers, so one reader per thread of work.
///
/// A word is a run of letters and digits; a Han character (or kana) is a word by itself, so runs of words are runs of
/// characters in Chinese. Segmenting into Chinese words would lose accuracy on short texts.
struct FeatureReader {
  let options: FeatureOptions
  /// What the last text held, doubles included: single words, then runs and pairs of them, then runs of letters.
  private(set) var hashes: [UInt32] = []
  /// Share of spaced words among the words, 0…1; 1 for a text without words.
  var spacedShare: Float { words.isEmpty ? 1 : Float(spacedCount) / Float(words.count) }
  private var spacedCount = 0
  /// Where in `hashes` the runs and pairs of words begin, and where those of letters.
  private(set) var runsBegin = 0
  private(set) var lettersBegin = 0
  private(set) var words: [Word] = []
  /// Spaced words with one space between and around them; 0 where a Han character stands.
  private(set) var line: [UInt32] = []
  /// What the words are made of.
  private(set) var scalars: [UInt32] = []

  struct Word {
    var hash: UInt64
    /// Where it stands in `scalars`.
    var begin: Int32
    var end: Int32
    /// Whether it begins with a Han character or kana.
    var isHan: Bool
  }

  private var mask = TextMask()

  /// Bytes of a text that are looked at.
  static let textBytesMax = 32_768

  init(_ options: FeatureOptions) { self.options = options }

  /// Features of a text that `TextFolding` has folded.
  mutating func read(_ folded: [UInt8]) {
    mask.read(folded)
    split(mask.bytes)
    hashes.removeAll(keepingCapacity: true)
    Self.addSingles(words, to: &hashes)
    runsBegin = hashes.count
    Self.addRuns(words, options, to: &hashes)
    Self.addPairs(words, options, to: &hashes)
    lettersBegin = hashes.count
    if line.count > 1 { Self.addLetterRuns(line, options, to: &hashes) }
  }

  private mutating func split(_ bytes: [UInt8]) {
    words.removeAll(keepingCapacity: true)
    line.removeAll(keepingCapacity: true)
    scalars.removeAll(keepingCapacity: true)
    line.append(32)
    spacedCount = 0
    var (index, begin) = (0, 0)
    let end = min(bytes.count, Self.textBytesMax)
    while index < end {
      let letters = index
      while index < end, Self.isSmallLetter(bytes[index]) { index += 1 }
      if index > letters {
        Self.add(bytes[letters..<index], to: &scalars)
        Self.add(bytes[letters..<index], to: &line)
        continue
      }
      let scalar = Self.scalar(bytes, &index)
      let isHan = scalar >= 0x2E80 && TextFolding.isUnspaced(scalar)
      if !isHan, Self.isLetter(scalar) {
        scalars.append(scalar)
        line.append(scalar)
        continue
      }
      closeWord(&begin)
      if isHan {
        addWord(scalar, &begin)
        if line.count > 1, line[line.count - 1] != 0 { line.append(0) }
      } else if let mark = Self.mark(scalar) {
        addWord(mark, &begin)
      }
    }
    closeWord(&begin)
  }

  /// Of ASCII, digits included: most of most texts, taken a run at a time.
  private static func isSmallLetter(_ byte: UInt8) -> Bool { byte &- 97 < 26 || byte &- 48 < 10 }

  private static func add(_ letters: ArraySlice<UInt8>, to scalars: inout [UInt32]) {
    scalars.append(addingCapacity: letters.count) { scalars in
      for letter in letters { scalars.append(UInt32(letter)) }
    }
  }

  private mutating func closeWord(_ begin: inout Int) {
    guard begin < scalars.count else { return }
    let hash = scalars[begin...].reduce(FeatureHash.start) { FeatureHash.step($0, $1) }
    words.append(word(hash, begin))
    spacedCount += 1
    line.append(32)
    begin = scalars.count
  }

  private mutating func addWord(_ scalar: UInt32, _ begin: inout Int) {
    scalars.append(scalar)
    words.append(word(FeatureHash.step(FeatureHash.start, scalar), begin))
    begin = scalars.count
  }

  private func word(_ hash: UInt64, _ begin: Int) -> Word {
    Word(
      hash: hash, begin: Int32(truncatingIfNeeded: begin), end: Int32(truncatingIfNeeded: scalars.count),
      isHan: scalars[begin] >= 0x2E80)
  }

  private static func mark(_ scalar: UInt32) -> UInt32? {
    switch scalar {
    case 0x3F, 0xFF1F: 0x3F
    case 0x21, 0xFF01: 0x21
    default: nil
    }
  }

  /// ASCII letters and digits, and everything above Latin-1's signs but general punctuation and symbols.
  private static func isLetter(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return isSmallLetter(UInt8(scalar)) }
    return scalar >= 0xC0 && !(0x2000...0x2BFF).contains(scalar) && !(0x3000...0x303F).contains(scalar)
      && !(0xFE30...0xFE6F).contains(scalar) && !(0xFF00...0xFFEF).contains(scalar)
  }

  private static func scalar(_ bytes: [UInt8], _ index: inout Int) -> UInt32 {
    let first = bytes[index]
    index += 1
    guard first >= 0x80 else { return UInt32(first) }
    let length = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
    var value = UInt32(first) & (0x7F >> UInt32(length + 1))
    for _ in 0..<length where index < bytes.count {
      value = value << 6 | UInt32(bytes[index] & 0x3F)
      index += 1
    }
    return value
  }

  private static func addSingles(_ words: [Word], to hashes: inout [UInt32]) {
    hashes.append(addingCapacity: words.count) { hashes in
      for word in words { hashes.append(FeatureHash.finish(FeatureHash.step(FeatureHash.words, word.hash))) }
    }
  }

  private static func addRuns(_ words: [Word], _ options: FeatureOptions, to hashes: inout [UInt32]) {
    hashes.append(addingCapacity: words.count * max(options.wordsMax, options.hanWordsMax)) { hashes in
      for (first, word) in words.enumerated() {
        var state = FeatureHash.step(FeatureHash.words, word.hash)
        for last in options.runs(after: first, isHan: word.isHan, of: words.count) {
          state = FeatureHash.step(state, words[last].hash)
          hashes.append(FeatureHash.finish(state))
        }
      }
    }
  }

  private static func addPairs(_ words: [Word], _ options: FeatureOptions, to hashes: inout [UInt32]) {
    hashes.append(addingCapacity: words.count * max(options.gapMax, options.hanGapMax)) { hashes in
      for (first, word) in words.enumerated() {
        let state = FeatureHash.step(FeatureHash.pairs, word.hash)
        for last in options.pairs(after: first, isHan: word.isHan, of: words.count) {
          hashes.append(FeatureHash.finish(FeatureHash.step(state, words[last].hash)))
        }
      }
    }
  }

  private static func addLetterRuns(_ line: [UInt32], _ options: FeatureOptions, to hashes: inout [UInt32]) {
    let (line, shortest, longest) = (line.span, options.lettersMin, options.lettersMax)
    hashes.append(addingCapacity: line.count * longest) { hashes in
      for first in line.indices {
        var state = FeatureHash.letters
        for last in first..<min(first + longest, line.count) {
          let scalar = line[unchecked: last]
          if scalar == 0 { break }
          state = FeatureHash.step(state, scalar)
          if last - first + 1 >= shortest { hashes.append(FeatureHash.finish(state)) }
        }
      }
    }
  }
}

/// A quick hash of sequences; part of the file format of models, so it never changes.
enum FeatureHash {
  static let start: UInt64 = 0x9E37_79B9_7F4A_7C15
  static let words: UInt64 = 0x243F_6A88_85A3_08D3
  static let pairs: UInt64 = 0x1319_8A2E_0370_7344
  static let letters: UInt64 = 0xA409_3822_299F_31D0

  @inline(__always)
  static func step(_ state: UInt64, _ value: UInt32) -> UInt64 { step(state, UInt64(value)) }

  @inline(__always)
  static func step(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let mixed = (state ^ value) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ (mixed >> 32)
  }

  /// 32 bits of the 64; never 0, which marks an empty place.
  @inline(__always)
  static func finish(_ state: UInt64) -> UInt32 {
    let mixed = UInt32(truncatingIfNeeded: (state &* 0x9FB2_1C65_1E98_DF25) >> 32)
    return mixed == 0 ? 1 : mixed
  }
}
