extension Instant {
  /// Reads the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
  /// `Sun Nov  6 08:49:37 1994`. The name of the day is not checked.
  /// `now` settles the century of the second form; without it, years up to 69 are in this century.
  package init?(httpDate text: some StringProtocol, now: Instant?) {
    let words = text.utf8.split { " ,-".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 5 || words.count == 6 else { return nil }
    // asctime has no comma: name, month, day, time, year; the others: name, day, month, year, time, GMT.
    let isAsctime = words.count == 5
    guard isAsctime || words[5].uppercased() == "GMT",
      let day = Self.digits(words[isAsctime ? 2 : 1], 1...2),
      let month = Self.monthNames.firstIndex(of: words[isAsctime ? 1 : 2].lowercased()),
      let year = Self.year(words[isAsctime ? 4 : 3], now: now),
      let date = CivilDate(year: year, month: month + 1, day: day),
      let seconds = Self.secondsOfDay(words[isAsctime ? 3 : 4])
    else { return nil }
    self = Instant(seconds: date.daysSinceEpoch * 86_400 + Int64(seconds))
  }

  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  private static func digits(_ text: some StringProtocol, _ lengths: ClosedRange<Int>) -> Int? {
    guard lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Two digits: a year more than 50 years ahead was meant as the past one (RFC 9110 §5.6.7).
  private static func year(_ text: String, now: Instant?) -> Int? {
    if let year = digits(text, 4...4) { return year }
    guard let short = digits(text, 2...2) else { return nil }
    guard let now else { return short < 70 ? 2000 + short : 1900 + short }
    let present = CivilDate(daysSinceEpoch: now.seconds.flooredDivision(by: 86_400)).year
    let year = present - present % 100 + short
    return year > present + 50 ? year - 100 : year
  }

  private static func secondsOfDay(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = digits(parts[0], 2...2), let minute = digits(parts[1], 2...2),
      let second = digits(parts[2], 2...2), hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }
}
