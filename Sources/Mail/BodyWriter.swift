/// The body of a draft with the `Content-*` fields before it: text, its HTML alternative, files.
enum BodyWriter {
  static func body(of draft: MailDraft) -> [UInt8] {
    let seed = String(
      draft.boundarySeed.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
        .prefix(40))
    var entity = part("text/plain; charset=utf-8", text: draft.text)
    if let html = draft.html {
      let parts = [entity, part("text/html; charset=utf-8", text: html)]
      entity = container("alternative", parts, boundary: "=_a_" + seed)
    }
    if !draft.attachments.isEmpty {
      entity = container("mixed", [entity] + draft.attachments.map(file), boundary: "=_m_" + seed)
    }
    return Array("MIME-Version: 1.0\r\n".utf8) + entity
  }

  private static func part(_ type: String, text: String) -> [UInt8] {
    Array("Content-Type: \(type)\r\nContent-Transfer-Encoding: ".utf8) + encoded(text)
  }

  /// Short lines of ASCII as they are; mostly ASCII quoted-printable; else base64, which is shorter for Chinese.
  private static func encoded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let isPlain = bytes.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    let longest = bytes.split(separator: 0x0A).map(\.count).max() ?? 0
    if isPlain, longest < 900 { return Array("7bit\r\n\r\n".utf8) + canonical(bytes) }
    let foreign = bytes.reduce(0) { $0 + ($1 < 0x80 ? 0 : 1) }
    guard foreign * 4 > bytes.count else {
      return Array("quoted-printable\r\n\r\n".utf8) + TransferEncoding.quotedPrintable(text)
    }
    return Array("base64\r\n\r\n".utf8) + TransferEncoding.base64Lines(canonical(bytes))
  }

  /// CRLF line ends (RFC 2046 §4.1.1), one at the end; a lone CR is none.
  private static func canonical(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 32 + 2)
    for byte in bytes where byte != 0x0D { out += byte == 0x0A ? [0x0D, 0x0A] : [byte] }
    if out.last != 0x0A { out += [0x0D, 0x0A] }
    return out
  }

  private static func file(_ attachment: MailAttachment) -> [UInt8] {
    let type = safeType(attachment.contentType)
    var words = [attachment.disposition.rawValue]
    if let name = attachment.filename {
      words[0] += ";"
      let parameters = EncodedText.parameter("filename", name)
      words += parameters.enumerated().map { $0.offset + 1 < parameters.count ? $0.element + ";" : $0.element }
    }
    var head = "Content-Type: \(type)\r\nContent-Transfer-Encoding: base64\r\n"
    head += HeaderWriter.field("Content-Disposition", words) + "\r\n"
    if let id = attachment.contentID, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }) {
      head += "Content-ID: <\(id)>\r\n"
    }
    return Array((head + "\r\n").utf8) + TransferEncoding.base64Lines(attachment.content)
  }

  /// A type that is not `token/token` (RFC 2045 §5.1), or that must not be base64, is written as plain bytes.
  private static func safeType(_ type: String) -> String {
    let halves = type.split(separator: "/", omittingEmptySubsequences: false)
    let isToken = halves.allSatisfy { half in
      !half.isEmpty && half.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"()<>@,;:\\\"[]?=".utf8.contains($0) }
    }
    let isContainer = type.lowercased().hasPrefix("multipart/") || type.lowercased().hasPrefix("message/")
    return halves.count == 2 && isToken && !isContainer && type.utf8.count <= 120 ? type : "application/octet-stream"
  }

  private static func container(_ subtype: String, _ parts: [[UInt8]], boundary: String) -> [UInt8] {
    var out = Array("Content-Type: multipart/\(subtype);\r\n boundary=\"\(boundary)\"\r\n\r\n".utf8)
    for part in parts { out += Array("--\(boundary)\r\n".utf8) + part }
    return out + Array("--\(boundary)--\r\n".utf8)
  }
}
