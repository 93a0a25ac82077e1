import Conversations
import Routing
import Storage

/// Keeps the clocks of one conversation in the store in step with what happens: load, let `ClockMachine` say what follows,
/// write what changed.
struct ClockKeeper {
  let desk: Desk
  let configuration: DeskConfiguration
  let now: Instant

  private var machine: ClockMachine { ClockMachine(calendars: configuration.table.calendars) }

  /// The conversation's clocks after `event` at `instant`; waiting and due times follow.
  func apply(
    _ event: ConversationEvent, at instant: Instant, to conversation: inout ConversationRecord,
    from before: ConversationStatus? = nil, _ tx: Transaction
  ) throws {
    let records = try tx.clocks(of: conversation.id)
    let after = follow(event, at: instant, &conversation, records, from: before)
    try write(after, over: records, of: conversation.id, tx)
  }

  /// The clocks that the first message of a conversation not yet stored starts.
  func begin(at instant: Instant, _ conversation: inout ConversationRecord) -> [ClockRecord] {
    let id = conversation.id
    return follow(.inbound, at: instant, &conversation, [], from: nil).clocks.map { new($0, of: id) }
  }

  private func follow(
    _ event: ConversationEvent, at instant: Instant, _ conversation: inout ConversationRecord, _ records: [ClockRecord],
    from before: ConversationStatus?
  ) -> ConversationClocks {
    let target = configuration.table.target(for: conversation)
    // A target that fits better by now counts from its own event on, not from this one.
    let state = ConversationClocks(
      status: before ?? conversation.status, target: target, clocks: records.map { ClockState($0) },
      hasReply: conversation.firstResponseAt != nil, waitingSince: conversation.waitingSince)
    let after = machine.apply(event, at: instant, to: state)
    conversation.waitingSince = after.waitingSince
    conversation.dueAt = after.clocks.filter { $0.status == .running }.compactMap(\.dueAt).min()
    return after
  }

  private func write(
    _ after: ConversationClocks, over records: [ClockRecord], of conversation: ConversationID, _ tx: Transaction
  ) throws {
    for (known, clock) in zip(records, after.clocks) where ClockState(known) != clock {
      var record = known
      record.take(clock, calendarVersion: version(of: clock))
      try tx.save(record)
    }
    try tx.insert(after.clocks.dropFirst(records.count).map { new($0, of: conversation) })
  }

  private func new(_ clock: ClockState, of conversation: ConversationID) -> ClockRecord {
    ClockRecord(id: desk.newID(now), conversation: conversation, clock, calendarVersion: version(of: clock))
  }

  private func version(of clock: ClockState) -> String { configuration.table.calendars[clock.calendar]?.version ?? "" }

  /// After a merge: what runs counts from the earlier start of both.
  func restart(_ conversation: inout ConversationRecord, earlierStart: Instant, _ tx: Transaction) throws {
    guard let target = configuration.table.target(for: conversation) else { return }
    var due: [Instant] = []
    for var record in try tx.clocks(of: conversation.id) where record.state == .running {
      let clock = ClockState(record)
      if clock.startedAt > earlierStart, clock.kind != .nextReply,
        let earlier = machine.start(clock.kind, target: target, at: earlierStart)
      {
        record.take(earlier, calendarVersion: version(of: earlier))
        try tx.save(record)
      }
      if let at = record.dueAt { due.append(at) }
    }
    conversation.dueAt = due.min()
  }
}

extension ClockState {
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
    state = State(rawValue: clock.status.rawValue) ?? .running
  }
}

extension RoutingTable {
  /// The promise that fits the conversation as it stands: the first whose condition holds.
  func target(for conversation: ConversationRecord) -> ServiceTarget? {
    targets.first { target in
      let when = target.when
      return (when.queues.isEmpty || when.queues.contains(conversation.homeQueue))
        && (when.categories.isEmpty || when.categories.contains(conversation.category))
        && (when.priorities.isEmpty || when.priorities.contains(conversation.priority))
        && (when.channels.isEmpty || when.channels.contains(conversation.channel))
        && (when.languages.isEmpty || when.languages.contains(conversation.language)
          || when.languages.contains(String(conversation.language.prefix(2))))
    }
  }
}
