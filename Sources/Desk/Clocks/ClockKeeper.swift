import Conversations
import Routing
import Storage

/// Keeps the clocks of one conversation in the store in step with what happens: load, let `ClockMachine` say what follows,
/// write what changed.
struct ClockKeeper {
  let desk: Desk
  let configuration: DeskConfiguration
  let now: Instant

  var machine: ClockMachine { desk.calendars.machine(of: configuration) }

  /// The conversation's clocks after `event` at `instant`; waiting and due times follow.
  func apply(
    _ event: ConversationEvent, at instant: Instant, to conversation: inout ConversationRecord,
    from before: ConversationStatus? = nil, _ tx: Transaction
  ) throws {
    let records = try tx.clocks(of: conversation.id)
    let hasReplyUnderway = try event == .status(.resolved) && tx.hasReplyUnderway(in: conversation.id)
    let after = follow(event, at: instant, &conversation, records, from: before, hasReplyUnderway: hasReplyUnderway)
    try write(after, over: records, of: conversation.id, tx)
  }

  /// The clocks that the first message of a conversation not yet stored starts.
  func begin(at instant: Instant, _ conversation: inout ConversationRecord) -> [ClockRecord] {
    let id = conversation.id
    return follow(.inbound, at: instant, &conversation, [], from: nil).clocks.map { new($0, of: id) }
  }

  private func follow(
    _ event: ConversationEvent, at instant: Instant, _ conversation: inout ConversationRecord, _ records: [ClockRecord],
    from before: ConversationStatus?, hasReplyUnderway: Bool = false
  ) -> ConversationClocks {
    var before = state(conversation, records, status: before ?? conversation.status)
    before.hasReplyUnderway = hasReplyUnderway
    // With a message the promise may have become another (an alarm in the middle of a refund): what runs follows.
    if event == .inbound, before.clocks.contains(where: { !$0.isPromised(by: before.target) }) {
      before = machine.apply(.target(before.target), at: instant, to: before)
    }
    let after = machine.apply(event, at: instant, to: before)
    follow(after, &conversation)
    return after
  }

  /// The clocks as they stand in the store, with the promise that fits by now: it counts from this event on.
  private func state(_ conversation: ConversationRecord, _ records: [ClockRecord], status: ConversationStatus)
    -> ConversationClocks
  {
    ConversationClocks(
      status: status, target: configuration.table.target(for: conversation), clocks: records.map { ClockState($0) },
      hasReply: conversation.firstResponseAt != nil, waitingSince: conversation.waitingSince)
  }

  private func follow(_ clocks: ConversationClocks, _ conversation: inout ConversationRecord) {
    conversation.waitingSince = clocks.waitingSince
    conversation.dueAt = clocks.clocks.filter { $0.status == .running }.compactMap(\.dueAt).min()
  }

  private func write(
    _ after: ConversationClocks, over records: [ClockRecord], of conversation: ConversationID, _ tx: Transaction
  ) throws {
    for (known, clock) in zip(records, after.clocks) where ClockState(known) != clock {
      var record = known
      record.take(clock, calendarVersion: version(of: clock))
      record.escalateAt = nextStep(clock, taken: hasLadder(clock) ? try tx.stepsTaken(record.id) : [])
      try tx.save(record)
      if known.breachedAt == nil, record.breachedAt != nil { try noteBreach(record, tx) }
    }
    try tx.insert(after.clocks.dropFirst(records.count).map { new($0, of: conversation) })
  }

  /// The sweep marks what nobody has touched meanwhile; whatever is stopped or changed too late is marked here.
  func noteBreach(_ clock: ClockRecord, _ tx: Transaction) throws {
    let queue = try tx.conversation(clock.conversation)?.queue
    try tx.log(
      id: desk.newID(now), clock.conversation, "sla_breach", at: clock.breachedAt ?? now, actor: nil, queue: queue,
      data: ["clock": JSON(clock.kind), "target": JSON(clock.target), "due_at": JSON(clock.breachedAt)])
    desk.counters.add("patchbay_sla_breaches_total")
  }

  private func new(_ clock: ClockState, of conversation: ConversationID) -> ClockRecord {
    var record = ClockRecord(
      id: desk.newID(now), conversation: conversation, clock, calendarVersion: version(of: clock))
    record.escalateAt = nextStep(clock, taken: [])
    return record
  }

  func ladder(_ clock: ClockState) -> [EscalationStep] {
    configuration.table.targets.first { $0.name == clock.target }?.ladder ?? []
  }

  private func hasLadder(_ clock: ClockState) -> Bool { !ladder(clock).isEmpty }

  /// When the next rung of its ladder comes that was not taken yet.
  func nextStep(_ clock: ClockState, taken: Set<String>) -> Instant? {
    ladder(clock).filter { !taken.contains($0.key) }.compactMap { machine.moment(of: $0, clock) }.min()
  }

  /// Sets when the next rung comes; false if that is what the record says already.
  func refit(_ record: inout ClockRecord, _ tx: Transaction) throws -> Bool {
    let clock = ClockState(record)
    guard nextStep(clock, taken: []) != record.escalateAt else { return false }
    let next = nextStep(clock, taken: try tx.stepsTaken(record.id))
    guard next != record.escalateAt else { return false }
    record.escalateAt = next
    return true
  }

  private func version(of clock: ClockState) -> String { configuration.table.calendars[clock.calendar]?.version ?? "" }

  /// What the event log tells of its clocks takes the place of what stands in the store.
  func retell(_ conversation: inout ConversationRecord, _ tx: Transaction) throws -> Retold {
    let id = conversation.id
    let logs = try LogBook.read(tx, of: [id.rawValue], upTo: .max)
    let teller = StoryTeller(histories: desk.calendars.histories(configuration.table.calendars))
    let told = teller.retell(logs[id.rawValue] ?? [], until: now) { logs[$0] ?? [] }
    let records = try tx.clocks(of: id)
    for record in records.dropFirst(told.clocks.clocks.count) { try tx.removeClock(record.id) }
    try write(told.clocks, over: Array(records.prefix(told.clocks.clocks.count)), of: id, tx)
    follow(told.clocks, &conversation)
    if !told.clocks.hasReply {
      conversation.firstResponseAt = nil
    } else if conversation.firstResponseAt == nil {
      conversation.firstResponseAt = told.story.turns.first { $0.kind == .firstResponse }?.stoppedAt ?? now
    }
    return told
  }

  /// Clocks as they were kept take the place of those in the store.
  func restore(_ clocks: [ClockRecord], of conversation: ConversationID, _ tx: Transaction) throws {
    let kept = Set(clocks.map(\.id))
    for record in try tx.clocks(of: conversation) where !kept.contains(record.id) { try tx.removeClock(record.id) }
    for clock in clocks { try tx.save(clock) }
  }

  /// After a merge: what runs counts from the earlier start of both.
  func merge(_ loser: ConversationRecord, into winner: inout ConversationRecord, _ tx: Transaction) throws {
    let records = try tx.clocks(of: winner.id)
    let other = state(loser, try tx.clocks(of: loser.id), status: loser.status)
    let after = machine.merged(other, into: state(winner, records, status: winner.status), at: now)
    try write(after, over: records, of: winner.id, tx)
    follow(after, &winner)
    winner.firstResponseAt = [winner.firstResponseAt, loser.firstResponseAt].compactMap(\.self).min()
  }
}

extension ClockState {
  /// Decided, or what `target` promises.
  fileprivate func isPromised(by target: ServiceTarget?) -> Bool {
    status.isDecided || breachedAt != nil || isPinned
      || (self.target == target?.name && targetSeconds == target?.seconds(of: kind)
        && calendar == target?.calendar ?? "")
  }

  init(_ record: ClockRecord) {
    self.init(
      kind: ClockKind(rawValue: record.kind) ?? .resolution, target: record.target, calendar: record.calendar,
      targetSeconds: record.targetSeconds, warnAtFraction: Double(record.warnPermille) / 1000,
      startedAt: record.startedAt,
      status: Status(rawValue: record.state.rawValue) ?? .running, usedSeconds: record.usedSeconds,
      runningSince: record.runningSince,
      dueAt: record.dueAt, warnAt: record.warnAt, warnedAt: record.warnedAt, breachedAt: record.breachedAt,
      stoppedAt: record.stoppedAt,
      businessSeconds: record.businessSeconds, calendarSeconds: record.calendarSeconds)
    isPinned = record.isPinned
  }
}

extension ClockRecord {
  init(id: Int64, conversation: ConversationID, _ clock: ClockState, calendarVersion: String) {
    self.init(
      id: id, conversation: conversation, kind: clock.kind.rawValue, target: clock.target, calendar: clock.calendar,
      calendarVersion: calendarVersion, targetSeconds: clock.targetSeconds, startedAt: clock.startedAt,
      dueAt: clock.dueAt,
      warnAt: clock.warnAt)
    take(clock, calendarVersion: calendarVersion)
  }

  mutating func take(_ clock: ClockState, calendarVersion version: String) {
    (kind, target, calendar, calendarVersion) = (clock.kind.rawValue, clock.target, clock.calendar, version)
    (targetSeconds, warnPermille) = (clock.targetSeconds, Int64((clock.warnAtFraction * 1000).rounded()))
    (startedAt, usedSeconds, runningSince) = (clock.startedAt, clock.usedSeconds, clock.runningSince)
    (dueAt, warnAt, warnedAt, breachedAt) = (clock.dueAt, clock.warnAt, clock.warnedAt, clock.breachedAt)
    (stoppedAt, businessSeconds, calendarSeconds) = (clock.stoppedAt, clock.businessSeconds, clock.calendarSeconds)
    isPinned = clock.isPinned
    state = State(rawValue: clock.status.rawValue) ?? .running
  }
}

extension RoutingTable {
  /// The promise that fits the conversation as it stands: the first whose condition holds.
  func target(for conversation: ConversationRecord) -> ServiceTarget? {
    target(
      queue: conversation.homeQueue, category: conversation.category, priority: conversation.priority,
      channel: conversation.channel, language: conversation.language, groups: conversation.contactGroups)
  }
}
