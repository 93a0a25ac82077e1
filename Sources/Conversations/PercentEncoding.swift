extension String {
  /// Everything but the unreserved characters as `%XX` of its UTF-8 (RFC 3986 §2.3; fit for RFC 8187, too).
  package var percentEncoded: String {
    utf8.reduce(into: "") { out, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
