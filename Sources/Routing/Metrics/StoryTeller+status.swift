package import Conversations

extension Telling {
  mutating func changed(_ entry: LogEntry) {
    guard let to = entry.data["to"]?.string.flatMap({ ConversationStatus(rawValue: $0) }) else { return }
    let from = entry.data["from"]?.string.flatMap { ConversationStatus(rawValue: $0) } ?? story.status
    span(to: entry.at)
    story.status = to
    if to == .pending || to == .onHold { story.hasWaited = true }
    if to.isWaiting, !from.isWaiting { enqueuedAt = enqueuedAt ?? entry.at }
    if to == .resolved { resolved(entry) }
    clocks.hasReplyUnderway = !underway.isEmpty
    apply(.status(to), at: entry.at)
    guard from == .resolved else { return }
    // A message of ours that came back opens it as well: nobody reopened it.
    if entry.data["cause"]?.string != "send_failed" { story.reopens.append(entry.at) }
    if let heard = unheard {
      story.waitingSince = story.waitingSince ?? heard
      apply(.inbound, at: heard)
    }
    unheard = nil
  }

  private mutating func span(to instant: Instant) {
    if let since = statusSince, since < instant { story.statusSpans.append((story.status, since, instant)) }
    statusSince = max(statusSince ?? instant, instant)
  }

  private mutating func resolved(_ entry: LogEntry) {
    let start = story.startedAt ?? entry.at
    letGo(at: entry.at)
    enqueuedAt = nil
    // An answer on its way ends the turn when it is taken.
    if underway.isEmpty { story.waitingSince = nil }
    story.resolutions.append(
      .init(
        at: entry.at, actor: entry.actor, place: story.place,
        businessSeconds: story.businessSeconds(from: start, to: entry.at, histories),
        calendarSeconds: max(0, entry.at.seconds - start.seconds),
        isByBot: entry.actor == nil && story.replyCount == 0 && underway.isEmpty))
  }

  // MARK: In hand

  mutating func taken(_ entry: LogEntry) {
    guard let agent = entry.actor else { return }
    let until = entry.data["until"]?.string.flatMap { Instant(rfc3339: $0) }
    if let waiting = enqueuedAt {
      story.queueWaits.append((entry.at, max(0, entry.at.seconds - waiting.seconds), story.place))
      enqueuedAt = nil
    }
    if var current = handling, current.agent == agent, current.until.map({ $0 >= entry.at }) ?? true {
      current.until = until
      handling = current
    } else {
      letGo(at: entry.at)
      handling = (agent, entry.at, until)
    }
  }

  /// The lease ends, at the latest when it had lapsed.
  mutating func letGo(at instant: Instant) {
    guard let current = handling else { return }
    let end = min(instant, current.until ?? instant)
    if current.from < end {
      story.handlings.append(.init(agent: current.agent, from: current.from, to: end, place: story.place))
    }
    handling = nil
  }

  // MARK: Calls

  mutating func called(_ entry: LogEntry) { noteCall(entry.data, at: entry.at) }

  /// One stage of a call. A record that comes only afterwards says how it ended, not when it was picked up.
  mutating func noteCall(_ json: JSON, at instant: Instant) {
    guard let word = json["disposition"]?.string, let disposition = CallRecord.Disposition(rawValue: word) else {
      return
    }
    let start = json["started_at"]?.string.flatMap { Instant(rfc3339: $0) } ?? instant
    var call = story.call ?? .init(startedAt: start)
    switch disposition {
    case .ringing: break
    case .answered: call.answeredAt = call.answeredAt ?? instant
    case .completed, .forwarded: call.isAnswered = true
    case .busy, .noAnswer, .canceled, .failed, .voicemail:
      call.endedAt = json["duration_s"]?.int64.map { start.adding(seconds: $0) } ?? instant
      // A mailbox took it: some systems call that answered and completed first.
      if disposition == .voicemail { (call.isAnswered, call.answeredAt) = (false, nil) }
    case .blocked: return
    }
    story.call = call
  }

  mutating func rated(_ entry: LogEntry) {
    guard let stars = entry.data["stars"]?.int, (1...5).contains(stars) else { return }
    story.ratings.append(.init(at: entry.at, stars: stars, agent: entry.data["agent"]?.string))
  }

  // MARK: Merging

  /// METRICS §5: the survivor keeps the earliest start, and its turn starts at the earliest unanswered message of both.
  mutating func absorb(_ entry: LogEntry, depth: Int, _ logs: (Int64) -> [LogEntry]) {
    if let facts = entry.data["facts"] { story.place.take(facts) }
    guard depth < StoryTeller.mergeDepthMax, let from = entry.data["from"]?.int64 else { return }
    var other = Telling(histories: histories, machine: machine, targets: targets)
    let earlier = logs(from).filter { $0.id < entry.id }
    other.run(earlier, until: entry.at, depth: depth + 1, skippingLastMerge: true, logs)
    guard let started = other.story.startedAt else { return }
    story.startedAt = min(story.startedAt ?? started, started)
    story.waitingSince = [story.waitingSince, other.story.waitingSince].compactMap(\.self).min()
    let hasFirst = story.turns.contains { $0.kind == .firstResponse }
    story.turns += other.story.turns.filter { $0.kind != .firstResponse || !hasFirst }
    story.handlings += other.story.handlings
    story.sendings += other.story.sendings
    story.replyCount += other.story.replyCount
    clocks = machine.merged(other.clocks, into: clocks, at: entry.at)
    if let target = entry.data["facts"]?["target"] { apply(.target(self.target(target)), at: entry.at) }
  }

  // MARK: The end

  /// Everything that is decided by now; what runs is left to run.
  func finished(at instant: Instant) -> ConversationStory {
    var copy = self
    copy.clocks = machine.tick(clocks, now: instant)
    for (index, clock) in copy.clocks.clocks.enumerated() where clock.status != .cancelled {
      if clock.status.isDecided || clock.breachedAt != nil {
        copy.story.decisions.append(
          .init(clock: clock, place: decidedAt[index] ?? story.place, agent: decidedBy[index]))
      } else {
        copy.story.undecided.append(clock)
      }
    }
    copy.span(to: instant)
    copy.letGo(at: instant)
    return copy.story
  }
}

extension ClockMachine {
  /// The survivor's clocks after a merge: what runs counts from the earlier start of both, and a turn that only the other
  /// had open goes on here. The other's own clocks are cancelled by the caller.
  package func merged(_ other: ConversationClocks, into winner: ConversationClocks, at now: Instant)
    -> ConversationClocks
  {
    var merged = winner
    merged.hasReply = winner.hasReply || other.hasReply
    merged.waitingSince = [winner.waitingSince, other.waitingSince].compactMap(\.self).min()
    guard let target = winner.target else { return merged }
    for index in merged.clocks.indices where !merged.clocks[index].status.isDecided {
      let clock = merged.clocks[index]
      let earlier = clock.kind == .resolution ? other.firstStart : other.waitingSince
      guard let earlier, earlier < clock.startedAt, let restarted = start(clock.kind, target: target, at: earlier)
      else {
        continue
      }
      let ticked = apply(.tick, at: now, to: restarted)
      merged.clocks[index] = clock.status == .paused ? apply(.pause, at: now, to: ticked) : ticked
    }
    guard let waiting = merged.waitingSince, merged.status != .resolved,
      !merged.clocks.contains(where: { $0.kind != .resolution && !$0.status.isDecided })
    else { return merged }
    let kind: ClockKind = merged.hasReply ? .nextReply : .firstResponse
    if let clock = start(kind, target: target, at: waiting) { merged.clocks.append(apply(.tick, at: now, to: clock)) }
    return merged
  }
}

extension ConversationClocks {
  /// When the conversation began, as far as its clocks know.
  fileprivate var firstStart: Instant? { clocks.map(\.startedAt).min() }
}
