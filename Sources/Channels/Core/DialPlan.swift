import Conversations

/// How numbers are dialled where a telephone system stands. What it says comes before what the world's numbering plans
/// say: only an exchange knows its prefixes.
package struct DialPlan: Sendable, Hashable {
  /// Without `+`, e.g. `49`; empty where no number is national.
  package var countryCode: String
  /// Of numbers that come without theirs, e.g. `221`; empty where none do.
  package var areaCode: String
  /// Dialled before a national number, e.g. `0`; empty where there is none.
  package var nationalPrefix: String
  /// Dialled before a foreign number, e.g. `00`.
  package var internationalPrefix: String

  package init(
    countryCode: String, areaCode: String = "", nationalPrefix: String = "0", internationalPrefix: String = "00"
  ) {
    (self.countryCode, self.areaCode) = (countryCode, areaCode)
    (self.nationalPrefix, self.internationalPrefix) = (nationalPrefix, internationalPrefix)
  }

  /// For providers whose numbers are always international, with or without their `+`.
  static let international = DialPlan(countryCode: "", nationalPrefix: "", internationalPrefix: "")

  static let countrySetting = Setting(
    "default_country_code", .text, help: "country code of national numbers, without +, e.g. 86")

  /// The settings' names are those of the phone adapters' profiles.
  package static let settings: [Setting] = [
    countrySetting,
    Setting("area_code", .text, help: "area code of numbers of seven or eight digits that come without one, e.g. 21"),
    Setting("national_prefix", .text, default: "0", help: "dialled before a national number"),
    Setting("international_prefix", .text, default: "00", help: "dialled before a foreign number"),
  ]

  package init(_ values: SettingValues) throws(SettingProblem) {
    self.init(
      countryCode: try Self.countryCode(values), areaCode: values.text("area_code") ?? "",
      nationalPrefix: values.text("national_prefix") ?? "0",
      internationalPrefix: values.text("international_prefix") ?? "00")
  }

  private static func countryCode(_ values: SettingValues) throws(SettingProblem) -> String {
    guard let text = values.text(countrySetting.key), !text.isEmpty else { return "" }
    let code = text.hasPrefix("+") ? String(text.dropFirst()) : text
    guard PhoneFinding.isCountry(code) else {
      throw SettingProblem(countrySetting.key, "must be the code of a country, without +, e.g. 86")
    }
    return code
  }

  /// The number in E.164; where the world has none like it, what the prefixes make of it, after a `+`. Fewer than seven
  /// digits without a prefix are an extension or a short code and stay.
  func number(_ dialled: DialledNumber) -> String {
    let number = wholeNumber(dialled)
    // `021-62345678-801`: the last digits are an extension where there would be too many with them.
    guard let shorter = dialled.withoutTail, PhoneFinding(number).verdict == .tooLong else { return number }
    let rest = wholeNumber(shorter)
    return PhoneFinding(rest).verdict == .valid ? rest : number
  }

  private func wholeNumber(_ dialled: DialledNumber) -> String {
    let digits = dialled.digits
    if dialled.hasPlus { return Self.foreign(digits) }
    if digits == internationalPrefix { return digits }
    if let rest = digits.after(internationalPrefix) {
      // A country may have prefixes of its own: `001` in Hong Kong, `0011` in Australia.
      return firstValid("+\(rest)", digits) ?? Self.foreign(rest)
    }
    if !countryCode.isEmpty, let rest = digits.after(nationalPrefix) {
      // With its prefix first, which belongs to the number in Italy; elsewhere the library takes it off.
      let own = countryCode + rest
      return firstValid("+\(countryCode)\(digits)", "+\(own)", digits) ?? Self.foreign(own)
    }
    return digits.utf8.count < PhoneNumbers.fullNumberDigitsMin ? digits : bare(digits)
  }

  /// Why this can be no number; `nil` when it can, and for what may be an extension or a short code.
  func problem(_ dialled: DialledNumber) -> String? {
    guard dialled.hasPlus || dialled.digits.utf8.count >= PhoneNumbers.fullNumberDigitsMin else { return nil }
    let finding = PhoneFinding(number(dialled))
    if finding.e164 != nil { return nil }
    if !dialled.hasPlus, !countryCode.isEmpty {
      let home = PhoneFinding(dialled.digits, in: countryCode)
      // Its own country may have it: a service number.
      if home.e164 != nil { return nil }
      if home.verdict == .local { return "its area code is missing" }
    }
    return switch finding.verdict {
    case .tooLong: "too long"
    case .noCountry: "no country has this code"
    case .noNumber: "no country has numbers like it"
    case .valid, .possible, .local, .tooShort: "too short"
    }
  }

  /// How numbers begin, without `+`, that are dialled with these first digits.
  func beginning(_ dialled: DialledNumber) -> String {
    let digits = dialled.digits
    if dialled.hasPlus { return digits }
    if let rest = digits.after(internationalPrefix) { return rest }
    guard !countryCode.isEmpty, let rest = digits.after(nationalPrefix) else { return digits }
    return countryCode + rest
  }

  /// The digits of a number in E.164, without `+`, as they are dialled in the plan's country; `nil` where more or others
  /// have to be dialled.
  func asDialled(_ number: String) -> String? {
    guard !countryCode.isEmpty, let digits = number.after(countryCode) else { return nil }
    return PhoneFinding(digits, in: countryCode).isAsDialled ? digits : nil
  }

  /// Without any prefix: as the country itself dials it (`13800138000` in China), else that of another country whose `+`
  /// was left out, else one that lacks its area code or the national prefix.
  private func bare(_ digits: String) -> String {
    let foreign = PhoneFinding("+\(digits)")
    var home: String?
    if !countryCode.isEmpty {
      let finding = PhoneFinding(digits, in: countryCode)
      home = finding.verdict == .valid ? finding.e164 : nil
      // Where the plan has no national prefix, national numbers come like this, unless their country code leads.
      let isNational = nationalPrefix.isEmpty && !(foreign.verdict == .valid && digits.hasPrefix(countryCode))
      if let home, finding.isAsDialled || isNational { return home }
    }
    if foreign.verdict == .valid, let number = foreign.e164 { return number }
    let count = digits.utf8.count
    if !countryCode.isEmpty, !areaCode.isEmpty, count <= Self.localDigitsMax,
      let number = firstValid("+\(countryCode)\(areaCode)\(digits)")
    {
      return number
    }
    return foreign.e164 ?? (count >= Self.nationalDigitsMin ? home : nil) ?? "+\(digits)"
  }

  /// No country has longer numbers within one area.
  private static let localDigitsMax = 8
  /// Nothing shorter is taken for a national number that lacks its prefix.
  private static let nationalDigitsMin = 10

  private func firstValid(_ readings: String...) -> String? {
    readings.lazy.map { PhoneFinding($0, in: countryCode) }.first { $0.verdict == .valid }?.e164
  }

  private static func foreign(_ digits: String) -> String { PhoneFinding("+\(digits)").e164 ?? "+\(digits)" }
}

extension String {
  /// What comes after `prefix`; `nil` when that is not how it begins, nothing follows, or there is no prefix.
  fileprivate func after(_ prefix: String) -> String? {
    guard !prefix.isEmpty, hasPrefix(prefix), utf8.count > prefix.utf8.count else { return nil }
    return String(dropFirst(prefix.count))
  }
}
