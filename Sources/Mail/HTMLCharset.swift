/// The charset that an HTML document states for itself (`<meta charset>`), where the mail states none.
enum HTMLCharset {
  /// HTML §4.2.5.4 wants it within the first 1024 bytes.
  private static let prefixMax = 2048

  static func label(in bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(prefixMax).filter { $0 < 0x80 }, as: UTF8.self).lowercased()
    guard let meta = head.firstRange(of: "charset=") else { return nil }
    let rest = head[meta.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
    let label = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    return label.isEmpty ? nil : String(label)
  }
}
