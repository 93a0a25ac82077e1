/// Finds card numbers that are told as a list: `1. 4556⏎2. 5260 …`, `第一组4556第二组5260…`, `①4556②5260…`.
struct ListedFinder {
  private let scan: RedactionScan
  private let labels: NumberLabels

  init(_ scan: RedactionScan, _ labels: NumberLabels) { (self.scan, self.labels) = (scan, labels) }

  /// One item of a list, without its ordinal.
  private struct Item {
    var digits: ArraySlice<UInt8>
    var start: Int
    var end: Int
  }

  /// Bytes between an ordinal and its item, and between an item and the next ordinal.
  private static let reach = 24

  func spots() -> [RedactionSpot] {
    var (spots, place) = ([RedactionSpot](), 0)
    guard scan.digits.count > 12 else { return [] }
    while place + 3 < scan.groups.count {
      let (items, next) = list(from: place)
      // Two items are two numbers.
      if items.count > 2, let spot = spot(items, scan.groups[place].start) { spots.append(spot) }
      place = next
    }
    return spots
  }

  /// The items that are counted 1, 2, 3 … with the same sign behind each number, and the place of the group after them.
  private func list(from first: Int) -> (items: [Item], next: Int) {
    var (items, place, sign) = ([Item](), first, ArraySlice<UInt8>())
    while items.count < 8, isOrdinal(place, items.count + 1), place + 1 < scan.groups.count {
      let (ordinal, value) = (scan.groups[place], scan.groups[place + 1])
      guard value.count > 1, value.start - ordinal.end <= Self.reach else { break }
      let between = scan.lower[ordinal.end..<value.start]
      if items.isEmpty { sign = between } else if between != sign { break }
      var end = place + 2
      while end < scan.groups.count, scan.groups[end].gap == .soft, scan.groups[end].first - value.first < 19,
        !isOrdinal(end, items.count + 2)
      {
        end += 1
      }
      let last = scan.groups[end - 1]
      items.append(Item(digits: scan.digits[value.first..<last.first + last.count], start: value.start, end: last.end))
      place = end
      guard place < scan.groups.count, scan.groups[place].start - last.end <= Self.reach else { break }
    }
    return (items, max(place, first + 1))
  }

  private func isOrdinal(_ place: Int, _ number: Int) -> Bool {
    place < scan.groups.count && scan.groups[place].count == 1
      && scan.digits[scan.groups[place].first] == UInt8(number)
  }

  private func spot(_ items: [Item], _ start: Int) -> RedactionSpot? {
    var digits: [UInt8] = []
    for (place, item) in items.enumerated() {
      digits += item.digits
      guard digits.count <= 19 else { return nil }
      // More of the kind: numbers of their own.
      if item.digits.count > 4, place + 1 < items.count, items[place + 1].digits.count == item.digits.count { continue }
      guard digits.count >= 12, CardIssuer.strength(digits[...]) == .strong, CardIssuer.passesLuhn(digits[...]),
        !labels.isLabelled(start, item.end, digits: digits.count), !labels.isMoney(items[0].start, item.end)
      else { continue }
      return RedactionSpot(
        kind: .card, range: items[0].start..<item.end,
        secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self))
    }
    return nil
  }
}
