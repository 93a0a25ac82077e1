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

  var encoding: TransferDecoding.Encoding {
    TransferDecoding.encoding(named: headers.raw("Content-Transfer-Encoding") ?? [])
  }
}
