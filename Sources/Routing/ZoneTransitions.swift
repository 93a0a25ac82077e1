import Conversations

/// The offsets of one zone over all time: a segment begins at each moment in `starts`.
struct ZoneTransitions: Sendable {
  /// Seconds since the epoch at which a segment begins, ascending; the first is `Int64.min`.
  private(set) var starts: [Int64]
  /// Seconds east of UTC in the segment that begins at the same place in `starts`.
  private(set) var offsets: [Int64]

  /// Years for which the rule after the last listed transition is written out. Later moments keep the last offset.
  static let lastYear = 2500

  /// The place in `starts` of the segment that holds `seconds`.
  func segment(at seconds: Int64) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return low
  }

  /// Where segment `index` ends (not included); `Int64.max` for the last.
  func end(of index: Int) -> Int64 { index + 1 < starts.count ? starts[index + 1] : .max }

  var count: Int { starts.count }

  /// Reads a TZif file (RFC 8536 §3): the 64-bit block of version 2 and later, the 32-bit block of version 1.
  init?(tzif bytes: [UInt8]) {
    guard let first = TZifBlock(bytes, at: 0, timeSize: 4) else { return nil }
    guard first.version >= UInt8(ascii: "2") else {
      self.init(block: first)
      return
    }
    guard let second = TZifBlock(bytes, at: first.end, timeSize: 8) else { return nil }
    self.init(block: second)
    // §3.3: the footer is a POSIX TZ string between two newlines; empty = nothing known beyond the last transition.
    let footer = bytes[second.end...].dropFirst().prefix { $0 != 0x0A }
    guard !footer.isEmpty else { return }
    guard let rule = PosixZone(Array(footer)) else { return nil }
    extend(by: rule)
  }

  private init?(block: TZifBlock) {
    guard let initial = block.initialOffset else { return nil }
    (starts, offsets) = ([.min], [initial])
    for (time, offset) in block.transitions { append(time, offset) }
  }

  private mutating func append(_ time: Int64, _ offset: Int64) {
    guard time > starts[starts.count - 1], offset != offsets[offsets.count - 1] else { return }
    starts.append(time)
    offsets.append(offset)
  }

  /// Writes out the rule from the last listed transition to `lastYear`.
  private mutating func extend(by rule: PosixZone) {
    let last = starts[starts.count - 1]
    guard rule.hasDaylightTime else {
      if starts.count == 1 { offsets[0] = rule.standardOffset }
      return
    }
    let firstYear = last == .min ? 1900 : CivilDate(daysSinceEpoch: last.flooredDivision(by: 86_400)).year
    for year in firstYear...max(firstYear, Self.lastYear) {
      for (time, offset) in rule.transitions(in: year) where time > last { append(time, offset) }
    }
  }
}

/// One header with its data block (RFC 8536 §3.1, §3.2), bounds checked.
private struct TZifBlock {
  let version: UInt8
  /// Where the block ends in the file.
  let end: Int
  let transitions: [(Int64, Int64)]
  /// §3.2: type 0 holds before the first transition.
  let initialOffset: Int64?

  init?(_ bytes: [UInt8], at start: Int, timeSize: Int) {
    guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
    func number(_ offset: Int, _ size: Int) -> Int64 {
      let magnitude = bytes[offset..<offset + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return size == 8 ? Int64(bitPattern: magnitude) : Int64(Int32(truncatingIfNeeded: magnitude))
    }
    // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
    let counts = (0..<6).map { Int(number(start + 20 + 4 * $0, 4)) }
    guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
    let (times, types) = (start + 44, start + 44 + counts[3] * timeSize)
    let infos = types + counts[3]
    let end = infos + counts[4] * 6 + counts[5] + counts[2] * (timeSize + 4) + counts[1] + counts[0]
    // §3.1: a leap count other than zero means that times are not POSIX times.
    guard end <= bytes.count, counts[4] > 0, counts[2] == 0 else { return nil }
    var transitions: [(Int64, Int64)] = []
    for index in 0..<counts[3] {
      let type = Int(bytes[types + index])
      guard type < counts[4] else { return nil }
      transitions.append((number(times + index * timeSize, timeSize), number(infos + type * 6, 4)))
    }
    (version, self.end, self.transitions) = (bytes[start + 4], end, transitions)
    initialOffset = number(infos, 4)
  }
}
