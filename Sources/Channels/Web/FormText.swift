package import Conversations

/// What people type into our own pages, made fit for keys, headers and tables.
enum FormText {
  /// One line without control characters, at most 200 characters; `nil` when nothing is left.
  static func line(_ text: String?) -> String? { text?.callLine(limit: 200) }

  /// An id out of a list we gave: letters, digits, `-`, `_`; `nil` for anything else.
  static func word(_ text: String?) -> String? {
    guard let word = text?.trimmingBlanks(), (1...64).contains(word.utf8.count), PlainID.isPlain(word) else {
      return nil
    }
    return word
  }

  /// The language tag that was chosen, else the browser's first (RFC 9110 §12.5.4).
  static func language(_ chosen: String?, headers: Headers) -> String? {
    if let tag = tag(chosen ?? "") { return tag }
    let accepted = headers["Accept-Language"] ?? ""
    return tag(String(accepted.prefix { $0 != "," && $0 != ";" }))
  }

  private static func tag(_ text: String) -> String? {
    let tag = text.trimmingBlanks()
    let isTag = tag.utf8.allSatisfy { PlainID.isPlain(String(UnicodeScalar($0))) && $0 != UInt8(ascii: "_") }
    return (2...35).contains(tag.utf8.count) && isTag ? tag : nil
  }
}

/// The shape of an e-mail address; whether it exists, only a mail to it shows.
package enum EmailAddress {
  /// `text` without blanks around it if it is `local@domain.tld` within RFC 5321 §4.5.3.1's lengths and holds nothing
  /// that could end a header field or an address list.
  package static func plausible(_ text: String?) -> String? {
    guard let address = text?.trimmingBlanks(), address.utf8.count <= 254 else { return nil }
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), isDomain(parts[1]) else { return nil }
    let isClean = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !special.contains($0) }
    return isClean ? address : nil
  }

  private static let special: Set<Unicode.Scalar> = ["<", ">", "(", ")", "[", "]", ",", ";", ":", "\\", "\""]

  private static func isDomain(_ domain: Substring) -> Bool {
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { (1...63).contains($0.utf8.count) && !$0.hasPrefix("-") }
  }
}

extension Attachment {
  /// A file whose bytes came along.
  package static func uploaded(_ filename: String?, contentType: String?, _ content: [UInt8]) -> Attachment {
    let type = contentType.map(RequestBody.mediaType)
    return Attachment(
      kind: kind(ofType: type), filename: filename.map(Multipart.safeFilename), contentType: type,
      size: content.count, sha256: Signatures.hex(Signatures.digest(.sha256, of: content)), content: content)
  }

  /// By media type: pictures, films and sounds have kinds of their own.
  package static func kind(ofType type: String?) -> Kind {
    switch type?.prefix(while: { $0 != "/" }) {
    case "image": .image
    case "video": .video
    case "audio": .audio
    default: .file
    }
  }
}
