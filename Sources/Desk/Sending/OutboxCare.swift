package import Conversations
import Storage

extension Desk {
  /// Dead or cancelled entries go out again as a new attempt; queued ones go now. Returns whether there was such an entry.
  package func retrySend(_ id: OutboxID, by actor: String) async throws {
    let now = now()
    try await store.write { [self] tx in
      guard var entry = try tx.outboxEntry(id) else { throw DeskError.notFound("no outbox entry \(id)") }
      guard entry.state != .accepted, entry.state != .sending else {
        throw DeskError.invalid("entry \(id) is \(entry.state.rawValue)")
      }
      (entry.state, entry.notBefore, entry.finishedAt, entry.leaseUntil) = (.queued, now, nil, nil)
      try tx.save(entry)
      try tx.probeChannels(entry.channel, at: now)
      if let message = entry.message { try tx.setDelivery(message, .queued, detail: "tried again by \(actor)") }
      try tx.audit(id: newID(now), at: now, actor: actor, action: "outbox retry", subject: id.description, detail: nil)
    }
    outboxBell.ring()
  }

  /// Stops an entry that is not yet being sent; wins only if it commits before the claim.
  package func cancelSend(_ id: OutboxID, by actor: String) async throws {
    let now = now()
    try await store.write { [self] tx in
      guard var entry = try tx.outboxEntry(id) else { throw DeskError.notFound("no outbox entry \(id)") }
      guard entry.state == .queued || entry.state == .dead else {
        throw DeskError.invalid("entry \(id) is \(entry.state.rawValue)")
      }
      (entry.state, entry.finishedAt) = (.cancelled, now)
      try tx.save(entry)
      if let message = entry.message { try tx.setDelivery(message, .cancelled, detail: "cancelled by \(actor)") }
      try tx.audit(id: newID(now), at: now, actor: actor, action: "outbox cancel", subject: id.description, detail: nil)
    }
  }

  /// Takes a parked delivery in again; it stays parked when it fails again.
  package func replay(_ id: ParkedID, by actor: String) async throws -> IntakeResult {
    let now = now()
    let parked = try await store.read { try $0.parkedDelivery(id) }
    guard let parked else { throw DeskError.notFound("no parked delivery \(id)") }
    guard let delivery = RawDelivery(parked) else { throw DeskError.invalid("its bytes are no longer kept") }
    let result = await replayable(delivery, on: parked.channel)
    if result.parked == 0, result.refusal == nil, !result.isTemporary {
      try await store.write { [self] tx in
        try tx.markReplayed(id, at: now)
        try tx.audit(id: newID(now), at: now, actor: actor, action: "replay", subject: id.description, detail: nil)
      }
    }
    return result
  }
}
