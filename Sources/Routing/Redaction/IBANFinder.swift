/// Finds international bank account numbers (ISO 13616): country, two check digits, the country's own number.
struct IBANFinder {
  private let scan: RedactionScan

  init(_ scan: RedactionScan) { self.scan = scan }

  /// Two letters before a group may begin one: `DE89…`, `DE 89…`, `D E 8 9…`.
  func spots() -> [RedactionSpot] {
    scan.groups.compactMap { group in
      var start = group.start
      while start > 0, group.start - start < 3, scan.lower[start - 1] == 0x20 || scan.lower[start - 1] == 0x2D {
        start -= 1
      }
      // `is 67…`, `at 12…`: a word, unless it is in capitals.
      guard start == group.start || start > 0 && scan.bytes[start - 1] < 97 else { return nil }
      let isSpaced = start < group.start && start > 2 && scan.lower[start - 2] == 0x20
      return spot(at: start - (isSpaced ? 3 : 2))
    }
  }

  private func spot(at start: Int) -> RedactionSpot? {
    let bytes = scan.lower
    guard start >= 0, RedactionScan.isLetter(bytes[start]) else { return nil }
    let country = [bytes[start], bytes[start + 1] == 0x20 ? bytes[start + 2] : bytes[start + 1]]
    guard country.allSatisfy(RedactionScan.isLetter),
      let length = Self.lengths[String(decoding: country, as: UTF8.self)],
      standsFree(start)
    else { return nil }
    var (index, gaps, letters) = (start, 0, [UInt8]())
    while index < bytes.count, letters.count < length {
      if RedactionScan.isLetter(bytes[index]) {
        letters.append(bytes[index])
        (index, gaps) = (index + 1, 0)
        continue
      }
      let (element, size) = DigitElement.read(scan.bytes, at: index)
      switch element {
      case .digit(let value, _):
        letters.append(value + 48)
        gaps = 0
      case .invisible: break
      case .soft, .list:
        gaps += 1
        if gaps > 3 { return nil }
      case .mark, .other: return nil
      }
      index += size
    }
    guard letters.count == length, index == bytes.count || !RedactionScan.isAlphanumeric(bytes[index]),
      letters[2...3].allSatisfy({ (48...57).contains($0) }), Self.isValid(letters)
    else { return nil }
    return RedactionSpot(
      kind: .iban, range: start..<index, secret: String(decoding: letters, as: UTF8.self).uppercased())
  }

  /// No word goes on there, but for its own name: `IBANDE89…`.
  private func standsFree(_ start: Int) -> Bool {
    guard start > 0, RedactionScan.isAlphanumeric(scan.lower[start - 1]) else { return true }
    return start >= 4 && scan.lower[start - 4..<start].elementsEqual("iban".utf8)
      && (start == 4 || !RedactionScan.isAlphanumeric(scan.lower[start - 5]))
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
