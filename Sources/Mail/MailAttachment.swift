/// A part of a mail that is not its text: a file, an inline image, an enclosed message.
package struct MailAttachment: Sendable, Hashable {
  package enum Disposition: String, Sendable { case attachment, inline }

  /// Decoded, without path parts and control characters; `nil` when the part has no name.
  package var filename: String?
  /// `type/subtype` in lower case, without parameters; what the part says, not what it is.
  package var contentType: String
  package var disposition: Disposition
  /// Without angle brackets; what `cid:` links in the HTML name (RFC 2392).
  package var contentID: String?
  /// Transfer encoding undone, line ends as sent.
  package var content: [UInt8]
  /// In bytes.
  package var size: Int { content.count }

  package init(
    filename: String?, contentType: String, disposition: Disposition = .attachment, contentID: String? = nil,
    content: [UInt8]
  ) {
    (self.filename, self.contentType, self.disposition) = (filename, contentType, disposition)
    (self.contentID, self.content) = (contentID, content)
  }
}
