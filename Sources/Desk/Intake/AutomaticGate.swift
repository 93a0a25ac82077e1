import Channels
package import Conversations
import Routing
package import Storage

/// Something that is to leave the house without a person's hand.
package struct AutomaticSend: Sendable {
  package enum Occasion: Sendable {
    /// To whoever sent `event`, because of it: an acknowledgement, an out-of-hours note, first steps.
    case answer(to: InboundEvent)
    /// To the customer of a conversation, at a time of our choosing: a survey, a reminder.
    case followUp
    /// To one of us: an alert, an escalation, a report.
    case staff
  }

  package var occasion: Occasion
  /// A mail address, or the provider's id of the person.
  package var recipient: String
  package var channel: String
  /// What is limited: the same purpose counts as the same text.
  package var purpose: String

  package init(_ occasion: Occasion, to recipient: String, channel: String, purpose: String) {
    (self.occasion, self.recipient, self.channel, self.purpose) = (occasion, recipient, channel, purpose)
  }

  /// `Li+shop@example.com` and `li@example.com` are one reader.
  var limitKey: String { MailboxAddresses.unmarked(recipient) }
}

/// The one gate for everything automatic (REQUIREMENTS 21–24; RFC 3834, RFC 5230). Whoever sends by itself asks `admit`
/// inside the transaction that would put the message into the outbox.
package struct AutomaticGate {
  let desk: Desk
  let configuration: DeskConfiguration
  let now: Instant

  /// Whether it may be sent, and why. `conversation`: in which it would be said.
  package func mayAutoRespond(_ send: AutomaticSend, in conversation: ConversationID?, _ tx: Transaction) throws -> (
    Bool, reason: String
  ) {
    if let refusal = try refusal(of: send, in: conversation, tx) { return (false, refusal) }
    return (true, "nothing speaks against it")
  }

  /// As `mayAutoRespond`; what is admitted counts towards the limits. Returns why it is refused, `nil` = send it.
  package func admit(_ send: AutomaticSend, in conversation: ConversationID?, _ tx: Transaction) throws -> String? {
    if let refusal = try refusal(of: send, in: conversation, tx) { return refusal }
    if case .staff = send.occasion { return nil }
    try tx.rememberAutomaticSend(
      id: desk.newID(now), recipient: send.limitKey, channel: send.channel, purpose: send.purpose, at: now)
    return nil
  }

  private func refusal(of send: AutomaticSend, in conversation: ConversationID?, _ tx: Transaction) throws -> String? {
    if let refusal = try addressRefusal(send.recipient, tx) { return refusal }
    switch send.occasion {
    case .staff: return nil
    case .followUp: return try robotRefusal(send.recipient) ?? overLimit(send, tx)
    case .answer(let event):
      if let refusal = robotRefusal(send.recipient) { return refusal }
      let (may, reason) = AutomaticMail.mayAnswer(event)
      guard may else { return reason }
      if let mail = event.mail {
        guard !configuration.isFromUs(mail) else { return "written from our own address" }
        guard configuration.isAddressedToUs(mail) else { return "not addressed to us" }
      }
      return try overLimit(send, tx) ?? conversation.flatMap { try talkingOver(in: $0, tx) }
    }
  }

  /// Nothing goes to ourselves, nor to addresses that are gone.
  private func addressRefusal(_ recipient: String, _ tx: Transaction) throws -> String? {
    guard !recipient.isEmpty else { return "nobody to write to" }
    guard recipient.contains("@") else { return nil }
    if configuration.owns(recipient) { return "the recipient is one of our own addresses" }
    if let suppression = try tx.suppression(of: recipient) { return "suppressed: \(suppression.reason)" }
    return nil
  }

  /// A colleague's `notifications@` may get reports; what customers call so is a robot's.
  private func robotRefusal(_ recipient: String) -> String? {
    EmailAddress.robotSign(recipient).map { "the recipient: \($0)" }
  }

  private func overLimit(_ send: AutomaticSend, _ tx: Transaction) throws -> String? {
    let recent = try tx.automaticSends(
      to: send.limitKey, since: now.adding(seconds: -AutomaticMail.sameTextSeconds))
    if recent.contains(where: { $0.purpose == send.purpose && $0.channel == send.channel }) { return "said already" }
    let today = recent.filter { $0.at > now.adding(seconds: -86_400) }.count
    guard today >= AutomaticMail.perDayMax else { return nil }
    return "\(today) automatic messages to this recipient today"
  }

  private func talkingOver(in conversation: ConversationID, _ tx: Transaction) throws -> String? {
    guard let last = try tx.lastHumanMessage(in: conversation),
      now.seconds(since: last) < AutomaticMail.afterHumanSeconds
    else { return nil }
    return "an agent wrote \(now.seconds(since: last) / 60) min ago"
  }
}

extension Desk {
  package func gate(_ configuration: DeskConfiguration, now: Instant) -> AutomaticGate {
    AutomaticGate(desk: self, configuration: configuration, now: now)
  }
}
