/// Telephone numbers as exchanges, providers and people write them, made into E.164, an extension, or `anonymous`.
package enum PhoneNumbers {
  package static let anonymous = "anonymous"
  /// E.164 numbers have at most 15 digits (ITU-T E.164 §6.2.1); fewer than seven is an extension.
  package static let fullNumberDigitsMin = 7

  /// The prefixes of `plan` decide first, then the numbering plans of the world (`DialPlan.number`). A number that no
  /// country can have is made of its prefixes all the same: `00…` becomes `+…`, the national prefix the country code, a
  /// bare number of seven or more digits gets its `+`. Shorter ones and what is no number stay as they are, and a
  /// withheld one is `anonymous`.
  package static func normalize(_ raw: String?, plan: DialPlan) -> String {
    let text = raw?.trimmingBlanks() ?? ""
    guard !isWithheld(text) else { return anonymous }
    return DialledNumber(text).map { plan.number($0) } ?? text
  }

  /// `number` if it has the shape of E.164 with its `+` (7…15 digits, no leading zero).
  package static func e164(_ number: String?) -> String? {
    guard let number, number.hasPrefix("+") else { return nil }
    let digits = number.utf8.dropFirst()
    let isPlain = digits.allSatisfy { (48...57).contains($0) } && digits.first != 48
    return isPlain && (fullNumberDigitsMin...15).contains(digits.count) ? number : nil
  }

  /// The E.164 form by which one person is known on every channel, of a number with its `+`; for `ContactCard.phone`.
  /// `nil` where no country has numbers of this length: such a number would join strangers. One line has one form,
  /// whatever a provider writes (`+521…` of Mexican mobiles is `+52…`).
  package static func identity(_ number: String?) -> String? { e164(number).flatMap { e164(PhoneFinding($0).e164) } }

  /// The identity in what a person typed or a stranger's system sends: with `+`, with `plan`'s international prefix, or
  /// of `plan`'s country. Anything else could be anybody's.
  static func typed(_ text: String?, plan: DialPlan) -> String? {
    guard let text, let dialled = DialledNumber(text.trimmingBlanks()) else { return nil }
    let number = identity(plan.number(dialled))
    let isForeign =
      dialled.hasPlus || (!plan.internationalPrefix.isEmpty && dialled.digits.hasPrefix(plan.internationalPrefix))
    let isHome = !plan.countryCode.isEmpty && number?.hasPrefix("+\(plan.countryCode)") == true
    return isForeign || isHome ? number : nil
  }

  /// Why what somebody typed cannot be a number; `nil` when it can, and for extensions, short codes, names and withheld
  /// numbers.
  static func problem(_ text: String, plan: DialPlan) -> String? {
    guard let dialled = DialledNumber(text), let reason = plan.problem(dialled) else { return nil }
    return "\(text) is not a telephone number: \(reason)"
  }

  /// The words exchanges use for a caller who does not show a number; marks alone (`-`) say as little.
  package static func isWithheld(_ number: String) -> Bool {
    let address = DialledNumber.address(number)
    return DialledNumber.saysNothing(address) || withheldWords.contains(address.lowercased())
  }

  private static let withheldWords: Set<String> = [
    "anonymous", "anonym", "unknown", "private", "restricted", "unavailable", "withheld", "hidden", "blocked",
    "no number", "<unknown>", "anonymous@anonymous.invalid", "clir",
  ]
}
