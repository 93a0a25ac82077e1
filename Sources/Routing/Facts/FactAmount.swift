import Conversations

/// A sum of money: a number with a sign or name of a currency beside it.
struct FactAmount {
  /// Plain digits, with `.` before cents.
  let value: String
  let currency: String?
  /// Where it ends, without the name of the currency.
  let end: Int

  /// The amount that the token at `range` is; `nil` when no money is named beside it.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    if let amount = FactAmount(bytes, saidFrom: range.lowerBound) {
      self = amount
      return
    }
    let token = bytes[range]
    end = range.upperBound
    let number = token.prefix { FactBytes.isDigit($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }
    guard let value = Self.plain(number) else { return nil }
    let glued = token[number.endIndex...]
    let after = Self.skipSpace(bytes, from: glued.isEmpty ? range.upperBound : number.endIndex)
    if !glued.isEmpty {
      guard let currency = Self.code(String(decoding: glued, as: UTF8.self)) else { return nil }
      (self.value, self.currency) = (value, currency)
      return
    }
    if let sign = Self.sign(before: range.lowerBound, bytes) ?? Self.name(after: after, bytes) {
      (self.value, self.currency) = (value, sign.isEmpty ? nil : sign)
      return
    }
    return nil
  }

  /// The amount at `start` that is said in Chinese: `三百块`, `1.5万`. Tens of thousands need no currency beside them.
  init?(_ bytes: [UInt8], saidFrom start: Int) {
    guard let number = FactNumber(bytes, from: start) else { return nil }
    let after = Self.skipSpace(bytes, from: number.end)
    (value, end) = (number.value, number.end)
    if let sign = Self.sign(before: start, bytes) ?? Self.name(after: after, bytes) {
      // 一块 is also "together", and 一块屏幕 no money.
      let isPiece = bytes[after...].starts(with: "块".utf8) && !bytes[after...].starts(with: "块钱".utf8)
      guard number.isTenOrMore || !isPiece else { return nil }
      currency = sign.isEmpty ? nil : sign
      return
    }
    guard number.unit >= 10_000, Self.isOver(bytes, at: number.end) else { return nil }
    currency = nil
  }

  /// Whether no thing that is counted comes next: `两万没到`, not `两万步`.
  private static func isOver(_ bytes: [UInt8], at end: Int) -> Bool {
    guard end < bytes.count else { return true }
    if bytes[end] < 0x80 { return !FactBytes.isWord(bytes[end]) }
    return goingOn.contains { bytes[end...].starts(with: $0) }
  }

  private static let goingOn: [[UInt8]] = "的没未还都被不在也就给到过出进又却钱，。！？、；：）".map { TextFolding.foldedBytes(String($0)) }

  /// `1,980.50` → `1980.50`; `1.980,50` as in Germany too. At most 12 digits before the cents.
  private static func plain(_ number: ArraySlice<UInt8>) -> String? {
    var text = String(decoding: number, as: UTF8.self)
    while let last = text.last, last == "." || last == "," { text.removeLast() }
    guard let first = text.first, first.isNumber else { return nil }
    let cents = text.lastIndex { $0 == "." || $0 == "," }
    guard let cents else { return text.count <= 12 ? text : nil }
    let tail = text[text.index(after: cents)...]
    let whole = text[..<cents].filter(\.isNumber)
    let isGroup = tail.count == 3 && (text[cents] == "," || whole.count <= 3 && text.filter { $0 == "." }.count > 1)
    let plain = isGroup ? text.filter(\.isNumber) : "\(whole).\(tail)"
    return plain.count <= 15 ? plain : nil
  }

  private static func skipSpace(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count, index - start < 2, bytes[index] == 0x20 { index += 1 }
    return index
  }

  private static let signs: [(sign: [UInt8], currency: String)] = [
    ("us$", "USD"), ("hk$", "HKD"), ("nt$", "TWD"), ("s$", "SGD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"),
    ("¥", "CNY"),
    ("￥", "CNY"), ("usd", "USD"), ("eur", "EUR"), ("gbp", "GBP"), ("cny", "CNY"), ("rmb", "CNY"), ("hkd", "HKD"),
    ("人民币", "CNY"), ("港币", "HKD"), ("港纸", "HKD"), ("美元", "USD"), ("欧元", "EUR"),
  ].map { (TextFolding.foldedBytes($0.0), $0.1) }

  private static func sign(before start: Int, _ bytes: [UInt8]) -> String? {
    var end = start
    if end > 0, bytes[end - 1] == 0x20 { end -= 1 }
    let rest = bytes[..<end]
    return signs.first { item in
      rest.count >= item.sign.count && rest.suffix(item.sign.count).elementsEqual(item.sign)
    }?.currency
  }

  /// Longest first; an empty code is money of no named currency.
  private static let names: [(name: [UInt8], currency: String)] = [
    ("人民币", "CNY"), ("块钱", "CNY"), ("港元", "HKD"), ("港币", "HKD"), ("美元", "USD"), ("美金", "USD"), ("欧元", "EUR"),
    ("英镑", "GBP"),
    ("日元", "JPY"), ("新台币", "TWD"), ("港纸", "HKD"), ("蚊", "HKD"), ("元", "CNY"), ("块", "CNY"), ("€", "EUR"), ("£", "GBP"),
    ("$", "USD"),
    ("dollars", "USD"), ("dollar", "USD"), ("euros", "EUR"), ("euro", "EUR"), ("pounds", "GBP"), ("quid", "GBP"),
    ("yuan", "CNY"), ("usd", "USD"), ("eur", "EUR"), ("gbp", "GBP"), ("cny", "CNY"), ("rmb", "CNY"), ("hkd", "HKD"),
    ("jpy", "JPY"), ("sgd", "SGD"), ("twd", "TWD"), ("aud", "AUD"), ("cad", "CAD"), ("chf", "CHF"),
  ].map { (TextFolding.foldedBytes($0.0), $0.1) }

  /// What begins like the name of a currency.
  private static let noMoney = ["元旦", "元月", "元素", "块儿", "蚊子"].map { TextFolding.foldedBytes($0) }

  private static func name(after start: Int, _ bytes: [UInt8]) -> String? {
    guard start < bytes.count, !noMoney.contains(where: { bytes[start...].starts(with: $0) }) else { return nil }
    return names.first { item in
      guard bytes[start...].starts(with: item.name) else { return false }
      let end = start + item.name.count
      return !FactBytes.isLetter(item.name[0]) || end == bytes.count || !FactBytes.isWord(bytes[end])
    }?.currency
  }

  private static func code(_ letters: String) -> String? {
    names.first { $0.name.elementsEqual(letters.utf8) && FactBytes.isLetter($0.name[0]) }?.currency
  }
}
