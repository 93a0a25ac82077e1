import ArgumentParser
import Conversations
import Desk
import Foundation
import Storage

/// Reports over a history that a seeded simulator wrote: time and peak memory, for a day, a month and the whole.
struct ReportBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reports", abstract: "Reports over a simulated history: time, memory.")

  @OptionGroup var files: DeskOptions
  @Option(help: "Conversations in the history; each has about ten events.") var conversations = 100_000
  @Option(help: "Days they are spread over.") var days = 100
  @Option(help: "The same seed makes the same history.") var seed: UInt64 = 1
  @Option(help: "Per cent of them that are calls and chats; the others are mail.") var live = 0
  @Option(help: "An empty PostgreSQL database, postgres://…, instead of SQLite; the reports are the same bytes.")
  var database: String?

  func run() async throws {
    let bench = try await BenchDesk.open(files, database: database)
    let history = SimulatedHistory(
      seed: seed, conversations: conversations, days: days, livePercent: live)
    let started = wallClock()
    let events = try await history.write(into: bench.desk)
    let took = Double(wallClock().microseconds - started.microseconds) / 1e6
    say(
      "history: \(grouped(Double(conversations))) conversations, \(grouped(Double(events))) events, written in \(rounded(took)) s"
    )
    let lead = Agent(
      name: "lead", display: "lead", email: nil, role: .lead, queues: [], createdAt: history.start)
    let periods = [
      ("the last day", days - 1, days), ("the last 30 days", days - 30, days), ("days 31 to 60", 30, 60),
      ("everything", 0, days),
    ]
    for (name, first, last) in periods where first >= 0 && last <= days {
      let (from, to) = (history.day(first), history.day(last))
      let request = ReportRequest(name: "daily_sla", from: from, to: to, format: "json", language: "en")
      let before = wallClock()
      let made = try await bench.desk.makeReport(request, for: lead)
      let seconds = Double(wallClock().microseconds - before.microseconds) / 1e6
      let arrived = (try? JSON(parsing: made.text))?["total"]?["arrived"]?.int ?? 0
      let digest = sha256Hex(made.text.utf8).prefix(12)
      say(
        "\(name): \(grouped(Double(arrived))) new, \(rounded(seconds, 2)) s, peak \(peakBytes() >> 20) MB, SHA-256 \(digest)…"
      )
    }
    await bench.close()
  }
}

/// Writes the event log that a desk would have written.
struct SimulatedHistory: Sendable {
  let seed: UInt64
  let conversations: Int
  let days: Int
  /// Calls and chats, half of each.
  var livePercent = 0
  /// 2026-01-05T00:00:00+08:00, a Monday.
  let start = Instant(seconds: 1_767_542_400)

  private static let agents = ["anna", "bo", "chen", "dai", "eva", "feng"]
  private static let queues = ["accounts", "payments", "refunds", "technical", "general"]
  private static let target: JSON = [
    "name": "normal", "hours": "hotline", "first_response": 14_400, "next_reply": 14_400, "resolution": 64_800,
    "warn_at": 800, "runs_in": ["new", "open", "on_hold"],
  ]

  func day(_ number: Int) -> Instant { start.adding(seconds: Int64(number) * 86_400) }

  /// Returns how many events there are.
  func write(into desk: Desk) async throws -> Int {
    var (events, number) = (0, 0)
    var dice = SeededDice(state: seed)
    try await desk.store.write { [start] tx in
      try tx.insertContact(ContactID(1), name: "customers", language: "zh", at: start)
    }
    while number < conversations {
      let (first, last) = (number, min(number + 500, conversations))
      let seeded = dice.next()
      events += try await desk.store.write { [self] tx in
        var dice = SeededDice(state: seeded)
        return try (first..<last).reduce(0) { try $0 + conversation($1, desk, &dice, tx) }
      }
      number = last
    }
    return events
  }

  private func conversation(_ number: Int, _ desk: Desk, _ dice: inout SeededDice, _ tx: Transaction) throws -> Int {
    let span = Int64(days) * 86_400
    var now = start.adding(seconds: span * Int64(number) / Int64(conversations))
    let (queue, agent) = (
      Self.queues[Int(dice.next() % 5)], Self.agents[Int(dice.next() % 6)]
    )
    let id = try tx.nextConversationID()
    var record = ConversationRecord(
      id: id, channel: "support-mail", channelKind: "email", threadKey: "t\(number)", contact: ContactID(1),
      subject: nil, category: "refund", priority: .normal, queue: queue, homeQueue: queue, language: "zh", reason: "",
      startedAt: now, now: now)
    if number % 100 < livePercent { return try live(number, record, agent, desk, &dice, tx) }
    let isOpen = dice.next() % 50 == 0
    var lines: [Line] = []
    func log(_ kind: String, _ actor: String?, _ data: JSON) { lines.append((kind, now, actor, data)) }
    let facts: JSON = [
      "queue": JSON(queue), "hours": "hotline", "category": "refund", "priority": "normal", "target": Self.target,
      "channel": "support-mail", "kind": "email", "language": "zh", "status": "new",
    ]
    log("in", nil, ["seq": 1, "event": "message", "facts": facts])
    log("bot", nil, ["seq": 2])
    for turn in 0..<2 {
      now = now.adding(seconds: Int64(dice.next() % 14_000))
      log("taken", agent, ["until": JSON(now.adding(seconds: 900))])
      now = now.adding(seconds: Int64(dice.next() % 600))
      log("out", agent, ["seq": JSON(turn + 3)])
      log("status", agent, ["from": "open", "to": turn == 1 && !isOpen ? "resolved" : "pending"])
      log("accepted", agent, ["seq": JSON(turn + 3)])
      guard turn == 0 else { break }
      now = now.adding(seconds: Int64(dice.next() % 40_000))
      log("in", nil, ["seq": 9, "event": "message"])
      log("status", nil, ["from": "pending", "to": "open"])
    }
    (record.status, record.resolvedAt) = isOpen ? (.open, nil) : (.resolved, now)
    return try keep(record, lines, desk, tx)
  }

  private typealias Line = (kind: String, at: Instant, actor: String?, data: JSON)

  private func keep(_ record: ConversationRecord, _ lines: [Line], _ desk: Desk, _ tx: Transaction) throws -> Int {
    try tx.insert(record)
    for line in lines {
      try tx.log(
        id: desk.ids.next(at: line.at), record.id, line.kind, at: line.at, actor: line.actor, queue: record.queue,
        data: line.data)
    }
    return lines.count
  }

  /// A call or a chat: nine of ten are answered.
  private func live(
    _ number: Int, _ mail: ConversationRecord, _ agent: String, _ desk: Desk, _ dice: inout SeededDice,
    _ tx: Transaction
  ) throws -> Int {
    var record = mail
    let (start, isCall) = (mail.startedAt, number % 2 == 0)
    (record.channel, record.channelKind) = isCall ? ("hotline-calls", "asterisk") : ("webchat", "webchat")
    let (wait, talk, isAnswered) = (Int64(dice.next() % 90), Int64(dice.next() % 600), dice.next() % 10 > 0)
    let facts: JSON = [
      "queue": JSON(record.queue), "hours": "hotline", "category": "refund", "priority": "normal",
      "target": Self.target, "channel": JSON(record.channel), "kind": JSON(record.channelKind), "language": "zh",
      "status": isCall && isAnswered ? "resolved" : "new",
    ]
    let (taken, end) = (start.adding(seconds: wait), start.adding(seconds: wait + (isAnswered ? talk : 0)))
    let call: JSON = [
      "disposition": isAnswered ? "completed" : "no_answer", "started_at": JSON(start), "duration_s": JSON(talk),
      "answered_at": isAnswered ? JSON(taken) : .null,
    ]
    var lines: [Line] = [("in", isCall ? end : start, nil, ["seq": 1, "facts": facts])]
    if isCall { lines[0].data = ["seq": 1, "facts": facts, "call": call] }
    if !isCall, isAnswered {
      lines += [("taken", taken, agent, ["until": JSON(end)]), ("accepted", taken, agent, ["seq": 2])]
    }
    if !isCall || !isAnswered { lines.append(("status", end, agent, ["from": "open", "to": "resolved"])) }
    (record.status, record.resolvedAt) = (.resolved, end)
    return try keep(record, lines, desk, tx)
  }
}

/// SplitMix64.
struct SeededDice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
