/// Whether a number is called something: by the words right before it, or right after it.
struct NumberLabels {
  private let scan: RedactionScan
  private let cards: [RedactionWords.Hit]
  private let others: [RedactionWords.Hit]
  private let payments: [RedactionWords.Hit]

  init(_ scan: RedactionScan) {
    self.scan = scan
    cards = scan.words.filter { $0.role == .card }
    others = scan.words.filter { $0.role == .harmless || $0.role == .phone }
    payments = scan.words.filter { $0.role == .payment }
  }

  /// Bytes between a name and its number.
  private static let reach = 32

  /// `order no. 4539…`, `4539… is my order number`. A telephone number has 15 digits at most (E.164).
  func isLabelled(_ start: Int, _ end: Int, digits: Int) -> Bool {
    let next = others.firstPlace(endingAfter: start)
    if next > 0, isMeant(others[next - 1], digits), isLink(others[next - 1].end, start) { return true }
    // Behind it a word must say so: `4111… order 88 never came` names two things.
    let (after, isSaid) = skipped(end, within: Self.reach)
    guard isSaid else { return false }
    return others[others.firstPlace(endingAfter: after)...].prefix(8).contains {
      $0.start == after && isMeant($0, digits)
    }
  }

  private func isMeant(_ word: RedactionWords.Hit, _ digits: Int) -> Bool { word.role == .harmless || digits <= 15 }

  /// `card number: 4111…`, `卡号4111…`.
  func isCalledCard(_ start: Int) -> Bool {
    let next = cards.firstPlace(endingAfter: start)
    return next > 0 && isLink(cards[next - 1].end, start) && !isOtherCard(cards[next - 1].start)
  }

  /// `refund to 5085…`, `从5085…扣`: money comes from it or goes there.
  func isPaidWith(_ start: Int) -> Bool {
    let next = payments.firstPlace(endingAfter: start)
    return next > 0 && isLink(payments[next - 1].end, start)
  }

  /// `SIM card`, `gift card`: no bank's.
  private func isOtherCard(_ start: Int) -> Bool {
    let before = scan.lower[max(0, start - 12)..<start].reversed().drop { $0 == 0x20 || $0 == 0x2D }
    return Self.otherCards.contains { before.starts(with: $0.reversed()) }
  }

  private static let otherCards = [
    "sim", "gift", "member", "membership", "id", "loyalty", "business", "memory", "sd", "transit", "礼品", "会员", "电话",
    "手机", "流量", "充值", "购物", "公交", "交通",
  ].map { Array($0.utf8) }

  /// Letters stuck to a number that say no more than that it is one: `No4111…`.
  func isPrefixed(_ start: Int) -> Bool {
    var begin = start
    while begin > 0, start - begin < 9, RedactionScan.isLetter(scan.lower[begin - 1]) { begin -= 1 }
    return Self.prefixes.contains { $0.elementsEqual(scan.lower[begin..<start]) }
  }

  private static let prefixes = ["no", "nr", "num", "number", "cc", "ccn", "dc", "mc", "up", "cardno", "cardnumber"].map
  {
    Array($0.utf8)
  }

  /// Whether nothing but what links a name to its number stands between.
  private func isLink(_ start: Int, _ end: Int) -> Bool {
    end - start <= Self.reach && skipped(start, within: end - start).index == end
  }

  /// The place after spaces, marks and linking words; and whether one of those says what something is.
  private func skipped(_ start: Int, within reach: Int) -> (index: Int, isSaid: Bool) {
    var (index, isSaid) = (start, false)
    let end = min(start + reach, scan.lower.count)
    while index < end {
      if let length = mark(at: index) {
        index += length
      } else if let link = Self.links.first(where: { isWord($0, at: index) }) {
        index += link.count
        isSaid = isSaid || Self.verbs.contains(link)
      } else {
        break
      }
    }
    return (index, isSaid)
  }

  private static let verbs = Set(["is", "was", "are", "是", "为", "為", "这个", "這個"].map { Array($0.utf8) })

  private func isWord(_ word: [UInt8], at index: Int) -> Bool {
    guard scan.lower[index...].starts(with: word) else { return false }
    if word[0] >= 0x80 { return true }
    let end = index + word.count
    return (index == 0 || !RedactionScan.isAlphanumeric(scan.lower[index - 1]))
      && (end == scan.lower.count || !RedactionScan.isLetter(scan.lower[end]))
  }

  private func mark(at index: Int) -> Int? {
    let byte = scan.lower[index]
    if byte < 0x80 { return " \t\r\n:=#\"'([<*_.-".utf8.contains(byte) ? 1 : nil }
    return Self.marks.first { scan.lower[index...].starts(with: $0) }?.count
  }

  private static let marks = ["：", "＝", "（", "【", "「", "“", "\u{A0}", "\u{3000}", "—", "–", "№"].map { Array($0.utf8) }
  private static let links = [
    "number", "numbers", "no", "nos", "nr", "num", "id", "ids", "ref", "code", "is", "was", "are", "my", "the", "our",
    "your", "a", "an", "this", "that", "it", "its", "it's", "here", "at", "on", "号码", "號碼", "号", "號", "码", "碼", "是",
    "为", "為", "的", "我的", "这个", "這個", "这是", "这条", "这笔", "编号", "如下", "了",
  ].map { Array($0.utf8) }
}
