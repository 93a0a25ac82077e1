/// Days as customers write them. Years are never guessed: a day without one is `--MM-DD` (ISO 8601:2000 §5.2.1.3).
enum FactDate {
  /// `2026-03-09`, `2026/3/9`, `2026.03.09`; a time of day after `t` is left out. `28/11/2026` and `11/28/2026` too; where
  /// both numbers may be the month, as in `03/04/2026`, the day stays as it was written.
  static func numeric(_ token: ArraySlice<UInt8>) -> String? {
    for separator in "-/.".utf8 {
      let parts = token.split(separator: separator, omittingEmptySubsequences: false)
      if parts.count == 3, let date = yearLast(parts, separator) { return date }
      guard parts.count == 3, parts[0].count == 4, (1...2).contains(parts[1].count),
        let year = number(parts[0]), let month = number(parts[1]),
        let day = number(parts[2].prefix { FactBytes.isDigit($0) }),
        (1900...2100).contains(year)
      else { continue }
      return text(year, month, day)
    }
    return nil
  }

  private static func yearLast(_ parts: [ArraySlice<UInt8>], _ separator: UInt8) -> String? {
    guard (1...2).contains(parts[0].count), (1...2).contains(parts[1].count), parts[2].count == 4,
      let first = number(parts[0]), let second = number(parts[1]), let year = number(parts[2]),
      (1900...2100).contains(year)
    else { return nil }
    if first > 12 || first == second { return text(year, second, first) }
    if second > 12 { return text(year, first, second) }
    guard text(year, first, second) != nil else { return nil }
    return String(decoding: Array(parts.joined(separator: [separator])), as: UTF8.self)
  }

  /// `3月8日`, `2026年3月8日`, `3月8号`: the token is the number before 月, or before 年.
  /// With the place where the day ends.
  static func chinese(_ bytes: [UInt8], _ range: Range<Int>) -> (text: String, end: Int)? {
    guard var first = number(bytes[range]) else { return nil }
    var (index, year) = (range.upperBound, Int?.none)
    if take("年", bytes, &index) {
      guard (1900...2100).contains(first), let month = digits(bytes, &index) else { return nil }
      (year, first) = (first, month)
    }
    guard take("月", bytes, &index), let day = digits(bytes, &index),
      take("日", bytes, &index) || take("号", bytes, &index)
    else { return nil }
    return text(year, first, day).map { ($0, index) }
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let longMonths = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// `8 March`, `8th of March`, `March 8`, `Mar 8th`.
  static func english(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    let digits = bytes[range].prefix { FactBytes.isDigit($0) }
    let ending = String(decoding: bytes[range][digits.endIndex...], as: UTF8.self)
    guard ["", "st", "nd", "rd", "th"].contains(ending), let day = number(digits), (1...31).contains(day) else {
      return nil
    }
    if let month = month(word(after: range.upperBound, bytes)) ?? month(word(before: range.lowerBound, bytes)) {
      return text(nil, month, day)
    }
    return nil
  }

  private static func month(_ word: String) -> Int? {
    (longMonths.firstIndex(of: word) ?? months.firstIndex(of: word)).map { $0 + 1 }
  }

  private static func word(after start: Int, _ bytes: [UInt8]) -> String {
    var index = start
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
    if bytes[index...].starts(with: "of ".utf8) { index += 3 }
    return String(decoding: bytes[index...].prefix { FactBytes.isLetter($0) }, as: UTF8.self)
  }

  private static func word(before end: Int, _ bytes: [UInt8]) -> String {
    guard end > 0, bytes[end - 1] == 0x20 else { return "" }
    let head = bytes[..<(end - 1)].suffix(12)
    return String(decoding: head.suffix(head.reversed().prefix { FactBytes.isLetter($0) }.count), as: UTF8.self)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...4).contains(digits.count), digits.allSatisfy(FactBytes.isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  private static func digits(_ bytes: [UInt8], _ index: inout Int) -> Int? {
    let found = bytes[index...].prefix { FactBytes.isDigit($0) }
    guard (1...2).contains(found.count) else { return nil }
    index += found.count
    return number(found)
  }

  private static func take(_ word: String, _ bytes: [UInt8], _ index: inout Int) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }

  private static func text(_ year: Int?, _ month: Int, _ day: Int) -> String? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (year.map { "\($0)-" } ?? "--") + "\(two(month))-\(two(day))"
  }
}
