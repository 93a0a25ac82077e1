/// One field of a form or query, with its value as raw bytes: signatures and legacy charsets need them.
package struct FormField: Sendable, Hashable {
  package var name: String
  package var bytes: [UInt8]
  /// Multipart only: the file name as sent, without path parts and control characters.
  package var filename: String?
  /// Multipart only: the part's own type, as sent.
  package var contentType: String?

  package init(name: String, bytes: [UInt8], filename: String? = nil, contentType: String? = nil) {
    (self.name, self.bytes, self.filename, self.contentType) = (name, bytes, filename, contentType)
  }

  /// The value as UTF-8; broken sequences become U+FFFD.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The fields of a form or query in the order sent, repeated names kept.
package struct FormFields: Sendable, Hashable {
  package var fields: [FormField]
  package init(_ fields: [FormField] = []) { self.fields = fields }

  /// No form of any provider comes near; protects from bodies of a million ampersands.
  package static let fieldsMax = 2000

  /// The first value under `name`.
  package subscript(name: String) -> String? { fields.first { $0.name == name }?.text }

  /// Every value under `name`, in order.
  package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.text) }

  /// Reads `application/x-www-form-urlencoded` bytes (WHATWG URL §5.1), a query string among them: `+` is a space,
  /// `%` that no two hex digits follow stays as it is. `nil` when there are more than `fieldsMax` fields.
  package init?(urlEncoded bytes: some Collection<UInt8>) {
    fields = []
    for pair in bytes.split(separator: UInt8(ascii: "&"), maxSplits: Self.fieldsMax) {
      guard fields.count < Self.fieldsMax else { return nil }
      let equals = pair.firstIndex(of: UInt8(ascii: "="))
      let name = Self.decode(pair[..<(equals ?? pair.endIndex)])
      let value = equals.map { Self.decode(pair[pair.index(after: $0)...]) } ?? []
      fields.append(FormField(name: String(decoding: name, as: UTF8.self), bytes: value))
    }
  }

  /// The raw query of a URL, without `?`; one with too many fields reads as empty.
  package init(query: String) { self = FormFields(urlEncoded: query.utf8) ?? FormFields() }

  /// Percent-decoding and `+` to space.
  package static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = true) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      bytes.formIndex(after: &index)
      if byte == UInt8(ascii: "%"), let (value, next) = hexPair(bytes, at: index) {
        out.append(value)
        index = next
      } else {
        out.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return out
  }

  /// Percent-encodes all but RFC 3986 §2.3's unreserved characters.
  package static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) {
        out.append(byte)
      } else {
        out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }

  private static func hexPair<Bytes: Collection<UInt8>>(_ bytes: Bytes, at index: Bytes.Index) -> (UInt8, Bytes.Index)?
  {
    guard index < bytes.endIndex, let high = hexValue(bytes[index]) else { return nil }
    let second = bytes.index(after: index)
    guard second < bytes.endIndex, let low = hexValue(bytes[second]) else { return nil }
    return (high << 4 | low, bytes.index(after: second))
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
