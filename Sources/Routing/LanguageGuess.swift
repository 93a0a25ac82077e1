import Conversations

/// The language of a short text, from its scripts and its commonest words. Made for customers' messages of a few words,
/// mixed ones included: a Chinese sentence full of English product words is Chinese.
package struct LanguageGuess: Sendable, Hashable {
  /// BCP 47: `zh`, `zh-Hant`, `en`, `ja`, `ko`, `ru`, `de`, …; `und` = nothing speaks for any.
  package var language: String
  /// Whether the text itself decides; otherwise what else is known of the writer may.
  package var isClear: Bool

  /// Bytes looked at: more would not change the answer.
  private static let bytesMax = 4000

  /// Guesses from the first 4,000 bytes.
  package init(_ text: String) {
    var counts = ScriptCounts()
    counts.count(text.unicodeScalars.prefix(Self.bytesMax / 2))
    self = counts.guess()
  }

  init(language: String, isClear: Bool) { (self.language, self.isClear) = (language, isClear) }
}

/// What stands in a text, script by script.
private struct ScriptCounts {
  private var han = 0
  private var traditional = 0
  private var simplified = 0
  private var chineseFunction = 0
  private var kana = 0
  private var hangul = 0
  private var others: [String: Int] = [:]
  private var latin = LatinVotes()
  private var cyrillic = 0
  private var ukrainian = 0
  private var persian = 0

  /// Words in Latin letters that are words: no addresses, numbers, codes.
  private var word: [UInt8] = []
  private var wordCounts = true

  /// From U+3400 on: what a Han character says of its text.
  private static let hanMarks: [UInt8] = {
    var marks = [UInt8](repeating: 0, count: 0x9FFF - 0x3400 + 1)
    for value: UInt32 in 0x3400...0x9FFF where TextFolding.isTraditional(value) { marks[Int(value - 0x3400)] |= 1 }
    for value in TextFolding.simplifiedOnlyCharacters { marks[Int(value - 0x3400)] |= 2 }
    for scalar in "的了吗呢吧我你您是不没有怎么什请帮嗎麼請幫沒個这那在和也就都".unicodeScalars {
      marks[Int(scalar.value - 0x3400)] |= 4
    }
    return marks
  }()

  mutating func count(_ scalars: some Sequence<Unicode.Scalar>) {
    for scalar in scalars {
      let value = scalar.value
      if value < 0x250 {
        latinPart(value, scalar)
      } else {
        if value != 0x2019 { endWord() }
        other(value)
      }
    }
    endWord()
  }

  private mutating func latinPart(_ value: UInt32, _ scalar: Unicode.Scalar) {
    switch value {
    case 97...122: word.append(UInt8(value))
    case 65...90: word.append(UInt8(value) | 0x20)
    case 0xC0..<0x250: latin.note(scalar, into: &word)
    case 39: break
    // A token with digits or signs of an address in it is no word of any language.
    case 48...57, 64, 95, 47: wordCounts = false
    default: endWord()
    }
  }

  private mutating func endWord() {
    if !word.isEmpty, wordCounts { latin.vote(word) }
    word.removeAll(keepingCapacity: true)
    wordCounts = true
  }

  private mutating func other(_ value: UInt32) {
    switch value {
    case 0x3041...0x30FA, 0xFF66...0xFF9D: kana += 1
    case 0xAC00...0xD7A3, 0x3131...0x318E, 0x1100...0x11FF: hangul += 1
    case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: han(value)
    case 0x400...0x52F:
      cyrillic += 1
      if [0x456, 0x457, 0x454, 0x491, 0x406, 0x407, 0x404, 0x490].contains(value) { ukrainian += 1 }
    case 0x600...0x6FF:
      others["ar", default: 0] += 1
      if [0x67E, 0x686, 0x698, 0x6AF, 0x6CC].contains(value) { persian += 1 }
    case 0x370...0x3FF: others["el", default: 0] += 1
    case 0x590...0x5FF: others["he", default: 0] += 1
    case 0xE00...0xE7F: others["th", default: 0] += 1
    case 0x900...0x97F: others["hi", default: 0] += 1
    case 0x1E00...0x1EFF: latin.noteVietnamese()
    default: break
    }
  }

  private mutating func han(_ value: UInt32) {
    han += 1
    guard value >= 0x3400, value <= 0x9FFF else { return }
    let marks = Int(Self.hanMarks[Int(value - 0x3400)])
    traditional += marks & 1
    simplified += marks >> 1 & 1
    chineseFunction += marks >> 2 & 1
  }

  /// The script with the greatest weight decides; a Latin word weighs about as much as two characters.
  func guess() -> LanguageGuess {
    let (east, words) = (han + kana + hangul, latin.words)
    let loudest = others.max { ($0.value, $1.key) < ($1.value, $0.key) }
    if let loudest, loudest.value > east, loudest.value > words * 4 {
      return LanguageGuess(
        language: persian > 0 && loudest.key == "ar" ? "fa" : loudest.key, isClear: loudest.value > 2)
    }
    if cyrillic > east, cyrillic > words * 2 {
      return LanguageGuess(language: ukrainian > 0 ? "uk" : "ru", isClear: cyrillic > 3)
    }
    if hangul > 0, hangul * 2 > words, hangul > kana, hangul * 3 > han {
      return LanguageGuess(language: "ko", isClear: true)
    }
    if kana > 0, (kana + han) * 2 > words, kana * 6 >= han { return LanguageGuess(language: "ja", isClear: kana > 1) }
    // Words that hold a sentence together tell whose sentence it is.
    if han > 0, (han + chineseFunction) * 2 >= words + latin.known { return chinese() }
    return latin.guess()
  }

  private func chinese() -> LanguageGuess {
    LanguageGuess(language: traditional > simplified ? "zh-Hant" : "zh", isClear: han > 1)
  }
}

extension TextFolding {
  /// Characters that traditional Chinese does not use.
  fileprivate static let simplifiedOnlyCharacters: Set<UInt32> = {
    // Both scripts have these; as a simplified form each also stands for another character.
    let shared = Set(
      "后里干面只台系制准几才千谷征松斗丑云升余冬党出卷吁合向吊同咸回困伙布并当志愿户折持效叶了着曲朱杰欲沈注涂淀游炼田症秋折签系累致舍芸蒙蔑表借赞超辟郁采里鉴雕须风麻".unicodeScalars.map(\.value))
    var forms: Set<UInt32> = []
    for value: UInt32 in 0x3400...0x9FFF where isTraditional(value) { forms.insert(simplified(value)) }
    return forms.subtracting(shared)
  }()
}
