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
    "=>",
  ].map {
    Array($0.utf8)
  }
  private static let openingMarks = ["\"", "'", "“", "‘", "「", "【", "`", "("].map { Array($0.utf8) }

  /// The value that is told after a password word: after `is`, `:`, `是`…, or directly when it cannot be speech.
  func password(after end: Int) -> RedactionSpot? {
    var (index, isTold, isQuoted) = (skipSpace(end), false, false)
    while let verb = Self.verbs.first(where: { matches($0, at: index) }) {
      index = skipSpace(index + verb.count)
      isTold = true
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

  private func skipSpace(_ start: Int) -> Int {
    var index = start
    while index < scan.lower.count, scan.lower[index] == 0x20 || scan.lower[index] == 0x09 { index += 1 }
    return index
  }
}
