import Conversations

extension Telling {
  mutating func changed(_ entry: LogEntry) {
    guard let to = entry.data["to"]?.string.flatMap({ ConversationStatus(rawValue: $0) }) else { return }
    let from = entry.data["from"]?.string.flatMap { ConversationStatus(rawValue: $0) } ?? story.status
    span(to: entry.at)
    story.status = to
    // An answer brings `pending` along; only what somebody asked for is waiting.
    if to == .pending || to == .onHold, entry.data["cause"]?.string != "reply" { story.hasWaited = true }
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
        isByBot: entry.actor == nil && story.replyCount == 0 && underway.isEmpty
          && !story.calls.contains { $0.wasAnswered }))
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

  /// A later stage of a call that came in; of our own calls nobody waits. Lines of older versions do not say which call
  /// they mean: the last.
  mutating func called(_ entry: LogEntry) {
    let seq = entry.data["seq"]?.int64 ?? story.calls.last?.seq
    if story.calls.contains(where: { $0.seq == seq }) { noteCall(entry.data, seq: seq, at: entry.at) }
  }

  /// One stage of a call. A record that comes only afterwards says how it ended, and not always when it was picked up.
  mutating func noteCall(_ json: JSON, seq: Int64?, at instant: Instant) {
    guard let word = json["disposition"]?.string, let disposition = CallRecord.Disposition(rawValue: word) else {
      return
    }
    let start = json["started_at"]?.string.flatMap { Instant(rfc3339: $0) } ?? instant
    let place = story.calls.lastIndex { $0.seq == seq }
    var call = place.map { story.calls[$0] } ?? .init(seq: seq, startedAt: start)
    // Whatever moves the conversation later, the call was taken here.
    if !call.wasAnswered, call.endedAt == nil { call.place = story.place }
    if let answered = json["answered_at"]?.string.flatMap({ Instant(rfc3339: $0) }) { call.answeredAt = answered }
    switch disposition {
    case .ringing: break
    case .answered: call.answeredAt = call.answeredAt ?? instant
    case .completed, .forwarded:
      (call.isAnswered, call.endedAt) = (true, max(instant, start))
      call.talkSeconds = json["duration_s"]?.int64 ?? call.talkSeconds
    case .busy, .noAnswer, .canceled, .failed, .voicemail:
      // Most systems count talk only: of a call that nobody took its end says more.
      call.endedAt = max(instant, start.adding(seconds: json["duration_s"]?.int64 ?? 0))
      // A mailbox took it: some systems call that answered and completed first.
      if disposition == .voicemail { (call.isAnswered, call.answeredAt) = (false, nil) }
    case .blocked: return
    }
    if let place { story.calls[place] = call } else { story.calls.append(call) }
  }

  mutating func rated(_ entry: LogEntry) {
    guard let stars = entry.data["stars"]?.int, (1...5).contains(stars) else { return }
    story.ratings.append(.init(at: entry.at, stars: stars, agent: entry.data["agent"]?.string))
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
    copy.story.countCallsAsWork()
    copy.letGo(at: instant)
    return copy.story
  }
}
