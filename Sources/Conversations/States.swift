/// Where a conversation stands. Snooze is not a status: it only hides the conversation from `next` for a while.
package enum ConversationStatus: String, Sendable, CaseIterable {
  /// Nobody of ours has answered or looked yet.
  case new
  /// We owe the customer something.
  case open
  /// The customer owes us an answer; the resolution clock pauses.
  case pending
  /// A third party (bank, carrier) owes us an answer; the clock runs.
  case onHold = "on_hold"
  case resolved

  /// Whether an agent should take it.
  package var isWaiting: Bool { self == .new || self == .open }

  /// After a customer's message: whatever it was, we owe an answer now.
  package func afterCustomerMessage() -> ConversationStatus { self == .new ? .new : .open }
}

/// How urgent; a smaller rank goes first.
package enum Priority: String, Sendable, CaseIterable, Comparable {
  case urgent, high, normal, low

  package var rank: Int { Priority.allCases.firstIndex(of: self) ?? 2 }
  package init(rank: Int) { self = Priority.allCases.indices.contains(rank) ? Priority.allCases[rank] : .normal }
  /// `urgent` is the greatest.
  package static func < (left: Self, right: Self) -> Bool { left.rank > right.rank }
}

/// Who wrote a message.
package enum MessageDirection: String, Sendable, CaseIterable {
  /// The customer.
  case inbound = "in"
  /// An agent, to the customer.
  case outbound = "out"
  /// We, automatically: acknowledgement, out-of-hours note, survey.
  case bot
  /// An agent, to colleagues; never leaves the house.
  case note
}

/// Where an outgoing message stands; only the edges of `next(_:)` exist.
package enum DeliveryState: String, Sendable, CaseIterable {
  case queued, sending, accepted, delivered, read, failed, dead, cancelled

  /// Whether a receipt or an attempt may move a message from here to `state`. Receipts may arrive early or out of order:
  /// a later stage is never taken back by an earlier one, but a failure after acceptance (a bounce) counts.
  package func mayBecome(_ state: DeliveryState) -> Bool {
    switch (self, state) {
    case (.queued, _), (.sending, _): self != state
    case (.failed, .queued), (.dead, .queued): true
    case (.failed, .accepted), (.failed, .delivered), (.failed, .read): true
    case (.accepted, .delivered), (.accepted, .read), (.delivered, .read): true
    case (.accepted, .failed), (.delivered, .failed): true
    default: false
    }
  }
}
