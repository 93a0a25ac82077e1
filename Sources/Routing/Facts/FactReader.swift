import Conversations

/// Reads a folded text once, token by token: numbers, words with digits, addresses. Linear.
struct FactReader {
  private let bytes: [UInt8]
  private var index = 0
  private var found: [MessageFact] = []

  /// What a message tells stands in its beginning.
  private static let bytesMax = 32_768

  init(_ text: String) {
    bytes = Array(TextFolding.foldedBytes(String(decoding: text.utf8.prefix(Self.bytesMax), as: UTF8.self)))
  }

  mutating func facts() -> [MessageFact] {
    while index < bytes.count {
      guard FactBytes.isWord(bytes[index]) else {
        readSaid()
        continue
      }
      let start = index
      while index < bytes.count, FactBytes.isWord(bytes[index]) || joins(at: index) { index += 1 }
      read(start..<index)
    }
    return found
  }

  /// An amount without any digit, or one byte of anything else.
  private mutating func readSaid() {
    if FactNumber.begins(bytes, at: index), let amount = FactAmount(bytes, saidFrom: index) {
      add(MessageFact(.amount, amount.value, currency: amount.currency))
      index = amount.end
    } else {
      index += 1
    }
  }

  /// `-`, `_`, `.`, `,`, `:`, `/`, `@`, `+` between two letters or digits belong to the token.
  private func joins(at place: Int) -> Bool {
    place + 1 < bytes.count && FactBytes.joints.contains(bytes[place]) && FactBytes.isWord(bytes[place + 1])
  }

  private mutating func add(_ fact: MessageFact) {
    guard !found.contains(fact), found.count(where: { $0.kind == fact.kind }) < MessageFact.eachMax else { return }
    found.append(fact)
  }

  private mutating func read(_ range: Range<Int>) {
    let token = bytes[range]
    if token.contains(UInt8(ascii: "@")) {
      if let address = FactBytes.address(token) { add(MessageFact(.email, address)) }
      return
    }
    guard token.contains(where: FactBytes.isDigit), !token.starts(with: "http".utf8) else { return }
    if let (date, end) = FactDate.chinese(bytes, range) {
      add(MessageFact(.date, date))
      index = end
      return
    }
    if let date = FactDate.numeric(token) ?? FactDate.english(bytes, range) {
      add(MessageFact(.date, date))
      return
    }
    if let amount = FactAmount(bytes, range) {
      add(MessageFact(.amount, amount.value, currency: amount.currency))
      index = max(index, amount.end)
      return
    }
    if let tail = phoneTail(token, range) {
      add(MessageFact(.phone, tail))
      return
    }
    if isReference(token, range) { add(MessageFact(.transaction, String(decoding: token, as: UTF8.self).uppercased())) }
  }

  /// A phone number by its shape, or four digits after 尾号 / ending in.
  private func phoneTail(_ token: ArraySlice<UInt8>, _ range: Range<Int>) -> String? {
    let digits = token.filter(FactBytes.isDigit)
    let isPlain = token.allSatisfy { FactBytes.isDigit($0) || $0 == UInt8(ascii: "-") }
    guard isPlain else { return nil }
    if digits.count == 4, FactBytes.ends(bytes[..<range.lowerBound], with: FactBytes.tailWords) {
      return FactBytes.ends(bytes[..<range.lowerBound], with: FactBytes.cardTailWords)
        ? nil : String(decoding: digits, as: UTF8.self)
    }
    let isInternational = range.lowerBound > 0 && bytes[range.lowerBound - 1] == UInt8(ascii: "+")
    // Mainland mobile numbers have 11 digits and begin with 13…19.
    let isMobile = digits.count == 11 && digits[0] == 49 && digits[1] >= 51
    guard isMobile || (isInternational && (8...15).contains(digits.count)) else { return nil }
    return String(decoding: digits.suffix(4), as: UTF8.self)
  }

  /// Letters and digits with four digits and more (`TX20260311`, `C-20931`), twelve digits and more, or any number after
  /// a word such as 订单号. A parcel's number is none.
  private func isReference(_ token: ArraySlice<UInt8>, _ range: Range<Int>) -> Bool {
    guard token.count <= 40, !token.contains(UInt8(ascii: ".")), !token.contains(UInt8(ascii: ":")) else {
      return false
    }
    if FactBytes.isWaybill(token) || FactBytes.ends(bytes[..<range.lowerBound], with: FactBytes.waybillWords) {
      return false
    }
    let digits = token.count(where: FactBytes.isDigit)
    if digits >= 3, FactBytes.ends(bytes[..<range.lowerBound], with: FactBytes.referenceWords) { return true }
    let hasLetters = token.contains(where: FactBytes.isLetter)
    let begin = token.prefix { FactBytes.isLetter($0) }.count
    if hasLetters { return digits >= 4 && token.count >= 6 && (1...8).contains(begin) }
    return digits >= 12 && digits == token.count
  }
}

/// Bytes of folded text.
enum FactBytes {
  static let joints = Set("-_.,:/@+".utf8)

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { byte &- 97 < 26 }
  static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  static let tailWords = words([
    "尾号", "尾號", "后四位", "末四位", "ending in", "ends in", "ending", "last four", "last 4", "last four digits",
  ])
  static let cardTailWords = words(["卡尾号", "card ending in", "card ending", "card ends in", "卡号尾号"])
  static let referenceWords = words([
    "交易号", "交易号码", "交易编号", "交易单号", "订单号", "订单", "单号", "流水号", "编号", "参考号", "工单", "案件号", "order", "order no",
    "order number",
    "transaction", "transaction id", "transaction no", "transaction number", "tx", "txn", "ref", "reference",
    "reference number", "case", "case no", "ticket", "payment ref", "invoice", "complaint number",
  ])

  static let waybillWords = words([
    "运单", "运单号", "快递", "快递单", "快递单号", "物流单号", "物流", "包裹", "waybill", "tracking", "tracking no",
    "tracking number", "tracking id", "parcel", "parcel number", "awb", "顺丰", "圆通", "中通", "申通", "韵达",
  ])
  /// What the numbers of large carriers begin with, and how many digits follow.
  private static let carriers: [(prefix: [UInt8], digits: ClosedRange<Int>)] = [
    ("sf", 12...13), ("yt", 13...13), ("jt", 13...13), ("zt", 12...13), ("yd", 13...13), ("jd", 11...13),
    ("jdva", 11...11), ("jdvb", 11...11), ("jdvc", 11...11), ("jdx", 11...12), ("dpk", 9...12),
  ].map { (Array($0.0.utf8), $0.1) }

  /// The number of a parcel by its shape: a carrier's, UPS's (`1Z…`), or a postal one (UPU S10: `EA123456789CN`).
  static func isWaybill(_ token: ArraySlice<UInt8>) -> Bool {
    let letters = token.prefix { isLetter($0) }
    let rest = token[letters.endIndex...]
    let digits = rest.prefix { isDigit($0) }
    if digits.count == rest.count {
      return carriers.contains { $0.prefix.elementsEqual(letters) && $0.digits.contains(digits.count) }
    }
    if token.count == 18, token.starts(with: "1z".utf8) { return token.allSatisfy(isWord) }
    let country = rest[digits.endIndex...]
    return letters.count == 2 && digits.count == 9 && country.count == 2 && country.allSatisfy(isLetter)
  }

  private static func words(_ list: [String]) -> [[UInt8]] { list.map { TextFolding.foldedBytes($0) } }

  /// Whether one of `words` ends the text, spaces, colons and `#` aside; Latin ones as whole words.
  static func ends(_ text: ArraySlice<UInt8>, with words: [[UInt8]]) -> Bool {
    var end = text.endIndex
    while end > text.startIndex, text.endIndex - end < 6, " :#.=".utf8.contains(text[end - 1]) { end -= 1 }
    if end > text.startIndex + 2, text[(end - 3)..<end].elementsEqual("：".utf8) { end -= 3 }
    if end > text.startIndex + 2, text[(end - 3)..<end].elementsEqual("是".utf8) { end -= 3 }
    let rest = text[..<end]
    return words.contains { word in
      guard rest.count >= word.count, rest.suffix(word.count).elementsEqual(word) else { return false }
      let before = end - word.count
      return word[0] >= 0x80 || before == text.startIndex || !isWord(text[before - 1])
    }
  }

  /// `name@host.tld`, or nothing.
  static func address(_ token: ArraySlice<UInt8>) -> String? {
    let halves = token.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty, token.count <= 254 else { return nil }
    let labels = halves[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }), (labels.last?.count ?? 0) >= 2,
      halves[1].allSatisfy({ isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { return nil }
    return String(decoding: token, as: UTF8.self)
  }
}
