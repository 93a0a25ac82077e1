package import Conversations

/// Times as providers write them.
extension Instant {
  /// Seconds, or milliseconds when the number is above 10^11 (which as seconds would be the year 5138).
  /// A fraction counts: `1787216400.123456`. `nil` for what is no number, negative or beyond the year 9999.
  package init?(epoch text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.utf8.allSatisfy({ (48...57).contains($0) }), let whole = Int64(first) else {
      return nil
    }
    let isMilliseconds = whole > 100_000_000_000
    let unit: Int64 = isMilliseconds ? 1000 : 1_000_000
    guard whole <= Self.secondsMax * (isMilliseconds ? 1000 : 1) else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard let read = Self.fraction(parts[1], unit: unit) else { return nil }
      fraction = read
    }
    self = Instant(microseconds: whole * unit + fraction)
  }

  /// A JSON number or text: epoch seconds or milliseconds, or an ISO 8601 date-time with its offset.
  package init?(provider value: JSON?) {
    guard let text = value?.text else { return nil }
    guard let read = Instant(epoch: text) ?? Instant(iso8601: text) else { return nil }
    self = read
  }

  /// ISO 8601 as it is found in the wild: `T` or a space, offset `Z`, `+08:00`, `+0800` or `+08`; without an offset
  /// `offsetSeconds` (east of UTC) counts, and where that is `nil` there is no telling.
  package init?(iso8601 text: some StringProtocol, offsetSeconds: Int? = nil) {
    let plain = text.trimmingBlanks()
    if let read = Instant(rfc3339: plain) {
      self = read
      return
    }
    let tail = plain.utf8.dropFirst(19).drop { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
    let head = String(decoding: plain.utf8.dropLast(tail.count), as: UTF8.self)
    let digits = tail.dropFirst().filter { $0 != UInt8(ascii: ":") }
    if tail.isEmpty, let offsetSeconds, let wall = Instant(rfc3339: "\(head)Z") {
      self = wall.adding(seconds: Int64(-offsetSeconds))
      return
    }
    guard let sign = tail.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      digits.count == 4 || digits.count == 2
    else { return nil }
    let hours = String(decoding: digits.prefix(2), as: UTF8.self)
    let minutes = digits.count == 4 ? String(decoding: digits.suffix(2), as: UTF8.self) : "00"
    guard let read = Instant(rfc3339: "\(head)\(sign == 43 ? "+" : "-")\(hours):\(minutes)") else { return nil }
    self = read
  }

  /// 9999-12-31T23:59:59Z.
  private static let secondsMax: Int64 = 253_402_300_799

  /// Digits after the point, in microseconds of `unit`s of a microsecond.
  private static func fraction(_ digits: some StringProtocol, unit: Int64) -> Int64? {
    var (value, scale): (Int64, Int64) = (0, unit)
    for byte in digits.utf8 {
      guard (48...57).contains(byte) else { return nil }
      scale /= 10
      value += Int64(byte - 48) * scale
    }
    return value
  }
}
