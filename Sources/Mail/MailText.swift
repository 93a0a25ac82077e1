/// Text that a mail service hands over outside its mail.
package enum MailText {
  /// `bytes` in the charset `label`, as the body of a mail would be read: nothing fails, an unknown label is answered
  /// by looking at the bytes. Line ends stay.
  package static func decode(_ bytes: [UInt8], charset label: String?) -> String {
    Charset.decode(bytes, label: label).text
  }
}
