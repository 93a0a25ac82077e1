/// The public key inside an X.509 certificate (RFC 5280 §4.1), and nothing else of it.
///
/// No chain, no dates, no names are checked: whoever configures a certificate, or fetches it over TLS from its
/// provider's host, vouches for it.
enum CertificateKey {
  /// The DER of `subjectPublicKeyInfo`; `nil` when `pem` holds no certificate.
  static func publicKey(pem: String) -> [UInt8]? {
    let (head, tail) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    guard let start = pem.firstRange(of: head), let end = pem[start.upperBound...].firstRange(of: tail) else {
      return nil
    }
    let base64 = String(pem[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace })
    guard let der = Signatures.decodeBase64(base64) else { return nil }
    var certificate = DERElements(der[...])
    guard var body = certificate.next().map({ DERElements($0.content) }), let signed = body.next() else { return nil }
    var fields = DERElements(signed.content)
    guard var field = fields.next() else { return nil }
    // The version comes first, unless it is the oldest.
    if field.tag == 0xA0 {
      guard let next = fields.next() else { return nil }
      field = next
    }
    // serialNumber has been read; signature, issuer, validity and subject follow.
    for _ in 0..<4 { guard fields.next() != nil else { return nil } }
    guard let key = fields.next(), key.tag == DERElements.sequence else { return nil }
    return Array(key.whole)
  }
}

/// The elements of a DER encoding, one after the other (ITU-T X.690 §8.1).
private struct DERElements {
  static let sequence: UInt8 = 0x30

  struct Element {
    var tag: UInt8
    var content: ArraySlice<UInt8>
    /// With tag and length.
    var whole: ArraySlice<UInt8>
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> Element? {
    let start = rest.startIndex
    guard rest.count >= 2 else { return nil }
    let (tag, first) = (rest[start], rest[start + 1])
    var (length, contentStart) = (Int(first), start + 2)
    if first >= 0x80 {
      // X.690 §8.1.3.5; four bytes are more than any certificate needs.
      let count = Int(first & 0x7F)
      guard (1...4).contains(count), rest.count >= 2 + count else { return nil }
      length = rest[contentStart..<(contentStart + count)].reduce(0) { $0 << 8 | Int($1) }
      contentStart += count
    }
    guard length <= rest.endIndex - contentStart else { return nil }
    let end = contentStart + length
    defer { rest = rest[end...] }
    return Element(tag: tag, content: rest[contentStart..<end], whole: rest[start..<end])
  }
}
