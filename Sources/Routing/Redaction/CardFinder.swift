/// Finds card numbers among the groups of digits of a text.
struct CardFinder {
  private let scan: RedactionScan
  private let cardWords: [RedactionWords.Hit]
  private let labels: NumberLabels
  /// Groups before this one belong to cards already found, or to none.
  private var consumed = 0

  init(_ scan: RedactionScan, _ labels: NumberLabels) {
    (self.scan, self.labels) = (scan, labels)
    cardWords = labels.cards
  }

  /// A stretch of groups that may be a card.
  private struct Candidate {
    var groups: Range<Int>
    var strength: CardIssuer.Strength
    var shape: Shape
  }

  /// How the digits are set, the more telling first.
  private enum Shape: Int {
    /// As embossed: 4-4-4-4, 4-6-5 …
    case card
    /// One by one, or in pairs or threes throughout.
    case even
    case unbroken
    /// Some other way, with no further digits around.
    case alone
    case irregular
  }

  mutating func spots() -> [RedactionSpot] {
    var (spots, index) = ([RedactionSpot](), 0)
    guard scan.digits.count >= 12 else { return [] }
    while index < scan.groups.count {
      guard let found = best(from: index) else {
        spots += glued(index)
        index += 1
        continue
      }
      let range = scan.groups[found.groups.lowerBound].start..<scan.groups[found.groups.upperBound - 1].end
      spots.append(RedactionSpot(kind: .card, range: range, secret: scan.text(ofGroups: found.groups)))
      index = found.groups.upperBound
      consumed = index
    }
    return spots
  }

  /// At most 19 groups are looked at from each, so the whole is linear.
  private func best(from first: Int) -> Candidate? {
    var (best, total, end) = (Candidate?.none, 0, first)
    let start = scan.groups[first].first
    while end < scan.groups.count, end == first || scan.groups[end].gap != .far {
      total += scan.groups[end].count
      end += 1
      guard total <= 19 else { break }
      let digits = scan.digits[start..<start + total]
      guard total >= 12, CardIssuer.passesLuhn(digits) else { continue }
      // What is called a card number is one, whoever gave it out.
      guard
        let strength = CardIssuer.strength(digits)
          ?? (labels.isCalledCard(scan.groups[first].start) ? CardIssuer.Strength.weak : nil)
      else { continue }
      let candidate = Candidate(groups: first..<end, strength: strength, shape: shape(of: first..<end))
      guard isBelievable(candidate) else { continue }
      if best.map({ isBetter(candidate, than: $0) }) ?? true { best = candidate }
    }
    return best
  }

  /// The more telling shape; of equal ones the usual length (what follows 16 digits stands beside a card), then the longer.
  private func isBetter(_ one: Candidate, than other: Candidate) -> Bool {
    guard one.shape == other.shape else { return one.shape.rawValue < other.shape.rawValue }
    let (length, otherLength) = (digitCount(one.groups), digitCount(other.groups))
    let (usual, otherUsual) = (isUsual(length, one.groups), isUsual(otherLength, other.groups))
    return usual == otherUsual ? length > otherLength : usual
  }

  /// Most Chinese cards have 19.
  private func isUsual(_ length: Int, _ groups: Range<Int>) -> Bool {
    let start = scan.groups[groups.lowerBound].first
    return (15...16).contains(length) || length == 19 && scan.digits[start] == 6 && scan.digits[start + 1] == 2
  }

  private func digitCount(_ groups: Range<Int>) -> Int { scan.groups[groups].reduce(0) { $0 + $1.count } }

  private func shape(of range: Range<Int>) -> Shape {
    let sizes = sizes(of: range)
    guard sizes.count > 1 else { return .unbroken }
    let isListed = scan.groups[range].dropFirst().contains { $0.gap == .list || $0.gap == .mark }
    // Two numbers with a comma between them are two numbers.
    if Self.isCardLike(sizes), sizes.count > 2 || !isListed { return .card }
    if let size = sizes.first, size <= 3, sizes.dropLast().allSatisfy({ $0 == size }), (sizes.last ?? 0) <= size,
      !isListed || size == 1
    {
      return .even
    }
    let after = range.upperBound
    let isAlone =
      scan.groups[range.lowerBound].gap == .far && (after == scan.groups.count || scan.groups[after].gap == .far)
    let isSoft = scan.groups[range].dropFirst().allSatisfy { $0.gap == .soft || $0.gap == .touching }
    return isAlone && isSoft ? .alone : .irregular
  }

  /// Of the groups as they are seen: a change of writing is no gap.
  private func sizes(of range: Range<Int>) -> [Int] {
    var sizes: [Int] = []
    for place in range {
      if place > range.lowerBound, scan.groups[place].gap == .touching {
        sizes[sizes.count - 1] += scan.groups[place].count
      } else {
        sizes.append(scan.groups[place].count)
      }
    }
    return sizes
  }

  private static func isCardLike(_ sizes: [Int]) -> Bool {
    switch sizes {
    case [4, 6, 5], [4, 6, 4], [8, 8], [6, 10], [6, 11], [6, 12], [6, 13], [4, 4, 5], [4, 12], [12, 4], [4, 8, 4]: true
    default: sizes.count >= 3 && sizes.dropLast().allSatisfy { $0 == 4 } && (1...4).contains(sizes[sizes.count - 1])
    }
  }

  private func isBelievable(_ candidate: Candidate) -> Bool {
    let (first, last) = (scan.groups[candidate.groups.lowerBound], scan.groups[candidate.groups.upperBound - 1])
    let isNamed = speaksOfCards(before: first.start, after: last.end) || labels.isPaidWith(first.start)
    guard standsFree(candidate, first, last, isNamed: isNamed) else { return false }
    switch (candidate.strength, candidate.shape) {
    case (.faint, _): return isNamed && candidate.shape != .irregular && !isLabelled(candidate.groups)
    case (_, .card):
      return isNamed
        || !(isPieceOfLongerNumber(candidate.groups) || isLabelled(candidate.groups) || areAmounts(candidate.groups))
    // Nobody disguises an order number.
    case _ where isDisguised(candidate.groups): return true
    case (.strong, .unbroken), (.strong, .alone):
      return isNamed || !(isLabelled(candidate.groups) || beginsWithMoment(candidate.groups))
    case (.strong, .even): return true
    case (.strong, .irregular), (.weak, .even), (.weak, .unbroken), (.weak, .alone):
      return isNamed && !isLabelled(candidate.groups)
    case (.weak, .irregular): return false
    }
  }

  /// `YYMMDDhhmmss…`, as many systems number transactions: of 300 cards that begin with 22…27 one looks like it.
  private func beginsWithMoment(_ groups: Range<Int>) -> Bool {
    let start = scan.groups[groups.lowerBound].first
    let pairs = stride(from: start, to: start + 12, by: 2).map { Int(scan.digits[$0]) * 10 + Int(scan.digits[$0 + 1]) }
    return (20...39).contains(pairs[0]) && (1...12).contains(pairs[1]) && (1...31).contains(pairs[2]) && pairs[3] < 24
      && pairs[4] < 60 && pairs[5] < 60
  }

  /// Digits of other scripts, entities, tags or invisible characters inside.
  private func isDisguised(_ groups: Range<Int>) -> Bool {
    scan.groups[groups].contains { $0.end - $0.start != $0.count }
  }

  /// Parcels and payments have numbers of 20 to 30 digits in groups of four. One more such group may be a date or an amount
  /// beside a card; four more are another card.
  private func isPieceOfLongerNumber(_ groups: Range<Int>) -> Bool {
    var (first, end) = (groups.lowerBound, groups.upperBound)
    let gap = groups.count > 1 ? scan.groups[first + 1].gap : .soft
    while first > consumed, scan.groups[first].gap == gap, scan.groups[first - 1].count == 4,
      groups.lowerBound - first < 9
    {
      first -= 1
    }
    while end < scan.groups.count, scan.groups[end].gap == gap, scan.groups[end].count == 4,
      end - groups.upperBound < 9
    {
      end += 1
    }
    let (before, after, own) = (groups.lowerBound - first, end - groups.upperBound, digitCount(groups))
    if before + after == 0 { return false }
    let hasTail = end < scan.groups.count && scan.groups[end].gap == gap
    // One more summand.
    if gap == .list, before > 0 { return true }
    if gap == .mark || before == 1 && (hasTail || own == 17 || own == 18) { return true }
    // Three groups of a number of four.
    if own == 12 { return true }
    return before + after > 1 && !(own == 16 && before % 4 == 0 && after % 4 == 0)
  }

  /// Not a piece of an identifier: no letters stuck to it but those of a card word, no `+` of a phone number before it.
  private func standsFree(
    _ candidate: Candidate, _ first: RedactionScan.Group, _ last: RedactionScan.Group, isNamed: Bool
  ) -> Bool {
    let inner = candidate.groups.dropFirst().contains { scan.groups[$0].letterBefore }
    let innerEnd = candidate.groups.dropLast().contains { scan.groups[$0].letterAfter }
    guard !inner, !innerEnd else { return false }
    if first.letterBefore, !scan.words.hasTelling(endingAt: first.start), !labels.isPrefixed(first.start) {
      return false
    }
    if last.letterAfter, !scan.words.hasTelling(startingAt: last.end), !isWordAfter(last, candidate) { return false }
    guard first.start > 0 else { return true }
    let before = scan.bytes[first.start - 1]
    // E.164: a telephone number has 15 digits at most.
    if before == UInt8(ascii: "+"), first.gap == .far, digitCount(candidate.groups) <= 15 { return false }
    // `ORD-4111…`: one identifier.
    let isTied = before == UInt8(ascii: "-") || before == UInt8(ascii: "_")
    if isTied, first.start > 1, RedactionScan.isAlphanumeric(scan.bytes[first.start - 2]), first.gap == .far {
      return isNamed || candidate.shape == .card || labels.isPrefixed(first.start)
    }
    return true
  }

  /// `4556526018159081abc`: letters alone, as of a word that nobody parted from it.
  private func isWordAfter(_ last: RedactionScan.Group, _ candidate: Candidate) -> Bool {
    guard candidate.strength == .strong, candidate.shape == .unbroken || candidate.shape == .card else { return false }
    let letters = scan.bytes[last.end...].prefix(24).prefix { RedactionScan.isLetter($0) }
    return letters.count < 24
      && (letters.endIndex == scan.bytes.count || !RedactionScan.isAlphanumeric(scan.bytes[letters.endIndex]))
  }

  /// Things are counted up with `、`, but digits of one number hardly ever parted; what is called money is.
  private func areAmounts(_ groups: Range<Int>) -> Bool {
    guard groups.count > 1 else { return false }
    let (first, second) = (scan.groups[groups.lowerBound], scan.groups[groups.lowerBound + 1])
    if second.gap == .list, scan.bytes[first.end...].starts(with: "、".utf8) { return true }
    let hasZero = groups.contains { scan.digits[scan.groups[$0].first] == 0 }
    return !hasZero && labels.isMoney(first.start, scan.groups[groups.upperBound - 1].end)
  }

  // MARK: In one run

  /// A card in one run with its date and the value from its back, or with another card.
  private func glued(_ place: Int) -> [RedactionSpot] {
    let group = scan.groups[place]
    guard (19...38).contains(group.count), !group.letterBefore, !group.letterAfter,
      !labels.isLabelled(group.start, group.end, digits: group.count)
    else { return [] }
    let digits = scan.digits[group.first..<group.first + group.count]
    // Each as wide as the others, or the whole is one.
    let width = (group.end - group.start) / group.count
    let isEven = width * group.count == group.end - group.start
    for length in [16, 19, 15] where length < group.count {
      let (card, rest) = (digits.prefix(length), digits.dropFirst(length))
      guard isStrong(card) else { continue }
      let isOther = rest.count >= 15 && isStrong(rest)
      let isValue = length == 16 && rest.count == 3 && labels.isCalledCard(group.start)
      guard isOther || isValue || isExpiry(rest) else { continue }
      let middle = group.start + width * length
      let spot = { (digits: ArraySlice<UInt8>, range: Range<Int>) in
        RedactionSpot(kind: .card, range: range, secret: String(decoding: digits.map { $0 + 48 }, as: UTF8.self))
      }
      guard isEven else { return [spot(card, group.start..<group.end)] }
      return [
        spot(card, group.start..<middle),
        isOther ? spot(rest, middle..<group.end) : RedactionSpot(kind: .cvv, range: middle..<group.end),
      ]
    }
    return []
  }

  private func isStrong(_ digits: ArraySlice<UInt8>) -> Bool {
    CardIssuer.strength(digits) == .strong && CardIssuer.passesLuhn(digits)
  }

  /// `1227`, `122027`, with three more digits or none.
  private func isExpiry(_ digits: ArraySlice<UInt8>) -> Bool {
    let date = digits.prefix(digits.count % 2 == 0 ? digits.count : max(0, digits.count - 3)).map { Int($0) }
    guard date.count == 4 || date.count == 6 && date[2] == 2 && date[3] == 0 else { return false }
    return (1...12).contains(date[0] * 10 + date[1]) && (24...45).contains(date.suffix(2).reduce(0) { $0 * 10 + $1 })
  }

  /// Whether a word about cards stands within reach.
  private func speaksOfCards(before start: Int, after end: Int) -> Bool {
    let next = cardWords.firstPlace(endingAfter: start)
    if next > 0, start - cardWords[next - 1].end <= 80 { return true }
    return cardWords[next...].prefix(8).contains { $0.start >= end && $0.start - end <= 60 }
  }

  /// Whether the words beside it say that this is another kind of number.
  private func isLabelled(_ groups: Range<Int>) -> Bool {
    let (start, end) = (scan.groups[groups.lowerBound].start, scan.groups[groups.upperBound - 1].end)
    return labels.isLabelled(start, end, digits: digitCount(groups))
  }
}
