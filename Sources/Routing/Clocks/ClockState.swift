package import Conversations

/// What is promised (METRICS §3).
package enum ClockKind: String, Sendable, CaseIterable {
  case firstResponse = "first_response"
  case nextReply = "next_reply"
  case resolution
}

/// One promise to one customer: running, paused, or decided. A value; `ClockMachine` makes the next one from it.
///
/// `breachedAt` may be set while it still runs: the promise is broken, the clock goes on counting.
package struct ClockState: Sendable, Hashable {
  package enum Status: String, Sendable, CaseIterable {
    case running, paused, met, breached, cancelled

    package var isDecided: Bool { self == .met || self == .breached || self == .cancelled }
  }

  package var kind: ClockKind
  /// Name of the service target.
  package var target: String
  /// Name of the calendar its seconds are counted in; empty = every second counts.
  package var calendar: String
  /// Business seconds allowed.
  package var targetSeconds: Int64
  /// 0…1 of `targetSeconds`.
  package var warnAtFraction: Double
  package var startedAt: Instant
  package var status: Status
  /// Business seconds used up before the present run.
  package var usedSeconds: Int64
  /// `nil` unless running.
  package var runningSince: Instant?
  /// When the time is used up; `nil` while paused or decided, and when the calendar never opens that long.
  package var dueAt: Instant?
  package var warnAt: Instant?
  package var warnedAt: Instant?
  /// The due time that passed.
  package var breachedAt: Instant?
  package var stoppedAt: Instant?
  /// From start to stop without the pauses, in business time; set with `stoppedAt`.
  package var businessSeconds: Int64?
  /// From start to stop, every second; set with `stoppedAt`.
  package var calendarSeconds: Int64?
  /// A rung of its ladder has raised the priority or moved the conversation: that makes no other promise of this one.
  package var isPinned = false

  /// Whether changes of queue, priority or category leave the promise as it is: it is broken, or it has climbed.
  var keepsPromise: Bool { breachedAt != nil || isPinned }

  package init(
    kind: ClockKind, target: String, calendar: String, targetSeconds: Int64, warnAtFraction: Double = 0.8,
    startedAt: Instant, status: Status = .running, usedSeconds: Int64 = 0, runningSince: Instant? = nil,
    dueAt: Instant? = nil, warnAt: Instant? = nil, warnedAt: Instant? = nil, breachedAt: Instant? = nil,
    stoppedAt: Instant? = nil, businessSeconds: Int64? = nil, calendarSeconds: Int64? = nil
  ) {
    (self.kind, self.target, self.calendar, self.targetSeconds) = (kind, target, calendar, targetSeconds)
    (self.warnAtFraction, self.startedAt, self.status) = (warnAtFraction, startedAt, status)
    (self.usedSeconds, self.runningSince, self.dueAt, self.warnAt) = (usedSeconds, runningSince, dueAt, warnAt)
    (self.warnedAt, self.breachedAt, self.stoppedAt) = (warnedAt, breachedAt, stoppedAt)
    (self.businessSeconds, self.calendarSeconds) = (businessSeconds, calendarSeconds)
  }
}

/// What happens to one clock. Instants are the effective ones (METRICS §2).
package enum ClockEvent: Sendable, Hashable {
  /// We wait for the customer.
  case pause
  /// The customer has answered, or the status runs again.
  case resume
  /// The promise was kept, in time or not: an accepted reply, a resolution.
  case stop
  /// The stop did not happen after all (the reply bounced, the conversation was reopened): it runs on.
  /// `pausedSince`: whether the time since the stop is left out (a reopening) or counts (a bounced reply).
  case revoke(pausedSince: Bool)
  /// Another promise holds from now on: queue, priority or category have changed. What was used stays used; one that is
  /// broken, or has climbed its ladder, stays what it was.
  case retarget(target: String, calendar: String, seconds: Int64, warnAtFraction: Double)
  /// Merged away, spam, deleted.
  case cancel
  /// Time has passed.
  case tick
}
