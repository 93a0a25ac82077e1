package import Conversations

/// Reads when something shall come back: `2h`, `90 min`, `1h30m`, `tomorrow`, `tomorrow 9:00`, `mon 09:00`, `17:30`,
/// `5pm`, `2026-03-09 14:00`, RFC 3339; `2小时`, `明天 9:00`, `周一9点半`, `下周一`.
package enum FutureTime {
  package enum Problem: Error, Sendable, Hashable {
    case unreadable
    /// It names a moment that is over.
    case past
    /// More than a year away: rather a slip of the finger.
    case tooFar
  }

  static let aheadSecondsMax: Int64 = 366 * 86_400
  /// A day without a time means the morning.
  static let morningSecond = 9 * 3_600

  package static func read(_ text: String, now: Instant, zone: Zone) throws(Problem) -> Instant {
    guard text.utf8.count <= 100 else { throw .unreadable }
    let instant: Instant
    if let exact = Instant(rfc3339: text) {
      instant = exact
    } else {
      let plain = folded(text)
      if let seconds = span(plain) {
        instant = now.adding(seconds: seconds)
      } else {
        instant = try moment(plain, now: now, zone: zone)
      }
    }
    guard instant > now else { throw .past }
    guard instant.seconds(since: now) <= aheadSecondsMax else { throw .tooFar }
    return instant
  }

  /// Lower case, one kind of space, ASCII digits and colons.
  private static func folded(_ text: String) -> Substring {
    var out = ""
    for scalar in text.lowercased().unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E: out.unicodeScalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      case 0x09, 0x3000, 0x2C: out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    let words = out.split(separator: " ").joined(separator: " ")
    return words[...]
  }

  // MARK: - How long from now

  private static let units: [(name: String, seconds: Int64)] = [
    ("minutes", 60), ("minute", 60), ("mins", 60), ("min", 60), ("m", 60), ("分钟", 60), ("分", 60),
    ("hours", 3_600), ("hour", 3_600), ("hrs", 3_600), ("hr", 3_600), ("h", 3_600), ("个小时", 3_600), ("小时", 3_600),
    ("days", 86_400), ("day", 86_400), ("d", 86_400), ("天", 86_400),
    ("weeks", 604_800), ("week", 604_800), ("w", 604_800), ("周", 604_800), ("星期", 604_800),
  ]

  /// Pairs of number and unit, nothing else.
  private static func span(_ text: Substring) -> Int64? {
    var rest = text
    if rest.hasPrefix("in ") { rest = rest.dropFirst(3) } else if rest.hasPrefix("+") { rest = rest.dropFirst() }
    for ending in ["之后", "以后", "后"] where rest.hasSuffix(ending) {
      rest = rest.dropLast(ending.count)
      break
    }
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      guard let number = takeNumber(&rest, digitsMax: 5) else { return nil }
      skipSpace(&rest)
      guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
      rest = rest.dropFirst(unit.name.count)
      skipSpace(&rest)
      total += Int64(number) * unit.seconds
    }
    return total
  }

  // MARK: - Which day, at which time

  private static func moment(_ text: Substring, now: Instant, zone: Zone) throws(Problem) -> Instant {
    var rest = text
    let day = takeDay(&rest, now: now, zone: zone)
    skipSpace(&rest)
    if day != nil, rest.hasPrefix("at ") { rest = rest.dropFirst(3) }
    if rest.isEmpty, let day { return zone.instant(day.date, second: morningSecond) }
    guard let second = clock(rest) else { throw .unreadable }
    let wanted = day ?? (zone.wall(now).date, 1)
    let instant = zone.instant(wanted.date, second: second)
    guard instant <= now, let step = wanted.step else { return instant }
    return zone.instant(wanted.date.adding(days: step), second: second)
  }

  /// A day at the front of `rest`. `step`: how many days later it comes again, for days that do.
  private static func takeDay(_ rest: inout Substring, now: Instant, zone: Zone) -> (date: CivilDate, step: Int64?)? {
    let today = zone.wall(now).date
    if let date = CivilDate(rest.prefix(10)) {
      rest = rest.dropFirst(10)
      return (date, nil)
    }
    for (name, days) in [("today", 0), ("今天", 0), ("tomorrow", 1), ("明天", 1), ("大后天", 3), ("后天", 2)]
    where take(name, from: &rest) {
      return (today.adding(days: Int64(days)), nil)
    }
    let inNextWeek = take("next ", from: &rest) || take("下", from: &rest)
    guard let weekday = takeWeekday(&rest) else { return nil }
    let ahead = Int64(weekday - today.weekday)
    if inNextWeek { return (today.adding(days: ahead + 7), nil) }
    // Today by its name is today, as long as the time has not passed.
    let step: Int64 = 7
    if ahead == 0, rest.isEmpty { return (today.adding(days: step), nil) }
    return (today.adding(days: ahead < 0 ? ahead + step : ahead), step)
  }

  private static func takeWeekday(_ rest: inout Substring) -> Int? {
    let english = [
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
      "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    ]
    for (index, name) in english.enumerated() where take(name, from: &rest) { return index % 7 + 1 }
    for start in ["星期", "礼拜", "周"] {
      for (index, name) in ["一", "二", "三", "四", "五", "六", "日", "天"].enumerated()
      where take(start + name, from: &rest) {
        return min(index, 6) + 1
      }
    }
    return nil
  }

  /// `9`, `9:30`, `9am`, `9:30 pm`, `9点`, `9点半`, `9点30分`, `下午3点`: seconds from midnight. A bare number is too little.
  private static func clock(_ text: Substring) -> Int? {
    var rest = text
    var half: Int? = nil
    for (name, value) in [("上午", 0), ("早上", 0), ("下午", 12), ("晚上", 12)] where take(name, from: &rest) { half = value }
    guard var hour = takeNumber(&rest, digitsMax: 2), hour < 24, !rest.isEmpty else { return nil }
    var minute = 0
    if take(":", from: &rest) {
      guard rest.prefix(2).utf8.count == 2, let read = takeNumber(&rest, digitsMax: 2) else { return nil }
      minute = read
    } else if take("点", from: &rest) {
      if take("半", from: &rest) { minute = 30 } else if let read = takeNumber(&rest, digitsMax: 2) { minute = read }
      _ = take("分", from: &rest)
    }
    skipSpace(&rest)
    for (name, value) in [("am", 0), ("pm", 12)] where take(name, from: &rest) { half = value }
    guard rest.isEmpty, minute < 60 else { return nil }
    if let half {
      guard hour <= 12 || half == 12 else { return nil }
      hour = hour % 12 + half
    }
    return hour * 3_600 + minute * 60
  }

  // MARK: - Pieces

  private static func take(_ name: String, from rest: inout Substring) -> Bool {
    guard rest.hasPrefix(name) else { return false }
    rest = rest.dropFirst(name.count)
    return true
  }

  private static func takeNumber(_ rest: inout Substring, digitsMax: Int) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...digitsMax).contains(digits.count), let number = Int(digits) else { return nil }
    rest = rest[digits.endIndex...]
    return number
  }

  private static func skipSpace(_ rest: inout Substring) { rest = rest.drop { $0 == " " } }
}
