/// Finds international bank account numbers (ISO 13616): country, two check digits, the country's own number.
struct IBANFinder {
  private let scan: RedactionScan

  init(_ scan: RedactionScan) { self.scan = scan }

  /// Every group of at least two digits with two letters before it may begin one.
  func spots() -> [RedactionSpot] {
    scan.groups.compactMap { $0.letterBefore && $0.count >= 1 ? spot(at: $0.start - 2) : nil }
  }

  private func spot(at start: Int) -> RedactionSpot? {
    let bytes = scan.lower
    guard start >= 0, RedactionScan.isLetter(bytes[start]), RedactionScan.isLetter(bytes[start + 1]),
      start == 0 || !RedactionScan.isAlphanumeric(bytes[start - 1]),
      let length = Self.lengths[String(decoding: bytes[start..<start + 2], as: UTF8.self)]
    else { return nil }
    var (index, letters) = (start, [UInt8]())
    while index < bytes.count, letters.count < length {
      if RedactionScan.isAlphanumeric(bytes[index]) {
        letters.append(bytes[index])
      } else if bytes[index] != 0x20 && bytes[index] != 0x2D || bytes[index - 1] == bytes[index] {
        return nil
      }
      index += 1
    }
    guard letters.count == length, index == bytes.count || !RedactionScan.isAlphanumeric(bytes[index]),
      letters[2...3].allSatisfy({ (48...57).contains($0) }), Self.isValid(letters)
    else { return nil }
    return RedactionSpot(
      kind: .iban, range: start..<index, secret: String(decoding: letters, as: UTF8.self).uppercased())
  }

  /// ISO 7064, MOD 97-10: the first four characters moved to the end, letters as 10…35.
  private static func isValid(_ letters: [UInt8]) -> Bool {
    var rest = 0
    for byte in letters[4...] + letters[..<4] {
      rest = byte >= 97 ? (rest * 100 + Int(byte) - 87) % 97 : (rest * 10 + Int(byte) - 48) % 97
    }
    return rest == 1
  }

  /// SWIFT IBAN registry: length by country.
  private static let lengths: [String: Int] = {
    let table = """
      ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 ee20 eg29 es24 fi18 \
      fk18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 gt28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 lb28 lc32 li21 lt20 lu20 \
      lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 pt25 qa29 ro24 rs22 ru33 sa24 sc31 \
      sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 xk20 ye30
      """
    return Dictionary(
      table.split(separator: " ").compactMap { entry in Int(entry.dropFirst(2)).map { (String(entry.prefix(2)), $0) } }
    ) { first, _ in first }
  }()
}
