/// Makes text from outside harmless for a terminal. Nothing that a terminal obeys survives: C0 and C1 control
/// characters (and with them ESC sequences and OSC 8 links) and bidirectional controls become visible marks, so an
/// agent sees that something was tried; what is merely invisible is dropped; piles of combining marks are cut.
package enum Neutral {
  /// Several lines: every kind of line end becomes `\n`.
  package static func lines(_ text: some StringProtocol) -> String { cleaned(text, lineEnd: "\n", tab: "    ") }

  /// One line: line ends and tabs become a space.
  package static func oneLine(_ text: some StringProtocol) -> String { cleaned(text, lineEnd: " ", tab: " ") }

  /// A base with more marks than this is a prank; real writing (Tibetan, Hebrew with cantillation) needs fewer.
  static let marksPerBaseMax = 8

  private static func cleaned(_ text: some StringProtocol, lineEnd: String, tab: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
    var cleaner = Cleaner(lineEnd: lineEnd, tab: tab)
    for scalar in text.unicodeScalars { cleaner.take(scalar) }
    return String(cleaner.out)
  }
}

private struct Cleaner {
  let lineEnd: String
  let tab: String
  var out = String.UnicodeScalarView()
  private var previous: Unicode.Scalar = "\n"
  private var marks = 0
  /// Inside a subdivision flag (U+1F3F4 and tags, UTS #51 ED-14a) tags are drawn; elsewhere they smuggle text.
  private var inFlag = false

  init(lineEnd: String, tab: String) { (self.lineEnd, self.tab) = (lineEnd, tab) }

  mutating func take(_ scalar: Unicode.Scalar) {
    defer { previous = scalar }
    let isTag = (0xE0020...0xE007F).contains(scalar.value)
    inFlag = scalar.value == 0x1F3F4 || (inFlag && isTag)
    switch scalar.value {
    case 0x0A: if previous != "\r" { add(lineEnd) }
    case 0x0D, 0x85, 0x2028, 0x2029: add(lineEnd)
    case 0x09: add(tab)
    // The control pictures: U+241B shows an ESC.
    case 0..<0x20: add(String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"))
    case 0x7F: add("\u{2421}")
    case 0x20..<0x7F: keep(scalar)
    default: if let name = Cleaner.mark(scalar) { add("⟨\(name)⟩") } else { takeOther(scalar, isTag: isTag) }
    }
  }

  private mutating func takeOther(_ scalar: Unicode.Scalar, isTag: Bool) {
    if isTag, inFlag { return keep(scalar) }
    if isTag || Cleaner.isInvisible(scalar.value) { return }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format:
      marks += 1
      if marks <= Neutral.marksPerBaseMax { out.append(scalar) }
    default: keep(scalar)
    }
  }

  private mutating func keep(_ scalar: Unicode.Scalar) {
    marks = 0
    out.append(scalar)
  }

  private mutating func add(_ text: String) {
    marks = 0
    out.append(contentsOf: text.unicodeScalars)
  }

  /// What to call a character that changes how its neighbours are shown.
  private static func mark(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x80...0x9F, 0xFFF9...0xFFFB, 0xE0001: "U+" + hex(scalar.value)
    // UAX #9 §2: embeddings, overrides, isolates and marks.
    case 0x061C: "ALM"
    case 0x200E: "LRM"
    case 0x200F: "RLM"
    case 0x202A...0x202E: ["LRE", "RLE", "PDF", "LRO", "RLO"][Int(scalar.value - 0x202A)]
    case 0x2066...0x2069: ["LRI", "RLI", "FSI", "PDI"][Int(scalar.value - 0x2066)]
    default: nil
    }
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Soft hyphen, byte-order mark, invisible operators, deprecated format characters, blank tags, Hangul fillers.
  private static func isInvisible(_ value: UInt32) -> Bool {
    switch value {
    case 0xAD, 0xFEFF, 0x2060...0x2064, 0x206A...0x206F, 0x3164, 0xFFA0, 0xE0000...0xE001F: true
    default: false
    }
  }
}
