/// One pass over a text: its numbers as groups of digits however they were written, and the words that say what they are.
struct RedactionScan: Sendable {
  let bytes: [UInt8]
  /// `bytes` with ASCII capitals made small; the same places.
  let lower: [UInt8]
  private(set) var digits: [UInt8] = []
  private(set) var groups: [Group] = []
  let words: [RedactionWords.Hit]

  /// Digits with nothing visible between them.
  struct Group: Sendable {
    /// Places in `digits`.
    var first: Int
    var count: Int
    /// Bytes of the text.
    var start: Int
    var end: Int
    /// What stands between this group and the one before it.
    var gap: Gap
    /// A letter stands right before or after it, as in `SF1234567890123`.
    var letterBefore: Bool
    var letterAfter = false
  }

  enum Gap: Sendable {
    /// Too much, or something that belongs to no number: a new run begins.
    case far
    case soft
    case list
    case mark
    /// Nothing at all: only the writing changes.
    case touching

    /// A short number that ends before it is a number by itself.
    var endsNumber: Bool { self == .far || self == .mark || self == .touching }
  }

  /// Separators in one gap beyond which two groups are two numbers; `……` and `**` are one.
  private static let gapMax = 5

  init(_ text: String) {
    bytes = Array(text.utf8)
    lower = bytes.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
    words = RedactionWords.find(in: lower)
    findGroups()
  }

  /// Nothing in it that could be secret.
  var isHarmless: Bool { digits.count < 3 && words.isEmpty }

  private mutating func findGroups() {
    var (index, separators, isBroken, visible) = (0, 0, true, true)
    var (kind, writing, isAfterLetter, last) = (Gap.soft, DigitElement.Script.latin, false, 0)
    let isPlain = DigitElement.isPlain
    while index < bytes.count {
      if isBroken, isPlain[Int(bytes[index])] {
        isAfterLetter = Self.isLetter(bytes[index])
        index += 1
        continue
      }
      let (element, length) = DigitElement.read(bytes, at: index, digitsOnly: isBroken)
      switch element {
      case .digit(let value, let script):
        let isJoined = !isBroken && !visible && separators == 0
        if isJoined, script == writing {
          extend(value, to: index + length)
        } else {
          let gap = isJoined ? .touching : isBroken || separators > Self.gapMax ? .far : kind
          begin(value, gap, index, length, letterBefore: isAfterLetter)
        }
        (separators, kind, isBroken, visible, writing) = (0, .soft, false, false, script)
      case .invisible: break
      case .soft, .list, .mark:
        if !isRepeated(last, index, length) { separators += 1 }
        if case .mark = element { kind = .mark } else if case .list = element, kind == .soft { kind = .list }
        (visible, last) = (true, index)
      case .other:
        if !isBroken, separators == 0, Self.isLetter(bytes[index]) { groups[groups.count - 1].letterAfter = true }
        isBroken = true
      }
      isAfterLetter = length == 1 && Self.isLetter(bytes[index])
      index += length
    }
  }

  /// The same sign once more, but no blank: columns are apart.
  private func isRepeated(_ last: Int, _ index: Int, _ length: Int) -> Bool {
    guard last + length == index, bytes[index] == bytes[last], bytes[index] > 0x20 else { return false }
    return length == 1 || bytes[index] == 0xE2 && bytes[index..<index + length] == bytes[last..<index]
  }

  private mutating func extend(_ value: UInt8, to end: Int) {
    digits.append(value)
    groups[groups.count - 1].count += 1
    groups[groups.count - 1].end = end
  }

  private mutating func begin(_ value: UInt8, _ gap: Gap, _ index: Int, _ length: Int, letterBefore: Bool) {
    groups.append(
      Group(first: digits.count, count: 1, start: index, end: index + length, gap: gap, letterBefore: letterBefore))
    digits.append(value)
  }

  static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || (48...57).contains(byte) }

  /// The digits of `groups[range]` as text.
  func text(ofGroups range: Range<Int>) -> String {
    guard let first = groups[range].first, let last = groups[range].last else { return "" }
    return String(decoding: digits[first.first..<last.first + last.count].map { $0 + 48 }, as: UTF8.self)
  }
}
