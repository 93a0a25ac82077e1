package import Conversations
import Routing
import Storage

extension Desk {
  /// Moves everything of `id` into `survivor`, which keeps the earlier start; `id` leaves all counts (METRICS §5).
  package func merge(_ id: ConversationID, into survivor: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, loser, configuration, now, tx in
      guard id != survivor else { throw DeskError.invalid("a conversation cannot be merged into itself") }
      if let other = loser.mergedInto { throw DeskError.invalid("#\(id) is part of #\(other) already") }
      guard var winner = try tx.lockedConversation(survivor), winner.mergedInto == nil else {
        throw DeskError.notFound("no conversation \(survivor)")
      }
      guard agent.serves(winner.queue) else { throw DeskError.denied("queue \(winner.queue) is not yours") }
      try desk.absorb(&loser, into: &winner, agent, configuration, now, tx)
      return "merged"
    }
  }

  /// Takes a merge back: messages, clocks, status, queue and numbers of both are what they would be without it. What was
  /// written since stays with the one it was written in.
  /// - Throws: `.notFound`, `.denied`, `.invalid` (not merged, or merges since then have to be taken back first).
  package func unmerge(_ id: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, merged, configuration, now, tx in
      let merge = try Self.undoable(merged, tx)
      guard var survivor = try tx.lockedConversation(merge.survivor) else {
        throw DeskError.notFound("no conversation \(merge.survivor)")
      }
      guard agent.serves(survivor.queue) else { throw DeskError.denied("queue \(survivor.queue) is not yours") }
      if let next = survivor.mergedInto {
        throw DeskError.invalid("#\(survivor.id) has itself been merged into #\(next): unmerge #\(survivor.id) first")
      }
      if let newer = try tx.openMerges(into: survivor.id).last, newer.id != merge.id {
        throw DeskError.invalid(
          "#\(newer.merged) was merged into #\(survivor.id) later: unmerge #\(newer.merged) first")
      }
      try desk.part(&merged, from: &survivor, merge, agent, configuration, now, tx)
      return "unmerged"
    }
  }

  private static func undoable(_ merged: ConversationRecord, _ tx: Transaction) throws -> ConversationMerge {
    guard let survivor = merged.mergedInto else {
      throw DeskError.invalid("#\(merged.id) has not been merged into another")
    }
    guard let merge = try tx.openMerge(of: merged.id) else {
      throw DeskError.invalid(
        "#\(merged.id) became part of #\(survivor) before it was written down what a merge changes: split it off")
    }
    return merge
  }

  private func absorb(
    _ loser: inout ConversationRecord, into winner: inout ConversationRecord, _ agent: Agent,
    _ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction
  ) throws {
    let (before, beforeWinner) = (loser, winner)
    let (clocksBefore, winnerClocksBefore) = (try tx.clocks(of: loser.id), try tx.clocks(of: winner.id))
    let moved = try tx.moveMessages(from: loser.id, to: winner.id, firstSeq: winner.lastSeq + 1)
    winner.lastSeq = moved.last?.newSeq ?? winner.lastSeq
    winner.enqueuedAt = min(winner.enqueuedAt, loser.enqueuedAt)
    // The provider lets answers into the thread that the customer wrote in; what they wrote elsewhere opens nothing here.
    winner.lastInboundAt = try tx.lastInbound(channel: winner.channel, threadKey: winner.threadKey)
    winner.customerSeq = max(winner.customerSeq, try tx.lastCustomerSeq(of: winner.id))
    winner.priority = max(winner.priority, loser.priority)
    winner.join(loser.contactGroups)
    if loser.status.isWaiting {
      try change(
        &winner, to: winner.status.afterCustomerMessage(), actor: agent.name, configuration: configuration, now: now,
        cause: "merge", tx)
    }
    try clocks(configuration, now: now).merge(loser, into: &winner, tx)
    winner.startedAt = min(winner.startedAt, loser.startedAt)
    try clocks(configuration, now: now).apply(.cancelled, at: now, to: &loser, tx)
    try tx.dropLease(loser.id)
    (loser.mergedInto, loser.waitingSince, loser.status) = (winner.id, nil, .resolved)
    try logEvent("merged", loser, agent, now, tx, data: ["into": JSON(winner.id.rawValue)])
    try logEvent(
      "absorbed", winner, agent, now, tx,
      data: ["from": JSON(loser.id.rawValue), "facts": facts(winner, configuration)])
    try decided("merge", winner, agent, "#\(loser.id) became part of it", configuration, now, tx)
    winner.updatedAt = now
    try tx.save(winner)
    try tx.insert(
      ConversationMerge(
        id: newID(now), merged: loser.id, survivor: winner.id, at: now, actor: agent.name, moved: moved,
        mergedSide: .init(changes: before.changes(to: loser), clocks: clocksBefore),
        survivorSide: .init(changes: beforeWinner.changes(to: winner), clocks: winnerClocksBefore)))
  }

  private func part(
    _ merged: inout ConversationRecord, from survivor: inout ConversationRecord, _ merge: ConversationMerge,
    _ agent: Agent, _ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction
  ) throws {
    for one in merge.moved { try tx.move(one.message, to: merged.id, seq: one.seq) }
    let since = try Self.lines(since: merge, tx)
    // What became of the moved messages while they were there is told where they are now.
    let theirs = since.compactMap { line in merge.translated(line).map { (line, $0) } }
    for (line, data) in theirs {
      try tx.log(
        id: newID(now), merged.id, line.kind, at: line.at, actor: line.actor, queue: merged.queue, data: data)
    }
    merged = merged.undoing(merge.mergedSide.changes)
    survivor = survivor.undoing(merge.survivorSide.changes)
    try logEvent(
      "unmerged", merged, agent, now, tx,
      data: ["from": JSON(survivor.id.rawValue), "facts": facts(merged, configuration)])
    try logEvent(
      "parted", survivor, agent, now, tx,
      data: [
        "from": JSON(merged.id.rawValue), "first_seq": JSON(merge.moved.first?.newSeq),
        "last_seq": JSON(merge.moved.last?.newSeq), "facts": facts(survivor, configuration),
      ])
    let keeper = clocks(configuration, now: now)
    try keeper.restore(merge.mergedSide.clocks, of: merged.id, tx)
    if !theirs.isEmpty { _ = try keeper.retell(&merged, tx) }
    try keeper.restore(merge.survivorSide.clocks, of: survivor.id, tx)
    if !since.isEmpty { _ = try keeper.retell(&survivor, tx) }
    for conversation in [merged, survivor] {
      let why = "#\(merged.id) and #\(survivor.id) are two again"
      try decided("unmerge", conversation, agent, why, configuration, now, tx)
    }
    survivor.updatedAt = now
    try tx.save(survivor)
    try tx.markUndone(merge, by: agent.name, at: now)
  }

  /// What the survivor's log says after the merge, but for later merges that have been taken back.
  private static func lines(since merge: ConversationMerge, _ tx: Transaction) throws -> [LogEntry] {
    let log = try tx.eventLog(of: [merge.survivor.rawValue], upTo: .max).map { LogEntry($0) }
    let start = log.lastIndex { $0.kind == "absorbed" && $0.data["from"]?.int64 == merge.merged.rawValue }
    let since = start.map { log[($0 + 1)...] } ?? []
    return since.filter {
      $0.kind != "absorbed" && $0.kind != "parted" && $0.data["cause"]?.string != "merge"
    }
  }

  func facts(_ conversation: ConversationRecord, _ configuration: DeskConfiguration) -> JSON {
    conversation.placement(configuration).facts(target: configuration.table.target(for: conversation))
  }
}

extension ConversationMerge {
  /// What a line of the survivor's log says of a message that moved, with the number it has again; `nil` for other lines.
  fileprivate func translated(_ line: LogEntry) -> JSON? {
    guard let seq = line.data["seq"]?.int64, let own = moved.first(where: { $0.newSeq == seq }) else { return nil }
    return .object((line.data.members ?? []).map { $0.key == "seq" ? .init("seq", JSON(own.seq)) : $0 })
  }
}
