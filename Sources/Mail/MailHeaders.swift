/// Header fields in the order received; names compare without regard to case.
package struct MailHeaders: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package var name: String
    /// Unfolded, trimmed, otherwise as sent: encoded words are still encoded.
    package var raw: [UInt8]

    package init(name: String, raw: [UInt8]) { (self.name, self.raw) = (name, raw) }
  }

  package var fields: [Field]

  package init(_ fields: [Field] = []) { self.fields = fields }

  /// The first field's value with encoded words and 8-bit bytes decoded; `nil` when there is no such field.
  package subscript(name: String) -> String? { raw(name).map { HeaderText.decoded($0) } }

  /// All values under `name`, decoded, in order: `all("Authentication-Results")`.
  package func all(_ name: String) -> [String] {
    fields.lazy.filter { $0.name.equalsIgnoringCase(name) }.map { HeaderText.decoded($0.raw) }
  }

  /// The first field's value as sent, unfolded.
  func raw(_ name: String) -> [UInt8]? { fields.first { $0.name.equalsIgnoringCase(name) }?.raw }

  /// With raw 8-bit bytes read in the charset that the mail states for its words. Of the charsets that every text fits,
  /// only those: of East Asian and Cyrillic bytes the weights know better.
  func read(as label: String?) -> MailHeaders {
    guard let label, let kind = CharsetLabel.kind(of: label), case .iconv(let name) = kind, Self.stated.contains(name)
    else { return self }
    return MailHeaders(
      fields.map { field in
        guard !Charset.isASCII(field.raw), Charset.utf8(field.raw).isFlawed else { return field }
        let decoded = Charset.decode(field.raw, kind)
        return decoded.isFlawed ? field : Field(name: field.name, raw: Array(decoded.text.utf8))
      })
  }

  private static let stated: Set<String> = [
    "CP1250", "CP1253", "CP1254", "CP1255", "CP1256", "CP1257", "CP1258", "CP874", "TIS-620", "KOI8-U", "ISO-8859-2",
    "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-10",
    "ISO-8859-13", "ISO-8859-14", "ISO-8859-16",
  ]

  func has(_ name: String) -> Bool { fields.contains { $0.name.equalsIgnoringCase(name) } }
}

extension String {
  /// ASCII letters compare without regard to case; everything else byte by byte.
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
