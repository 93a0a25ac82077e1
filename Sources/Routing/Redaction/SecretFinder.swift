/// Finds short secrets by the words beside them: card verification values, one-time codes, passwords.
struct SecretFinder {
  let scan: RedactionScan
  private let cards: [RedactionSpot]

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
      case .cvv: spots += number(after: word.end, digits: 3...4, .cvv).map { [$0] } ?? []
      case .code: spots += number(after: word.end, digits: 4...8, .code).map { [$0] } ?? []
      case .plainCode:
        if !isOtherCode(word) { spots += number(after: word.end, digits: 4...8, .code).map { [$0] } ?? [] }
      case .password: spots += password(after: word.end).map { [$0] } ?? []
      case .card, .harmless, .phone, .payment, .spoken, .twice, .thrice, .filler, .identity: break
      }
    }
    return spots + codesBeforeTheirWord() + passwordsBeforeTheirWord() + passwordsInAddresses()
  }

  // MARK: Numbers

  /// Words that may stand between the name of a code and the code.
  private static let fillers = [
    "is", "was", "are", "the", "it", "its", "it's", "number", "no", "code", "that", "i", "got", "received", "reads",
    "says", "today", "they", "you", "sent", "me", "gave", "texted", "just", "came", "on", "back", "of", "数字", "數字",
    "是", "为", "為", "号", "號", "码", "碼", "收到", "收到的", "发的", "發的", "填", "填的", "输入", "输入的", "输", "了", "的", "我", "写着", "显示",
  ].map { Array($0.utf8) }

  /// The index after spaces, punctuation and up to five filling words from `start` on.
  private func skipFillers(_ start: Int) -> Int {
    var (index, left) = (start, 6)
    while left > 0 {
      while index < scan.lower.count, let length = punctuation(at: index) { index += length }
      guard let filler = Self.fillers.first(where: { isWord($0, at: index) }) else { return index }
      (index, left) = (index + filler.count, left - 1)
    }
    return index
  }

  private func isWord(_ word: [UInt8], at index: Int) -> Bool {
    guard scan.lower[index...].starts(with: word) else { return false }
    let end = index + word.count
    return word[0] >= 0x80 || end >= scan.lower.count || !RedactionScan.isAlphanumeric(scan.lower[end])
  }

  /// Length of a mark that may stand before a value; `nil` for anything else, so for the end of a sentence.
  private func punctuation(at index: Int) -> Int? {
    let byte = scan.lower[index]
    if byte < 0x80 { return " \t\n\r:=-\"'([<#*`>".utf8.contains(byte) ? 1 : nil }
    let marks = [
      "：", "“", "”", "‘", "「", "【", "（", "＝", "—", "\u{A0}", "\u{3000}", "《", "・", "–", "\u{FEFF}", "\u{200B}",
    ]
    return marks.first { scan.lower[index...].starts(with: $0.utf8) }?.utf8.count
  }

  /// The number that follows a word, with that many digits and no more; it may be set in two halves.
  private func number(after end: Int, digits: ClosedRange<Int>, _ kind: Redaction.Kind) -> RedactionSpot? {
    var index = skipFillers(end)
    // `G-123456`, as some senders write.
    if index + 1 < scan.lower.count, RedactionScan.isLetter(scan.lower[index]),
      scan.lower[index + 1] == UInt8(ascii: "-")
    {
      index += 2
    }
    guard let place = group(startingAt: index) else { return nil }
    let first = scan.groups[place]
    guard !first.letterAfter, !isDateOrAmount(first.end) else { return nil }
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

  /// `2026年`, `2026-03-09`, `500元`: no code.
  private func isDateOrAmount(_ end: Int) -> Bool {
    let rest = scan.lower[end...]
    if Self.counters.contains(where: { rest.starts(with: $0) }) { return true }
    guard rest.count > 1, "-/.".utf8.contains(rest[end]), (48...57).contains(rest[end + 1]) else { return false }
    // `123-456` is a code in halves.
    guard rest[end] == UInt8(ascii: "-"), let place = group(startingAt: end + 1) else { return true }
    return scan.groups[place].count != scan.groups[place - 1].count
  }

  private static let counters = ["年", "月", "日", "点", "點", "时", "時", "分", "元", "块", "塊", "次", "个", "號", "号", "%"].map {
    Array($0.utf8)
  }

  func group(startingAt start: Int) -> Int? {
    let place = firstGroup(from: start)
    return place < scan.groups.count && scan.groups[place].start == start ? place : nil
  }

  /// The place of the first group that starts at `start` or later.
  private func firstGroup(from start: Int) -> Int {
    var (low, high) = (0, scan.groups.count)
    while low < high {
      let middle = (low + high) / 2
      if scan.groups[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// `error code`, `postal code`…: codes that are no secret.
  private static let otherCodes = [
    "error", "status", "zip", "post", "postal", "promo", "promotion", "discount", "coupon", "country", "area", "dial",
    "swift",
    "sort", "bank", "branch", "product", "qr", "http", "response", "exit", "reason", "order", "tracking", "reference",
    "source",
    "currency", "decline", "bic", "booking", "voucher", "gift", "returned", "redeem", "license", "licence", "return",
    "result", "failure", "invite", "referral", "color", "dress", "bar", "hs", "item", "fault",
  ].map { Array($0.utf8) }

  private func isOtherCode(_ word: RedactionWords.Hit) -> Bool {
    var end = word.start
    while end > 0, scan.lower[end - 1] == 0x20 || scan.lower[end - 1] == 0x2D || scan.lower[end - 1] == 0x5F {
      end -= 1
    }
    var start = end
    while start > 0, RedactionScan.isLetter(scan.lower[start - 1]) { start -= 1 }
    return Self.otherCodes.contains { $0.elementsEqual(scan.lower[start..<end]) }
  }

  private static let links = [
    "is", "was", "as", "是", "为", "為", "your", "my", "the", "a", "our", "您的", "你的", "我的", "本次", "该", "的", "这个",
    "這個", "这条", "登录", "登入", "短信", "动态", "for", "facebook", "google", "wechat", "apple", "microsoft", "amazon",
    "whatsapp", "telegram", "login", "log-in", "sign-in",
  ]
  .map { Array($0.utf8) }

  /// `123456 is your verification code`, `123456（验证码）`.
  private func codesBeforeTheirWord() -> [RedactionSpot] {
    // `code` alone may be any, unless something says whose it is.
    let telling = Set(scan.words.filter { $0.role == .code }.map(\.start))
    let codes = telling.union(scan.words.filter { $0.role == .plainCode }.map(\.start))
    let values = Set(scan.words.filter { $0.role == .cvv }.map(\.start))
    guard !codes.isEmpty || !values.isEmpty else { return [] }
    return scan.groups.compactMap { group in
      guard (3...8).contains(group.count), !group.letterAfter, !group.letterBefore else { return nil }
      var (index, left, links) = (group.end, 5, 0)
      while left > 0 {
        while index < scan.lower.count, let length = punctuation(at: index), scan.lower[index] != 0x0A {
          index += length
        }
        if group.count >= 4, codes.contains(index), links > 0 || telling.contains(index) {
          return RedactionSpot(kind: .code, range: group.start..<group.end)
        }
        if group.count <= 4, values.contains(index) {
          return RedactionSpot(kind: .cvv, range: group.start..<group.end)
        }
        guard let link = Self.links.first(where: { isWord($0, at: index) }) else { return nil }
        (index, left, links) = (index + link.count, left - 1, links + 1)
      }
      return nil
    }
  }

  // MARK: Beside a card

  /// `4111 1111 1111 1111 12/27 123`: three or four digits after a card, an expiry date between them or not.
  private func valueBeside(_ card: RedactionSpot) -> RedactionSpot? {
    var place = firstGroup(from: card.range.upperBound)
    guard place < scan.groups.count else { return nil }
    guard scan.groups[place].start - card.range.upperBound <= 24,
      isOneLine(card.range.upperBound, scan.groups[place].start)
    else { return nil }
    let hasExpiry =
      place + 1 < scan.groups.count && scan.groups[place].count == 2 && [2, 4].contains(scan.groups[place + 1].count)
      && scan.groups[place + 1].gap != .far
    if hasExpiry { place += 2 } else if scan.groups[place].count == 4, isExpiry(place) { place += 1 }
    // Four digits stand on the front of an American Express.
    let size = card.secret.map { $0.utf8.count == 15 && ($0.hasPrefix("34") || $0.hasPrefix("37")) } == true ? 4 : 3
    guard place < scan.groups.count, scan.groups[place].count == size, scan.groups[place].gap != .far,
      !scan.groups[place].letterAfter, place + 1 == scan.groups.count || scan.groups[place + 1].gap.endsNumber,
      !isAmount(scan.groups[place].end)
    else { return nil }
    return RedactionSpot(kind: .cvv, range: scan.groups[place].start..<scan.groups[place].end)
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
