/// How the mail's body was protected. Nothing is verified or decrypted here.
package struct MailMarks: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// PGP/MIME, inline PGP or S/MIME; what cannot be read is among the attachments, or stands in the text as sent.
  package static let encrypted = MailMarks(rawValue: 1)
  /// Carries a signature (unchecked).
  package static let signed = MailMarks(rawValue: 2)
  /// Some bytes were not in the stated charset and stand as U+FFFD.
  package static let undecodable = MailMarks(rawValue: 4)
  /// A text part was longer than `MailLimits.text` and was cut.
  package static let textCut = MailMarks(rawValue: 8)
  /// S/MIME whose content lies within its envelope: not shown.
  package static let opaque = MailMarks(rawValue: 16)
}

/// What stands in place of words that are not read, in both languages of the desk.
enum ProtectionLabel {
  static let signed = "[signed message (S/MIME), not shown · 已签名的邮件 (S/MIME)，内容未显示]"

  static func encrypted(_ marks: MailMarks) -> String {
    let kind = marks.contains(.opaque) ? "S/MIME" : "PGP/MIME"
    return "[encrypted message (\(kind)) · 加密邮件 (\(kind))]"
  }
}
