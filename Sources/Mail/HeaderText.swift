/// Unstructured header text: encoded words (RFC 2047) and raw 8-bit bytes.
enum HeaderText {
  /// One line of text. Neighbouring encoded words of one charset are joined as bytes first: senders split characters.
  static func decoded(_ raw: some Collection<UInt8>) -> String {
    let bytes = Array(raw)
    guard bytes.contains(0x3D) || !Charset.isASCII(bytes) || bytes.contains(0x1B) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return joined(pieces(of: bytes))
  }

  private enum Piece {
    case plain(ArraySlice<UInt8>)
    case word(charset: String, bytes: [UInt8])
  }

  private static func pieces(of bytes: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var plainStart = 0
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x3D, let word = EncodedWord(in: bytes, at: index) else {
        index += 1
        continue
      }
      append(bytes[plainStart..<index], before: word, to: &pieces)
      index = word.end
      plainStart = index
    }
    if plainStart < bytes.count { pieces.append(.plain(bytes[plainStart...])) }
    return pieces
  }

  /// RFC 2047 §6.2: white space between encoded words is not shown.
  private static func append(_ plain: ArraySlice<UInt8>, before word: EncodedWord, to pieces: inout [Piece]) {
    let isGap = plain.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    if case .word(let charset, let bytes)? = pieces.last, isGap {
      if charset.equalsIgnoringCase(word.charset) {
        pieces[pieces.count - 1] = .word(charset: charset, bytes: bytes + word.content)
        return
      }
    } else if !plain.isEmpty {
      pieces.append(.plain(plain))
    }
    pieces.append(.word(charset: word.charset, bytes: word.content))
  }

  private static func joined(_ pieces: [Piece]) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .plain(let bytes): text += Charset.decode(bytes, label: nil).text
      case .word(let charset, let bytes): text += Charset.decode(bytes, label: charset).text
      }
    }
    return singleLine(text)
  }

  /// Control characters (also those that encoded words smuggle in) become spaces: a header value is one line.
  static func singleLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar.value != 0 {
      out.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
    }
    return String(out)
  }
}

/// `=?charset?B|Q?text?=` (RFC 2047 §2), read forgivingly: spaces inside, bad padding, a language after `*`.
struct EncodedWord {
  let charset: String
  let content: [UInt8]
  /// Index after the closing `?=`.
  let end: Int

  /// Longer than any real charset label.
  private static let charsetLengthMax = 60

  init?(in bytes: [UInt8], at start: Int) {
    let question = UInt8(ascii: "?")
    guard start + 6 < bytes.count, bytes[start + 1] == question,
      let charsetEnd = bytes[(start + 2)...].prefix(EncodedWord.charsetLengthMax).firstIndex(of: question),
      charsetEnd > start + 2, charsetEnd + 2 < bytes.count, bytes[charsetEnd + 2] == question
    else { return nil }
    let encoding = bytes[charsetEnd + 1].asciiLowercased
    guard encoding == UInt8(ascii: "b") || encoding == UInt8(ascii: "q"),
      let textEnd = EncodedWord.end(in: bytes, from: charsetEnd + 3)
    else { return nil }
    let text = bytes[(charsetEnd + 3)..<textEnd]
    charset = String(decoding: bytes[(start + 2)..<charsetEnd], as: UTF8.self)
    content = encoding == UInt8(ascii: "b") ? TransferDecoding.base64(text) : TransferDecoding.headerQuoted(text)
    end = min(textEnd + 2, bytes.count)
  }

  /// The index of `?=`; a word that is cut off at the end of the value ends there. Never looks past the next `=?`.
  private static func end(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "?"), bytes[index + 1] == UInt8(ascii: "=") { return index }
      let isNextWord = bytes[index] == UInt8(ascii: "=") && bytes[index + 1] == UInt8(ascii: "?")
      if isNextWord, index + 2 < bytes.count, bytes[index + 2] != UInt8(ascii: "=") { return nil }
      index += 1
    }
    return nil
  }
}
