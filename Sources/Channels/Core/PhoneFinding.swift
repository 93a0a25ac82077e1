import CPhone

/// What libphonenumber says of a string of digits. It follows from the digits and from the library's edition alone.
struct PhoneFinding: Sendable, Hashable {
  enum Verdict: Sendable, Hashable {
    /// Of a range that is in use.
    case valid
    /// As long as numbers of its country are.
    case possible
    /// Complete within its own area only.
    case local
    case tooShort, tooLong, noCountry, noNumber
  }

  let verdict: Verdict
  /// With `+`; `nil` unless valid or possible.
  let e164: String?
  /// Whether the digits are all that one dials within the country: `13800138000`, not `0211234567`.
  let isAsDialled: Bool

  /// - Parameters:
  ///   - digits: ASCII, after a `+` or as they are dialled in the country; at most 40.
  ///   - countryCode: without `+`, empty for none.
  init(_ digits: String, in countryCode: String = "") {
    var digits = digits
    let number = digits.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        patchbay_phone_read($0.baseAddress, $0.count, Int32(countryCode) ?? 0)
      }
    }
    verdict = Self.verdict(number.verdict)
    isAsDialled = number.is_as_dialled != 0
    let text = withUnsafeBytes(of: number.e164) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    e164 = text.isEmpty ? nil : text
  }

  private static func verdict(_ word: patchbay_phone_verdict) -> Verdict {
    switch word {
    case patchbay_phone_valid: .valid
    case patchbay_phone_possible: .possible
    case patchbay_phone_local: .local
    case patchbay_phone_too_short: .tooShort
    case patchbay_phone_too_long: .tooLong
    case patchbay_phone_no_country: .noCountry
    default: .noNumber
    }
  }

  /// Whether numbers of some country begin with this code, written without `+`.
  static func isCountry(_ code: String) -> Bool {
    guard (1...3).contains(code.utf8.count), code.utf8.first != UInt8(ascii: "0"), let number = Int32(code) else {
      return false
    }
    return patchbay_phone_is_country(number) != 0
  }
}
