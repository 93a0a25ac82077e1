import Conversations
import Mail

/// Puts a parsed mail into the words all channels share.
struct EmailReader: Sendable {
  /// Our own address; `nil` in dry runs without one.
  let mailbox: String?
  let trustedServers: [String]

  func event(_ mail: MailMessage, _ delivery: RawDelivery) -> InboundEvent {
    let id = bracketed(mail.messageID ?? derivedID(delivery.body))
    let references = mail.references.map(bracketed)
    let inReplyTo = mail.inReplyTo.map(bracketed)
    let author = author(mail, delivery)
    let sender = author?.address
    return InboundEvent(
      kind: .message, channelKind: Email.kind, externalID: id,
      threadKey: "\(Email.kind):\(mailbox ?? recipient(mail, delivery)):\(references.first ?? inReplyTo.first ?? id)",
      direction: isOurs(mail, delivery) ? .outboundEcho : .inbound,
      contact: ContactCard(id: sender, name: author?.name, email: sender),
      sentAt: mail.date.map { Instant(microseconds: $0) }, subject: mail.subject, text: mail.text,
      replyText: mail.replyText, mail: fields(mail, delivery, references: references), inReplyTo: inReplyTo,
      language: mail.language, attachments: mail.attachments.map(attachment), flags: flags(mail, delivery),
      bounce: mail.bounce.map(bounce))
  }

  private func bracketed(_ id: String) -> String { "<\(id)>" }

  /// For mail without a Message-ID: the same bytes give the same id however often they come.
  private func derivedID(_ bytes: [UInt8]) -> String {
    Signatures.hex(Signatures.digest(.sha256, of: bytes).prefix(16)) + "@no-message-id.invalid"
  }

  /// Our own mail coming back: From, Sender or envelope sender is this mailbox, with or without a plus part.
  private func isOurs(_ mail: MailMessage, _ delivery: RawDelivery) -> Bool {
    guard let mailbox = mailbox?.lowercased() else { return false }
    return [mail.from?.address, mail.sender?.address, returnPath(mail, delivery)].contains { address in
      guard let address = address?.lowercased(), let at = address.lastIndex(of: "@") else { return false }
      return address[..<at].prefix { $0 != "+" } + address[at...] == mailbox
    }
  }

  /// Whom the mail is from; where it does not say, the envelope does. Only what `From` says can be proved.
  private func author(_ mail: MailMessage, _ delivery: RawDelivery) -> Mailbox? {
    if let from = mail.from { return Mailbox(address: from.address, name: from.name) }
    return returnPath(mail, delivery).flatMap { $0.isEmpty ? nil : Mailbox(address: $0) }
  }

  private func returnPath(_ mail: MailMessage, _ delivery: RawDelivery) -> String? {
    delivery.envelope?.sender ?? mail.returnPath
  }

  private func recipient(_ mail: MailMessage, _ delivery: RawDelivery) -> String {
    delivery.envelope?.recipients.first ?? mail.to.first?.address ?? "unknown"
  }

  private func fields(_ mail: MailMessage, _ delivery: RawDelivery, references: [String]) -> MailFields {
    let sender = mail.sender?.address
    var fields = MailFields(
      from: author(mail, delivery), to: mail.to.map(\.address),
      cc: mail.cc.map(\.address), replyTo: mail.replyTo.map(\.address), references: references,
      authentication: AuthenticationResults(mail.headers, trusted: trustedServers).verdict(
        on: mail.hasAuthor ? mail.from?.address : nil),
      sender: sender == mail.from?.address ? nil : sender, returnPath: returnPath(mail, delivery),
      receipt: mail.receipt.map {
        ReadReceipt(originalMessageID: $0.originalMessageID.map(bracketed), disposition: $0.disposition)
      })
    fields.isAnonymous = !mail.namesSomebody
    fields.quotedMarks = ThreadMarks.candidates(in: [mail.text, mail.html])
    fields.unshown = [mail.html].compactMap(\.self)
    fields.threadIndex = mail.headers["Thread-Index"]?.trimmingBlanks()
    return fields
  }

  private func attachment(_ part: MailAttachment) -> Attachment {
    var found = Attachment.uploaded(part.filename, contentType: part.contentType, part.content)
    if part.filename == nil { found.filename = nil }
    return found
  }

  private func flags(_ mail: MailMessage, _ delivery: RawDelivery) -> InboundEvent.Flags {
    var signs = mail.nature.automationSigns
    // RFC 5321 §4.5.5: notifications travel with the null reverse-path, and nothing may answer it.
    if delivery.envelope?.sender.isEmpty == true { signs.append("sent with the null reverse-path") }
    var flags = InboundEvent.Flags(
      autoReply: mail.nature.isAutoReply, bounce: mail.nature.isBounce, mailingList: mail.nature.isMailingList,
      receipt: mail.nature.isReceipt, automationSigns: signs)
    flags.complaint = mail.nature.isComplaint
    flags.marks = Self.marks.filter { mail.marks.contains($0.mark) }.map(\.word)
    return flags
  }

  private static let marks: [(mark: MailMarks, word: String)] = [
    (.undecodable, "undecodable"), (.signed, "signed"), (.encrypted, "encrypted"), (.textCut, "text_cut"),
  ]

  private func bounce(_ report: MailBounce) -> BounceReport {
    var told = BounceReport(
      recipient: report.recipient, status: report.status, action: report.action?.rawValue,
      originalMessageID: report.originalMessageID.map(bracketed))
    told.diagnostic = report.diagnostic
    told.failures = report.failures.map {
      BounceReport.Failure(recipient: $0.recipient, status: $0.status, diagnostic: $0.diagnostic)
    }
    return told
  }
}
