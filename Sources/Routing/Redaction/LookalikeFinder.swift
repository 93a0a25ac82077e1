/// Finds card numbers with letters that look like digits: `4111 1111 1lll 1O11`.
struct LookalikeFinder {
  private let scan: RedactionScan

  init(_ scan: RedactionScan) { self.scan = scan }

  /// From each number that letters touch.
  func spots() -> [RedactionSpot] {
    var (spots, reached) = ([RedactionSpot](), 0)
    for group in scan.groups where group.start >= reached && (group.letterAfter || group.letterBefore) {
      let stretch = stretch(around: group)
      reached = stretch.upperBound
      if let spot = spot(in: stretch) { spots.append(spot) }
    }
    return spots
  }

  /// Digits and what looks like them, with single separators.
  private func stretch(around group: RedactionScan.Group) -> Range<Int> {
    var (start, end) = (group.start, group.end)
    while start > 0, group.start - start < 40, isPart(start - 1) || isGap(start - 1) && start > 1 && isPart(start - 2) {
      start -= 1
    }
    while end < scan.bytes.count, end - group.end < 40,
      isPart(end) || isGap(end) && end + 1 < scan.bytes.count && isPart(end + 1)
    {
      end += 1
    }
    return start..<end
  }

  private func isPart(_ index: Int) -> Bool { Self.value(scan.bytes[index]) != nil }
  private func isGap(_ index: Int) -> Bool { scan.bytes[index] == 0x20 || scan.bytes[index] == 0x2D }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case UInt8(ascii: "O"), UInt8(ascii: "o"): 0
    case UInt8(ascii: "l"), UInt8(ascii: "I"): 1
    default: nil
    }
  }

  /// The whole stretch, if most of it are digits and it stands free.
  private func spot(in range: Range<Int>) -> RedactionSpot? {
    let digits = scan.bytes[range].compactMap { Self.value($0) }
    let typed = scan.bytes[range].count { (48...57).contains($0) }
    guard (15...19).contains(digits.count), typed >= 9, typed < digits.count,
      range.lowerBound == 0 || !RedactionScan.isAlphanumeric(scan.bytes[range.lowerBound - 1]),
      range.upperBound == scan.bytes.count || !RedactionScan.isAlphanumeric(scan.bytes[range.upperBound]),
      CardIssuer.strength(digits[...]) == .strong, CardIssuer.passesLuhn(digits[...])
    else { return nil }
    return RedactionSpot(
      kind: .card, range: range, secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self))
  }
}
