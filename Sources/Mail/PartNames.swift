/// Names of parts, and whether a part is shown as text or kept as a file.
enum PartNames {
  /// Parts of a report that are for machines.
  static let reportTypes: Set<String> = [
    "message/delivery-status", "message/disposition-notification", "message/feedback-report",
    "message/global-delivery-status", "message/global-disposition-notification",
  ]

  /// `filename` of the disposition, else `name` of the type; without path parts and control characters.
  static func filename(of node: MimeNode) -> String? {
    let disposition = node.headers.raw("Content-Disposition").map { ContentType(parsing: $0) }
    guard let name = disposition?["filename"] ?? node.contentType["name"] else { return nil }
    let clean = safe(name)
    return clean.isEmpty ? nil : clean
  }

  /// The last path part, without characters that change what a reader sees (controls, bidi overrides).
  static func safe(_ name: String) -> String {
    let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    let scalars = last.unicodeScalars.filter { scalar in
      scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value)
        && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
    }
    let text = String(String.UnicodeScalarView(scalars)).trimmed
    return text == "." || text == ".." ? "" : text
  }

  static func isShown(_ node: MimeNode, inside container: String, isFirst: Bool) -> Bool {
    let type = node.contentType.value
    let isText =
      type == "text/plain" || type == "text/html" || type == "application/xhtml+xml" || type == "text/enriched"
      || !node.contentType.isWellFormed || type == "text/richtext" || type == "text/x-amp-html"
    guard isText || (node.contentType.isText && isFirst && container.isEmpty && type != "text/calendar") else {
      return false
    }
    let disposition = node.headers.raw("Content-Disposition").map { ContentType(parsing: $0) }
    if disposition?.value == "attachment" { return false }
    guard filename(of: node) != nil else { return true }
    return isFirst && disposition?.value == "inline" || container == "multipart/alternative"
      || (disposition == nil && isFirst)
  }

  /// Text that is shown and has a file name in its disposition: the sender may have meant a file.
  static func isFileToo(_ node: MimeNode) -> Bool {
    node.headers.raw("Content-Disposition").map { ContentType(parsing: $0)["filename"] != nil } ?? false
  }
}
