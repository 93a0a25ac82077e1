/// Address fields (RFC 5322 §3.4 and its obsolete forms), read forgivingly: Outlook's semicolons, names with stray
/// brackets, addresses without brackets, comments, groups, raw 8-bit names.
enum AddressList {
  /// More recipients than any real mail names.
  private static let mailboxesMax = 5000
  /// RFC 5321 §4.5.3.1 has 320.
  private static let addressMax = 500

  static func read(_ raw: [UInt8]) -> [MailAddress] {
    var reader = Reader(scan: ByteScan(raw[...]), bytes: raw)
    reader.run(limit: mailboxesMax)
    return reader.mailboxes
  }

  private struct Reader {
    var scan: ByteScan
    let bytes: [UInt8]
    var mailboxes: [MailAddress] = []
    /// What stands before `<`, or the bare address.
    var phrase = Phrase()
    var comment: [UInt8] = []
    var angle: [UInt8]?
    /// A word before a comma: half of an unquoted name (`Berg, Bo <…>`), or a local address.
    var held: [UInt8]?

    mutating func run(limit: Int) {
      while let byte = scan.peek, mailboxes.count < limit {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"): finish(mayHold: byte == UInt8(ascii: ","))
        case UInt8(ascii: "\""): quoted()
        case UInt8(ascii: "["): bracket()
        case UInt8(ascii: "("): comment = scan.comment()
        case UInt8(ascii: "<"): openAngle()
        case UInt8(ascii: ">") where angle != nil: scan.advance()
        case UInt8(ascii: ":"): colon()
        case UInt8(ascii: "="): encodedWordOrByte()
        default:
          phrase.add(byte)
          scan.advance()
        }
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") { scan.advance() }
      }
      finish()
    }

    /// A quoted local part (RFC 5321 §4.1.2) keeps its quotes; a quoted name loses them.
    private mutating func quoted() {
      let start = scan.index
      // Never closed: no quote.
      guard bytes[(start + 1)...].contains(UInt8(ascii: "\"")) else { return scan.advance() }
      let content = scan.quotedString()
      guard scan.peek == UInt8(ascii: "@") else { return phrase.addQuoted(content) }
      scan.skip { !$0.isHeaderSpace && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "<") }
      if angle == nil { angle = AddressList.cleaned(Array(bytes[start..<scan.index])) }
    }

    /// Outlook's `Bo [mailto:bo@x.example]`.
    private mutating func bracket() {
      let inner = bytes[(scan.index + 1)...].prefix(AddressList.addressMax).prefix {
        $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "<")
      }
      guard inner.endIndex < bytes.endIndex, bytes[inner.endIndex] == UInt8(ascii: "]"),
        inner.contains(UInt8(ascii: "@")), !inner.contains(UInt8(ascii: ",")), phrase.text.last?.isHeaderSpace != false
      else {
        phrase.add(UInt8(ascii: "["))
        return scan.advance()
      }
      if angle == nil { angle = AddressList.cleaned(Array(inner)) }
      scan.jump(to: inner.endIndex + 1)
    }

    /// An encoded word is one thing, whatever punctuation a broken sender left inside it.
    private mutating func encodedWordOrByte() {
      if let word = EncodedWord(in: bytes, at: scan.index) {
        phrase.add(bytes[scan.index..<word.end])
        scan.jump(to: word.end)
      } else {
        phrase.add(UInt8(ascii: "="))
        scan.advance()
      }
    }

    /// `Group name: a@x, b@y;` — the name is dropped. A colon inside an address (`mailto:`) is dropped with what
    /// precedes it.
    private mutating func colon() {
      scan.advance()
      if angle == nil { phrase = Phrase() }
    }

    private mutating func openAngle() {
      scan.advance()
      let start = scan.index
      if scan.peek == UInt8(ascii: "\"") { _ = scan.quotedString() }
      scan.skip { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "<") }
      let inner = Array(bytes[start..<scan.index])
      _ = scan.consume(UInt8(ascii: ">"))
      let address = AddressList.cleaned(inner)
      if angle == nil || !(angle ?? []).contains(UInt8(ascii: "@")) { angle = address }
    }

    private mutating func finish(mayHold: Bool = false) {
      defer { (phrase, comment, angle) = (Phrase(), [], nil) }
      let first = held
      held = nil
      if let angle, !angle.isEmpty {
        let whole = first.map { $0 + Array(", ".utf8) + phrase.text.trimmingSpace } ?? phrase.text
        if let first, phrase.text.trimmingSpace.isEmpty { add(first) }
        let name = AddressList.name(phrase.text.trimmingSpace.isEmpty ? [] : whole, comment)
        mailboxes.append(MailAddress(address: AddressList.text(angle), name: name))
        return
      }
      if let first { add(first) }
      guard let bare = phrase.bareAddress else { return }
      if mayHold, comment.isEmpty, !bare.contains(UInt8(ascii: "@")) {
        held = bare
      } else {
        let rest = AddressList.name(phrase.text(without: bare), comment)
        mailboxes.append(MailAddress(address: AddressList.text(AddressList.cleaned(bare)), name: rest))
      }
    }

    private mutating func add(_ local: [UInt8]) {
      mailboxes.append(MailAddress(address: AddressList.text(AddressList.cleaned(local)), name: nil))
    }
  }

  /// Without route (RFC 5322 §4.4 `@a,@b:`), `mailto:`, quotes around the whole, and spaces.
  private static func cleaned(_ inner: [UInt8]) -> [UInt8] {
    var address = withoutComments(inner).trimmingSpace
    if address.first == UInt8(ascii: "@"), let colon = address.firstIndex(of: UInt8(ascii: ":")) {
      address = Array(address[(colon + 1)...])
    }
    if address.prefix(7).map(\.asciiLowercased).elementsEqual("mailto:".utf8) { address = Array(address.dropFirst(7)) }
    while let first = address.first, first == UInt8(ascii: "'") || first == UInt8(ascii: "<") {
      address.removeFirst()
      if address.last == UInt8(ascii: "'") { address.removeLast() }
    }
    guard address.first == UInt8(ascii: "\""), address.contains(UInt8(ascii: "@")) else {
      return address.filter { !$0.isHeaderSpace && $0 >= 0x20 }
    }
    // Within the quotes of a local part a space is a character.
    let domain = address.lastIndex(of: UInt8(ascii: "@")) ?? 0
    return address[..<domain].filter { $0 >= 0x20 } + address[domain...].filter { !$0.isHeaderSpace && $0 >= 0x20 }
  }

  /// RFC 822 allowed comments within addresses; brackets that do not match are left alone.
  private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
    let opened = bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "(") ? 1 : 0) }
    guard opened > 0, opened == bytes.reduce(0, { $0 + ($1 == UInt8(ascii: ")") ? 1 : 0) }) else { return bytes }
    var out: [UInt8] = []
    var scan = ByteScan(bytes[...])
    while let byte = scan.peek {
      if byte == UInt8(ascii: "(") {
        _ = scan.comment()
      } else {
        out.append(byte)
        scan.advance()
      }
    }
    return out
  }

  private static func text(_ bytes: [UInt8]) -> String { HeaderText.decoded(bytes) }

  /// The phrase, or the comment where there is no phrase (RFC 822's old custom).
  private static func name(_ phrase: [UInt8], _ comment: [UInt8]) -> String? {
    for candidate in [phrase, comment] {
      var text = HeaderText.decoded(candidate).trimmed
      for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
        text = String(text.dropFirst().dropLast()).trimmed
      }
      if !text.isEmpty { return text }
    }
    return nil
  }

  private struct Phrase {
    /// Pieces in order; a quoted piece is never an address by itself unless nothing else is.
    var text: [UInt8] = []
    private var hasQuoted = false

    mutating func add(_ byte: UInt8) { text.append(byte) }
    mutating func add(_ slice: ArraySlice<UInt8>) { text += slice }

    mutating func addQuoted(_ content: [UInt8]) {
      hasQuoted = true
      text += content
    }

    /// The word with an `@`, else the only word when it looks like a local name.
    var bareAddress: [UInt8]? {
      let words = joinedDots.split(whereSeparator: \.isHeaderSpace)
      if let word = words.last(where: { $0.contains(UInt8(ascii: "@")) }) { return Array(word) }
      guard words.count == 1, let word = words.first, !hasQuoted else { return nil }
      return Array(word)
    }

    /// RFC 5322 §4.4: spaces around the dots of an address without brackets.
    private var joinedDots: [UInt8] {
      guard text.contains(UInt8(ascii: "@")) else { return text }
      var out: [UInt8] = []
      out.reserveCapacity(text.count)
      var hasAt = false
      var hasGap = false
      for byte in text {
        if byte.isHeaderSpace {
          hasGap = true
          continue
        }
        let isDotted = hasAt && (byte == UInt8(ascii: ".") || out.last == UInt8(ascii: "."))
        let isGlued = byte == UInt8(ascii: "@") || out.last == UInt8(ascii: "@") || isDotted
        if hasGap, !isGlued { out.append(0x20) }
        hasGap = false
        hasAt = hasAt || byte == UInt8(ascii: "@")
        out.append(byte)
      }
      return out
    }

    func text(without word: [UInt8]) -> [UInt8] {
      let words = joinedDots.split(whereSeparator: \.isHeaderSpace)
      guard words.count > 1 else { return [] }
      return Array(words.filter { Array($0) != word }.joined(separator: [0x20]))
    }
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    let end = scalars.lastIndex { !$0.properties.isWhitespace } ?? start
    return String(scalars[start...end])
  }
}
