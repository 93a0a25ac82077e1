/// Which words are meant, and codes that stand before theirs.
extension SecretFinder {
  /// `error code`, `postal code`…: codes that are no secret.
  private static let otherCodes = PhraseTable(
    """
    error|status|zip|post|postal|promo|promotion|discount|coupon|country|area|dial|swift|sort|bank|branch|product|qr|http|\
    response|exit|reason|order|tracking|reference|source|currency|decline|bic|booking|voucher|gift|returned|redeem|license|\
    licence|return|result|failure|invite|referral|color|dress|bar|hs|item|fault|pickup|pick-up|pick up|collection|locker|\
    reservation|store|model|tax|stock|style|colour|department|project|member|activation|savings
    """)

  func isOtherCode(_ word: RedactionWords.Hit) -> Bool { has(Self.otherCodes, before: word) }

  /// `boarding pass`: shown, not typed.
  func isOtherPass(_ word: RedactionWords.Hit) -> Bool { has(Self.otherPasses, before: word) }

  private static let otherPasses = PhraseTable(
    "boarding|gym|ski|day|bus|train|rail|travel|annual|season|weekend|monthly|visitor|visitors|guest|parking|it|they|to|not"
  )

  /// `the last six digits`, `后六位数`: of a longer number.
  func isTail(_ word: RedactionWords.Hit) -> Bool { has(Self.tails, before: word) }

  private static let tails = PhraseTable("last|first|final|后|後|末|尾|前|最后|最後|尾号")

  /// Hotels and airlines call their references so.
  func isBooking(_ word: RedactionWords.Hit) -> Bool { scan.lower[word.start..<word.end].starts(with: "confirm".utf8) }

  private func has(_ table: PhraseTable, before word: RedactionWords.Hit) -> Bool {
    var end = word.start
    while end > 0, word.start - end < 4, " -_".utf8.contains(scan.lower[end - 1]) { end -= 1 }
    return table.length(in: scan.lower, endingAt: end) != nil
  }

  private static let links = PhraseTable(
    """
    is|was|as|是|为|為|your|my|the|a|our|您的|你的|我的|本次|该|的|这个|這個|这条|登录|登入|短信|动态|for|facebook|google|wechat|\
    apple|microsoft|amazon|whatsapp|telegram|login|log-in|sign-in
    """)

  /// `123456 is your verification code`, `123456（验证码）`.
  func codesBeforeTheirWord() -> [RedactionSpot] {
    // `code` alone may be any, unless something says whose it is.
    var (telling, plain, values) = (Set<Int>(), Set<Int>(), Set<Int>())
    for word in scan.words {
      switch word.role {
      case .code: telling.insert(word.start)
      case .plainCode: plain.insert(word.start)
      case .cvv: values.insert(word.start)
      default: break
      }
    }
    guard !(telling.isEmpty && plain.isEmpty && values.isEmpty) else { return [] }
    return scan.groups.compactMap { group in
      guard (3...8).contains(group.count), !group.letterAfter, !group.letterBefore else { return nil }
      var (index, left, links) = (group.end, 5, 0)
      while left > 0 {
        while index < scan.lower.count, let length = punctuation(at: index, inLine: true), scan.lower[index] != 0x0A {
          index += length
        }
        if group.count >= 4, telling.contains(index) || links > 0 && plain.contains(index) {
          return RedactionSpot(kind: .code, range: group.start..<group.end)
        }
        if group.count <= 4, values.contains(index) {
          return RedactionSpot(kind: .cvv, range: group.start..<group.end)
        }
        guard let length = Self.links.length(in: scan.lower, at: index) else { return nil }
        (index, left, links) = (index + length, left - 1, links + 1)
      }
      return nil
    }
  }
}
