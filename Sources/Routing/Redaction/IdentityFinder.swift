/// Finds mainland Chinese ID numbers (GB 11643-1999): six digits of place, eight of birth, three of order, a check digit.
struct IdentityFinder {
  private let scan: RedactionScan

  init(_ scan: RedactionScan) { self.scan = scan }

  func spots() -> [RedactionSpot] {
    scan.groups.indices.compactMap { spot(from: $0) }
  }

  /// Unbroken, or set as 6-8-4 and the like; an `X` may stand for the check digit.
  private func spot(from first: Int) -> RedactionSpot? {
    let begin = scan.groups[first]
    guard !begin.letterBefore || isCalledID(begin.start) else { return nil }
    var (total, end) = (0, first)
    while end < scan.groups.count, end == first || scan.groups[end].gap != .far, total < 17 {
      total += scan.groups[end].count
      end += 1
    }
    // Digit by digit, or with the check digit by itself.
    if total == 17, end < scan.groups.count, scan.groups[end].gap != .far, scan.groups[end].count == 1 { end += 1 }
    total = scan.groups[first..<end].reduce(0) { $0 + $1.count }
    let last = scan.groups[end - 1]
    let digits = scan.digits[begin.first..<last.first + last.count]
    if total == 18, Self.isValid(digits.dropLast(), check: digits[digits.endIndex - 1]), !last.letterAfter {
      return found(digits.map { $0 }, "", begin.start..<last.end)
    }
    if total == 17, let length = checkLetter(at: last.end), Self.isValid(digits, check: 10) {
      return found(digits.map { $0 }, "X", begin.start..<last.end + length)
    }
    // The numbers of before 1999 have 15 digits and no check: only where an ID is spoken of.
    if total == 15, end == first + 1, Self.hasPlausiblePlace(digits), Self.isDay(digits.dropFirst(6).prefix(6)),
      scan.words.has(.identity, within: 24, of: begin.start)
    {
      return found(digits.map { $0 }, "", begin.start..<last.end)
    }
    return nil
  }

  /// `ID1101…`.
  private func isCalledID(_ start: Int) -> Bool {
    start >= 2 && scan.lower[start - 2..<start].elementsEqual("id".utf8)
      && (start == 2 || !RedactionScan.isLetter(scan.lower[start - 3]))
  }

  private func found(_ digits: [UInt8], _ tail: String, _ range: Range<Int>) -> RedactionSpot {
    RedactionSpot(
      kind: .identity, range: range, secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self) + tail)
  }

  /// `X` or what is written for it, after at most one space or dash; with its length in bytes.
  func checkLetter(at end: Int) -> Int? {
    var index = end
    if index < scan.bytes.count, scan.bytes[index] == 0x20 || scan.bytes[index] == 0x2D { index += 1 }
    guard let length = Self.checkLetters.length(in: scan.lower, at: index) else { return nil }
    let after = index + length
    guard after == scan.bytes.count || !RedactionScan.isAlphanumeric(scan.bytes[after]) else { return nil }
    return after - end
  }

  /// Full width, Cyrillic, Greek; 叉, as it is read out.
  private static let checkLetters = PhraseTable("x|Ｘ|ｘ|×|х|Х|χ|Χ|叉")

  /// `check`: 0…9, or 10 for `X` (ISO 7064, MOD 11-2).
  static func isValid(_ digits: ArraySlice<UInt8>, check: UInt8) -> Bool {
    guard digits.count == 17, hasPlausiblePlace(digits) else { return false }
    let century = Int(digits[digits.startIndex + 6]) * 1000 + Int(digits[digits.startIndex + 7]) * 100
    guard (1800...2000).contains(century), isDay(digits.dropFirst(8).prefix(6)) else { return false }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0) * $1.1 }
    return (12 - sum % 11) % 11 == Int(check)
  }

  /// GB/T 2260: the provinces' first digits.
  private static func hasPlausiblePlace(_ digits: ArraySlice<UInt8>) -> Bool {
    let province = digits.prefix(2).reduce(0) { $0 * 10 + Int($1) }
    return [11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71...71, 81...83].contains { $0.contains(province) }
  }

  /// `YYMMDD`.
  private static func isDay(_ digits: ArraySlice<UInt8>) -> Bool {
    let numbers = digits.map { Int($0) }
    guard numbers.count == 6 else { return false }
    let (month, day) = (numbers[2] * 10 + numbers[3], numbers[4] * 10 + numbers[5])
    return (1...12).contains(month) && (1...31).contains(day)
  }
}
