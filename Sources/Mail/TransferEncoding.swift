import CGMime

/// Content transfer encodings (RFC 2045 §6), written by GMime.
enum TransferEncoding {
  /// On one line.
  static func base64(_ bytes: [UInt8]) -> String {
    String(decoding: encoded(bytes, GMIME_CONTENT_ENCODING_BASE64).filter { !$0.isHeaderSpace }, as: UTF8.self)
  }

  /// Lines of at most 76 characters, ended by CRLF.
  static func base64Lines(_ bytes: [UInt8]) -> [UInt8] { crlf(encoded(bytes, GMIME_CONTENT_ENCODING_BASE64)) }

  /// Of text with any line ends; lines of at most 76 characters, ended by CRLF.
  static func quotedPrintable(_ text: String) -> [UInt8] {
    let lines = text.utf8.filter { $0 != 0x0D }
    return crlf(encoded(lines, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE))
  }

  private static func crlf(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 32)
    for byte in bytes where byte != 0x0D { out += byte == 0x0A ? [0x0D, 0x0A] : [byte] }
    if out.last != 0x0A { out += [0x0D, 0x0A] }
    return out
  }

  private static func encoded(_ bytes: [UInt8], _ encoding: GMimeContentEncoding) -> [UInt8] {
    MimeLibrary.start()
    var state = GMimeEncoding()
    g_mime_encoding_init_encode(&state, encoding)
    let room = g_mime_encoding_outlen(&state, bytes.count) + 64
    return [UInt8](unsafeUninitializedCapacity: room) { out, count in
      count = bytes.withUnsafeBytes { source in
        g_mime_encoding_flush(
          &state, source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
          UnsafeMutableRawPointer(out.baseAddress)?.assumingMemoryBound(to: CChar.self))
      }
    }
  }
}
