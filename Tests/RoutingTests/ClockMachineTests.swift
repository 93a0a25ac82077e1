import Conversations
import Routing
import Testing

@Suite("Service clocks")
struct ClockMachineTests {
  static func machine() throws -> ClockMachine {
    ClockMachine(calendars: [
      "cn": try calendar(
        "Asia/Shanghai", weekdays(("09:00", "18:00")),
        exceptions: [.init(date: "2026-10-10", intervals: [.init("09:00", "18:00")])]),
      "night": try calendar("Europe/Berlin", ["sat": [.init("20:00", "24:00")], "sun": [.init("00:00", "06:00")]]),
      "other": try calendar("Asia/Shanghai", weekdays(("09:00", "12:00"))),
    ])
  }

  static func target(
    _ calendar: String? = "cn", first: Int64? = 7200, next: Int64? = 3600, resolution: Int64? = 8 * 3600
  ) -> ServiceTarget {
    ServiceTarget(
      name: "t", calendar: calendar, firstResponseSeconds: first, nextReplySeconds: next, resolutionSeconds: resolution)
  }

  /// Plays events on one conversation.
  static func play(_ target: ServiceTarget?, _ events: [(String, ConversationEvent)]) throws -> ConversationClocks {
    let machine = try machine()
    return events.reduce(ConversationClocks(target: target)) { machine.apply($1.1, at: at($1.0), to: $0) }
  }

  static func only(_ kind: ClockKind, in clocks: ConversationClocks) throws -> ClockState {
    let found = clocks.clocks.filter { $0.kind == kind }
    #expect(found.count == 1)
    return try #require(found.first)
  }

  @Test("example 1: a weekend mail answered on Monday took half an hour of business")
  func weekendMail() throws {
    let clocks = try Self.play(
      Self.target(), [("2026-03-06T17:50:00+08:00", .inbound), ("2026-03-09T09:20:00+08:00", .outbound)])
    let clock = try Self.only(.firstResponse, in: clocks)
    #expect(clock.status == .met && clock.businessSeconds == 1800 && clock.calendarSeconds == 63 * 3600 + 1800)
  }

  @Test("example 3: the make-up Saturday shows the breach")
  func makeUpDay() throws {
    let clocks = try Self.play(
      Self.target(), [("2026-10-09T17:00:00+08:00", .inbound), ("2026-10-10T11:00:00+08:00", .outbound)])
    let clock = try Self.only(.firstResponse, in: clocks)
    #expect(clock.status == .breached && clock.businessSeconds == 3 * 3600)
    #expect(clock.breachedAt == at("2026-10-10T10:00:00+08:00"))
  }

  @Test("example 5: pending freezes the resolution clock")
  func pause() throws {
    let machine = try Self.machine()
    var clocks = try Self.play(Self.target(), [("2026-03-09T10:00:00+08:00", .inbound)])
    #expect(try Self.only(.resolution, in: clocks).dueAt == at("2026-03-09T18:00:00+08:00"))
    clocks = machine.apply(.outbound, at: at("2026-03-09T11:30:00+08:00"), to: clocks)
    clocks = machine.apply(.status(.pending), at: at("2026-03-09T11:30:00+08:00"), to: clocks)
    let paused = try Self.only(.resolution, in: clocks)
    #expect(paused.status == .paused && paused.usedSeconds == 90 * 60 && paused.dueAt == nil)
    clocks = machine.apply(.inbound, at: at("2026-03-10T10:15:00+08:00"), to: clocks)
    clocks = machine.apply(.status(.open), at: at("2026-03-10T10:15:00+08:00"), to: clocks)
    #expect(try Self.only(.resolution, in: clocks).dueAt == at("2026-03-10T16:45:00+08:00"))
    clocks = machine.apply(.outbound, at: at("2026-03-10T15:00:00+08:00"), to: clocks)
    clocks = machine.apply(.status(.resolved), at: at("2026-03-10T15:00:00+08:00"), to: clocks)
    let done = try Self.only(.resolution, in: clocks)
    #expect(done.status == .met && done.businessSeconds == 375 * 60)
    #expect(try Self.only(.nextReply, in: clocks).businessSeconds == 285 * 60)
  }

  @Test("example 7: the second half past two is the due time in a night with a repeated hour")
  func autumnNight() throws {
    let clocks = try Self.play(
      Self.target("night", resolution: nil),
      [("2026-10-25T01:30:00+02:00", .inbound), ("2026-10-25T03:10:00+01:00", .outbound)])
    let clock = try Self.only(.firstResponse, in: clocks)
    #expect(
      clock.dueAt == at("2026-10-25T02:30:00+01:00") && clock.businessSeconds == 160 * 60 && clock.status == .breached)
  }

  @Test("example 8: a turn begins with its first message and a second answer ends nothing")
  func turns() throws {
    let clocks = try Self.play(
      Self.target(resolution: nil),
      [
        ("2026-03-09T09:10:00+08:00", .inbound), ("2026-03-09T09:25:00+08:00", .outbound),
        ("2026-03-09T10:00:00+08:00", .inbound), ("2026-03-09T10:20:00+08:00", .inbound),
        ("2026-03-09T10:45:00+08:00", .outbound), ("2026-03-09T10:50:00+08:00", .outbound),
        ("2026-03-09T17:50:00+08:00", .inbound), ("2026-03-10T09:05:00+08:00", .outbound),
      ])
    #expect(clocks.clocks.map(\.kind) == [.firstResponse, .nextReply, .nextReply])
    #expect(clocks.clocks.map(\.businessSeconds) == [900, 45 * 60, 900])
    #expect(clocks.clocks.map(\.calendarSeconds) == [900, 45 * 60, 915 * 60])
  }

  @Test("example 9: a reopening starts a turn and the resolution clock goes on")
  func reopening() throws {
    let clocks = try Self.play(
      Self.target(),
      [
        ("2026-03-09T09:00:00+08:00", .inbound), ("2026-03-09T09:30:00+08:00", .outbound),
        ("2026-03-09T09:30:00+08:00", .status(.resolved)), ("2026-03-11T16:00:00+08:00", .inbound),
        ("2026-03-11T16:00:00+08:00", .status(.open)), ("2026-03-12T10:00:00+08:00", .outbound),
        ("2026-03-12T10:00:00+08:00", .status(.resolved)),
      ])
    #expect(try Self.only(.firstResponse, in: clocks).businessSeconds == 1800)
    #expect(try Self.only(.nextReply, in: clocks).businessSeconds == 180 * 60)
    #expect(try Self.only(.resolution, in: clocks).businessSeconds == 210 * 60)
  }

  @Test("example 10: who we wrote to first owes us no first response")
  func agentInitiated() throws {
    let clocks = try Self.play(
      Self.target(resolution: nil),
      [
        ("2026-03-09T09:00:00+08:00", .outbound), ("2026-03-09T11:00:00+08:00", .inbound),
        ("2026-03-09T11:20:00+08:00", .outbound),
      ])
    #expect(clocks.clocks.map(\.kind) == [.nextReply])
    #expect(clocks.clocks.first?.businessSeconds == 1200)
  }

  @Test("a reply that fails later never was one: the clock runs from its original start")
  func revoked() throws {
    let events: [(String, ConversationEvent)] = [
      ("2026-03-09T09:00:00+08:00", .inbound), ("2026-03-09T10:00:00+08:00", .outbound),
      ("2026-03-09T13:00:00+08:00", .outboundFailed),
    ]
    let failed = try Self.only(.firstResponse, in: try Self.play(Self.target(), events))
    #expect(failed.status == .running && failed.dueAt == at("2026-03-09T11:00:00+08:00"))
    #expect(failed.breachedAt == at("2026-03-09T11:00:00+08:00"))
    let again = try Self.play(Self.target(), events + [("2026-03-09T14:00:00+08:00", .outbound)])
    let clock = try Self.only(.firstResponse, in: again)
    #expect(clock.status == .breached && clock.businessSeconds == 5 * 3600)
  }

  @Test("a failed reply that another one followed ends the turn at that one, and the turn between is none")
  func revokedAndAnswered() throws {
    let events: [(String, ConversationEvent)] = [
      ("2026-03-09T09:00:00+08:00", .inbound), ("2026-03-09T10:00:00+08:00", .outbound),
      ("2026-03-09T10:10:00+08:00", .inbound), ("2026-03-09T10:30:00+08:00", .outbound),
      ("2026-03-09T14:00:00+08:00", .inbound),
      (
        "2026-03-09T15:00:00+08:00",
        .replyRevoked(acceptedAt: at("2026-03-09T10:00:00+08:00"), answeredAt: at("2026-03-09T10:30:00+08:00"))
      ),
    ]
    let clocks = try Self.play(Self.target(resolution: nil), events)
    #expect(clocks.clocks.map(\.status) == [.met, .cancelled, .running])
    #expect(clocks.clocks.first?.businessSeconds == 5400)
    #expect(clocks.hasReply && clocks.waitingSince == at("2026-03-09T14:00:00+08:00"))
    let other = try Self.play(
      Self.target(resolution: nil),
      events.dropLast() + [
        ("2026-03-09T15:00:00+08:00", .replyRevoked(acceptedAt: at("2026-03-09T10:05:00+08:00"), answeredAt: nil))
      ])
    #expect(other.clocks.map(\.status) == [.met, .met, .running])
  }

  @Test("resolved by a bot and reopened: the first response starts at the reopening message")
  func botResolved() throws {
    let clocks = try Self.play(
      Self.target(resolution: nil),
      [
        ("2026-03-09T09:00:00+08:00", .inbound), ("2026-03-09T09:01:00+08:00", .status(.resolved)),
        ("2026-03-11T09:00:00+08:00", .inbound), ("2026-03-11T09:30:00+08:00", .outbound),
      ])
    #expect(clocks.clocks.map(\.status) == [.cancelled, .met])
    #expect(clocks.clocks.last?.kind == .firstResponse && clocks.clocks.last?.businessSeconds == 1800)
  }

  @Test("another promise re-targets what runs, keeps what was used, and leaves the decided alone")
  func retarget() throws {
    let machine = try Self.machine()
    let started = try Self.play(Self.target(), [("2026-03-09T09:00:00+08:00", .inbound)])
    let urgent = ServiceTarget(name: "urgent", calendar: "other", firstResponseSeconds: 5400)
    let moved = machine.apply(.target(urgent), at: at("2026-03-09T10:00:00+08:00"), to: started)
    let clock = try Self.only(.firstResponse, in: moved)
    #expect(clock.target == "urgent" && clock.usedSeconds == 3600 && clock.dueAt == at("2026-03-09T10:30:00+08:00"))
    #expect(try Self.only(.resolution, in: moved).status == .cancelled)
    let done = machine.apply(.outbound, at: at("2026-03-09T10:10:00+08:00"), to: moved)
    let after = machine.apply(.target(Self.target()), at: at("2026-03-09T11:00:00+08:00"), to: done)
    #expect(try Self.only(.firstResponse, in: after) == (try Self.only(.firstResponse, in: done)))
  }

  @Test("met at the due instant, broken a second later; the breach is marked at the due time")
  func edge() throws {
    let machine = try Self.machine()
    let started = try Self.play(Self.target(resolution: nil), [("2026-03-09T16:00:00+08:00", .inbound)])
    #expect(started.nextDue == at("2026-03-09T18:00:00+08:00"))
    let intime = machine.apply(.outbound, at: at("2026-03-09T18:00:00+08:00"), to: started)
    #expect(intime.clocks.first?.status == .met)
    let late = machine.apply(.outbound, at: at("2026-03-09T18:00:01+08:00"), to: started)
    #expect(late.clocks.first?.status == .breached)
    let ticked = machine.tick(started, now: at("2026-03-11T00:00:00+08:00"))
    #expect(
      ticked.clocks.first?.status == .running && ticked.clocks.first?.breachedAt == at("2026-03-09T18:00:00+08:00"))
    #expect(ticked.nextDue == nil)
    #expect(machine.tick(started, now: at("2026-03-09T18:00:00+08:00")) == started)
  }

  @Test("the warning comes when its part of the time is used up, in hours")
  func warning() throws {
    let started = try Self.play(Self.target(), [("2026-03-09T17:00:00+08:00", .inbound)])
    // 0.8 of two hours: one until closing, 36 minutes of the next morning.
    #expect(try Self.only(.firstResponse, in: started).warnAt == at("2026-03-10T09:36:00+08:00"))
  }

  @Test("no target, no clocks; a cancelled conversation stops counting; skewed times count nothing")
  func quiet() throws {
    #expect(try Self.play(nil, [("2026-03-09T09:00:00+08:00", .inbound)]).clocks.isEmpty)
    let spam = try Self.play(
      Self.target(), [("2026-03-09T09:00:00+08:00", .inbound), ("2026-03-09T10:00:00+08:00", .cancelled)])
    #expect(spam.clocks.allSatisfy { $0.status == .cancelled && $0.dueAt == nil })
    let skewed = try Self.play(
      Self.target(resolution: nil), [("2026-03-09T10:00:00+08:00", .inbound), ("2026-03-09T09:00:00+08:00", .outbound)])
    #expect(skewed.clocks.first?.businessSeconds == 0 && skewed.clocks.first?.status == .met)
  }

  @Test("a target without a calendar counts every second")
  func everySecond() throws {
    let clocks = try Self.play(Self.target(nil, resolution: nil), [("2026-03-07T23:00:00+08:00", .inbound)])
    #expect(clocks.nextDue == at("2026-03-08T01:00:00+08:00"))
  }
}
