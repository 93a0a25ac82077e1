import Conversations

/// How numbers are dialled where a telephone system stands; the three settings of every phone adapter.
package struct DialPlan: Sendable, Hashable {
  /// Without `+`, e.g. `49`.
  package var countryCode: String
  /// Dialled before a national number, e.g. `0`; empty where there is none.
  package var nationalPrefix: String
  /// Dialled before a foreign number, e.g. `00`.
  package var internationalPrefix: String

  package init(countryCode: String, nationalPrefix: String = "0", internationalPrefix: String = "00") {
    (self.countryCode, self.nationalPrefix) = (countryCode, nationalPrefix)
    self.internationalPrefix = internationalPrefix
  }

  /// The settings' names are those of the phone adapters' profiles.
  package static let settings: [Setting] = [
    Setting("default_country_code", .text, help: "country code of national numbers, without +, e.g. 86"),
    Setting("national_prefix", .text, default: "0", help: "dialled before a national number"),
    Setting("international_prefix", .text, default: "00", help: "dialled before a foreign number"),
  ]

  package init(_ values: SettingValues) {
    self.init(
      countryCode: values.text("default_country_code") ?? "", nationalPrefix: values.text("national_prefix") ?? "0",
      internationalPrefix: values.text("international_prefix") ?? "00")
  }
}

/// Telephone numbers as exchanges write them, made into E.164, an extension, or `anonymous`.
package enum PhoneNumbers {
  package static let anonymous = "anonymous"
  /// E.164 numbers have at most 15 digits (ITU-T E.164 §6.2.1); fewer than seven is an extension.
  package static let fullNumberDigitsMin = 7

  /// `00…` becomes `+…`, the national prefix the country code, a bare number of seven or more digits gets its `+`,
  /// a shorter one stays as it is (an extension), and a withheld one is `anonymous`.
  package static func normalize(_ raw: String?, plan: DialPlan) -> String {
    guard let raw else { return anonymous }
    let text = raw.trimmingBlanks()
    guard !isWithheld(text) else { return anonymous }
    let (digits, hasPlus, isNumber) = dialled(text)
    guard isNumber, !digits.isEmpty else { return text }
    if hasPlus { return "+\(digits)" }
    if !plan.internationalPrefix.isEmpty, digits.hasPrefix(plan.internationalPrefix) {
      return "+\(digits.dropFirst(plan.internationalPrefix.utf8.count))"
    }
    let isNational = !plan.nationalPrefix.isEmpty && digits.hasPrefix(plan.nationalPrefix) && !plan.countryCode.isEmpty
    if isNational, digits.utf8.count > plan.nationalPrefix.utf8.count {
      return "+\(plan.countryCode)\(digits.dropFirst(plan.nationalPrefix.utf8.count))"
    }
    return digits.utf8.count >= fullNumberDigitsMin ? "+\(digits)" : digits
  }

  /// `number` if it is E.164 with its `+` (7…15 digits, no leading zero), for `ContactCard.phone`.
  package static func e164(_ number: String?) -> String? {
    guard let number, number.hasPrefix("+") else { return nil }
    let digits = number.utf8.dropFirst()
    let isPlain = digits.allSatisfy { (48...57).contains($0) } && digits.first != 48
    return isPlain && (fullNumberDigitsMin...15).contains(digits.count) ? number : nil
  }

  /// The words exchanges use for a caller who does not show a number.
  package static func isWithheld(_ number: String) -> Bool {
    number.isEmpty || withheldWords.contains(number.lowercased())
  }

  private static let withheldWords: Set<String> = [
    "anonymous", "anonym", "unknown", "private", "restricted", "unavailable", "withheld", "hidden", "blocked",
    "no number", "<unknown>", "anonymous@anonymous.invalid", "clir",
  ]

  /// Digits without separators, whether a `+` leads, and whether there was nothing but digits and separators.
  private static func dialled(_ text: String) -> (digits: String, hasPlus: Bool, isNumber: Bool) {
    var (digits, hasPlus, isNumber) = ([UInt8](), false, true)
    for byte in text.utf8 {
      switch byte {
      case 48...57: digits.append(byte)
      case UInt8(ascii: "+") where digits.isEmpty && !hasPlus: hasPlus = true
      case 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"): break
      default: isNumber = false
      }
    }
    return (String(decoding: digits, as: UTF8.self), hasPlus, isNumber)
  }
}
