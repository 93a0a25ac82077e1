/// Ranges of card numbers (ISO/IEC 7812) by their first digits and lengths, as the networks publish them.
enum CardIssuer {
  enum Strength { case strong, weak, faint }

  /// `weak`: the range or the length is so common among other numbers that a card must be spoken of, or the digits be
  /// grouped as on a card. `faint`: it must be spoken of. `nil` = no card begins like this with this many digits.
  static func strength(_ digits: ArraySlice<UInt8>) -> Strength? {
    guard digits.count >= 12, digits.count <= 19 else { return nil }
    let prefix = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
    let rows = table.filter { $0.range.contains(prefix) }
    if rows.contains(where: { $0.strong.contains(digits.count) }) { return .strong }
    if rows.contains(where: { $0.weak.contains(digits.count) }) { return .weak }
    return rows.contains { $0.faint.contains(digits.count) } ? .faint : nil
  }

  /// ISO/IEC 7812-1 annex B.
  static func passesLuhn(_ digits: ArraySlice<UInt8>) -> Bool {
    var (sum, isDoubled) = (0, false)
    for digit in digits.reversed() {
      let value = Int(digit) * (isDoubled ? 2 : 1)
      sum += value > 9 ? value - 9 : value
      isDoubled.toggle()
    }
    return sum % 10 == 0 && digits.contains { $0 != 0 }
  }

  private struct Row {
    var range: ClosedRange<Int>
    var strong: Set<Int>
    var weak: Set<Int>
    var faint: Set<Int>
    init(_ range: ClosedRange<Int>, _ strong: Set<Int>, weak: Set<Int> = [], faint: Set<Int> = []) {
      (self.range, self.strong, self.weak, self.faint) = (range, strong, weak, faint)
    }
  }

  private static let maestro: Set<Int> = [12, 13, 14, 15, 16, 17, 18, 19]

  private static let table: [Row] = [
    // Visa; of 13 digits it gives out no more, and goods' numbers have as many.
    Row(4000...4999, [16, 19], weak: [13]),
    // Mastercard
    Row(5100...5599, [16]), Row(2221...2720, [16]),
    // American Express
    Row(3400...3499, [15]), Row(3700...3799, [15]),
    // Diners Club
    Row(3000...3059, [14], weak: [16, 17, 18, 19]), Row(3095...3095, [14]),
    Row(3600...3699, [14], weak: [16, 17, 18, 19]), Row(3800...3999, [14], weak: [16, 17, 18, 19]),
    // Discover
    Row(6011...6011, [16, 17, 18, 19]), Row(6440...6599, [16, 17, 18, 19]),
    // JCB
    Row(3528...3589, [16, 17, 18, 19]), Row(2131...2131, [15]), Row(1800...1800, [15]),
    // UnionPay
    Row(6200...6299, [16, 17, 18, 19], weak: [13, 14, 15]), Row(8100...8171, [16, 17, 18, 19]),
    // Chinese bank cards from before the 62 range
    Row(9558...9558, [16, 17, 18, 19]), Row(6858...6858, [16, 17, 18, 19]),
    // Mir
    Row(2200...2204, [16, 17, 18, 19]),
    Row(5018...5020, maestro),
    Row(5038...5038, maestro),
    Row(5893...5893, maestro),
    Row(6304...6304, maestro),
    Row(6759...6763, maestro),
    Row(6700...6799, [16], weak: [12, 13, 14, 15, 17, 18, 19]),
    // Elo, Verve, RuPay, Hipercard
    Row(5041...5041, [16]), Row(5060...5089, [16, 18, 19]), Row(6000...6099, [16]), Row(6360...6399, [16, 19]),
    // Maestro, and what else banks have had
    Row(5000...5099, [], faint: maestro), Row(5600...5899, [], faint: maestro), Row(6000...6999, [], faint: maestro),
    // RuPay, Troy
    Row(8200...8299, [], weak: [16]), Row(9792...9792, [16]),
  ]
}
