/// `Message-ID`, `In-Reply-To` and `References` (RFC 5322 §3.6.4), also with comments, without brackets or spaces.
enum MessageIDList {
  /// Longer chains than any client keeps.
  private static let idsMax = 1000

  /// Ids without brackets, in order, as often as they stand there.
  static func read(_ raw: [UInt8]) -> [String] {
    var ids: [String] = []
    var scan = ByteScan(raw[...])
    var bare: [UInt8] = []
    while let byte = scan.peek, ids.count < idsMax {
      switch byte {
      case UInt8(ascii: "<"):
        scan.advance()
        let inner = scan.take { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "<") }
        _ = scan.consume(UInt8(ascii: ">"))
        add(inner, to: &ids)
        bare += [0x20]
      case UInt8(ascii: "("): _ = scan.comment()
      case UInt8(ascii: "\""): _ = scan.quotedString()
      default:
        bare.append(byte)
        scan.advance()
      }
    }
    if ids.isEmpty { for word in bare.split(whereSeparator: \.isIDBreak) { addBare(Array(word), to: &ids) } }
    return ids
  }

  private static func addBare(_ word: [UInt8], to ids: inout [String]) {
    guard word.contains(UInt8(ascii: "@")) else { return }
    add(word, to: &ids)
  }

  private static func add(_ bytes: [UInt8], to ids: inout [String]) {
    let id = HeaderText.decoded(bytes.filter { !$0.isHeaderSpace }).trimmed
    guard !id.isEmpty else { return }
    ids.append(id)
  }
}

extension UInt8 {
  fileprivate var isIDBreak: Bool { isHeaderSpace || self == UInt8(ascii: ",") || self == UInt8(ascii: ";") }
}
