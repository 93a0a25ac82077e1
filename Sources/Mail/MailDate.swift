/// `Date` fields (RFC 5322 §3.3 and §4.3) and the forms that broken clients write.
enum MailDate {
  /// Microseconds since 1970, `nil` when there is no date in it.
  static func read(_ raw: [UInt8]) -> Int64? {
    let text = joinedColons(withoutComments(HeaderText.decoded(raw)))
    if let iso = isoDate(text) { return iso }
    return Fields(words(of: text)).microseconds
  }

  /// RFC 5322 §3.2.2: comments may stand between any two words.
  private static func withoutComments(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "(")) else { return text }
    var out: [UInt8] = []
    var scan = ByteScan(Array(text.utf8)[...])
    while let byte = scan.peek {
      if byte == UInt8(ascii: "(") {
        _ = scan.comment()
        out.append(0x20)
      } else {
        out.append(byte)
        scan.advance()
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// RFC 5322 §4.3: spaces around the colons of a time.
  private static func joinedColons(_ text: String) -> String {
    var out: [UInt8] = []
    var gap = false
    for byte in text.utf8.prefix(1000) {
      if byte.isHeaderSpace {
        gap = true
        continue
      }
      let joins = byte == UInt8(ascii: ":") || out.last == UInt8(ascii: ":")
      if gap, !joins, !out.isEmpty { out.append(0x20) }
      gap = false
      out.append(byte)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Words and numbers; `-` and `/` between date parts split, signs of zones kept.
  private static func words(of text: String) -> [Substring] {
    text.split { $0 == " " || $0 == "," || $0 == "\t" || $0 == "\u{A0}" }.flatMap {
      word -> [Substring] in
      guard let first = word.first, first.isNumber, word.contains("-") || word.contains("/") else { return [word] }
      return word.contains(":") ? [word] : word.split { $0 == "-" || $0 == "/" }
    }
  }

  private struct Fields {
    var day: Int?
    var month: Int?
    var year: Int?
    var seconds: Int?
    /// East of UTC.
    var offsetMinutes: Int?
    var isAfternoon: Bool?
    private var monthIsSure = false

    init(_ words: [Substring]) {
      for word in words.prefix(16) { take(word) }
    }

    private mutating func take(_ word: Substring) {
      if word.contains(":") || (word.contains(".") && day != nil && year != nil && seconds == nil) {
        takeTime(word)
      } else if let number = Int(word), word.first?.isNumber == true {
        takeNumber(number, digits: word.utf8.count)
      } else if let month = MonthNames.number(of: word) {
        // The one before the day may be a weekday (`mar.` is March and Tuesday).
        if self.month == nil || (day != nil && !monthIsSure) { (self.month, monthIsSure) = (month, day != nil) }
      } else if word.uppercased() == "AM" || word.uppercased() == "PM" {
        isAfternoon = word.uppercased() == "PM"
      } else if let zone = MailDate.zone(word) {
        if offsetMinutes == nil { offsetMinutes = zone }
      }
    }

    private mutating func takeNumber(_ number: Int, digits: Int) {
      if digits >= 4 || (day != nil && year == nil) {
        if year != nil, digits == 4, seconds == nil, number / 100 < 25, number % 100 < 60 {
          seconds = number / 100 * 3600 + number % 100 * 60  // RFC 822 was read so, too: `1429 EDT`
        }
        guard year == nil else { return }
        year = digits >= 4 ? number : number < 50 ? 2000 + number : digits == 2 ? 1900 + number : 1900 + number
      } else if day == nil {
        day = number
      }
    }

    private mutating func takeTime(_ word: Substring) {
      var clock = word
      if let sign = word.lastIndex(where: { $0 == "+" || $0 == "-" }) {
        offsetMinutes = MailDate.zone(word[sign...])
        clock = word[..<sign]
      }
      let parts = clock.split { $0 == ":" || $0 == "." }.prefix(3).map { Int($0.prefix { $0.isNumber }) }
      guard parts.count >= 2, let hour = parts[0], let minute = parts[1], hour < 25, minute < 60 else { return }
      let second = parts.count > 2 ? parts[2] ?? 0 : 0
      guard second <= 60, seconds == nil else { return }
      seconds = hour * 3600 + minute * 60 + second
    }

    var microseconds: Int64? {
      guard let day, let month, let year, (1...31).contains(day), (1900...9999).contains(year) else { return nil }
      var seconds = self.seconds ?? 0
      if isAfternoon == true, seconds < 43_200 { seconds += 43_200 }
      if isAfternoon == false, seconds >= 43_200 { seconds -= 43_200 }
      let days = MailDate.days(year: year, month: month, day: day)
      return (days * 86_400 + Int64(seconds) - Int64(offsetMinutes ?? 0) * 60) * 1_000_000
    }
  }

  /// `+0800`, `-07:00`, `GMT`, `GMT+8`, `EST` … in minutes; single letters mean nothing (RFC 5322 §4.3).
  private static func zone(_ word: Substring) -> Int? {
    var name = word.uppercased()
    for prefix in ["GMT", "UTC"] where name.count > 3 && name.hasPrefix(prefix) { name = String(name.dropFirst(3)) }
    if let sign = name.first, sign == "+" || sign == "-" {
      let digits = name.dropFirst().filter(\.isNumber)
      guard let value = Int(digits), digits.count <= 4 else { return nil }
      let minutes = digits.count <= 2 ? value * 60 : value / 100 * 60 + value % 100
      return sign == "-" ? -minutes : minutes
    }
    let hours = [
      "UT": 0, "GMT": 0, "UTC": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
      "PST": -8, "PDT": -7,
    ]
    return hours[name].map { $0 * 60 }
  }

  /// `2023-05-10T08:00:00+02:00`, also with a space and without zone.
  private static func isoDate(_ text: String) -> Int64? {
    let bytes = Array(text.trimmed.utf8)
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.prefix(10).split(separator: "-").map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1...12).contains(month)
    else { return nil }
    var fields = Fields([])
    (fields.year, fields.month, fields.day) = (year, month, day)
    let rest = text.dropFirst(10).drop { $0 == "T" || $0 == " " }
    let extra = Fields(words(of: "1 Jan 2000 " + rest.replacing("Z", with: " GMT")))
    (fields.seconds, fields.offsetMinutes) = (extra.seconds, extra.offsetMinutes)
    return fields.microseconds
  }

  /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = Int64(month <= 2 ? year - 1 : year)
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day that lies `days` after 1970-01-01 (same source).
  static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = Int(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9)
    let day = Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, day)
  }
}
