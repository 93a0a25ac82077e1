/// Whether a number is called something: by the words right before it, or right after it.
struct NumberLabels {
  private let scan: RedactionScan
  let cards: [RedactionWords.Hit]
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

  /// Letters stuck to a number that say no more than that it is one: `No4111…`, `id_4111…`.
  func isPrefixed(_ start: Int) -> Bool {
    var end = start
    if end > 0, scan.lower[end - 1] == UInt8(ascii: "_") { end -= 1 }
    return Self.prefixes.length(in: scan.lower, endingAt: end) != nil
  }

  private static let prefixes = PhraseTable("no|nr|num|number|cc|ccn|dc|mc|up|id|cardno|cardnumber")

  /// Whether the words beside it, or a sum's sign, say that these are amounts.
  func isMoney(_ start: Int, _ end: Int) -> Bool {
    var after = end
    while after < scan.lower.count, scan.lower[after] == 0x20 { after += 1 }
    if Self.units.length(in: scan.lower, at: after) != nil { return true }
    return (max(0, start - Self.reach)...start).contains { Self.money.length(in: scan.lower, at: $0) != nil }
  }

  private static let units = PhraseTable("元|块|塊|円|원|usd|eur|gbp|cny|rmb|hkd|dollars|euros|yuan|=|＝|€|$|¥|￥|£")
  private static let money = PhraseTable(
    """
    amount|amounts|total|totals|sum|price|prices|cost|costs|usd|eur|gbp|cny|rmb|hkd|dollars|euros|yuan|金额|金額|价格|價格|\
    总价|合计|合計|共计|一共|总共|几笔|两笔|三笔|四笔|元|块钱|€|$|¥|￥|£
    """)

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
      } else if startsWord(index), let length = Self.links.length(in: scan.lower, at: index) {
        isSaid = isSaid || Self.verbs.length(in: scan.lower, at: index) == length
        index += length
      } else {
        break
      }
    }
    return (index, isSaid)
  }

  private func startsWord(_ index: Int) -> Bool {
    scan.lower[index] >= 0x80 || index == 0 || !RedactionScan.isAlphanumeric(scan.lower[index - 1])
  }

  private func mark(at index: Int) -> Int? {
    let byte = scan.lower[index]
    if byte < 0x80 { return " \t\r\n:=#\"'`([<*_.-".utf8.contains(byte) ? 1 : nil }
    return Self.marks.length(in: scan.lower, at: index)
  }

  private static let marks = PhraseTable("：|＝|（|【|「|“|\u{A0}|\u{3000}|—|–|№")
  private static let verbs = PhraseTable("is|was|are|是|为|為|这个|這個")
  private static let links = PhraseTable(
    """
    number|numbers|no|nos|nr|num|id|ids|ref|code|is|was|are|my|the|our|your|a|an|this|that|it|its|it's|here|at|on|号码|號碼|\
    号|號|码|碼|是|为|為|的|我的|这个|這個|这是|这条|这笔|编号|如下|了
    """)
}
