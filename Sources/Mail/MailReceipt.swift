/// What a read receipt says (RFC 8098 §3.2).
package struct MailReceipt: Sendable, Hashable {
  /// Message-ID of the mail that was shown, without angle brackets.
  package var originalMessageID: String?
  /// `displayed`, `deleted`, `dispatched`, `processed` …, in lower case; empty when the report does not say.
  package var disposition: String

  /// - Parameters:
  ///   - fields: the content of `message/disposition-notification`.
  ///   - original: the headers of the mail it speaks of, where they came along.
  init(fields: [UInt8], original: MailHeaders?) {
    let lines = HeaderLines.read(fields)
    let id = lines.raw("Original-Message-ID") ?? original?.raw("Message-ID")
    originalMessageID = id.flatMap { MessageIDList.read($0).first }
    // `manual-action/MDN-sent-manually; displayed/error` (RFC 8098 §3.2.6)
    let value = lines["Disposition"] ?? ""
    let type = value.split(separator: ";").dropFirst().first ?? ""
    disposition = String(type.prefix { $0 != "/" && $0 != "," }).trimmed.lowercased()
  }
}
