import Conversations
import Logging
import Storage

/// What the router itself writes beside all conversations: to one of us (an alert, an escalation, a report), or to a customer
/// who asked for it (their conversation by mail). Its payload is all there is of it.
struct AutomaticLetter: Sendable {
  /// The connection that carries it.
  var channel: String
  /// A mail address, or a name for a machine of ours.
  var recipient: String
  var purpose: String
  var subject: String
  var text: String
  /// Mail: the same with markup; `nil` = what can be made of the text.
  var html: String?
  /// `{"filename","content_type","sha256"}` each; the contents lie in the attachments' folder.
  var files: [JSON] = []

  private var payload: JSON {
    [
      "to": JSON(recipient), "subject": JSON(subject), "text": JSON(text), "html": JSON(html), "files": .array(files),
    ]
  }

  fileprivate func entry(_ id: OutboxID, at now: Instant) -> OutboxRecord {
    OutboxRecord(
      id: id, conversation: ConversationID(0), message: nil, channel: channel, purpose: purpose,
      payloadJSON: payload.description, at: now)
  }
}

extension AutomaticGate {
  /// Puts the letter into the outbox if it may go; the caller rings `outboxBell` after the commit. Returns why it is
  /// refused, `nil` = it is on its way.
  func post(
    _ letter: AutomaticLetter, _ tx: Transaction, on occasion: AutomaticSend.Occasion = .staff,
    in conversation: ConversationID? = nil
  ) throws -> String? {
    let send = AutomaticSend(occasion, to: letter.recipient, channel: letter.channel, purpose: letter.purpose)
    if let refusal = try admit(send, in: conversation, tx) { return refusal }
    try tx.insert(letter.entry(OutboxID(desk.newID(now)), at: now))
    return nil
  }
}

extension Desk {
  /// Staff that cannot be told is an operator's matter.
  func couldNotTell(_ recipient: String, _ refusal: String) {
    log.error("could not tell one of us", metadata: ["recipient": "\(recipient)", "reason": "\(refusal)"])
  }
}
