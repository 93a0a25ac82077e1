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
