/// A mail to be written. Everything that varies (ids, date, boundary) is an argument.
package struct MailDraft: Sendable {
  package var from: MailAddress
  /// `Sender`, where it differs from `from`.
  package var sender: MailAddress?
  package var to: [MailAddress]
  package var cc: [MailAddress]
  package var replyTo: [MailAddress]
  package var subject: String
  package var text: String
  /// Added as an alternative to `text`.
  package var html: String?
  package var attachments: [MailAttachment]
  /// Without angle brackets.
  package var messageID: String
  /// Without angle brackets, as are `references` (oldest first).
  package var inReplyTo: String?
  package var references: [String]
  /// Microseconds since 1970; written in UTC.
  package var date: Int64
  /// Further fields such as `Auto-Submitted`; a field that the draft already writes is refused.
  package var extraHeaders: [ExtraHeader]
  /// Makes the boundaries: letters and digits; unique for each mail.
  package var boundarySeed: String

  package struct ExtraHeader: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package init(
    from: MailAddress, sender: MailAddress? = nil, to: [MailAddress], cc: [MailAddress] = [],
    replyTo: [MailAddress] = [], subject: String, text: String, html: String? = nil,
    attachments: [MailAttachment] = [], messageID: String, inReplyTo: String? = nil, references: [String] = [],
    date: Int64, extraHeaders: [ExtraHeader] = [], boundarySeed: String
  ) {
    (self.from, self.sender, self.to, self.cc, self.replyTo) = (from, sender, to, cc, replyTo)
    (self.subject, self.text, self.html, self.attachments) = (subject, text, html, attachments)
    (self.messageID, self.inReplyTo, self.references, self.date) = (messageID, inReplyTo, references, date)
    (self.extraHeaders, self.boundarySeed) = (extraHeaders, boundarySeed)
  }
}

/// Why a draft cannot be written as a mail.
package enum MailDraftProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not `local@domain`, or with characters that no mail header may hold.
  case notAnAddress(String)
  case noRecipient
  /// A message id that is not `left@right` of printable ASCII.
  case notAMessageID(String)
  /// Not a field name (RFC 5322 §3.6.8), or one that the draft itself writes.
  case unfitHeaderName(String)

  package var description: String {
    switch self {
    case .notAnAddress(let text): "not an e-mail address: \(text)"
    case .noRecipient: "the mail has no recipient"
    case .notAMessageID(let text): "not a Message-ID: \(text)"
    case .unfitHeaderName(let text): "not a header field that may be added: \(text)"
    }
  }
}
