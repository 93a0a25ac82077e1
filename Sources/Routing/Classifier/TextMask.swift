/// Takes out of a folded text what says nothing of its matter: the tokens that redaction leaves, mail addresses, links,
/// and long numbers (orders, phones). Their letters and digits are chance, and chance must decide nothing.
///
/// Linear; keeps its buffer. Part of the file format of models, like `FeatureHash`.
package struct TextMask {
  /// What is left of the last text, with a space in place of what was taken out.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Shorter numbers stay: error codes, amounts, years, the hotlines that people threaten with.
  private static let digitsMin = 7
  /// The same for digits with separators: a date or a range of prices stays.
  private static let groupedDigitsMin = 9
  /// Letters before the digits of an order's number, as in `TX20261130884213`.
  private static let lettersMax = 4
  /// `https`, `www` and the like are not longer.
  private static let schemeMax = 8
  /// Tokens and names of mailboxes are not longer.
  private static let lengthMax = 64

  private static let tokens = Redaction.Kind.allCases.map { Array("[\($0 == .identity ? "id" : $0.rawValue)".utf8) }
  private static let tokenGap = Array(" ••••".utf8)
  private static let scheme = Array("://".utf8)
  private static let web = Array("www".utf8)
  /// By byte: whether anything to be taken out may be recognised there.
  private static let isMark: [Bool] = (0...255).map { isDigit($0) || "[@:.".utf8.contains($0) }

  /// Fills `bytes` from a text that `TextFolding` has folded; what is beyond `FeatureReader.textBytesMax` is left out.
  package mutating func read(_ folded: [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    let (isMark, count) = (Self.isMark, min(folded.count, FeatureReader.textBytesMax))
    var (index, begin) = (0, 0)
    while index < count {
      if !isMark[Int(folded[index])] {
        index += 1
        continue
      }
      bytes += folded[begin..<index]
      let (end, isTaken) = takeOut(folded, index)
      if isTaken { bytes.append(0x20) } else { bytes += folded[index..<end] }
      (index, begin) = (end, end)
    }
    if begin < count { bytes += folded[begin..<count] }
  }

  /// Where what begins at a mark ends, and whether it is to be taken out; then what stands before the mark is gone.
  private mutating func takeOut(_ folded: [UInt8], _ index: Int) -> (end: Int, isTaken: Bool) {
    var end = index
    switch folded[index] {
    case UInt8(ascii: "["): end = Self.endOfToken(folded, index)
    case UInt8(ascii: "@"):
      end = Self.endOfHost(folded, index)
      if end > index { takeBack(most: Self.lengthMax, where: Self.isMailbox) }
    case UInt8(ascii: ":"), UInt8(ascii: "."):
      let isWeb = folded[index] == UInt8(ascii: ".") && bytes.suffix(3).elementsEqual(Self.web)
      if isWeb || Self.stands(Self.scheme, in: folded, at: index) {
        end = folded[index...].firstIndex { $0 <= 0x20 || $0 >= 0x7F } ?? folded.count
        takeBack(most: Self.schemeMax, where: Self.isAlphanumeric)
      }
    default:
      let (last, isLong) = Self.number(folded, index)
      if isLong { takeBack(most: Self.lettersMax, where: Self.isAlphanumeric) }
      return (last, isLong)
    }
    return end > index ? (end, true) : (index + 1, false)
  }

  /// Takes away what was written last, unless it is longer than `most`.
  private mutating func takeBack(most: Int, where belongs: (UInt8) -> Bool) {
    let end = bytes.suffix(most + 1).reversed().prefix(while: belongs).count
    if end <= most { bytes.removeLast(end) }
  }

  /// `[cvv]` and `[card •••• 1111 #token]`; `index` = none.
  private static func endOfToken(_ folded: [UInt8], _ index: Int) -> Int {
    for token in tokens where stands(token, in: folded, at: index) {
      let after = index + token.count
      guard after < folded.count else { return index }
      if folded[after] == UInt8(ascii: "]") { return after + 1 }
      guard stands(tokenGap, in: folded, at: after) else { continue }
      let rest = folded[after..<min(after + lengthMax, folded.count)]
      return rest.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? index
    }
    return index
  }

  /// Behind an `@`: letters and digits with a point among them; `index` = none.
  private static func endOfHost(_ folded: [UInt8], _ index: Int) -> Int {
    var (end, hasPoint) = (index + 1, false)
    while end < folded.count {
      if folded[end] == UInt8(ascii: ".") || folded[end] == UInt8(ascii: "-") {
        guard end + 1 < folded.count, isAlphanumeric(folded[end + 1]) else { break }
        hasPoint = hasPoint || folded[end] == UInt8(ascii: ".")
      } else if !isAlphanumeric(folded[end]) {
        break
      }
      end += 1
    }
    return hasPoint ? end : index
  }

  /// Where groups of digits with one separator between them end, and whether they are long. Letters at the end of a long
  /// one belong to it.
  private static func number(_ folded: [UInt8], _ index: Int) -> (end: Int, isLong: Bool) {
    var (end, all, group, longest) = (index, 0, 0, 0)
    while end < folded.count {
      if isDigit(folded[end]) {
        (all, group) = (all + 1, group + 1)
        longest = max(longest, group)
      } else if isSeparator(folded[end]), end + 1 < folded.count, isDigit(folded[end + 1]) {
        group = 0
      } else {
        break
      }
      end += 1
    }
    guard longest >= digitsMin || all >= groupedDigitsMin else { return (end, false) }
    while end < folded.count, isAlphanumeric(folded[end]) { end += 1 }
    return (end, true)
  }

  private static func stands(_ word: [UInt8], in folded: [UInt8], at index: Int) -> Bool {
    index + word.count <= folded.count && word.indices.allSatisfy { folded[index + $0] == word[$0] }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 97 < 26 || isDigit(byte) }

  /// Of a mailbox's name: `+`, `-`, `.`, `_` too.
  private static func isMailbox(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x5F
  }

  /// Space, parentheses, comma, hyphen, point, slash, colon.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x28 || byte == 0x29 || (0x2C...0x2F).contains(byte) || byte == 0x3A
  }
}
