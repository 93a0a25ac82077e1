package import Conversations

/// Reads the event log of one conversation and tells its story up to a moment (METRICS §2–§5): the same log and the same
/// moment give the same story for ever.
///
/// Lines are taken in the order in which they were written; a late message carries its own time. Answers that failed
/// later are no answers at all.
package struct StoryTeller: Sendable {
  package let histories: [String: CalendarHistory]
  private let machine: ClockMachine
  /// Promises by name that take the place of those in the log: for asking what would have been.
  private let targets: [String: ServiceTarget]

  /// Merges inside merges deeper than this are not followed.
  static let mergeDepthMax = 8

  package init(histories: [String: CalendarHistory], targets: [String: ServiceTarget] = [:]) {
    (self.histories, self.targets, machine) = (histories, targets, ClockMachine(histories: histories))
  }

  /// The story at `until` (included). `absorbed` gives the log of a conversation that was merged into this one.
  package func tell(_ entries: [LogEntry], until: Instant, absorbed: (Int64) -> [LogEntry] = { _ in [] })
    -> ConversationStory
  {
    var telling = Telling(histories: histories, machine: machine, targets: targets)
    telling.run(entries, until: until, depth: 0, absorbed)
    return telling.finished(at: until)
  }

  /// The clocks that the same log leads to, with the story.
  package func retell(_ entries: [LogEntry], until: Instant, absorbed: (Int64) -> [LogEntry]) -> Retold {
    var telling = Telling(histories: histories, machine: machine, targets: targets)
    telling.run(entries, until: until, depth: 0, absorbed)
    return Retold(clocks: machine.tick(telling.clocks, now: until), story: telling.finished(at: until))
  }
}

/// A log told over again, after it turned out that some of it belongs elsewhere.
package struct Retold: Sendable {
  package var clocks: ConversationClocks
  package var story: ConversationStory
}

/// The state of a telling.
struct Telling {
  let histories: [String: CalendarHistory]
  let machine: ClockMachine
  let targets: [String: ServiceTarget]
  var story = ConversationStory()
  var clocks = ConversationClocks()
  /// Where the conversation belonged when clock `i` was decided.
  var decidedAt: [Int: Placement] = [:]
  /// Who ended it.
  var decidedBy: [Int: String] = [:]
  private var actor: String?
  /// A customer's word after the end: it counts once the conversation is reopened for it.
  var unheard: Instant?
  var statusSince: Instant?
  var handoffAt: Instant?
  var enqueuedAt: Instant?
  var handling: (agent: String, from: Instant, until: Instant?)?
  var revoked: Set<Int64> = []
  var absorbedEchoes: Set<Int64> = []
  var accepted: Set<Int64> = []
  /// Answers that are written and not taken by the provider yet.
  var underway: Set<Int64> = []

  init(histories: [String: CalendarHistory], machine: ClockMachine, targets: [String: ServiceTarget]) {
    (self.histories, self.machine, self.targets) = (histories, machine, targets)
  }

  /// The promise the log speaks of, or the one asked about in its place.
  func target(_ json: JSON) -> ServiceTarget? {
    guard let logged = ServiceTarget(json: json) else { return nil }
    return targets[logged.name] ?? logged
  }

  mutating func run(
    _ entries: [LogEntry], until: Instant, depth: Int, skippingLastMerge: Bool = false,
    _ absorbed: (Int64) -> [LogEntry]
  ) {
    revoked = Telling.revoked(entries, until: until)
    absorbedEchoes = Telling.absorbedEchoes(entries, until: until)
    let gone = Telling.takenBack(entries, until: until)
    for entry in entries where entry.at <= until && !gone.contains(entry.id) {
      switch entry.kind {
      case "absorbed": absorb(entry, depth: depth, absorbed)
      case "merged" where skippingLastMerge: break
      case "split": inherit(entry, until: until, depth: depth, absorbed)
      default: take(entry)
      }
    }
  }

  /// Acceptances that a later failure took back.
  static func revoked(_ entries: [LogEntry], until: Instant) -> Set<Int64> {
    var (last, revoked) = ([Int64: Int64](), Set<Int64>())
    for entry in entries where entry.at <= until && (entry.kind == "accepted" || entry.kind == "send_failed") {
      guard let seq = entry.data["seq"]?.int64 else { continue }
      if entry.kind == "accepted" {
        last[seq] = entry.id
      } else if let id = last.removeValue(forKey: seq) {
        revoked.insert(id)
      }
    }
    return revoked
  }

  /// Messages that looked as if they were written elsewhere and were our own: their acceptance counts.
  static func absorbedEchoes(_ entries: [LogEntry], until: Instant) -> Set<Int64> {
    Set(entries.filter { $0.at <= until && $0.kind == "echo_absorbed" }.compactMap { $0.data["seq"]?.int64 })
  }

  mutating func take(_ entry: LogEntry) {
    actor = entry.actor
    if let facts = entry.data["facts"] { place(facts, by: entry) }
    switch entry.kind {
    case "in": heard(entry)
    case "out": wrote(entry)
    case "accepted": wasAccepted(entry)
    case "send_failed": failed(entry)
    case "status", "reopened": changed(entry)
    case "ack": unheard = nil
    case "escalated": if entry.data["pins"]?.bool == true { clocks.pin() }
    case "call": called(entry)
    case "handoff": handoffAt = entry.at
    case "taken": taken(entry)
    case "released", "assign", "snooze", "transfer": letGo(at: entry.at)
    case "merged", "spam", "erased":
      story.isGone = true
      letGo(at: entry.at)
    case "unmerged", "not_spam": story.isGone = false
    case "left": if story.replyCount == 0 { story.left = (entry.at, story.place) }
    case "returned": if story.replyCount == 0 { story.left = nil }
    case "survey": story.surveys.append(entry.at)
    case "rated": rated(entry)
    default: break
    }
  }

  private mutating func begin(at instant: Instant, byUs: Bool) {
    guard story.startedAt == nil else { return }
    story.startedAt = instant
    (story.isProactive, story.firstPlace) = (byUs, story.place)
    (statusSince, enqueuedAt) = (instant, instant)
    if story.placeSpans.isEmpty { story.placeSpans = [(instant, story.place.hours)] }
  }

  /// It belongs elsewhere, or is promised something else, from now on.
  mutating func place(_ facts: JSON, by entry: LogEntry) {
    let before = story.place
    story.place.take(facts)
    if story.placeSpans.isEmpty || before.hours != story.place.hours {
      story.placeSpans.append((entry.at, story.place.hours))
    }
    if let status = facts["status"]?.string.flatMap({ ConversationStatus(rawValue: $0) }), story.startedAt == nil {
      (story.status, clocks.status) = (status, status)
    }
    guard let json = facts["target"] else { return }
    let target = target(json)
    if target != clocks.target { retarget(to: target, by: entry) }
  }

  mutating func apply(_ event: ConversationEvent, at instant: Instant) {
    clocks = machine.apply(event, at: instant, to: clocks)
    noteDecisions()
  }

  private mutating func noteDecisions() {
    for (index, clock) in clocks.clocks.enumerated() {
      if clock.status.isDecided || clock.breachedAt != nil {
        if decidedAt[index] == nil { decidedAt[index] = story.place }
        if clock.status.isDecided, decidedBy[index] == nil { decidedBy[index] = actor }
      } else {
        (decidedAt[index], decidedBy[index]) = (nil, nil)
      }
    }
  }

  private mutating func heard(_ entry: LogEntry) {
    begin(at: entry.at, byUs: false)
    // Whoever writes is there.
    if story.replyCount == 0 { story.left = nil }
    if let call = entry.data["call"] { noteCall(call, seq: entry.data["seq"]?.int64, at: entry.at) }
    let isMachine = entry.data["auto"]?.bool ?? false
    // A call that somebody answered waits for nothing.
    guard !isMachine, entry.data["call"] == nil || story.status != .resolved && story.status != .pending else { return }
    if story.isResolved {
      unheard = unheard ?? entry.at
    } else {
      inbound(at: entry.at)
    }
  }

  private mutating func inbound(at instant: Instant) {
    story.waitingSince = story.waitingSince ?? instant
    apply(.inbound, at: instant)
  }

  private mutating func wrote(_ entry: LogEntry) {
    begin(at: entry.at, byUs: true)
    if entry.actor != nil {
      letGo(at: entry.at)
      if let seq = entry.data["seq"]?.int64 { underway.insert(seq) }
    } else if entry.data["event"]?.string == "message", !isAbsorbed(entry) {
      answer(at: entry.at, author: nil)
    }
  }

  private func isAbsorbed(_ entry: LogEntry) -> Bool { entry.data["seq"]?.int64.map(absorbedEchoes.contains) ?? false }

  private mutating func wasAccepted(_ entry: LogEntry) {
    if let seq = entry.data["seq"]?.int64 {
      accepted.insert(seq)
      underway.remove(seq)
    }
    let isRevoked = revoked.contains(entry.id)
    story.sendings.append(
      .init(at: entry.at, outcome: isRevoked ? .bounced : .accepted, author: entry.actor, place: story.place))
    if !isRevoked { answer(at: entry.at, author: entry.actor) }
  }

  private mutating func failed(_ entry: LogEntry) {
    guard let seq = entry.data["seq"]?.int64 else { return }
    underway.remove(seq)
    guard accepted.remove(seq) == nil else { return }
    story.sendings.append(.init(at: entry.at, outcome: .dead, author: entry.data["author"]?.string, place: story.place))
  }

  /// METRICS §3: it ends the turn; a second one in a row ends nothing.
  private mutating func answer(at instant: Instant, author: String?) {
    story.replyCount += 1
    if let start = story.waitingSince { end(start, at: instant, author) }
    (story.waitingSince, handoffAt) = (nil, nil)
    apply(.outbound, at: instant)
  }

  private mutating func end(_ start: Instant, at instant: Instant, _ author: String?) {
    let (stop, kind) = (max(instant, start), clocks.hasReply ? ClockKind.nextReply : .firstResponse)
    var turn = ConversationStory.Turn(
      kind: kind, startedAt: start, stoppedAt: stop, author: author, place: story.place,
      businessSeconds: story.businessSeconds(from: start, to: stop, histories),
      calendarSeconds: stop.seconds - start.seconds)
    turn.isSkewed = instant < start
    if kind == .firstResponse, let handoffAt {
      turn.sinceHandoffSeconds = story.businessSeconds(from: max(handoffAt, start), to: stop, histories)
    }
    story.turns.append(turn)
  }
}
