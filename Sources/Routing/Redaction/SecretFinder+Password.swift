extension SecretFinder {
  /// What follows `password` in speech about passwords rather than telling one.
  private static let commonWords = Set(
    """
    not wrong incorrect invalid expired correct right the a an my your our same required too very also still always never no now \
    set reset changed forgotten lost been being weak strong unknown different asked needed rejected accepted locked blocked \
    protected safe secure stored saved sent shown visible hidden empty blank missing failing broken working and or but because \
    when if it that this what ok okay fine good bad in on at for to from by with somehow hacked stolen compromised leaked known \
    i you he she we they does do did has have had please help thanks thank field page link mail email screen form box option \
    there here only just all any each every which who why how where none nothing something anything somebody see forgot forget remember \
    don didn doesn can could couldn cannot won isn wasn wouldn will would should may might must try tried enter entered correctly one two three four five six seven eight nine ten characters digits letters
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// How far the words before a value tell that it is one.
  private enum Told { case no, afterComma, yes }

  private static let verbs = PhraseTable(
    """
    is|was|ist|are|=|:|：|＝|->|=>|→|i use is|i use|是|为|為|係|就是|改成|改成了|改为|改为了|改為|设为|設為|设置为|设成|设成了|\
    设置成|设置成了|設成|换成|换成了|換成|換成了|在这里|应该是|應該是|记得是|記得是|一直是|还是|還是|现在是|現在是|原来是|好像是|可能是|大概是|是不是|\
    一直都是|都是|写的是|写的|填了|输了|输入了|用了|设了|打的|打了|lautet|lautete|\
    默认是|设的是|用的是|填的是|输的是|输入的是|输入|填|用
    """)
  /// With these a value needs a digit: `password is now working`, `changed my password to something else`.
  private static let hedges = PhraseTable(
    """
    now|currently|still|today|just|probably|actually|to|as|into|be|to be|should be|might be|may be|could be|would be|must be|\
    will be|has been|set to|set as|changed to|changed from|reset to|supposed to be|from|i set|i chose|i used|i entered|i typed|\
    i tried|i think|i believe|i guess|used to be|always|always been
    """)
  /// Whose it is. After these, too: `the password for my account is supposed to work`.
  private static let owners = PhraseTable(
    "of|for|on|my|the|this|your|our|that|account|login|log-in|email|e-mail|website|site|app|shop|store|wifi|user|portal|page"
  )
  /// These say nothing about it.
  private static let links = PhraseTable("了|我|我的|我们|已经|已經|也|最后|现在|刚|刚刚|之前|以前|又|都|被|把它|，我")
  private static let openingMarks = PhraseTable("\"|'|“|‘|「|【|`|(|（|《|『|［")
  private static let closingMarks = PhraseTable("\"|'|”|’|」|】|`|)|）|》|』|］")

  /// The values that are told after a password word: `tulip99 and tulip100` are two.
  func passwords(after end: Int, onlyAfterColon: Bool = false) -> [RedactionSpot] {
    if onlyAfterColon {
      let mark = scan.lower[end...].first { $0 != 0x20 }
      guard mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") || scan.lower[end...].starts(with: "：".utf8) else {
        return []
      }
    }
    guard let first = password(after: end, needsDigit: onlyAfterColon) else { return [] }
    var spots = [first]
    while spots.count < 4, let next = another(after: spots[spots.count - 1].range) { spots.append(next) }
    return spots
  }

  /// After `is`, `:`, `是`…, or directly when it cannot be speech.
  private func password(after end: Int, needsDigit: Bool) -> RedactionSpot? {
    var (index, told, isStrict) = (skipMarkup(end, quotes: true), Told.no, needsDigit)
    let isDivided = scan.lower[end..<index].contains(UInt8(ascii: ",")) || scan.lower[end..<index].contains(0xEF)
    if isDivided { told = .afterComma }
    // At most twelve words, so that long rows of them are not read over and over.
    for _ in 0..<12 {
      if let length = Self.verbs.length(in: scan.lower, at: index) {
        (index, told) = (skipMarkup(index + length, quotes: false), isStrict ? .no : .yes)
      } else if let length = Self.hedges.length(in: scan.lower, at: index) {
        (index, told) = (skipMarkup(index + length, quotes: false), .no)
      } else if let length = Self.owners.length(in: scan.lower, at: index) {
        (index, told, isStrict) = (skipMarkup(index + length, quotes: false), .no, true)
      } else if let length = Self.links.length(in: scan.lower, at: index) {
        index = skipMarkup(index + length, quotes: false)
      } else {
        break
      }
    }
    // Told digit by digit in Chinese.
    if told == .yes, index < scan.bytes.count, scan.bytes[index] >= 0x80, let place = group(startingAt: index),
      scan.groups[place].count >= 4, scan.bytes[index] != 0xEF
    {
      return RedactionSpot(kind: .password, range: index..<scan.groups[place].end)
    }
    var isQuoted = false
    if let length = Self.openingMarks.length(in: scan.lower, at: index) {
      index += length
      isQuoted = told == .yes
    }
    let stop = endOfValue(index)
    guard isSecret(scan.lower[index..<stop], told, isQuoted: isQuoted) else { return nil }
    return RedactionSpot(kind: .password, range: index..<stop)
  }

  private func isSecret(_ range: ArraySlice<UInt8>, _ told: Told, isQuoted: Bool) -> Bool {
    let value = Self.narrow(range)
    guard value.count >= 3, value.first != UInt8(ascii: "[") else { return false }
    if isQuoted { return true }
    let digits = value.count { (48...57).contains($0) }
    let letters = value.count { RedactionScan.isLetter($0) }
    let word = String(decoding: value.filter { RedactionScan.isLetter($0) }, as: UTF8.self)
    guard digits > 0 || !Self.commonWords.contains(word) else { return false }
    if told == .yes { return true }
    guard digits > 0, value.count >= 6 else { return false }
    // Behind a comma a row of digits may be a phone or an order.
    return letters > 0 || digits == value.count && (told == .no || digits <= 8)
  }

  private static let connectors = PhraseTable("and|or|then|and then|or maybe|maybe|also|/|、|,|，|;|或|或者|和|跟|还有|還有|要么|再")

  /// One more, of letters and digits; of digits alone where the first is.
  private func another(after first: Range<Int>) -> RedactionSpot? {
    var (index, isJoined) = (first.upperBound, false)
    for _ in 0..<4 {
      if let length = Self.closingMarks.length(in: scan.lower, at: index) { index += length }
      while index < scan.lower.count, scan.lower[index] == 0x20 { index += 1 }
      guard let length = Self.connectors.length(in: scan.lower, at: index) else { break }
      (index, isJoined) = (index + length, true)
    }
    guard isJoined else { return nil }
    while index < scan.lower.count, scan.lower[index] == 0x20 { index += 1 }
    if let length = Self.openingMarks.length(in: scan.lower, at: index) { index += length }
    let stop = endOfValue(index)
    let (value, digits) = (Self.narrow(scan.lower[index..<stop]), { (byte: UInt8) in (48...57).contains(byte) })
    guard (6...24).contains(value.count), value.contains(where: digits), !value.contains(UInt8(ascii: "@")),
      value.contains(where: RedactionScan.isLetter)
        || value.count <= 8 && value.allSatisfy(digits) && scan.lower[first].allSatisfy(digits), !isKey(stop)
    else { return nil }
    return RedactionSpot(kind: .password, range: index..<stop)
  }

  /// `"password": "abc", "oauth2_file": …`: the next key.
  private func isKey(_ end: Int) -> Bool {
    let after = Self.closingMarks.length(in: scan.lower, at: end).map { end + $0 } ?? end
    return after < scan.lower.count && ":=".utf8.contains(scan.lower[after])
  }

  /// Full-width letters, digits and signs as ASCII.
  private static func narrow(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var (out, index) = ([UInt8](), value.startIndex)
    while index < value.endIndex {
      guard value[index] == 0xEF, index + 2 < value.endIndex else {
        out.append(value[index])
        index += 1
        continue
      }
      let byte = (UInt32(value[index + 1] & 0x3F) << 6 | UInt32(value[index + 2] & 0x3F)) &- 0xEE0
      out.append(UInt8(truncatingIfNeeded: byte))
      index += 3
    }
    return out
  }

  /// Printable ASCII or its full-width forms up to a space, a quote, or punctuation that ends the sentence.
  private func endOfValue(_ start: Int) -> Int {
    var end = start
    while end < scan.lower.count, end - start < 64 {
      if scan.lower[end] > 0x20, scan.lower[end] < 0x7F, !"\"'`,;<>()".utf8.contains(scan.lower[end]) {
        end += 1
      } else if isWideLetter(end) {
        end += 3
      } else {
        break
      }
    }
    while end > start, ".?]:".utf8.contains(scan.lower[end - 1]), end == scan.lower.count || scan.lower[end] <= 0x20 {
      end -= 1
    }
    return end
  }

  /// U+FF10…FF19, U+FF21…FF3A, U+FF41…FF5A.
  private func isWideLetter(_ index: Int) -> Bool {
    guard index + 2 < scan.lower.count, scan.lower[index] == 0xEF else { return false }
    switch (scan.lower[index + 1], scan.lower[index + 2]) {
    case (0xBC, 0x90...0x99), (0xBC, 0xA1...0xBA), (0xBD, 0x81...0x9A): return true
    default: return false
    }
  }

  /// Past spaces, tags, and what merely divides: `password</b>: abc123`, `密码，abc123`, `"password":"abc123"`.
  private func skipMarkup(_ start: Int, quotes: Bool) -> Int {
    var index = start
    while index < scan.lower.count {
      switch scan.lower[index] {
      case 0x20, 0x09: index += 1
      case UInt8(ascii: ","):
        guard index == start, quotes, index + 1 < scan.lower.count, scan.lower[index + 1] == 0x20 else { return index }
        index += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        // The quote that closes a key.
        guard quotes, index == start, index + 1 < scan.lower.count, " :".utf8.contains(scan.lower[index + 1]) else {
          return index
        }
        index += 1
      case UInt8(ascii: "<"):
        guard let end = scan.lower[index...].prefix(80).firstIndex(of: UInt8(ascii: ">")), end > index + 1 else {
          return index
        }
        index = end + 1
      default:
        guard let length = Self.dividers.length(in: scan.lower, at: index) else { return index }
        index += length
      }
    }
    return index
  }

  private static let dividers = PhraseTable("&nbsp;|\u{A0}|\u{3000}|，|- |– |— |、")

  /// `abc123 is my password`, `abc123是我的密码`.
  func passwordsBeforeTheirWord() -> [RedactionSpot] {
    scan.words.filter { $0.role == .password }.compactMap { word in
      let head = scan.lower[max(0, word.start - 24)..<word.start]
      guard let link = Self.confessions.first(where: { head.reversed().starts(with: $0.reversed()) }) else {
        return nil
      }
      let end = word.start - link.count
      var start = end
      while start > 0, end - start < 64, scan.lower[start - 1] > 0x20, scan.lower[start - 1] < 0x7F,
        !"\"'`,;<>()".utf8.contains(scan.lower[start - 1])
      {
        start -= 1
      }
      let value = scan.lower[start..<end]
      guard value.count >= 6, value.contains(where: { (48...57).contains($0) }), value.first != UInt8(ascii: "[") else {
        return nil
      }
      return RedactionSpot(kind: .password, range: start..<end)
    }
  }

  private static let confessions = [
    " is my ", " is the ", " was my ", " is our ", "是我的", "是我", "就是我的", "是登录", "是", " as my ", " as the ", " as ",
    " for my ",
  ].map { Array($0.utf8) }

  /// `https://user:secret@host` (RFC 3986 §3.2.1).
  func passwordsInAddresses() -> [RedactionSpot] {
    var (spots, index) = ([RedactionSpot](), 0)
    let bytes = scan.lower
    while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
      index = colon + 1
      guard bytes[index...].starts(with: "//".utf8) else { continue }
      index += 2
      let authority = bytes[index...].prefix(256).prefix {
        $0 > 0x20 && $0 < 0x7F && !"/?#<>\"".utf8.contains($0)
      }
      guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
        let divider = authority[..<at].firstIndex(of: UInt8(ascii: ":")), at - divider > 3
      else { continue }
      spots.append(RedactionSpot(kind: .password, range: divider + 1..<at))
      index = at
    }
    return spots
  }
}
