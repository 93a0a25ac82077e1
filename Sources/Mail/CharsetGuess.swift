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
    return Charset.decode(bytes, label: label)
  }

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
      let weight = CharsetWeights.eastAsian(Charset.decode(sample, label: label), script: script)
      if weight > best.weight { best = (label, weight) }
    }
    for label in cyrillic where high >= 4 {
      let weight = CharsetWeights.cyrillic(Charset.decode(sample, label: label))
      if weight > best.weight { best = (label, weight) }
    }
    return best.label.isEmpty ? nil : best.label
  }
}
