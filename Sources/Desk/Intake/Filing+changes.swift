import Channels
import Conversations
import Storage

/// Edits, deletions and reactions. Providers promise no order: one that is here before its message waits for it, and an
/// edit that is overtaken by a later one changes nothing.
extension Filing {
  /// How far a provider's clock may be ahead of ours (DESIGN §7).
  private static let clockSlackSeconds: Int64 = 300

  func alter(_ prepared: PreparedEvent, in tx: Transaction, _ done: inout Done) throws {
    let event = prepared.event
    // Not the effective time: that is never later than the arrival, and would put a fast clock's edits in our order.
    let at = event.sentAt.map { min($0, now.adding(seconds: Self.clockSlackSeconds)) } ?? now
    let change = EarlyChange(
      id: newID(), kind: event.kind.rawValue, at: at, text: event.text, replyText: event.replyText)
    if try apply(change, to: event.externalID, in: tx, &done) { return }
    guard try tx.awaitMessage(channel: channelName, key: Self.messageKey(event.externalID), receivedAt: now) else {
      // Filed meanwhile by another process, or nothing that is kept.
      _ = try apply(change, to: event.externalID, in: tx, &done)
      return
    }
    try tx.insert(change, channel: channelName, externalID: event.externalID, receivedAt: now)
  }

  /// What was here before its message.
  func adoptChanges(of externalID: String, in tx: Transaction, _ done: inout Done) throws {
    for change in try tx.takeEarlyChanges(channel: channelName, externalID: externalID) {
      _ = try apply(change, to: externalID, in: tx, &done)
    }
  }

  /// Returns whether the message is here.
  private func apply(_ change: EarlyChange, to externalID: String, in tx: Transaction, _ done: inout Done) throws
    -> Bool
  {
    guard let message = try tx.message(channel: channelName, externalID: externalID) else {
      guard let whole = try tx.message(ofPart: externalID, channel: channelName) else { return false }
      // A part is not the whole: what is said of it leaves the text alone.
      if change.kind == InboundEvent.Kind.reaction.rawValue { try noteReaction(change, whole, in: tx, &done) }
      return true
    }
    switch InboundEvent.Kind(rawValue: change.kind) {
    case .edit:
      let isNewest = try tx.edit(message.id, text: change.text, replyText: change.replyText, at: change.at)
      if isNewest { try note("edited", message, in: tx, &done) }
    case .delete:
      try tx.markDeleted(message.id, at: change.at)
      try note("deleted", message, in: tx, &done)
    default: try noteReaction(change, message, in: tx, &done)
    }
    return true
  }

  private func noteReaction(
    _ change: EarlyChange, _ message: MessageRecord, in tx: Transaction, _ done: inout Done
  ) throws {
    let data: JSON = ["seq": JSON(message.seq), "reaction": JSON(change.text)]
    try note("reaction", message, data: data, in: tx, &done)
  }

  private func note(_ what: String, _ message: MessageRecord, data: JSON? = nil, in tx: Transaction, _ done: inout Done)
    throws
  {
    guard let conversation = try tx.conversation(message.conversation) else { return }
    try tx.log(
      id: newID(), conversation.id, what, at: now, actor: nil, queue: conversation.queue,
      data: data ?? ["seq": JSON(message.seq)])
    done.changes.append(LiveChange(what, conversation))
  }
}
