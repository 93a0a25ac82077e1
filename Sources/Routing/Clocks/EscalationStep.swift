package import Conversations

/// One rung of a service target's ladder: when a promise has come so far, this happens, once.
package struct EscalationStep: Sendable, Hashable {
  package enum Moment: Sendable, Hashable {
    /// So much of the time is used up, 0…1 (1 = the due time).
    case used(Double)
    /// So many business seconds after the promise was broken.
    case afterBreach(Int64)
  }

  /// Who is told, through which connection.
  package struct Notice: Sendable, Hashable {
    package var through: ChannelName
    /// Mail addresses, or what the connection calls a receiver.
    package var recipients: [String]
    package var language: String
    package init(through: ChannelName, recipients: [String], language: String) {
      (self.through, self.recipients, self.language) = (through, recipients, language)
    }
  }

  package var moment: Moment
  /// Only promises of these kinds; empty = all.
  package var kinds: Set<ClockKind>
  /// Raised to this if it is lower.
  package var priority: Priority?
  package var queue: String?
  package var notices: [Notice]

  package init(
    moment: Moment, kinds: Set<ClockKind> = [], priority: Priority? = nil, queue: String? = nil, notices: [Notice] = []
  ) {
    (self.moment, self.kinds, self.priority, self.queue, self.notices) = (moment, kinds, priority, queue, notices)
  }

  /// What makes it this rung: a ladder whose other rungs change does not happen again.
  package var key: String {
    switch moment {
    case .used(let share): "used \(Int64((share * 1000).rounded()))"
    case .afterBreach(let seconds): "breach+\(seconds)"
    }
  }

  /// Business seconds from the start of the clock.
  func seconds(target: Int64) -> Int64 {
    switch moment {
    case .used(let share): Int64((Double(target) * share).rounded(.up))
    case .afterBreach(let seconds): target + seconds
    }
  }
}

extension ClockMachine {
  /// When a running clock comes to `step`; in business hours, by R5. `nil` while it stands still, or never.
  package func moment(of step: EscalationStep, _ clock: ClockState) -> Instant? {
    guard clock.status == .running, let since = clock.runningSince, step.applies(to: clock.kind) else { return nil }
    return reach(clock.calendar, from: since, seconds: step.seconds(target: clock.targetSeconds) - clock.usedSeconds)
  }

  /// Whether somebody may be woken: business time in the clock's hours, or within a quarter of an hour of `moment`, which
  /// may be the closing instant. Anything later waits for the next opening.
  package func mayTell(_ clock: ClockState, of moment: Instant, now: Instant) -> Bool {
    now.seconds(since: moment) <= 900 || isOpen(clock.calendar, at: now)
  }
}

extension EscalationStep {
  /// R5: broken ⇔ now > due, so what follows a breach comes after that instant, a warning at it.
  package func isDue(at instant: Instant, now: Instant) -> Bool {
    if case .used(let share) = moment, share < 1 { return instant <= now }
    return instant < now
  }

  package func applies(to kind: ClockKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }
}
