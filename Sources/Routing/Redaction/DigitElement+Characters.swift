/// What single characters mean.
extension DigitElement {
  static func classify(_ scalar: UInt32) -> DigitElement {
    switch scalar {
    case 0x20, 0x09...0x0D, 0x2D, 0x2E, 0x5F, 0x7E: .soft  // space, tab, line ends, - . _ ~
    case 0x2C, 0x2F, 0x7C, 0x2A, 0x2B, 0x5C: .list  // , / | * + backslash
    // An amount or a share ends there.
    case 0x24, 0x25: .other
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7D: .mark
    case 0x41...0x7A: .other
    case ..<0x80: .invisible
    case 0x4E00...0x9FFF: digitValue(scalar).map { .digit($0, .han) } ?? .other
    // Dashes, dots and blanks that Unicode counts among letters, signs or symbols.
    case 0x85, 0xB7, 0x2026, 0x2025, 0x2027, 0x2212, 0x2796, 0x2800, 0x30FB, 0x30FC, 0xFF0E, 0xFF5E, 0xFF70: .soft
    case 0xFF0C, 0x3001, 0xFF0F, 0xFF5C, 0xFF0A, 0xFF0B, 0x2044, 0x2215: .list
    case 0xFFFC: .invisible
    default: digitValue(scalar).map { .digit($0, script(scalar)) } ?? byProperties(scalar)
    }
  }

  /// What shows nothing, or only above and below its neighbours, does not part digits; letters and money do.
  private static func byProperties(_ scalar: UInt32) -> DigitElement {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return .other }
    if properties.isDefaultIgnorableCodePoint { return .invisible }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format: return .invisible
    case .spaceSeparator, .lineSeparator, .paragraphSeparator, .dashPunctuation, .connectorPunctuation: return .soft
    case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol,
      .modifierSymbol, .otherSymbol:
      return .mark
    default: return .other
    }
  }

  static func script(_ scalar: UInt32) -> Script {
    switch scalar {
    case 0xFF10...0xFF19: .latin
    case 0x3007, 0x25CB, 0x4E00...0x9FFF: .han
    default: .other
    }
  }

  /// Digits of other blocks, and Chinese numerals as they are read out one by one.
  static func digitValue(_ scalar: UInt32) -> UInt8? {
    switch scalar {
    case 0xFF10...0xFF19: UInt8(scalar - 0xFF10)
    case 0x4E00...0x9FFF: chinese[Int(scalar - 0x4E00)] <= 9 ? chinese[Int(scalar - 0x4E00)] : nil
    case 0x3007, 0x25CB: 0  // 〇, and the circle that is typed for it
    case 0x0660...0x0669: UInt8(scalar - 0x0660)
    case 0x06F0...0x06F9: UInt8(scalar - 0x06F0)
    case 0x0966...0x096F: UInt8(scalar - 0x0966)
    case 0x09E6...0x09EF: UInt8(scalar - 0x09E6)
    case 0x0E50...0x0E59: UInt8(scalar - 0x0E50)
    case 0x2070, 0x2074...0x2079: UInt8(scalar - 0x2070)
    case 0xB9: 1
    case 0xB2, 0xB3: UInt8(scalar - 0xB0)
    case 0x2080...0x2089: UInt8(scalar - 0x2080)
    case 0x2460...0x2468: UInt8(scalar - 0x245F)
    case 0x24EA: 0
    case 0x24FF: 0
    case 0x2776...0x277E: UInt8(scalar - 0x2775)
    case 0x2780...0x2788: UInt8(scalar - 0x277F)
    case 0x278A...0x2792: UInt8(scalar - 0x2789)
    case 0x2474...0x247C: UInt8(scalar - 0x2473)
    case 0x2488...0x2490: UInt8(scalar - 0x2487)
    case 0x1D7CE...0x1D7FF: UInt8((scalar - 0x1D7CE) % 10)
    default: nil
    }
  }

  /// From U+4E00 on; 255 = no numeral. Looked up for every character of a Chinese text.
  private static let chinese: [UInt8] = {
    // With those of the radio: 洞 0, 幺 1, 拐 7, 勾 9.
    let forms = ["零洞", "一壹幺弌", "二贰貳兩两", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾"]
    var values = [UInt8](repeating: 255, count: 0x9FFF - 0x4E00 + 1)
    for (value, form) in forms.enumerated() {
      for scalar in form.unicodeScalars { values[Int(scalar.value - 0x4E00)] = UInt8(value) }
    }
    return values
  }()

  /// Whether a byte begins nothing that could be a digit: most of ASCII.
  static let isPlain: [Bool] = (0..<256).map { byte in
    byte < 0x80 && !(48...57).contains(byte) && !"%&<\\".utf8.contains(UInt8(byte))
  }
}
