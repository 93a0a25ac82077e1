/// A mail as people mean it: who, to whom, about what, the words, the files, and what kind of mail it is.
///
/// Made from raw bytes by `init(parsing:limits:)`; no bytes make it crash, and only `MailProblem`s are refused.
package struct MailMessage: Sendable {
  /// Every header field of the mail itself, in order.
  package var headers: MailHeaders

  /// Without angle brackets (RFC 5322 §3.6.4); `nil` when there is none.
  package var messageID: String?
  package var inReplyTo: [String]
  /// Oldest first.
  package var references: [String]

  /// The author; where `From` names nobody, whoever else the mail says it is from (`hasAuthor` is `false` then).
  package var from: MailAddress?
  /// `From` has an address.
  package var hasAuthor: Bool
  /// `From`, `Sender` or `Reply-To` has an address.
  package var namesSomebody: Bool
  package var sender: MailAddress?
  /// The envelope sender as the last server noted it (RFC 5321 §4.4), empty for `<>`; `nil` when nobody did.
  package var returnPath: String?
  package var replyTo: [MailAddress]
  package var to: [MailAddress]
  package var cc: [MailAddress]
  /// Decoded, on one line; `nil` when there is no such field.
  package var subject: String?
  /// `Date` in microseconds since 1970; `nil` when missing or unreadable.
  package var date: Int64?

  /// The whole readable text, lines ended by `\n`: the plain part, or the HTML part made readable.
  package var text: String
  /// Only what is new: quotes, signature and boiler-plate cut. The whole text where cutting would leave nothing.
  package var replyText: String
  /// The HTML part as sent (hostile!); `nil` when there is none.
  package var html: String?
  /// Files, inline images, enclosed messages, in order.
  package var attachments: [MailAttachment]

  package var nature: MailNature
  /// For bounces and delay notices.
  package var bounce: MailBounce?
  /// For read receipts.
  package var receipt: MailReceipt?
  package var marks: MailMarks
  /// `Content-Language` (RFC 3282), the first tag, as sent.
  package var language: String?
}
