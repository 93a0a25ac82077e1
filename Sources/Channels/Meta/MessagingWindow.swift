import Conversations

/// How long after the customer's last word a business may write to them.
struct MessagingWindow: Sendable {
  enum Opening: Sendable, Hashable {
    case open
    /// Only a human agent may still write.
    case humansOnly
    case closed
  }

  static let standardSeconds: Int64 = 24 * 3600
  static let humanAgentSeconds: Int64 = 7 * 24 * 3600

  /// Whether the app may use the human-agent tag; without it only the standard window counts.
  var allowsHumanAgent: Bool

  /// A customer's word that we never saw cannot be judged here: the provider will.
  func opening(_ message: OutboundMessage) -> Opening {
    guard let last = message.lastInboundAt else { return .open }
    let elapsed = message.now.seconds(since: last)
    if elapsed <= Self.standardSeconds { return .open }
    return allowsHumanAgent && elapsed <= Self.humanAgentSeconds ? .humansOnly : .closed
  }
}
