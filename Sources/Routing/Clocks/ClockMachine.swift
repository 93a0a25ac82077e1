package import Conversations

/// The arithmetic of service clocks: a state and an event make the next state (METRICS §1–§5). It knows calendars and
/// nothing else.
package struct ClockMachine: Sendable {
  private let calendars: [String: CalendarHistory]

  /// Calendars by the name clocks use; a name that is not among them counts every second.
  package init(calendars: [String: BusinessCalendar]) { self.calendars = calendars.mapValues { CalendarHistory($0) } }

  package init(histories: [String: CalendarHistory]) { calendars = histories }

  /// A clock of `kind` as `target` promises it; `nil` if it promises nothing of the kind.
  package func start(_ kind: ClockKind, target: ServiceTarget, at instant: Instant) -> ClockState? {
    guard let seconds = target.seconds(of: kind) else { return nil }
    let clock = ClockState(
      kind: kind, target: target.name, calendar: target.calendar ?? "", targetSeconds: seconds,
      warnAtFraction: target.warnAtFraction, startedAt: instant)
    return run(clock, from: instant)
  }

  /// The clock after `event` at `instant`. An event that means nothing in the present state leaves it as it is; one that
  /// comes earlier than the last is taken as of the last (clock skew counts 0, METRICS §5).
  package func apply(_ event: ClockEvent, at instant: Instant, to clock: ClockState) -> ClockState {
    let now = max(instant, clock.runningSince ?? clock.startedAt)
    switch (event, clock.status) {
    case (.tick, .running): return marked(clock, now: now)
    case (.pause, .running): return halt(marked(clock, now: now), at: now, as: .paused)
    case (.resume, .paused): return run(clock, from: now)
    case (.stop, .running), (.stop, .paused): return stop(clock, at: now)
    case (.revoke(let pausedSince), .met), (.revoke(let pausedSince), .breached):
      return revoke(clock, pausedSince: pausedSince, now: now)
    case (.cancel, .running), (.cancel, .paused): return cancel(clock, at: now)
    case (.retarget(let target, let calendar, let seconds, let fraction), .running),
      (.retarget(let target, let calendar, let seconds, let fraction), .paused):
      return retarget(clock, to: target, calendar, seconds, fraction, at: now)
    default: return clock
    }
  }

  /// Business seconds used at `instant`, pauses left out; for a stopped clock, in all.
  package func usedSeconds(_ clock: ClockState, at instant: Instant) -> Int64 {
    if let total = clock.businessSeconds { return total }
    guard let since = clock.runningSince else { return clock.usedSeconds }
    return clock.usedSeconds + elapsed(clock.calendar, from: since, to: instant)
  }

  /// Business seconds left at `instant`; negative once it is overdue.
  package func remainingSeconds(_ clock: ClockState, at instant: Instant) -> Int64 {
    clock.targetSeconds - usedSeconds(clock, at: instant)
  }

  private func elapsed(_ calendar: String, from: Instant, to: Instant) -> Int64 {
    calendars[calendar]?.elapsed(from: from, to: to) ?? max(0, to.seconds - from.seconds)
  }

  func isOpen(_ calendar: String, at instant: Instant) -> Bool {
    calendars[calendar]?.calendar(at: instant).isOpen(at: instant) ?? true
  }

  func reach(_ calendar: String, from: Instant, seconds: Int64) -> Instant? {
    due(calendar, from: from, seconds: seconds)
  }

  /// The next opening of a clock's hours at or after `instant`.
  package func nextOpen(_ calendar: String, at instant: Instant) -> Instant? {
    guard let known = calendars[calendar] else { return instant }
    return known.calendar(at: instant).nextOpen(at: instant)
  }

  private func due(_ calendar: String, from: Instant, seconds: Int64) -> Instant? {
    guard let known = calendars[calendar] else {
      return Instant(seconds: from.seconds).adding(seconds: max(0, seconds))
    }
    return known.due(from: from, seconds: seconds)
  }

  private func run(_ clock: ClockState, from instant: Instant) -> ClockState {
    var clock = clock
    (clock.status, clock.runningSince) = (.running, instant)
    clock.dueAt =
      clock.breachedAt ?? due(clock.calendar, from: instant, seconds: clock.targetSeconds - clock.usedSeconds)
    clock.warnAt = warning(clock, from: instant)
    return clock
  }

  /// A warning is never due before the run it belongs to, and not at all once it was given or the promise is broken.
  private func warning(_ clock: ClockState, from instant: Instant) -> Instant? {
    guard clock.warnedAt == nil, clock.breachedAt == nil, clock.warnAtFraction < 1 else { return nil }
    let share = Int64((Double(clock.targetSeconds) * clock.warnAtFraction).rounded(.up))
    return due(clock.calendar, from: instant, seconds: share - clock.usedSeconds)
  }

  /// R5: broken ⇔ now > due.
  private func marked(_ clock: ClockState, now: Instant) -> ClockState {
    guard clock.breachedAt == nil, let due = clock.dueAt, now > due else { return clock }
    var clock = clock
    (clock.breachedAt, clock.warnAt) = (due, nil)
    return clock
  }

  private func halt(_ clock: ClockState, at instant: Instant, as status: ClockState.Status) -> ClockState {
    var halted = clock
    halted.usedSeconds = usedSeconds(clock, at: instant)
    (halted.status, halted.runningSince, halted.dueAt, halted.warnAt) = (status, nil, nil, nil)
    return halted
  }

  /// R5: met ⇔ stop ≤ due. The due time is kept: reports show it.
  private func stop(_ clock: ClockState, at instant: Instant) -> ClockState {
    let due = clock.dueAt
    let marked = clock.status == .running ? marked(clock, now: instant) : clock
    var stopped = halt(marked, at: instant, as: marked.breachedAt == nil ? .met : .breached)
    (stopped.dueAt, stopped.stoppedAt) = (due, instant)
    stopped.businessSeconds = stopped.usedSeconds
    stopped.calendarSeconds = max(0, instant.seconds - clock.startedAt.seconds)
    return stopped
  }

  private func cancel(_ clock: ClockState, at instant: Instant) -> ClockState {
    var cancelled = halt(clock, at: instant, as: .cancelled)
    cancelled.stoppedAt = instant
    return cancelled
  }

  private func revoke(_ clock: ClockState, pausedSince: Bool, now: Instant) -> ClockState {
    guard let stoppedAt = clock.stoppedAt else { return clock }
    var revoked = clock
    (revoked.stoppedAt, revoked.businessSeconds, revoked.calendarSeconds) = (nil, nil, nil)
    // A bounced reply was none: the clock has run all the while (METRICS §2).
    let running = run(revoked, from: pausedSince ? max(now, stoppedAt) : stoppedAt)
    return marked(running, now: now)
  }

  /// What was used in the old calendar stays used; the new one counts from now (METRICS §1: each second is judged by what
  /// is valid at that second). A promise already broken stays the one that was broken: its ladder goes on from there.
  private func retarget(
    _ clock: ClockState, to target: String, _ calendar: String, _ seconds: Int64, _ fraction: Double, at now: Instant
  ) -> ClockState {
    var moved = marked(clock, now: now)
    guard !moved.keepsPromise else { return moved }
    let wasRunning = moved.status == .running
    moved = halt(moved, at: now, as: .paused)
    (moved.target, moved.calendar, moved.targetSeconds, moved.warnAtFraction) = (target, calendar, seconds, fraction)
    return wasRunning ? run(moved, from: now) : moved
  }
}

extension ServiceTarget {
  /// The promise of that kind in business seconds.
  package func seconds(of kind: ClockKind) -> Int64? {
    switch kind {
    case .firstResponse: firstResponseSeconds
    case .nextReply: nextReplySeconds
    case .resolution: resolutionSeconds
    }
  }
}
