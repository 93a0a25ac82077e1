import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Marks what is due: warnings and breaches, each once, whichever process comes first. Returns how many it marked.
  @discardableResult
  package func sweepClocks() async throws -> Int {
    let (now, limit) = (now(), 200)
    let changes = try await store.write { [self] tx in
      var changes: [LiveChange] = []
      for var clock in try tx.clocksToWarn(now: now, limit: limit) {
        (clock.warnedAt, clock.warnAt) = (now, nil)
        try tx.save(clock)
        changes += try mark("sla_warning", clock, now, tx)
      }
      for var clock in try tx.clocksOverdue(now: now, limit: limit) {
        // The breach happened when the time was up, not when somebody looked.
        (clock.breachedAt, clock.warnAt) = (clock.dueAt, nil)
        try tx.save(clock)
        changes += try mark("sla_breach", clock, now, tx)
      }
      return changes
    }
    feed.publish(changes)
    counters.add("patchbay_sla_breaches_total", by: changes.filter { $0.what == "sla_breach" }.count)
    return changes.count
  }

  private func mark(_ what: String, _ clock: ClockRecord, _ now: Instant, _ tx: Transaction) throws -> [LiveChange] {
    guard let conversation = try tx.conversation(clock.conversation) else { return [] }
    try tx.log(
      id: newID(now), clock.conversation, what, at: clock.breachedAt ?? now, actor: nil, queue: conversation.queue,
      data: ["clock": JSON(clock.kind), "target": JSON(clock.target), "due_at": JSON(clock.dueAt)])
    return [
      LiveChange(
        what, conversation.id, queue: conversation.queue, channel: conversation.channel,
        threadKey: conversation.threadKey)
    ]
  }

  /// Conversations that waited in an after-hours queue go back to where they belong once that is open; their place in the
  /// line is kept. Returns how many went.
  @discardableResult
  package func returnFromAfterHours() async throws -> Int {
    let (configuration, now, limit) = (configuration.value, now(), 200)
    let open = configuration.table.queues.map(\.name).filter {
      configuration.calendar(ofQueue: $0)?.isOpen(at: now) ?? true
    }
    let changes = try await store.write { [self] tx in
      try tx.conversationsAwayFrom(open, limit: limit).map { found in
        var conversation = found
        let from = conversation.queue
        conversation.queue = conversation.homeQueue
        conversation.lineUp(configuration, now: now)
        conversation.updatedAt = now
        try tx.save(conversation)
        try tx.log(
          id: newID(now), conversation.id, "transfer", at: now, actor: nil, queue: conversation.queue,
          data: ["from": JSON(from), "reason": "the queue is open again"])
        return LiveChange("transferred", conversation)
      }
    }
    feed.publish(changes)
    return changes.count
  }

  /// Sweeps every few seconds until cancelled.
  package func runClockSweep(every interval: Duration = .seconds(5)) async {
    while !Task.isCancelled {
      do {
        while try await sweepClocks() >= 200 {}
        while try await escalate() >= 100 {}
        while try await returnFromAfterHours() >= 200 {}
        while try await sweepDepartures() >= 100 {}
        try await sweepPresences()
        while try await moveOn() >= 100 {}
      } catch {
        log.error("clock sweep failed", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: interval)
    }
  }
}
