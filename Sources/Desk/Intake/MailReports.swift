import Channels
import Conversations
import Routing
import Storage

/// What reports say of mails of ours: bounces, delay and delivery notices, read receipts, complaints.
extension Filing {
  /// The message of ours that a report speaks of. It must prove that it knows it: by the mark in the address that reports
  /// come back to, by our own Message-ID (both are signed), or by the id that a provider gave it.
  func ownMessage(in event: InboundEvent, _ tx: Transaction) throws -> MessageRecord? {
    let (token, mail) = (ThreadToken(keys: desk.keys), event.mail ?? MailFields())
    let named = [event.bounce?.originalMessageID, mail.receipt?.originalMessageID].compactMap(\.self).map {
      $0.hasPrefix("<") ? $0 : "<\($0)>"
    }
    let recipients = (delivery.envelope?.recipients ?? []) + mail.to
    let marks = (recipients + named + event.inReplyTo + mail.references.reversed().prefix(8)).compactMap {
      token.mark(in: $0)
    }
    for mark in marks {
      guard let id = mark.outbox, let entry = try tx.outboxEntry(id), entry.conversation == mark.conversation,
        let message = try entry.message.flatMap({ try tx.message($0) })
      else { continue }
      return message
    }
    let known = try tx.messages(mailIDs: named + event.inReplyTo.prefix(8), channels: configuration.mailChannels)
    for id in named + event.inReplyTo.prefix(8) {
      if let message = known[id], message.direction == .outbound || message.direction == .bot { return message }
    }
    // The conversation's mark, but not which mail: the newest that left.
    let quoted = mail.quotedMarks.compactMap { token.mark(in: $0) }
    for mark in marks + quoted {
      if let conversation = try surviving(mark.conversation, tx), let sent = try tx.newestSent(in: conversation.id) {
        return sent
      }
    }
    return nil
  }

  /// What a bounce or report does to the message it speaks of. A bounce flips it to failed, and the agent has the
  /// conversation back (REQUIREMENTS 31); the rest is noted.
  func matchReport(_ prepared: PreparedEvent, _ tx: Transaction, _ done: inout Done) throws {
    let event = prepared.event
    guard event.flags.bounce || event.report != nil, prepared.trust != .failed,
      let message = try ownMessage(in: event, tx)
    else { return }
    switch event.report {
    case .delay:
      if message.deliveryState == .accepted {
        try tx.setDelivery(message.id, .accepted, detail: words(event, "delayed"))
      }
    case .delivery: try moveOn(message, to: .delivered, tx)
    case .read: try moveOn(message, to: .read, tx)
    case .complaint: break
    case nil: try bounced(message, event, tx)
    }
    try tx.log(
      id: newID(), message.conversation, event.report?.rawValue ?? "bounced", at: now, actor: nil, queue: nil,
      data: ["seq": JSON(message.seq), "detail": JSON(words(event, event.report?.rawValue ?? "bounced"))])
    done.changes.append(
      LiveChange("delivery", message.conversation, queue: "", channel: channelName, threadKey: event.threadKey))
  }

  /// `5.1.1 li@example.com bounced: smtp; 550 no such user`, the other server's words last; of several addresses all.
  private func words(_ event: InboundEvent, _ what: String) -> String {
    guard let bounce = event.bounce else { return what }
    let failures = bounce.failures.prefix(Self.failuresTold)
    if failures.count > 1 {
      return failures.map { words($0.recipient, $0.status, $0.diagnostic, what) }.joined(separator: "; ")
    }
    return words(bounce.recipient, bounce.status, bounce.diagnostic, what)
  }

  private func words(_ recipient: String?, _ status: String?, _ diagnostic: String?, _ what: String) -> String {
    let fact = [status, recipient, what].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
    // A stranger's words: as short as they can be understood, and nothing in them that is redacted elsewhere.
    guard let said = diagnostic.map({ desk.redactor.redact(String($0.prefix(Self.diagnosticMax))).text }) else {
      return fact
    }
    return "\(fact): \(said)"
  }

  private static let failuresTold = 5
  private static let diagnosticMax = 300

  private func moveOn(_ message: MessageRecord, to next: DeliveryState, _ tx: Transaction) throws {
    guard let state = message.deliveryState, state.mayBecome(next) else { return }
    try tx.setDelivery(message.id, next, detail: nil)
  }

  private func bounced(_ message: MessageRecord, _ event: InboundEvent, _ tx: Transaction) throws {
    if let state = message.deliveryState, state.mayBecome(.failed) {
      try desk.sendFailed(
        message, detail: words(event, "bounced"), configuration: configuration, now: now, tx)
    }
    try suppressIfGone(message, event, tx)
  }

  /// The addresses that the mail went to get nothing more when the report says that nobody is there. What a report says
  /// of addresses that we did not write to counts for nothing.
  private func suppressIfGone(_ message: MessageRecord, _ event: InboundEvent, _ tx: Transaction) throws {
    guard let bounce = event.bounce else { return }
    let sentTo = try Suppressing.recipients(of: message, tx)
    let failures =
      bounce.failures.isEmpty
      ? [.init(recipient: bounce.recipient ?? "", status: bounce.status, diagnostic: bounce.diagnostic)]
      : bounce.failures
    for failure in failures where Suppressing.isGone(failure.status) {
      // Behind a forwarding address another one bounces: with one recipient there is no doubt which of ours it was.
      let isAlone = sentTo.count == 1 && failures.count == 1
      guard let address = sentTo.first(where: { $0 == failure.recipient.lowercased() }) ?? (isAlone ? sentTo[0] : nil),
        !configuration.owns(address)
      else { continue }
      let said = words(failure.recipient, failure.status, failure.diagnostic, "")
      try Suppressing.suppress(
        address, reason: "bounced: \(said) (#\(message.conversation))", in: message.conversation, desk, at: now, tx)
    }
  }

  /// Somebody writes from it, so there is somebody: what was suppressed may be written to again.
  func liftSuppression(_ prepared: PreparedEvent, _ conversation: ConversationID, _ tx: Transaction) throws {
    guard let mail = prepared.event.mail, prepared.trust != .failed, !prepared.event.isAutomatic,
      prepared.event.direction == .inbound, let sender = mail.from?.address
    else { return }
    for address in Set([sender] + mail.replyTo.prefix(1)) where try tx.liftSuppression(of: address) {
      try tx.log(
        id: newID(), conversation, "suppression_lifted", at: now, actor: nil, queue: nil,
        data: ["address": JSON(address.lowercased()), "reason": "somebody wrote from it"])
    }
  }

  /// A read receipt for a message we know is no message: it moves that one on. Returns whether it was one.
  func isReadReceipt(_ prepared: PreparedEvent, _ tx: Transaction, _ done: inout Done) throws -> Bool {
    guard prepared.event.report == .read, prepared.trust != .failed,
      try ownMessage(in: prepared.event, tx) != nil
    else { return false }
    try matchReport(prepared, tx, &done)
    return true
  }
}
