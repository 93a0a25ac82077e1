/// Damages mails in ways that a seed decides.
struct MailMutator {
  private var state: UInt64
  private let mails: [[UInt8]]
  private let sizeMax: Int

  /// Mail `number` of `seed`, made from one or two of `mails`.
  static func mail(number: Int, seed: UInt64, from mails: [[UInt8]], sizeMax: Int) -> [UInt8] {
    var mutator = MailMutator(
      state: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(number) &* 0xBF58_476D_1CE4_E5B9 | 1, mails: mails, sizeMax: sizeMax
    )
    return mutator.mail()
  }

  private init(state: UInt64, mails: [[UInt8]], sizeMax: Int) {
    (self.state, self.mails, self.sizeMax) = (state, mails, sizeMax)
    _ = next(2)
  }

  /// xorshift64*
  private mutating func next(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
  }

  private mutating func mail() -> [UInt8] {
    var bytes = mails[next(mails.count)]
    for _ in 0...next(5) {
      mutate(&bytes)
      if bytes.count > sizeMax { bytes = Array(bytes.prefix(sizeMax)) }
    }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = mails[next(mails.count)]
      return
    }
    switch next(14) {
    case 0: for _ in 0...next(20) { bytes[next(bytes.count)] = UInt8(next(256)) }
    case 1: for _ in 0...next(8) { bytes[next(bytes.count)] ^= UInt8(1 << next(8)) }
    case 2: bytes.removeSubrange(range(in: bytes, lengthMax: 400))
    case 3: repeatPiece(&bytes)
    case 4: for _ in 0...next(4) { insert(MailMutator.tokens[next(MailMutator.tokens.count)], into: &bytes) }
    case 5: splice(&bytes)
    case 6: bytes.removeSubrange(next(bytes.count)...)
    case 7, 8: editLines(&bytes)
    case 9: bytes = wrapped(bytes)
    case 10: replaceWord(&bytes)
    case 11: insert([UInt8](repeating: UInt8(next(256)), count: next(3000)), into: &bytes)
    case 12: headerLine(&bytes)
    default: moveRange(&bytes)
    }
  }

  private mutating func range(in bytes: [UInt8], lengthMax: Int) -> Range<Int> {
    let start = next(bytes.count)
    return start..<min(bytes.count, start + 1 + next(lengthMax))
  }

  private mutating func insert(_ piece: [UInt8], into bytes: inout [UInt8]) {
    bytes.insert(contentsOf: piece, at: next(bytes.count + 1))
  }

  private mutating func repeatPiece(_ bytes: inout [UInt8]) {
    let piece = Array(bytes[range(in: bytes, lengthMax: 120)])
    let times = 1 + next(next(6) == 0 ? 2000 : 20)
    let room = max(1, (sizeMax - bytes.count) / piece.count)
    insert([[UInt8]](repeating: piece, count: min(times, room)).flatMap { $0 }, into: &bytes)
  }

  private mutating func splice(_ bytes: inout [UInt8]) {
    let other = mails[next(mails.count)]
    guard !other.isEmpty else { return }
    let piece = Array(other[range(in: other, lengthMax: 4000)])
    insert(piece, into: &bytes)
  }

  private mutating func moveRange(_ bytes: inout [UInt8]) {
    let place = range(in: bytes, lengthMax: 400)
    let piece = Array(bytes[place])
    bytes.removeSubrange(place)
    insert(piece, into: &bytes)
  }

  /// Deletes, doubles, swaps or marks a line.
  private mutating func editLines(_ bytes: inout [UInt8]) {
    let start = (bytes[..<next(bytes.count)].lastIndex(of: 0x0A) ?? -1) + 1
    let end = (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
    guard start < end else { return }
    let line = Array(bytes[start..<end])
    switch next(5) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: [[UInt8]](repeating: line, count: 1 + next(40)).flatMap { $0 }, at: start)
    case 2: insert(line, into: &bytes)
    case 3: bytes.insert(contentsOf: [UInt8](repeating: 0x3E, count: 1 + next(60)), at: start)
    default: bytes.insert(next(2) == 0 ? 0x20 : 0x0A, at: start)
    }
  }

  /// The mail within a container, or within a mail, or within many.
  private mutating func wrapped(_ bytes: [UInt8]) -> [UInt8] {
    var out = bytes
    for level in 0...next(next(8) == 0 ? 60 : 3) {
      let kind = MailMutator.containers[next(MailMutator.containers.count)]
      let head =
        kind.hasPrefix("multipart")
        ? "From: w@x.example\nContent-Type: \(kind); boundary=\"w\(level)\"\n\n--w\(level)\n"
        : "From: w@x.example\nContent-Type: \(kind)\n\n"
      out = Array(head.utf8) + out
      if out.count > sizeMax { break }
    }
    return out
  }

  /// A value of a field gives way to another one that readers know.
  private mutating func replaceWord(_ bytes: inout [UInt8]) {
    let marks: [UInt8] = Array("=:;/".utf8)
    let from = next(bytes.count)
    guard let mark = bytes[from...].firstIndex(where: marks.contains) else { return }
    let rest = bytes[(mark + 1)...].prefix(60)
    let end = rest.firstIndex { $0 == 0x0A || $0 == 0x3B } ?? rest.endIndex
    bytes.replaceSubrange((mark + 1)..<end, with: MailMutator.words[next(MailMutator.words.count)].utf8)
  }

  private mutating func headerLine(_ bytes: inout [UInt8]) {
    let line = MailMutator.headers[next(MailMutator.headers.count)] + MailMutator.words[next(MailMutator.words.count)]
    bytes.insert(contentsOf: Array((line + "\n").utf8), at: 0)
  }

  private static let containers = [
    "multipart/mixed", "multipart/alternative", "multipart/report; report-type=delivery-status", "multipart/related",
    "multipart/signed", "multipart/encrypted", "message/rfc822", "multipart/digest",
  ]

  private static let headers = [
    "Content-Type: ", "Content-Transfer-Encoding: ", "Subject: ", "From: ", "References: ", "Date: ", "To: ",
    "Content-Disposition: attachment; filename=", "Content-Disposition: attachment; filename*0*=", "Auto-Submitted: ",
    "Content-ID: ", "Return-Path: ", "X-Failed-Recipients: ", "Message-ID: ",
  ]

  private static let words = [
    "base64", "quoted-printable", "x-uuencode", "binary", "utf-8", "gb2312", "utf-16", "utf-7", "iso-2022-jp",
    "hz-gb-2312",
    "iso-2022-kr", "big5", "unknown-8bit", "text/html", "text/plain; format=flowed", "multipart/mixed; boundary=",
    "message/rfc822", "message/delivery-status", "application/ms-tnef", "text/calendar", "application/pkcs7-mime",
    "=?utf-8?B?4pyT?=", "=?gb2312?Q?=C4=E3?= =?gb2312?Q?=BA?=", "\"unclosed", "(comment", "<a@b.example", "<<>>",
    "a@b, c@d;",
    "Tue, 99 Foo 99999 25:61:61 +9999", "utf-8''%E4%BD%A0%", "\u{0}", "auto-replied", "99999999999999999999", "-1", "",
  ]

  private static let tokens: [[UInt8]] =
    [
      "\n\n", "\r\n", "\0", "--", "--b1\n", "--b1--\n", "Content-Type: message/rfc822\n\n", "begin 644 a\n", "end\n",
      "=\n", "=?",
      "?=", "<blockquote>", "<div>", "</div>", "<!--", "-->", "<b><i><u>", "<table><tr><td>", "&#x110000;", "&nbsp;",
      "\u{1B}$B",
      "\u{1B}(B", "~{", "~}", "+AGE-", "-- \n", "> ", "On 1 May 2023 at 10:00, a <a@b.example> wrote:\n", "From: a\n",
      "________________________________\n", "550 5.1.1 <a@b.example>\n", "Final-Recipient: rfc822; a@b.example\n",
      "BEGIN:VEVENT\n",
      "\u{202E}", "\u{FEFF}", "：", "发件人：", "\t", "  \n", "((((((((", "\"\"\"\"", "=E4=BD", "\\",
    ].map { Array($0.utf8) } + [[0xFF, 0xFE], [0x80], [0xC3], [0x78, 0x9F, 0x3E, 0x22, 1, 0], [0xED, 0xA0, 0x80]]
}
