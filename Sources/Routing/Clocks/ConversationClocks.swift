package import Conversations

/// What happens in a conversation, as far as clocks care (METRICS §2). Automatic messages, notes, snooze and assignment
/// are not among them: they move nothing.
package enum ConversationEvent: Sendable, Hashable {
  /// A customer's message.
  case inbound
  /// A human's public message, at the moment the provider accepted it.
  case outbound
  /// The last human message failed for good after it had been accepted: the turn it had ended goes on.
  case outboundFailed
  /// A human message failed for good that had been accepted at `acceptedAt` and may have ended a turn then. `answeredAt`:
  /// when the next human message after it was accepted, `nil` = there is none.
  case replyRevoked(acceptedAt: Instant, answeredAt: Instant?)
  case status(ConversationStatus)
  /// Queue, category or priority have changed: the promise that holds from now on, `nil` = none.
  case target(ServiceTarget?)
  /// Spam, deleted, merged away.
  case cancelled
}

/// All clocks of one conversation and the little history they depend on.
package struct ConversationClocks: Sendable, Hashable {
  package var status: ConversationStatus
  /// What is promised now.
  package var target: ServiceTarget?
  /// Oldest first; at most one undecided of each kind.
  package var clocks: [ClockState]
  /// Whether a human of ours has written: from then on turns are next replies.
  package var hasReply: Bool
  /// When the oldest customer message came that nobody has answered.
  package var waitingSince: Instant?
  /// A human's answer is written and no provider has taken it yet: the turn ends with its acceptance, not with a resolution.
  package var hasReplyUnderway = false

  package init(
    status: ConversationStatus = .new, target: ServiceTarget? = nil, clocks: [ClockState] = [], hasReply: Bool = false,
    waitingSince: Instant? = nil
  ) {
    (self.status, self.target, self.clocks) = (status, target, clocks)
    (self.hasReply, self.waitingSince) = (hasReply, waitingSince)
  }
}

extension ClockMachine {
  /// The conversation's clocks after `event` at `instant`.
  package func apply(_ event: ConversationEvent, at instant: Instant, to before: ConversationClocks)
    -> ConversationClocks
  {
    var after = before
    switch event {
    case .inbound: inbound(&after, at: instant)
    case .outbound: outbound(&after, at: instant)
    case .outboundFailed: revokeLastReply(&after, at: instant)
    case .replyRevoked(let acceptedAt, let answeredAt):
      revoke(&after, acceptedAt: acceptedAt, answeredAt: answeredAt, at: instant)
    case .status(let status): change(&after, to: status, at: instant)
    case .target(let target): retarget(&after, to: target, at: instant)
    case .cancelled: each(&after, .cancel, at: instant)
    }
    return after
  }

  /// Marks what has been broken by `now`.
  package func tick(_ clocks: ConversationClocks, now: Instant) -> ConversationClocks {
    var after = clocks
    each(&after, .tick, at: now)
    return after
  }

  private func inbound(_ state: inout ConversationClocks, at instant: Instant) {
    if let target = state.target, state.waitingSince == nil {
      let kind: ClockKind = state.hasReply ? .nextReply : .firstResponse
      if !state.has(kind), let clock = start(kind, target: target, at: instant) { state.clocks.append(clock) }
    }
    startResolution(&state, at: instant)
    // Later messages of the same turn do not restart it (METRICS §3).
    state.waitingSince = state.waitingSince ?? instant
  }

  private func outbound(_ state: inout ConversationClocks, at instant: Instant) {
    state.hasReply = true
    state.waitingSince = nil
    for index in state.clocks.indices where state.clocks[index].kind != .resolution {
      state.clocks[index] = apply(.stop, at: instant, to: state.clocks[index])
    }
    startResolution(&state, at: instant)
  }

  /// Once per conversation, with its first message, whoever wrote it.
  private func startResolution(_ state: inout ConversationClocks, at instant: Instant) {
    guard let target = state.target, state.clocks.allSatisfy({ $0.kind != .resolution }),
      let clock = start(.resolution, target: target, at: instant)
    else { return }
    state.clocks.append(clock)
  }

  private func revokeLastReply(_ state: inout ConversationClocks, at instant: Instant) {
    guard let last = state.clocks.last(where: { $0.endedTurn }), let acceptedAt = last.stoppedAt else { return }
    revoke(&state, acceptedAt: acceptedAt, answeredAt: nil, at: instant)
  }

  /// The turn that the failed message had ended goes on from its own start, to the next message that did arrive if there
  /// is one. A message that had ended no turn changes nothing.
  private func revoke(
    _ state: inout ConversationClocks, acceptedAt: Instant, answeredAt: Instant?, at instant: Instant
  ) {
    guard let index = state.clocks.lastIndex(where: { $0.endedTurn && $0.stoppedAt == acceptedAt }) else { return }
    let revoked = apply(.revoke(pausedSince: false), at: answeredAt ?? instant, to: state.clocks[index])
    state.clocks[index] = answeredAt.map { apply(.stop, at: $0, to: revoked) } ?? revoked
    // Turns begun in between belong to the one that went on.
    for later in state.clocks.indices where later > index && state.clocks[later].kind != .resolution {
      if let answeredAt, state.clocks[later].startedAt >= answeredAt { continue }
      let open = state.clocks[later].endedTurn ? reopened(state.clocks[later]) : state.clocks[later]
      state.clocks[later] = apply(.cancel, at: instant, to: open)
    }
    guard answeredAt == nil else { return }
    state.waitingSince = state.clocks[index].startedAt
    if state.clocks[index].kind == .firstResponse { state.hasReply = false }
  }

  private func reopened(_ clock: ClockState) -> ClockState {
    apply(.revoke(pausedSince: true), at: clock.stoppedAt ?? clock.startedAt, to: clock)
  }

  private func change(_ state: inout ConversationClocks, to status: ConversationStatus, at instant: Instant) {
    let runsIn = state.target?.resolutionRunsIn ?? [.new, .open, .onHold]
    for index in state.clocks.indices where state.clocks[index].kind == .resolution {
      var clock = state.clocks[index]
      if status == .resolved {
        clock = apply(.stop, at: instant, to: clock)
      } else {
        // METRICS §3: after a reopening it goes on, it does not begin anew.
        if state.status == .resolved { clock = apply(.revoke(pausedSince: true), at: instant, to: clock) }
        clock = apply(runsIn.contains(status) ? .resume : .pause, at: instant, to: clock)
      }
      state.clocks[index] = clock
    }
    if status == .resolved { settleOpenTurn(&state, at: instant) }
    state.status = status
  }

  /// Resolved without a human's answer: nobody waits any more, and no answer was given either.
  private func settleOpenTurn(_ state: inout ConversationClocks, at instant: Instant) {
    guard !state.hasReplyUnderway else { return }
    for index in state.clocks.indices where state.clocks[index].kind != .resolution {
      state.clocks[index] = apply(.cancel, at: instant, to: state.clocks[index])
    }
    state.waitingSince = nil
  }

  private func retarget(_ state: inout ConversationClocks, to target: ServiceTarget?, at instant: Instant) {
    state.target = target
    for index in state.clocks.indices where !state.clocks[index].status.isDecided {
      let clock = apply(.tick, at: instant, to: state.clocks[index])
      if clock.keepsPromise {
        state.clocks[index] = clock
      } else if let target, let seconds = target.seconds(of: clock.kind) {
        let event = ClockEvent.retarget(
          target: target.name, calendar: target.calendar ?? "", seconds: seconds, warnAtFraction: target.warnAtFraction)
        state.clocks[index] = apply(event, at: instant, to: clock)
      } else {
        state.clocks[index] = apply(.cancel, at: instant, to: clock)
      }
    }
  }

  private func each(_ state: inout ConversationClocks, _ event: ClockEvent, at instant: Instant) {
    for index in state.clocks.indices { state.clocks[index] = apply(event, at: instant, to: state.clocks[index]) }
  }
}

extension ClockState {
  /// A reply stopped it, in time or not.
  fileprivate var endedTurn: Bool { kind != .resolution && (status == .met || status == .breached) }
}

extension ConversationClocks {
  /// An undecided clock of that kind.
  fileprivate func has(_ kind: ClockKind) -> Bool { clocks.contains { $0.kind == kind && !$0.status.isDecided } }

  /// Whatever is undecided keeps its promise from now on, whatever becomes of the conversation.
  package mutating func pin() {
    for index in clocks.indices where !clocks[index].status.isDecided { clocks[index].isPinned = true }
  }

  /// The next moment at which one of them is due; `nil` when none runs.
  package var nextDue: Instant? {
    clocks.filter { $0.status == .running && $0.breachedAt == nil }.compactMap(\.dueAt).min()
  }
}
