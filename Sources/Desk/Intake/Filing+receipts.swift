import Conversations
import Storage

extension Filing {
  /// A receipt moves the message it speaks of; one that is early waits for it.
  func file(_ receipt: Receipt, in tx: Transaction, _ done: inout Done) throws {
    let key =
      "receipt \(receipt.externalID ?? receipt.threadKey ?? "") \(receipt.status.rawValue) \(receipt.at?.microseconds ?? 0)"
    guard try tx.reserve(channel: channelName, key: key, receivedAt: now) != .known else {
      done.known += 1
      return
    }
    let message = try receipt.externalID.flatMap { id in
      try tx.message(channel: channelName, externalID: id) ?? tx.message(ofPart: id, channel: channelName)
    }
    // An echo has no state to move; should it turn out to be our own message, the receipt is that one's.
    let owner = message?.deliveryState == nil ? nil : message
    try tx.insertReceipt(id: newID(), channel: channelName, receipt, receivedAt: now, message: owner?.id)
    done.filed += 1
    if let owner { try apply(receipt, to: owner, tx) }
    if receipt.externalID == nil, let thread = receipt.threadKey { try watermark(receipt, thread, tx) }
  }

  private func apply(_ receipt: Receipt, to message: MessageRecord, _ tx: Transaction) throws {
    guard let state = message.deliveryState, let said = DeliveryState(receipt.status), state.mayBecome(said),
      let next = try whole(receipt.externalID, said, of: message, tx), state.mayBecome(next)
    else { return }
    if next == .failed {
      try desk.sendFailed(
        message, detail: receipt.errorCode.map { "provider error \($0)" } ?? "failed at the provider",
        configuration: configuration, now: now, tx)
    } else {
      try tx.setDelivery(message.id, next, detail: nil)
    }
  }

  /// How the message stands when the part that a provider calls `externalID` has come to `state`; `nil` while other parts
  /// of it have yet to leave.
  private func whole(_ externalID: String?, _ state: DeliveryState, of message: MessageRecord, _ tx: Transaction) throws
    -> DeliveryState?
  {
    var parts = try tx.parts(of: message.id)
    guard let externalID, let part = parts[externalID] else { return state }
    if part.mayBecome(state) {
      try tx.setPart(externalID, channel: channelName, to: state)
      parts[externalID] = state
    }
    return message.deliveryState == .queued || message.deliveryState == .sending
      ? nil : DeliveryState.weakest(parts.values)
  }

  /// Everything of the thread that was accepted up to the receipt's time has been delivered or read.
  private func watermark(_ receipt: Receipt, _ thread: String, _ tx: Transaction) throws {
    guard let at = receipt.at, let next = DeliveryState(receipt.status), next != .failed,
      let conversation = try tx.newestConversation(channel: channelName, threadKey: thread)
    else { return }
    for message in try tx.messages(of: conversation.id) where message.effectiveAt <= at {
      if let state = message.deliveryState, state.mayBecome(next) { try tx.setDelivery(message.id, next, detail: nil) }
    }
  }
}

extension DeliveryState {
  init?(_ status: Receipt.Status) {
    switch status {
    case .sent: self = .accepted
    case .delivered: self = .delivered
    case .read: self = .read
    case .failed: self = .failed
    }
  }
}
