/// The charset that an HTML document states for itself (`<meta charset>`), where the mail states none.
enum HTMLCharset {
  /// HTML §4.2.5.4 wants it within the first 1024 bytes.
  private static let prefixMax = 2048

  /// The mail's word goes first; bytes that are valid UTF-8 go before the document's own word, which often is left
  /// over.
  static func decode(_ bytes: [UInt8], stated: String?) -> Charset.Decoded {
    if let stated, CharsetLabel.kind(of: stated) != nil,
      !(stated.equalsIgnoringCase("us-ascii") && !Charset.isASCII(bytes))
    {
      return Charset.decode(bytes, label: stated)
    }
    let strict = Charset.utf8(bytes)
    return strict.isFlawed ? Charset.decode(bytes, label: label(in: bytes)) : strict
  }

  private static func label(in bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(prefixMax).filter { $0 < 0x80 }, as: UTF8.self).lowercased()
    guard let meta = head.firstRange(of: "charset=") else { return nil }
    let rest = head[meta.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
    let label = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    return label.isEmpty ? nil : String(label)
  }
}
