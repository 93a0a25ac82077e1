extension Instant {
  /// Reads an RFC 3339 §5.6 date-time: `2026-03-09T09:00:00.123+08:00`, `…Z`. A space for the `T` is allowed,
  /// a missing offset is not. Digits past the microsecond are dropped; a leap second counts as the next second.
  package init?(rfc3339 text: some StringProtocol) {
    var scan = DigitScanner(text.utf8)
    guard let year = scan.number(digits: 4), scan.skip("-"), let month = scan.number(digits: 2), scan.skip("-"),
      let day = scan.number(digits: 2), scan.skip("T") || scan.skip("t") || scan.skip(" "),
      let hour = scan.number(digits: 2), scan.skip(":"), let minute = scan.number(digits: 2), scan.skip(":"),
      let second = scan.number(digits: 2),
      let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var fraction = 0
    if scan.skip(".") {
      guard let read = scan.fraction() else { return nil }
      fraction = read
    }
    guard let offset = scan.offset(), scan.isAtEnd else { return nil }
    let wall = date.daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self = Instant(seconds: wall - Int64(offset)).adding(microseconds: Int64(fraction))
  }

  /// RFC 3339 in UTC: `2026-08-20T09:00:00Z`, with `.123` or `.123456` only when there is a fraction.
  package var rfc3339: String {
    let whole = seconds
    let days = whole.flooredDivision(by: 86_400)
    let rest = Int(whole - days * 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let clock = "\(padded(rest / 3600, to: 2)):\(padded(rest / 60 % 60, to: 2)):\(padded(rest % 60, to: 2))"
    let micros = Int(microseconds - whole * 1_000_000)
    let fraction =
      micros == 0 ? "" : micros % 1000 == 0 ? ".\(padded(micros / 1000, to: 3))" : ".\(padded(micros, to: 6))"
    return "\(date)T\(clock)\(fraction)Z"
  }
}

/// Reads fixed-width digits from the front of UTF-8 text.
private struct DigitScanner<Bytes: Collection<UInt8>> {
  private let bytes: Bytes
  private var index: Bytes.Index

  init(_ bytes: Bytes) { (self.bytes, index) = (bytes, bytes.startIndex) }

  var isAtEnd: Bool { index == bytes.endIndex }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: character) else { return false }
    bytes.formIndex(after: &index)
    return true
  }

  mutating func digit() -> Int? {
    guard index < bytes.endIndex, (48...57).contains(bytes[index]) else { return nil }
    defer { bytes.formIndex(after: &index) }
    return Int(bytes[index]) - 48
  }

  mutating func number(digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let next = digit() else { return nil }
      value = value * 10 + next
    }
    return value
  }

  /// At least one digit after the point, as microseconds.
  mutating func fraction() -> Int? {
    var (value, scale, count) = (0, 100_000, 0)
    while let next = digit() {
      value += next * scale
      scale /= 10
      count += 1
    }
    return count > 0 ? value : nil
  }

  /// `Z`, `+08:00` or `-03:30`, in seconds east of UTC.
  mutating func offset() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
