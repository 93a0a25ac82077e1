package import Conversations

extension Instant {
  /// `Thu, 20 Aug 2026 09:05:00 +0000` (RFC 5322 §3.3, the weekday optional, `GMT` and `UT` as zones): the form of
  /// Twilio's and other providers' timestamps. Mail itself needs a more forgiving reader.
  package init?(internetDate text: some StringProtocol) {
    var words = text.split(separator: " ", maxSplits: 8)
    if words.first?.hasSuffix(",") == true { words.removeFirst() }
    guard words.count == 5, let day = Int(words[0]), words[2].utf8.count == 4, let year = Int(words[2]),
      let month = Self.months.firstIndex(of: words[1].lowercased()),
      let date = CivilDate(year: year, month: month + 1, day: day), words[3].utf8.count == 8
    else { return nil }
    let zone = ["GMT", "UT", "UTC", "Z"].contains(words[4]) ? "+0000" : String(words[4])
    guard let read = Instant(iso8601: "\(date)T\(words[3])\(zone)") else { return nil }
    self = read
  }

  /// `Thu Aug 20 17:00:00 +0800 2026`, as Weibo and X write.
  package init?(yearLastDate text: some StringProtocol) {
    let words = text.split(separator: " ", maxSplits: 8)
    guard words.count == 6 else { return nil }
    self.init(internetDate: "\(words[2]) \(words[1]) \(words[5]) \(words[3]) \(words[4])")
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
}
