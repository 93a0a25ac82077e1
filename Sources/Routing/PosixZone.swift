import Conversations

/// The rule behind the last transition of a TZif file: a POSIX TZ string with the extensions of RFC 8536 §3.3.1,
/// e.g. `CET-1CEST,M3.5.0,M10.5.0/3` or `EET-2EEST,M4.5.5/0,M10.5.4/24`.
struct PosixZone: Sendable {
  /// Seconds east of UTC.
  private(set) var standardOffset: Int64
  private var daylightOffset: Int64?
  private var begin = Day.julian(1)
  private var finish = Day.julian(1)
  /// Seconds after local midnight, −167…167 h.
  private var beginTime: Int64 = 7200
  private var finishTime: Int64 = 7200

  private enum Day {
    /// `Jn`: 1…365, 29 February never counted.
    case julian(Int)
    /// `n`: 0…365, 29 February counted.
    case zeroBased(Int)
    /// `Mm.w.d`: week 5 = the last; weekday 0 = Sunday.
    case weekday(month: Int, week: Int, day: Int)
  }

  var hasDaylightTime: Bool { daylightOffset != nil }

  init?(_ bytes: [UInt8]) {
    var scan = Scanner(bytes)
    guard scan.name(), let west = scan.time(hoursMax: 24) else { return nil }
    standardOffset = -west
    guard !scan.isAtEnd else { return }
    guard scan.name() else { return nil }
    daylightOffset = standardOffset + 3600
    if !scan.isAtEnd, scan.peek != UInt8(ascii: ",") {
      guard let west = scan.time(hoursMax: 24) else { return nil }
      daylightOffset = -west
    }
    guard let from = scan.rule(), let until = scan.rule(), scan.isAtEnd else { return nil }
    (begin, beginTime) = from
    (finish, finishTime) = until
  }

  /// The changes of one year as (seconds since the epoch, offset from then on), in order of time.
  func transitions(in year: Int) -> [(Int64, Int64)] {
    guard let daylightOffset else { return [] }
    let toDaylight = days(begin, in: year) * 86_400 + beginTime - standardOffset
    let toStandard = days(finish, in: year) * 86_400 + finishTime - daylightOffset
    let both = [(toDaylight, daylightOffset), (toStandard, standardOffset)]
    return both.sorted { $0.0 < $1.0 }
  }

  private func days(_ day: Day, in year: Int) -> Int64 {
    let newYear = PosixZone.days(year, 1, 1)
    switch day {
    case .zeroBased(let count): return newYear + Int64(count)
    case .julian(let count):
      let isLeap = CivilDate.daysIn(month: 2, year: year) == 29
      return newYear + Int64(count - 1) + (isLeap && count >= 60 ? 1 : 0)
    case .weekday(let month, let week, let weekday):
      let first = PosixZone.days(year, month, 1)
      // 1970-01-01 was a Thursday (4).
      let firstWeekday = (first + 4) - (first + 4).flooredDivision(by: 7) * 7
      var day = (Int64(weekday) - firstWeekday + 7) % 7 + Int64(week - 1) * 7
      while day >= Int64(CivilDate.daysIn(month: month, year: year)) { day -= 7 }
      return first + day
    }
  }

  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
  }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index >= bytes.count }
    var peek: UInt8? { isAtEnd ? nil : bytes[index] }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard peek == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }

    /// `CET` or `<+0330>`.
    mutating func name() -> Bool {
      let start = index
      if skip("<") {
        while let byte = peek, byte != UInt8(ascii: ">") { index += 1 }
        return skip(">") && index > start + 2
      }
      while let byte = peek, (65...90).contains(byte) || (97...122).contains(byte) { index += 1 }
      return index >= start + 3
    }

    mutating func number() -> Int64? {
      var value: Int64 = 0
      let start = index
      while let byte = peek, (48...57).contains(byte), index - start < 4 {
        value = value * 10 + Int64(byte - 48)
        index += 1
      }
      return index > start ? value : nil
    }

    /// `[+-]h[:m[:s]]` in seconds.
    mutating func time(hoursMax: Int64) -> Int64? {
      let sign: Int64 = skip("-") ? -1 : 1
      if sign == 1 { _ = skip("+") }
      guard let hours = number(), hours <= hoursMax else { return nil }
      var seconds = hours * 3600
      for unit: Int64 in [60, 1] where skip(":") {
        guard let part = number(), part < 60 else { return nil }
        seconds += part * unit
      }
      return sign * seconds
    }

    /// `,date[/time]`.
    mutating func rule() -> (Day, Int64)? {
      guard skip(","), let day = day() else { return nil }
      guard skip("/") else { return (day, 7200) }
      return time(hoursMax: 167).map { (day, $0) }
    }

    private mutating func day() -> Day? {
      if skip("J") { return number().flatMap { (1...365).contains($0) ? .julian(Int($0)) : nil } }
      guard skip("M") else { return number().flatMap { $0 <= 365 ? .zeroBased(Int($0)) : nil } }
      guard let month = number(), skip("."), let week = number(), skip("."), let day = number(),
        (1...12).contains(month), (1...5).contains(week), day <= 6
      else { return nil }
      return .weekday(month: Int(month), week: Int(week), day: Int(day))
    }
  }
}
