extension SecretFinder {
  /// What follows `password` in speech about passwords rather than telling one.
  private static let commonWords = Set(
    """
    not wrong incorrect invalid expired correct right the a an my your our same required too very also still always never no now \
    set reset changed forgotten lost been being weak strong unknown different asked needed rejected accepted locked blocked \
    protected safe secure stored saved sent shown visible hidden empty blank missing failing broken working and or but because \
    when if it that this what ok okay fine good bad in on at for to from by with somehow hacked stolen compromised leaked known \
    i you he she we they does do did has have had please help thanks thank field page link mail email screen form box option \
    there here only just all any each every one two three four five six seven eight nine ten characters digits letters
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  private static let verbs = [
    "is", "was", "ist", "are", "=", ":", "：", "＝", "是", "为", "為", "改成", "改为", "改為", "设为", "設為", "设置为", "设成", "就是", "->",
    "=>", "了", "在这里", "換成", "换成", "i use is", "i use",
  ].map {
    Array($0.utf8)
  }
  private static let openingMarks = ["\"", "'", "“", "‘", "「", "【", "`", "("].map { Array($0.utf8) }

  /// The value that is told after a password word: after `is`, `:`, `是`…, or directly when it cannot be speech.
  func password(after end: Int) -> RedactionSpot? {
    var (index, isTold, isQuoted) = (skipMarkup(end, quotes: true), false, false)
    while let verb = Self.verbs.first(where: { matches($0, at: index) }) {
      index = skipMarkup(index + verb.count, quotes: false)
      isTold = isTold || verb != Array("了".utf8)
    }
    // Told digit by digit in Chinese.
    if isTold, index < scan.bytes.count, scan.bytes[index] >= 0x80, let place = group(startingAt: index),
      scan.groups[place].count >= 4
    {
      return RedactionSpot(kind: .password, range: index..<scan.groups[place].end)
    }
    if let mark = Self.openingMarks.first(where: { scan.lower[index...].starts(with: $0) }) {
      index += mark.count
      isQuoted = isTold
    }
    let stop = endOfValue(index)
    let value = scan.lower[index..<stop]
    guard isSecret(value, isTold: isTold, isQuoted: isQuoted) else { return nil }
    return RedactionSpot(kind: .password, range: index..<stop)
  }

  private func isSecret(_ value: ArraySlice<UInt8>, isTold: Bool, isQuoted: Bool) -> Bool {
    guard value.count >= 3, value.first != UInt8(ascii: "[") else { return false }
    let word = String(decoding: value, as: UTF8.self)
    let digits = value.count { (48...57).contains($0) }
    let letters = value.count { RedactionScan.isLetter($0) }
    if isQuoted { return true }
    guard !Self.commonWords.contains(word.filter(\.isLetter)) || digits > 0 else { return false }
    if isTold { return true }
    return digits > 0 && value.count >= 6 && (letters > 0 || digits == value.count)
  }

  /// Printable ASCII up to a space, a quote, or punctuation that ends the sentence.
  private func endOfValue(_ start: Int) -> Int {
    var end = start
    while end < scan.lower.count, end - start < 64, scan.lower[end] > 0x20, scan.lower[end] < 0x7F,
      !"\"'`,;<>()".utf8.contains(scan.lower[end])
    {
      end += 1
    }
    while end > start, ".?]:".utf8.contains(scan.lower[end - 1]), end == scan.lower.count || scan.lower[end] <= 0x20 {
      end -= 1
    }
    return end
  }

  private func matches(_ word: [UInt8], at index: Int) -> Bool {
    guard scan.lower[index...].starts(with: word) else { return false }
    let end = index + word.count
    return !RedactionScan.isLetter(word[0]) || end == scan.lower.count || !RedactionScan.isAlphanumeric(scan.lower[end])
  }

  /// Past spaces, tags, and what merely divides: `password</b>: abc123`, `密码，abc123`, `"password":"abc123"`.
  private func skipMarkup(_ start: Int, quotes: Bool) -> Int {
    var index = start
    while index < scan.lower.count {
      switch scan.lower[index] {
      case 0x20, 0x09: index += 1
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
        guard let mark = Self.dividers.first(where: { scan.lower[index...].starts(with: $0) }) else { return index }
        index += mark.count
      }
    }
    return index
  }

  private static let dividers = ["&nbsp;", "\u{A0}", "\u{3000}", "，", "- ", "– ", "— ", "、"].map { Array($0.utf8) }

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
    " is my ", " is the ", " was my ", " is our ", "是我的", "是我", "就是我的", "是登录", "是", " as my ", " as the ",
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
