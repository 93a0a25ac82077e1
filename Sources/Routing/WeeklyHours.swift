import Conversations

/// The open intervals of one civil day, in seconds after its midnight: sorted, not touching, at most up to 86,400.
struct DayHours: Sendable, Hashable {
  private(set) var intervals: [Range<Int64>] = []
  private(set) var total: Int64 = 0

  /// `nil` = two of them share a moment. Touching ones become one.
  init?(_ ranges: [Range<Int64>]) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = intervals.last {
        guard range.lowerBound >= last.upperBound else { return nil }
        if range.lowerBound == last.upperBound {
          intervals[intervals.count - 1] = last.lowerBound..<range.upperBound
          total += range.upperBound - range.lowerBound
          continue
        }
      }
      intervals.append(range)
      total += range.upperBound - range.lowerBound
    }
  }

  static let closed = DayHours()
  private init() {}

  func contains(_ second: Int64) -> Bool { intervals.contains { $0.contains(second) } }

  /// Open seconds from midnight to `second`.
  func open(before second: Int64) -> Int64 {
    var sum: Int64 = 0
    for interval in intervals where interval.lowerBound < second {
      sum += min(interval.upperBound, second) - interval.lowerBound
    }
    return sum
  }
}

/// Hours on the wall clock, as if no zone ever changed its offset: a week that repeats, and days that differ.
///
/// Sums over any stretch take the time of two binary searches, so no question about ten years walks over days.
struct WallHours: Sendable {
  struct SpecialDay: Sendable {
    var day: Int64
    var hours: DayHours
    var name: String?
  }

  private let week: [DayHours]
  /// Open seconds of the week before each weekday; the eighth is the whole week.
  private let before: [Int64]
  let specials: [SpecialDay]
  /// What the special days before each place add to (take from) the plain week.
  private let corrections: [Int64]

  /// 1970-01-05 was a Monday.
  private static let monday: Int64 = 4

  /// `week` has seven entries, Monday first; `specials` has at most one per day.
  init(week: [DayHours], specials: [SpecialDay]) {
    self.week = week
    before = week.reduce(into: [0]) { sums, day in sums.append(sums[sums.count - 1] + day.total) }
    self.specials = specials.sorted { $0.day < $1.day }
    corrections = self.specials.reduce(into: [0]) { sums, special in
      sums.append(sums[sums.count - 1] + special.hours.total - week[WallHours.weekday(special.day)].total)
    }
  }

  /// 0 = Monday.
  private static func weekday(_ day: Int64) -> Int {
    Int((day - monday) - (day - monday).flooredDivision(by: 7) * 7)
  }

  /// Whether there is any open second at all.
  var isEmpty: Bool { before[7] == 0 && specials.allSatisfy { $0.hours.total == 0 } }

  func special(on day: Int64) -> SpecialDay? {
    let index = specialsBefore(day)
    return index < specials.count && specials[index].day == day ? specials[index] : nil
  }

  func hours(on day: Int64) -> DayHours { special(on: day)?.hours ?? week[WallHours.weekday(day)] }

  /// What the plain week says of that day, whatever is special about it.
  func plainHours(on day: Int64) -> DayHours { week[WallHours.weekday(day)] }

  func isOpen(_ wall: Int64) -> Bool {
    let day = wall.flooredDivision(by: 86_400)
    return hours(on: day).contains(wall - day * 86_400)
  }

  /// Open wall seconds before `wall`, up to a constant: only differences mean something.
  func open(before wall: Int64) -> Int64 {
    let day = wall.flooredDivision(by: 86_400)
    let weeks = (day - Self.monday).flooredDivision(by: 7)
    let weekday = Int(day - Self.monday - weeks * 7)
    let index = specialsBefore(day)
    let today = index < specials.count && specials[index].day == day ? specials[index].hours : week[weekday]
    return weeks * before[7] + before[weekday] + corrections[index] + today.open(before: wall - day * 86_400)
  }

  /// How many special days lie before `day`.
  private func specialsBefore(_ day: Int64) -> Int {
    var (low, high) = (0, specials.count)
    while low < high {
      let middle = (low + high) / 2
      if specials[middle].day < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
