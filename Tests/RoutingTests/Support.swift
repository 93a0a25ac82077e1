import Conversations
import Routing
import Testing

/// An instant from RFC 3339; a wrong text fails the test.
func at(_ text: String, _ location: SourceLocation = #_sourceLocation) -> Instant {
  guard let instant = Instant(rfc3339: text) else {
    Issue.record("not a time: \(text)", sourceLocation: location)
    return .epoch
  }
  return instant
}

func weekdays(_ intervals: (String, String)...) -> [String: [CalendarDefinition.Interval]] {
  Dictionary(
    uniqueKeysWithValues: ["mon", "tue", "wed", "thu", "fri"].map { ($0, intervals.map { .init($0.0, $0.1) }) })
}

func everyDay(_ intervals: (String, String)...) -> [String: [CalendarDefinition.Interval]] {
  Dictionary(
    uniqueKeysWithValues: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map {
      ($0, intervals.map { .init($0.0, $0.1) })
    })
}

func calendar(
  _ zone: String, _ weekly: [String: [CalendarDefinition.Interval]], holidays: [(String, String)] = [],
  exceptions: [CalendarDefinition.Exception] = [], name: String = "test"
) throws -> BusinessCalendar {
  try BusinessCalendar(
    CalendarDefinition(
      name: name, timeZone: zone, weekly: weekly, holidays: holidays.map { .init(date: $0.0, name: $0.1) },
      exceptions: exceptions))
}

/// The Chinese hotline of METRICS §7: 09–18, autumn holidays of 2026, one make-up Saturday.
func hotline() throws -> BusinessCalendar {
  try calendar(
    "Asia/Shanghai", weekdays(("09:00", "18:00")),
    holidays: (1...7).map { ("2026-10-0\($0)", "国庆节") },
    exceptions: [.init(date: "2026-10-10", intervals: [.init("09:00", "18:00")], name: "国庆节调休")], name: "cn_hotline")
}

/// Small, seeded, the same everywhere (SplitMix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
