/// A text that is a telephone number and nothing else, as its digits.
struct DialledNumber: Sendable, Hashable {
  /// ASCII, without the extension behind the number.
  private(set) var digits = ""
  private(set) var hasPlus = false
  /// How many digits follow the last dash.
  private var tail = 0

  /// Separators, digits of all scripts, full-width forms, `tel:` (RFC 3966) and an extension behind the number are
  /// understood. `nil` for text with anything else in it, or without a digit.
  init?(_ text: String) {
    var rest = Self.address(text).unicodeScalars[...]
    while let scalar = rest.first {
      if let digit = Self.digit(scalar) {
        digits.unicodeScalars.append(digit)
        tail += 1
      } else if Self.isPlus(scalar), digits.isEmpty, !hasPlus {
        hasPlus = true
      } else if !Self.isSeparator(scalar) {
        guard digits.utf8.count >= PhoneNumbers.fullNumberDigitsMin, Self.isExtension(rest) else { return nil }
        break
      } else if scalar == "-" || scalar.properties.generalCategory == .dashPunctuation {
        tail = 0
      }
      rest.removeFirst()
    }
    guard !digits.isEmpty else { return nil }
  }

  /// The same without up to five digits after its last dash; `nil` when there are none such.
  var withoutTail: DialledNumber? {
    guard (1...5).contains(tail), digits.utf8.count > tail else { return nil }
    var shorter = self
    shorter.digits.removeLast(tail)
    shorter.tail = 0
    return shorter
  }

  /// Whether nothing but separators and `+` is there.
  static func saysNothing(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { isPlus($0) || isSeparator($0) } }

  private static let scheme = "tel:"

  /// The number in a `tel:` address, its context before it; any other text itself.
  static func address(_ text: String) -> String {
    guard text.prefix(scheme.count).lowercased() == scheme else { return text }
    let parts = text.dropFirst(scheme.count).split(separator: ";", omittingEmptySubsequences: false)
    let number = String(parts.first ?? "")
    let context = parts.dropFirst().first { $0.lowercased().hasPrefix("phone-context=+") }
    guard let context, !number.hasPrefix("+") else { return number }
    return String(context.drop { $0 != "+" }) + number
  }

  private static func digit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if scalar.isASCII { return (48...57).contains(scalar.value) ? scalar : nil }
    let properties = scalar.properties
    guard properties.numericType == .decimal, let value = properties.numericValue else { return nil }
    return Unicode.Scalar(48 + UInt8(value))
  }

  private static func isPlus(_ scalar: Unicode.Scalar) -> Bool { scalar == "+" || scalar == "\u{FF0B}" }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return " -./()[]".unicodeScalars.contains(scalar) }
    switch scalar.properties.generalCategory {
    // Formatting characters come along when a number is copied from an address book.
    case .spaceSeparator, .dashPunctuation, .format: return true
    default: return "\u{2212}\u{30FC}\u{FF08}\u{FF09}\u{FF0E}\u{FF0F}".unicodeScalars.contains(scalar)
    }
  }

  /// In the order in which they are tried: a word before the shorter one that it begins with.
  private static let extensionWords = [
    ";ext=", "extension", "extn", "ext", "x", "转分机", "轉分機", "转", "轉", "分机", "分機", "内线", "內線",
  ]

  /// `ext. 801`, `转801`: a word for it, then up to nine digits. What is longer is none.
  private static func isExtension(_ scalars: Substring.UnicodeScalarView) -> Bool {
    let text = String(String.UnicodeScalarView(scalars.prefix(40))).lowercased()
    guard let word = extensionWords.first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(word.count).unicodeScalars.drop { isSeparator($0) || $0 == ":" || $0 == "\u{FF1A}" }
    return (1...9).contains(rest.count) && rest.allSatisfy { digit($0) != nil }
  }
}
