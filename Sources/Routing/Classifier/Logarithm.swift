/// Logarithm and exponential from the four rules only, so that training gives equal bits on every machine.
enum Logarithm {
  /// 1 + ln n for n = 1…15; longer repetitions count like 15.
  private static let frequencies: [Float] = (0...15).map { $0 == 0 ? 0 : Float(1 + natural(Double($0))) }

  static func frequency(_ count: Int) -> Float { count == 1 ? 1 : frequencies[min(count, 15)] }

  /// ln x for x > 0: 2 artanh((m − 1)/(m + 1)) + e ln 2 with m in [√½, √2).
  static func natural(_ value: Double) -> Double {
    var (exponent, mantissa) = (Double(value.exponent), value.significand)
    if mantissa > 1.4142135623730951 { (exponent, mantissa) = (exponent + 1, mantissa / 2) }
    let ratio = (mantissa - 1) / (mantissa + 1)
    var (power, sum, divisor) = (ratio, 0.0, 1.0)
    while divisor < 26 {
      sum += power / divisor
      power *= ratio * ratio
      divisor += 2
    }
    return 2 * sum + exponent * 0.6931471805599453
  }

  /// xʸ for x > 0.
  static func power(_ base: Double, _ exponent: Double) -> Double { exponential(exponent * natural(base)) }

  /// eˣ; 0 below −700, at most e⁷⁰⁰.
  static func exponential(_ value: Double) -> Double {
    guard value > -700 else { return 0 }
    let bounded = min(value, 700)
    let whole = (bounded / 0.6931471805599453).rounded()
    let rest = bounded - whole * 0.6931471805599453
    var (term, sum) = (1.0, 1.0)
    for step in 1...14 {
      term *= rest / Double(step)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(whole), significand: sum)
  }
}
