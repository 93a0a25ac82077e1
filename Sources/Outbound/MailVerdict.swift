import Conversations

/// What an ended SMTP dialogue means. Pure.
enum MailVerdict {
  /// The mail itself was answered for, or the way to it failed.
  case answered(OutboundResponse)
  /// The kept connection had gone stale before this mail began: try once on a new one.
  case stale

  /// - Parameters:
  ///   - dialogue: what was said.
  ///   - recipients: those of the mail, in order.
  ///   - failure: libcurl's failure, `nil` if it ended well.
  ///   - isReused: the mail went over a connection kept from an earlier one.
  init(dialogue: SMTPDialogue, recipients: [String], failure: TransportFailure?, isReused: Bool) {
    guard let failure else {
      self = .answered(.mail(code: dialogue.reply?.code ?? 250, text: dialogue.reply?.text ?? ""))
      return
    }
    if isReused, Self.isStale(dialogue, failure) {
      self = .stale
      return
    }
    guard let reply = dialogue.reply, reply.code >= 400 else {
      self = .answered(.failed(failure))
      return
    }
    self = .answered(Self.refusal(reply, at: dialogue, recipients))
  }

  /// Nothing of this mail has been answered: the connection was dead, or the server said good-bye to the idle client
  /// (421, RFC 5321 §3.8).
  private static func isStale(_ dialogue: SMTPDialogue, _ failure: TransportFailure) -> Bool {
    guard dialogue.stage <= .sender else { return false }
    return dialogue.reply.map { $0.code == 421 } ?? (failure.kind == .cut)
  }

  private static func refusal(
    _ reply: SMTPDialogue.Reply, at dialogue: SMTPDialogue, _ recipients: [String]
  ) -> OutboundResponse {
    let words = "\(reply.code) \(reply.text)"
    // RFC 4954 §6: 530 after MAIL says "log in first", 534, 535 and 538 refuse the login; none is about this mail.
    if reply.code == 530 || (dialogue.stage == .login && reply.code >= 500) {
      return .failed(TransportFailure(kind: .refusedLogin, detail: words))
    }
    // A 5xx before MAIL is about us or the server, never about this mail: it must not bury the mail.
    if dialogue.stage < .sender, reply.code >= 500 {
      return .failed(TransportFailure(kind: dialogue.stage == .tls ? .tls : .other, detail: words))
    }
    guard dialogue.stage == .recipient, recipients.count > 1,
      recipients.indices.contains(dialogue.recipientsNamed - 1)
    else { return .mail(code: reply.code, text: reply.text) }
    return .mail(code: reply.code, refusing: recipients[dialogue.recipientsNamed - 1], text: reply.text)
  }
}
