/// A part of a mail as sent: headers unfolded, content still in its transfer encoding.
struct MimeNode {
  indirect enum Content {
    case leaf([UInt8])
    case container([MimeNode])
    /// `message/rfc822`: the enclosed mail, and its bytes.
    case enclosed(MimeNode, raw: [UInt8])
  }

  var headers: MailHeaders
  var contentType: ContentType
  var content: Content

  /// The charset of its first words.
  var statedCharset: String? {
    switch content {
    case .leaf: return contentType.isText ? contentType["charset"] : nil
    case .container(let children):
      // Each is asked once: a lazy sequence asks twice, which doubles at every level.
      for child in children { if let charset = child.statedCharset { return charset } }
      return nil
    case .enclosed: return nil
    }
  }

  var encoding: TransferDecoding.Encoding {
    TransferDecoding.encoding(named: headers.raw("Content-Transfer-Encoding") ?? [])
  }
}
