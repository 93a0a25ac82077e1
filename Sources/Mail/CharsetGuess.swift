/// Text whose charset nobody stated: valid UTF-8 is UTF-8, else the East Asian and Cyrillic charsets are weighed.
enum CharsetGuess {
  /// As much as is looked at.
  private static let sampleMax = 4096

  private static let eastAsian: [(label: String, script: CharsetWeights.Script)] = [
    ("gb18030", .chinese), ("big5", .chinese), ("shift_jis", .japanese), ("euc-jp", .japanese), ("euc-kr", .korean),
  ]
  private static let cyrillic = ["windows-1251", "koi8-r"]

  static func decode(_ bytes: [UInt8]) -> Charset.Decoded {
    if bytes.contains(0x1B), Charset.isASCII(bytes), bytes.contains(UInt8(ascii: "$")) {
      return Charset.decode(bytes, label: "iso-2022-jp")
    }
    let strict = Charset.utf8(bytes)
    guard strict.isFlawed else { return strict }
    if isMostlyUTF8(bytes) { return strict }
    guard let label = bestLabel(bytes.prefix(sampleMax)) else { return Charset.iconv(bytes, from: "CP1252") }
    return exactly(bytes, label)
  }

  private static func exactly(_ bytes: [UInt8], _ label: String) -> Charset.Decoded {
    CharsetLabel.kind(of: label).map { Charset.decode(bytes, $0) } ?? Charset.utf8(bytes)
  }

  /// UTF-8 under another label: every byte fits, and there are characters of three bytes or more. Two bytes may be one
  /// character of East Asian text by chance; three in the right order, in all of it, are not.
  static func isSurelyUTF8(_ bytes: [UInt8], labelled kind: CharsetLabel.Kind) -> Bool {
    guard case .iconv = kind, bytes.contains(where: { $0 >= 0xE0 }) else { return false }
    let strict = Charset.utf8(bytes)
    return !strict.isFlawed && strict.text.unicodeScalars.contains { $0.value >= 0x800 }
  }

  /// What bytes are that are not what their label says: UTF-8, or the charset that they look most like. Only if nothing
  /// is lost then, and only where more than a byte here and there is lost now.
  static func better(than stated: Charset.Decoded, _ bytes: [UInt8], labelled kind: CharsetLabel.Kind)
    -> Charset.Decoded?
  {
    let strict = Charset.utf8(bytes)
    if !strict.isFlawed, !Charset.isASCII(bytes) { return strict }
    var (lost, all) = (0, 0)
    for scalar in stated.text.unicodeScalars where scalar.value >= 0x80 {
      all += 1
      lost += scalar.value == 0xFFFD ? 1 : 0
    }
    guard lost * lostShare >= all, !isMostlyUTF8(bytes) else { return nil }
    if let label = bestLabel(bytes.prefix(sampleMax)), let guess = CharsetLabel.kind(of: label), guess != kind {
      let decoded = Charset.decode(bytes, guess)
      return decoded.isFlawed ? nil : decoded
    }
    // Western letters one by one under the label of UTF-8.
    guard kind == .utf8 else { return nil }
    let western = Charset.iconv(bytes, from: "CP1252")
    return western.isFlawed ? nil : western
  }

  /// One lost character of so many is damage; more is another charset.
  private static let lostShare = 10

  /// Some broken bytes in text that is UTF-8 otherwise: at least five whole sequences for each stray byte.
  private static func isMostlyUTF8(_ bytes: [UInt8]) -> Bool {
    var (whole, stray, index) = (0, 0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 0
      let rest = bytes[index...].dropFirst().prefix(max(0, length - 1))
      if length > 1, rest.count == length - 1, rest.allSatisfy({ $0 & 0xC0 == 0x80 }) {
        whole += length - 1
        index += length
      } else {
        stray += byte < 0x80 ? 0 : 1
        index += 1
      }
    }
    return whole > 0 && whole >= stray * 5
  }

  private static func bestLabel(_ bytes: ArraySlice<UInt8>) -> String? {
    let high = bytes.reduce(0) { $0 + ($1 >= 0x80 ? 1 : 0) }
    var sample = Array(bytes)
    while sample.count == sampleMax, let last = sample.last, last >= 0x80 { sample.removeLast() }
    var best: (label: String, weight: Double) = ("", 0.6)
    for (label, script) in eastAsian where high >= 4 {
      let weight = CharsetWeights.eastAsian(exactly(sample, label), script: script)
      if weight > best.weight { best = (label, weight) }
    }
    for label in cyrillic where high >= 4 {
      let weight = CharsetWeights.cyrillic(exactly(sample, label))
      if weight > best.weight { best = (label, weight) }
    }
    return best.label.isEmpty ? nil : best.label
  }
}
