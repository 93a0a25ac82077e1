import Conversations
import Desk
import Rehearsal
import Routing
import Storage
import Terminal

/// The days of the tour, on the sample desk's calendar.
enum TourDates {
  /// 10:00 in Shanghai on a working Tuesday.
  static let tuesday = at("2026-09-15T10:00:00+08:00")
  static let tuesdayAfternoon = at("2026-09-15T15:00:00+08:00")
  /// The Sunday after this Saturday is a make-up day for the holiday.
  static let saturdayNight = at("2026-09-19T22:30:00+08:00")
  static let nationalDay = at("2026-10-01T11:00:00+08:00")
  static let afterTheHoliday = at("2026-10-08T09:05:00+08:00")

  private static func at(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { preconditionFailure("not a time: \(text)") }
    return instant
  }
}

/// What one door was given and what it answered.
struct DoorTally: Sendable {
  var sent = 0
  var refused = 0
}

/// Walks through the desk like customers, providers and agents would, and checks what it says.
actor Tour {
  let stage: Stage
  let doors: OpenDoors
  let wire: Wire
  let console = Console()
  let tokens: [String: String]
  /// By channel.
  var tallies: [String: DoorTally] = [:]
  var known: Set<Int64> = []
  var checks = 0
  var misses: [String] = []
  /// Conversations by a name that later scenes use.
  var cases: [String: Int64] = [:]
  var repliesSent = 0
  /// The visitor of the first chat.
  var guest: ChatGuest?

  /// Longer than the slowest machine needs for anything here.
  static let patience: Duration = .seconds(60)
  static let agents = [
    ("wei", "Wei Chen", Agent.Role.agent), ("tom", "Tom Baker", .agent), ("ada", "Ada Lead", .admin),
  ]

  init(_ stage: Stage, _ doors: OpenDoors) async throws {
    (self.stage, self.doors, wire) = (stage, doors, Wire(base: doors.url))
    var tokens: [String: String] = [:]
    for (name, display, role) in Self.agents {
      try await stage.desk.addAgent(
        Agent(name: name, display: display, email: nil, role: role, queues: [], createdAt: stage.clock.now))
      tokens[name] = try await stage.desk.createToken(for: name, label: "tour", chance: DeskWiring.randomBytes(32))
    }
    self.tokens = tokens
  }

  /// The whole tour; returns how many expectations were not met.
  func walk() async throws -> Int {
    say("Patchbay at work: real doors, real store, pretend providers, a clock that is moved.", .bold)
    say(
      "HTTP \(doors.url) · LMTP 127.0.0.1:\(doors.lmtp) · mail server 127.0.0.1:\(stage.mail.port) · Graph API \(stage.web.url)",
      .dim)
    try await openHours()
    try await agentsAtWork()
    try await clocks()
    try await closedHours()
    try await reports()
    try await closing()
    return misses.count
  }

  // MARK: - Saying and checking

  func say(_ line: String, _ style: Style = .plain) { console.print(console.paint(Neutral.oneLine(line), style)) }

  func heading(_ title: String) {
    console.print("")
    say("== \(title) · \(clockFace)", .bold)
  }

  /// `Tue 2026-09-15 10:00 Shanghai`
  var clockFace: String {
    let wall = stage.desk.configuration.value.settings.zone.wallClock(of: stage.clock.now)
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return "\(days[wall.date.weekday - 1]) \(wall.date) \(wall.time)"
  }

  func step(_ title: String) {
    console.print("")
    say(title, .cyan)
  }

  func detail(_ text: String, _ style: Style = .plain) {
    for line in Neutral.lines(text).split(separator: "\n", omittingEmptySubsequences: false) {
      console.print("    " + console.paint(String(line), style))
    }
  }

  /// An expectation of the tour: said only when it is not met.
  func expect(_ isMet: Bool, _ what: String) {
    checks += 1
    guard !isMet else { return }
    misses.append(what)
    say("    NOT AS EXPECTED: \(what)", .red)
  }

  /// Asks again and again until there is an answer; `nil` and a miss when time is over.
  func eventually<T: Sendable>(_ what: String, _ ask: () async throws -> T?) async throws -> T? {
    let end = ContinuousClock.now + Self.patience
    while ContinuousClock.now < end {
      if let answer = try await ask() {
        expect(true, what)
        return answer
      }
      try await Task.sleep(for: .milliseconds(40))
    }
    expect(false, "\(what) (waited \(Self.patience))")
    return nil
  }

  // MARK: - The desk, as its agents see it

  func client(_ agent: String) -> DeskClient {
    DeskClient(Credentials(url: doors.url, token: Secret(tokens[agent] ?? "")), say: console.speech)
  }

  func conversation(_ id: Int64) async throws -> JSON { try await client("ada").get("/conversations/\(id)") }

  /// Nothing is on its way out any more.
  func outboxEmpties() async throws {
    _ = try await eventually("everything that is due has been sent") {
      try await self.stage.desk.store.read { try $0.outboxCounts() }.contains { $0.state != "dead" } ? nil : true
    }
  }

  /// A date in words that both languages' automatic texts have in them.
  func dateWords(_ instant: Instant, language: String) -> String {
    let date = stage.desk.configuration.value.settings.zone.wallClock(of: instant).date
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    return language == "zh"
      ? "\(date.year)年\(date.month)月\(date.day)日" : "\(date.day) \(months[date.month - 1]) \(date.year)"
  }
}
