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
    var words = [attachment.disposition.rawValue]
    if let name = attachment.filename {
      words[0] += ";"
      let parameters = EncodedText.parameter("filename", name)
      words += parameters.enumerated().map { $0.offset + 1 < parameters.count ? $0.element + ";" : $0.element }
    }
    var head = HeaderWriter.field("Content-Type", typeWords(attachment.contentType)) + "\r\n"
    head += "Content-Transfer-Encoding: base64\r\n"
    head += HeaderWriter.field("Content-Disposition", words) + "\r\n"
    if let id = attachment.contentID, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }) {
      head += "Content-ID: <\(id)>\r\n"
    }
    return Array((head + "\r\n").utf8) + TransferEncoding.base64Lines(attachment.content)
  }

  /// A type as the words of its field. One that is not `token/token` (RFC 2045 §5.1), or that must not be base64, is
  /// written as plain bytes; from a parameter on that is none, nothing of the rest is.
  private static func typeWords(_ type: String) -> [String] {
    var scan = ByteScan(Array(type.utf8)[...])
    let name = String(decoding: scan.take { $0 != UInt8(ascii: ";") }.trimmingSpace, as: UTF8.self)
    let halves = name.split(separator: "/", omittingEmptySubsequences: false)
    let isToken = halves.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isTokenByte) }
    let isContainer = name.lowercased().hasPrefix("multipart/") || name.lowercased().hasPrefix("message/")
    guard halves.count == 2, isToken, !isContainer, name.utf8.count <= 120 else { return ["application/octet-stream"] }
    var words = [name]
    while let parameter = parameter(&scan), words.count < 10 {
      words[words.count - 1] += ";"
      words.append(parameter)
    }
    return words
  }

  /// The next `; name=value`, written anew.
  private static func parameter(_ scan: inout ByteScan) -> String? {
    guard scan.consume(UInt8(ascii: ";")) else { return nil }
    scan.skip(while: \.isHeaderSpace)
    let name = scan.take(while: isTokenByte)
    guard scan.consume(UInt8(ascii: "=")) else { return nil }
    let value = scan.peek == UInt8(ascii: "\"") ? scan.quotedString() : scan.take(while: isTokenByte)
    scan.skip(while: \.isHeaderSpace)
    let isPlain = value.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard scan.isAtEnd || scan.peek == UInt8(ascii: ";"), isPlain, !name.isEmpty, !value.isEmpty,
      name.count + value.count <= 70
    else { return nil }
    let quote = value.allSatisfy(isTokenByte) ? "" : "\""
    return "\(String(decoding: name, as: UTF8.self))=\(quote)\(String(decoding: value, as: UTF8.self))\(quote)"
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !"()<>@,;:\\\"[]?=/".utf8.contains(byte)
  }

  private static func container(_ subtype: String, _ parts: [[UInt8]], boundary: String) -> [UInt8] {
    var out = Array("Content-Type: multipart/\(subtype);\r\n boundary=\"\(boundary)\"\r\n\r\n".utf8)
    for part in parts { out += Array("--\(boundary)\r\n".utf8) + part }
    return out + Array("--\(boundary)--\r\n".utf8)
  }
}
