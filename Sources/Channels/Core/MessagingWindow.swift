package import Conversations

/// How long after the customer's last word a business may write to them, as a table: one line per stage.
package struct MessagingWindow: Sendable, Hashable {
  package enum Permission: Sendable, Hashable {
    case anyone
    /// Only a person may still write, no machine.
    case humansOnly
    /// Only a text that the provider has approved before.
    case templateOnly
    case nobody
  }

  package struct Stage: Sendable, Hashable {
    /// Since the customer's last word, the last moment included.
    package var untilSeconds: Int64
    package var permission: Permission
  }

  package var stages: [Stage]
  package var afterwards: Permission
  /// How many of our messages may follow one of the customer's; `nil` = as many as we like.
  package var messagesMax: Int?

  private static let hour: Int64 = 3600

  /// Mail, texting, chats without a rule of this kind.
  package static let unlimited = MessagingWindow(stages: [], afterwards: .anyone)
  /// Messenger and Instagram. developers.facebook.com/documentation/business-messaging/messenger-platform/policy
  package static let meta = MessagingWindow(
    stages: [Stage(untilSeconds: 24 * hour, permission: .anyone)], afterwards: .nobody)
  /// The same with the Human Agent permission.
  package static let metaWithHumanAgent = MessagingWindow(
    stages: [
      Stage(untilSeconds: 24 * hour, permission: .anyone), Stage(untilSeconds: 7 * 24 * hour, permission: .humansOnly),
    ], afterwards: .nobody)
  package static let whatsApp = MessagingWindow(
    stages: [Stage(untilSeconds: 24 * hour, permission: .anyone)], afterwards: .templateOnly)
  /// Weibo.
  package static let twoDays = MessagingWindow(
    stages: [Stage(untilSeconds: 48 * hour, permission: .anyone)], afterwards: .nobody)
  /// WeChat and 微信客服: five messages at most (45047, 95001).
  package static let weChat = MessagingWindow(stages: twoDays.stages, afterwards: .nobody, messagesMax: 5)
  package static let douyin = MessagingWindow(
    stages: [Stage(untilSeconds: 24 * hour, permission: .anyone)], afterwards: .nobody)

  /// A customer who has never written here has opened no window.
  package func permission(lastInboundAt: Instant?, now: Instant) -> Permission {
    guard let lastInboundAt else { return afterwards }
    let elapsed = now.microseconds - lastInboundAt.microseconds
    return stages.first { elapsed <= $0.untilSeconds * 1_000_000 }?.permission ?? afterwards
  }

  /// When everything is over; `nil` = never.
  package var closesAfterHours: Int64? {
    afterwards == .anyone ? nil : stages.last.map { $0.untilSeconds / Self.hour }
  }

  func permission(_ message: OutboundMessage) -> Permission {
    permission(lastInboundAt: message.lastInboundAt, now: message.now)
  }

  /// What an agent reads when the window does not let `message` through.
  func closed(_ provider: String, to message: OutboundMessage) -> Unrenderable {
    guard message.lastInboundAt != nil else {
      return Unrenderable(
        "the customer has not written here yet: \(provider) lets no message through", isWindowClosed: true)
    }
    let hours = closesAfterHours ?? 0
    let length = hours > 48 && hours % 24 == 0 ? "\(hours / 24) days" : "\(hours) hours"
    return Unrenderable(
      "the customer's last message is more than \(length) old: \(provider) lets no message through",
      isWindowClosed: true)
  }
}
