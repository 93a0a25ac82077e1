/// The value from the back of a card that stands beside its number.
extension SecretFinder {
  /// `4111 1111 1111 1111 12/27 123`: three or four digits after a card, an expiry date between them or not.
  func valueBeside(_ card: RedactionSpot) -> RedactionSpot? {
    var place = firstGroup(from: card.range.upperBound)
    guard place < scan.groups.count else { return nil }
    guard scan.groups[place].start - card.range.upperBound <= 24,
      isOneLine(card.range.upperBound, scan.groups[place].start)
    else { return nil }
    let hasExpiry =
      place + 1 < scan.groups.count && scan.groups[place].count == 2 && [2, 4].contains(scan.groups[place + 1].count)
      && scan.groups[place + 1].gap != .far
    let isWritten = isWrittenExpiry(place)
    if hasExpiry || isWritten { place += 2 } else if scan.groups[place].count == 4, isExpiry(place) { place += 1 }
    // Four digits stand on the front of an American Express.
    let size = card.secret.map { $0.utf8.count == 15 && ($0.hasPrefix("34") || $0.hasPrefix("37")) } == true ? 4 : 3
    guard place < scan.groups.count, scan.groups[place].count == size,
      isWritten ? scan.groups[place].start - scan.groups[place - 1].end <= 12 : scan.groups[place].gap != .far,
      !scan.groups[place].letterAfter, place + 1 == scan.groups.count || scan.groups[place + 1].gap.endsNumber,
      !isAmount(scan.groups[place].end)
    else { return nil }
    return RedactionSpot(kind: .cvv, range: scan.groups[place].start..<scan.groups[place].end)
  }

  /// `28年9月`, followed by one more group.
  private func isWrittenExpiry(_ place: Int) -> Bool {
    guard place + 2 < scan.groups.count else { return false }
    let (year, month) = (scan.groups[place], scan.groups[place + 1])
    return (year.count == 2 || year.count == 4) && month.count <= 2 && scan.bytes[year.end...].starts(with: "年".utf8)
      && scan.bytes[month.end...].starts(with: "月".utf8) && month.start - year.end <= 4
  }

  /// `1227`, followed by one more group.
  private func isExpiry(_ place: Int) -> Bool {
    let digits = scan.digits[scan.groups[place].first..<scan.groups[place].first + 2]
    let month = digits.reduce(0) { $0 * 10 + Int($1) }
    return (1...12).contains(month) && place + 1 < scan.groups.count && scan.groups[place + 1].gap != .far
  }

  private func isOneLine(_ start: Int, _ end: Int) -> Bool { !scan.bytes[start..<end].contains(0x0A) }

  private static let units = [
    "usd", "eur", "gbp", "cny", "rmb", "hkd", "dollar", "euro", "yuan", "times", "元", "块", "美", "港", "%", "€", "$", "¥",
  ]

  private func isAmount(_ end: Int) -> Bool {
    let rest = scan.lower[end...].drop { $0 == 0x20 }
    return Self.units.contains { rest.starts(with: $0.utf8) }
  }
}
