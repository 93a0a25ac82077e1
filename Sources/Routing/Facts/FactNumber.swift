/// A number as it is said in Chinese: `三百`, `两千五`, `1.5万`. Read from folded text.
struct FactNumber {
  /// Plain digits, with `.` before what is less than one.
  let value: String
  /// Where it ends.
  let end: Int
  /// The largest of its units: 1, 10, 100, 1000, 10000…
  let unit: Int64
  let isTenOrMore: Bool

  private static let digits = table("零〇一二两三四五六七八九", values: [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9])
  private static let units = table("十百千万亿", values: [10, 100, 1000, 10_000, 100_000_000])
  /// Four places after the point.
  private static let scale: Int64 = 10_000
  private static let most: Int64 = 1_000_000_000_000

  /// The number that begins at `start`, with digits or with a Han numeral but zero; `nil` without any Han numeral in it.
  init?(_ bytes: [UInt8], from start: Int) {
    var number = Parts()
    var index = start
    while let (piece, next) = Self.piece(bytes, at: index) {
      guard number.add(piece) else { return nil }
      index = next
    }
    guard number.hasHan, let value = number.value else { return nil }
    (end, unit, isTenOrMore) = (index, number.largest, value >= 10 * Self.scale)
    let rest = value % Self.scale
    let cents = rest % 100 == 0 ? Self.padded(rest / 100, to: 2) : Self.padded(rest, to: 4)
    self.value = "\(value / Self.scale)" + (rest == 0 ? "" : ".\(cents)")
  }

  /// Whether a Han numeral stands at `index` that a number may begin with.
  static func begins(_ bytes: [UInt8], at index: Int) -> Bool {
    guard let numeral = han(bytes, at: index) else { return false }
    return (digits[numeral] ?? 0) > 0 || units[numeral] == 10
  }

  private static func padded(_ number: Int64, to count: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }

  private enum Piece {
    /// Written in digits; times `scale`.
    case written(Int64)
    case digit(Int64)
    case unit(Int64)
  }

  /// What has been read of a number; all times `scale`.
  private struct Parts {
    var hasHan = false
    var largest: Int64 = 1
    private var (total, section): (Int64, Int64) = (0, 0)
    private var current: Int64?
    private var last: Int64 = 1
    private var lastBig = Int64.max
    private var isWritten = false
    private var hasZero = false

    /// False where it is no number: `二零二六`, `十十`.
    mutating func add(_ piece: Piece) -> Bool {
      switch piece {
      case .written(let value):
        guard current == nil else { return false }
        (current, isWritten) = (value, true)
      case .digit(0):
        guard current == nil, last > 1 else { return false }
        (hasHan, hasZero) = (true, true)
      case .digit(let value):
        guard current == nil else { return false }
        (current, isWritten, hasHan) = (value * scale, false, true)
      case .unit(let unit): return multiply(unit)
      }
      return true
    }

    private mutating func multiply(_ unit: Int64) -> Bool {
      (hasHan, hasZero) = (true, false)
      if unit < 10_000 {
        guard let count = current ?? (unit == 10 && last == 1 ? scale : nil), last == 1 || unit < last else {
          return false
        }
        section += count * unit
      } else {
        section += current ?? 0
        guard unit < lastBig, section > 0, section <= most / unit * scale else { return false }
        (total, section, lastBig) = (total + section * unit, 0, unit)
      }
      (current, last, largest) = (nil, unit, max(largest, unit))
      return total <= most * scale && section <= most * scale
    }

    /// `两千五` is 2500, `一千零五` is 1005.
    var value: Int64? {
      guard let current else { return total + section }
      let isShort = last >= 100 && !hasZero && current < 10 * scale && (!isWritten || current % scale == 0)
      return total + section + (isShort ? current * (last / 10) : current)
    }
  }

  private static func piece(_ bytes: [UInt8], at index: Int) -> (Piece, Int)? {
    guard index < bytes.count else { return nil }
    if FactBytes.isDigit(bytes[index]) { return written(bytes, from: index) }
    guard let numeral = han(bytes, at: index) else { return nil }
    if let digit = digits[numeral] { return (.digit(digit), index + 3) }
    return units[numeral].map { (.unit($0), index + 3) }
  }

  /// `1.5`, `1,500`; at most nine digits, and four after the point.
  private static func written(_ bytes: [UInt8], from start: Int) -> (Piece, Int)? {
    let token = bytes[start...].prefix(16).prefix {
      FactBytes.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
    }
    let halves = token.filter { $0 != UInt8(ascii: ",") }.split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard halves.count <= 2, (1...9).contains(halves[0].count), halves.count == 1 || (1...4).contains(halves[1].count)
    else { return nil }
    func number(_ digits: ArraySlice<UInt8>) -> Int64 { digits.reduce(0) { $0 * 10 + Int64($1 - 48) } }
    var value = number(halves[0][...]) * scale
    if halves.count == 2 {
      value += (0..<(4 - halves[1].count)).reduce(number(halves[1][...])) { value, _ in value * 10 }
    }
    return (.written(value), token.endIndex)
  }

  /// The three bytes of a Han character, as one number.
  private static func han(_ bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 2 < bytes.count, bytes[index] >= 0xE3 else { return nil }
    return UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
  }

  private static func table(_ characters: String, values: [Int64]) -> [UInt32: Int64] {
    let keys = characters.compactMap { han(Array(String($0).utf8), at: 0) }
    return Dictionary(uniqueKeysWithValues: zip(keys, values))
  }
}
