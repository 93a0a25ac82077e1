/// What a mail may ask of us. A mail beyond a limit is refused whole, by the limit's name.
package struct MailLimits: Sendable, Hashable {
  /// Of the raw mail, in bytes.
  package var size: Int
  /// Of one header block (the mail's or a part's), in bytes.
  package var headerBlock: Int
  /// Parts of all kinds, containers included.
  package var parts: Int
  /// Containers within containers; GMime itself stops at 1024.
  package var depth: Int
  /// Bytes of one text part that are read as text; what lies beyond is left out of `text`, not refused.
  package var text: Int

  package init(
    size: Int = 50 << 20, headerBlock: Int = 1 << 20, parts: Int = 2000, depth: Int = 500, text: Int = 4 << 20
  ) {
    (self.size, self.headerBlock, self.parts) = (size, headerBlock, parts)
    (self.depth, self.text) = (depth, text)
  }
}
