/// Finds short secrets by the words beside them: card verification values, one-time codes, passwords.
struct SecretFinder {
  let scan: RedactionScan
  let cards: [RedactionSpot]

  init(_ scan: RedactionScan, cards: [RedactionSpot]) { (self.scan, self.cards) = (scan, cards) }

  /// Those that share no byte with a number that is told by its digits.
  func spots(apart numbers: [RedactionSpot]) -> [RedactionSpot] {
    let taken = numbers.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
    let spots = spots()
    guard !taken.isEmpty else { return spots }
    return spots.filter { spot in
      var (low, high) = (0, taken.count)
      while low < high {
        let middle = (low + high) / 2
        if taken[middle].upperBound <= spot.range.lowerBound { low = middle + 1 } else { high = middle }
      }
      return low == taken.count || taken[low].lowerBound >= spot.range.upperBound
    }
  }

  private func spots() -> [RedactionSpot] {
    var spots = cards.compactMap { valueBeside($0) }
    for word in scan.words {
      switch word.role {
      case .cvv where isBackOfAnything(word): break
      case .cvv: spots += [value(after: word, digits: 3...4, .cvv)].compactMap { $0 }
      case .code: spots += [value(after: word, digits: 4...8, .code)].compactMap { $0 }
      case .sixDigits: if !isTail(word) { spots += [value(after: word, digits: 6...6, .code)].compactMap { $0 } }
      case .plainCode: if !isOtherCode(word) { spots += [value(after: word, digits: 4...8, .code)].compactMap { $0 } }
      case .password: spots += passwords(after: word.end)
      case .pass: if !isOtherPass(word) { spots += passwords(after: word.end, onlyAfterColon: true) }
      case .card, .harmless, .phone, .payment, .spoken, .twice, .thrice, .filler, .position, .identity: break
      }
    }
    return spots + codesBeforeTheirWord() + passwordsBeforeTheirWord() + passwordsInAddresses()
  }

  /// The digits that follow a word, or for a code the letters and digits.
  private func value(after word: RedactionWords.Hit, digits: ClosedRange<Int>, _ kind: Redaction.Kind) -> RedactionSpot?
  {
    let way = skipFillers(word.end)
    // What stands behind a comma is something else as often: of codes nearly all have six digits.
    let lengths = kind == .code && way.hasComma ? (way.isHandedOver ? max(5, digits.lowerBound)...8 : 6...6) : digits
    return number(at: way.index, digits: lengths, kind) ?? saidNumber(at: way.index, digits: lengths, kind)
      ?? (word.role == .code && way.isTold && !way.hasComma && !isBooking(word) ? mixedCode(at: way.index) : nil)
  }

  /// `on the back it says 500`: only of cards it tells.
  private func isBackOfAnything(_ word: RedactionWords.Hit) -> Bool {
    let name = String(decoding: scan.lower[word.start..<word.end], as: UTF8.self)
    return name.hasSuffix("on the back") && !name.contains("digit")
      && !scan.words.has(.card, within: 80, of: word.start)
  }

  // MARK: Up to the value

  /// What stands between the name of a code and the code.
  private struct Way {
    var index: Int
    var hasComma = false
    /// `:`, `is`, `是`: the value comes next.
    var isTold = false
    /// `told`, `发给`: somebody has it now.
    var isHandedOver = false
  }

  private static let fillers = PhraseTable(
    """
    the|it|its|number|no|code|that|i|got|received|today|they|you|me|just|came|on|back|of|and|him|her|them|then|value|as|to|\
    cvv|cvc|digits|数字|數字|号|號|码|碼|收到|收到的|发的|發的|填|填的|输入|输入的|输|了|的|我|写着|显示|他|她|它|对方|客服|骗子|人家|\
    就|把|已经|已經|也|都|过去|過去|你|你们|他们|这个|那个|短信|里|里的|上|上面|上面的|内容|刚|刚刚|刚才|当时|后来|然后
    """)
  private static let tellers = PhraseTable(
    "is|was|are|it's|reads|says|是|为|為|係|就是|应该是|如下|=|:|：|＝")
  private static let handers = PhraseTable(
    """
    told|sent|gave|read|said|texted|typed|entered|gave away|说|说了|說了|说的是|告诉|告訴|告诉了|发|发了|发给|發給|发过去|给|给了|\
    報|报|报了|报给|念|念了|念给|读|读了|读给|提供|提供给|转发|转发给|输了|填了
    """)

  /// After spaces, punctuation, tags and up to ten filling words from `start` on.
  private func skipFillers(_ start: Int) -> Way {
    var (way, left) = (Way(index: start), 10)
    while way.index < scan.lower.count {
      if let length = Self.tellers.length(in: scan.lower, at: way.index) {
        (way.index, way.isTold) = (way.index + length, true)
      } else if let length = punctuation(at: way.index) {
        way.index += length
      } else if let length = Self.commas.length(in: scan.lower, at: way.index) {
        (way.index, way.hasComma) = (way.index + length, true)
      } else if left > 0, let length = Self.handers.length(in: scan.lower, at: way.index) {
        (way.index, way.isHandedOver, left) = (way.index + length, true, left - 1)
      } else if left > 0, let length = Self.fillers.length(in: scan.lower, at: way.index) {
        (way.index, left) = (way.index + length, left - 1)
      } else {
        break
      }
    }
    return way
  }

  private static let commas = PhraseTable(",|，|。|. |;|；")
  private static let marks = PhraseTable(
    "：|“|”|‘|「|【|（|）|】|」|＝|—|\u{A0}|\u{3000}|《|・|–|\u{FEFF}|\u{200B}|…|→")

  /// Length of a mark or tag that may stand before a value; `nil` for anything else, so for the end of a sentence.
  func punctuation(at index: Int, inLine: Bool = false) -> Int? {
    let byte = scan.lower[index]
    guard byte < 0x80 else { return Self.marks.length(in: scan.lower, at: index) }
    if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") {
      let (element, length) = DigitElement.read(scan.lower, at: index)
      if length > 1, !element.isDigit {
        return inLine && scan.lower[index] != 0x26 && !element.isInvisible ? nil : length
      }
    }
    return " \t\n\r:=-\"'()[<#*`>_".utf8.contains(byte) ? 1 : nil
  }

  // MARK: The value

  /// A number that begins there, with that many digits and no more; it may be set in two halves.
  private func number(at start: Int, digits: ClosedRange<Int>, _ kind: Redaction.Kind) -> RedactionSpot? {
    var index = start
    // `G-123456`, as some senders write.
    if index + 1 < scan.lower.count, RedactionScan.isLetter(scan.lower[index]),
      scan.lower[index + 1] == UInt8(ascii: "-")
    {
      index += 2
    }
    guard let place = group(startingAt: index) else { return nil }
    let first = scan.groups[place]
    guard !first.letterAfter, !isDateOrAmount(scan.digits[first.first..<first.first + first.count], first.end) else {
      return nil
    }
    if digits.contains(first.count) {
      let isWhole =
        place + 1 == scan.groups.count || scan.groups[place + 1].gap.endsNumber || first.count >= 5 || kind == .cvv
      if isWhole { return RedactionSpot(kind: kind, range: first.start..<first.end) }
    }
    // `123 456`, `12 34`, `1 2 3 4 5 6`: halves or single digits that add up.
    var (total, last) = (first.count, place)
    while last + 1 < scan.groups.count, scan.groups[last + 1].gap == .soft, scan.groups[last + 1].count == first.count,
      total < digits.upperBound
    {
      last += 1
      total += first.count
    }
    // More of the kind: a voucher, or a card.
    let isMore = last + 1 < scan.groups.count && !scan.groups[last + 1].gap.endsNumber
    if last > place, first.count <= 4, digits.contains(total), !isMore {
      return RedactionSpot(kind: kind, range: first.start..<scan.groups[last].end)
    }
    return digits.contains(first.count) && !(isMore && last > place)
      ? RedactionSpot(kind: kind, range: first.start..<first.end) : nil
  }

  /// `seven three seven`, `double four one two`.
  private func saidNumber(at start: Int, digits: ClosedRange<Int>, _ kind: Redaction.Kind) -> RedactionSpot? {
    var (place, count, factor, end) = (scan.words.firstPlace(endingAfter: start), 0, 1, start)
    while place < scan.words.count, count <= digits.upperBound {
      let word = scan.words[place]
      guard word.start <= end + 2 else { break }
      place += 1
      guard word.start >= end, scan.lower[end..<word.start].allSatisfy({ " ,-.".utf8.contains($0) }) else { continue }
      switch word.role {
      case .spoken: (count, factor, end) = (count + factor, 1, word.end)
      case .twice: (factor, end) = (2, word.end)
      case .thrice: (factor, end) = (3, word.end)
      default: continue
      }
    }
    return digits.contains(count) ? RedactionSpot(kind: kind, range: start..<end) : nil
  }

  /// `a8F3k9`: letters and digits in one word.
  private func mixedCode(at start: Int) -> RedactionSpot? {
    let value = scan.lower[start...].prefix(11).prefix { RedactionScan.isAlphanumeric($0) }
    guard (4...10).contains(value.count), value.contains(where: RedactionScan.isLetter),
      value.contains(where: { !RedactionScan.isLetter($0) }),
      value.endIndex == scan.lower.count || !"-_@".utf8.contains(scan.lower[value.endIndex])
    else { return nil }
    return RedactionSpot(kind: .code, range: start..<value.endIndex)
  }

  /// `2026年`, `2026-03-09`, `20260309`, `500元`: no code.
  private func isDateOrAmount(_ digits: ArraySlice<UInt8>, _ end: Int) -> Bool {
    let rest = scan.lower[end...]
    if digits.count == 8, isDay(digits) { return true }
    if Self.counters.contains(where: { rest.starts(with: $0) }) { return true }
    guard rest.count > 1, "-/.".utf8.contains(rest[end]), (48...57).contains(rest[end + 1]) else { return false }
    // `123-456` is a code in halves.
    guard rest[end] == UInt8(ascii: "-"), let place = group(startingAt: end + 1) else { return true }
    return scan.groups[place].count != scan.groups[place - 1].count
  }

  /// `20260301`.
  private func isDay(_ digits: ArraySlice<UInt8>) -> Bool {
    let value = digits.reduce(0) { $0 * 10 + Int($1) }
    return (1990...2039).contains(value / 10_000) && (1...12).contains(value / 100 % 100)
      && (1...31).contains(value % 100)
  }

  private static let counters = [
    "年", "月", "日", "点", "點", "时", "時", "分", "元", "块", "塊", "次", "个", "個", "號", "号", "%", "遍", "天", "单", "件", "秒",
  ].map { Array($0.utf8) }

  func group(startingAt start: Int) -> Int? {
    let place = firstGroup(from: start)
    return place < scan.groups.count && scan.groups[place].start == start ? place : nil
  }

  /// The place of the first group that starts at `start` or later.
  func firstGroup(from start: Int) -> Int {
    var (low, high) = (0, scan.groups.count)
    while low < high {
      let middle = (low + high) / 2
      if scan.groups[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension DigitElement {
  fileprivate var isDigit: Bool { if case .digit = self { true } else { false } }
  fileprivate var isInvisible: Bool { if case .invisible = self { true } else { false } }
}
