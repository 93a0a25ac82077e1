package import Conversations

extension Telling {
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
    story.calls += other.story.calls.map { call in
      var call = call
      call.seq = nil
      return call
    }
    story.replyCount += other.story.replyCount
    clocks = machine.merged(other.clocks, into: clocks, at: entry.at)
    if let json = entry.data["facts"]?["target"] {
      let target = target(json)
      if target == clocks.target { apply(.target(target), at: entry.at) } else { retarget(to: target, by: entry) }
    }
  }

  /// METRICS §5: the new half starts at its first moved message of the customer's. What the other half's log says of the
  /// messages that moved is told here; where it belongs is told by the line itself.
  mutating func inherit(_ entry: LogEntry, until: Instant, depth: Int, _ logs: (Int64) -> [LogEntry]) {
    take(entry)
    guard depth < StoryTeller.mergeDepthMax, let from = entry.data["from"]?.int64,
      let start = entry.data["start_seq"]?.int64, let last = entry.data["last_seq"]?.int64
    else { return }
    let lines = logs(from).filter { line in
      line.id < entry.id && line.at <= until && (line.data["seq"]?.int64.map { (start...last).contains($0) } ?? false)
    }
    revoked.formUnion(Telling.revoked(lines, until: until))
    absorbedEchoes.formUnion(Telling.absorbedEchoes(lines, until: until))
    for line in lines { take(line) }
    if let facts = entry.data["facts"] { place(facts, by: entry) }
  }

  /// Lines that a later line took back: a merge that was undone with what it brought along, and what is said of messages
  /// that were split off.
  static func takenBack(_ entries: [LogEntry], until: Instant) -> Set<Int64> {
    var gone = Set<Int64>()
    for (index, entry) in entries.enumerated() where entry.at <= until {
      guard entry.kind == "parted" || entry.kind == "split_off" else { continue }
      var before = entries[..<index]
      if entry.kind == "parted" {
        let from = entry.data["from"]
        guard let merge = before.lastIndex(where: { $0.kind == "absorbed" && $0.data["from"] == from }) else {
          continue
        }
        gone.insert(before[merge].id)
        // The merge itself may have opened the survivor, in the line before; clocks marked by it stand between.
        let opened = before[..<merge].last { $0.kind != "sla_breach" }
        if let opened, opened.data["cause"]?.string == "merge" { gone.insert(opened.id) }
        before = before[merge...]
      }
      guard let first = entry.data["first_seq"]?.int64, let last = entry.data["last_seq"]?.int64, first <= last else {
        continue
      }
      gone.formUnion(
        before.filter { line in line.data["seq"]?.int64.map { (first...last).contains($0) } ?? false }.map(\.id))
    }
    return gone
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
