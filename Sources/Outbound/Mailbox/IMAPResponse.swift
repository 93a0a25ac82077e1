/// One value in a server's response (RFC 3501 §4).
package enum IMAPValue: Equatable {
  /// Atoms and numbers as written; `NIL` is one of them. `BODY[HEADER.FIELDS (DATE)]<0>` is one atom.
  case atom(String)
  /// A quoted string or a literal.
  case string([UInt8])
  indirect case list([IMAPValue])

  package var atom: String? { if case .atom(let text) = self { text } else { nil } }
  package var number: UInt64? { atom.flatMap { UInt64($0) } }
  package var list: [IMAPValue]? { if case .list(let values) = self { values } else { nil } }
  /// The bytes of a string; `nil` for `NIL` and whatever is no string.
  package var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
}

/// One whole response.
package enum IMAPResponse: Equatable {
  /// `a7 OK done`. `code`: what stands in brackets, e.g. `TRYCREATE`.
  case completion(tag: String, status: String, code: String?, text: String)
  /// `* OK [UIDVALIDITY 3] …`, `* BYE …`.
  case status(String, code: String?, text: String)
  /// `* 12 FETCH (…)`, `* SEARCH 1 2`: the name in capitals, the number before it, the values behind it.
  case data(name: String, number: UInt64?, values: [IMAPValue])
  /// `+ …`.
  case goOn
}

/// What a server says that no server may say, or more than was asked for.
package struct IMAPFault: Error, Equatable {
  package let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Cuts a server's bytes into responses. Pure; every byte is looked at once.
package struct IMAPResponseReader {
  /// A response without its literals.
  package static let lineSizeMax = 1 << 20

  private var buffer: [UInt8] = []
  /// Where the present response begins, and up to where no line end was found.
  private var (start, seen) = (0, 0)
  /// The pieces of the present response before `start`: texts between literals, and the literals.
  private var pieces: [Piece] = []
  private var piecesSize = 0
  private var awaited: Int?
  /// The literal under way.
  private var literal: [UInt8] = []
  /// The largest literal that is taken.
  var literalSizeMax: Int

  enum Piece: Equatable {
    case text([UInt8])
    case literal([UInt8])
  }

  package init(literalSizeMax: Int) { self.literalSizeMax = literalSizeMax }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var bytes = bytes[...]
    // A literal goes straight to where it belongs: a mail is copied once.
    if let missing = awaited, start == buffer.count {
      let part = bytes.prefix(missing - literal.count)
      literal.append(contentsOf: part)
      bytes = bytes.dropFirst(part.count)
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole response; `nil` = more bytes are needed.
  package mutating func next() throws(IMAPFault) -> IMAPResponse? {
    while true {
      if let size = awaited {
        let part = buffer[start...].prefix(size - literal.count)
        literal.append(contentsOf: part)
        start += part.count
        guard literal.count == size else { return nil }
        pieces.append(.literal(literal))
        (literal, awaited, seen) = ([], nil, start)
      }
      guard let line = try nextLine() else { return nil }
      if let size = Self.announcedLiteral(line) {
        guard size <= literalSizeMax else { throw IMAPFault("a literal of \(size) bytes was not asked for") }
        pieces.append(.text(Array(line[..<(line.lastIndex(of: UInt8(ascii: "{")) ?? line.endIndex)])))
        awaited = size
        literal.reserveCapacity(size)
        continue
      }
      pieces.append(.text(Array(line)))
      defer { (pieces, piecesSize) = ([], 0) }
      var parser = IMAPResponseParser(pieces)
      return try parser.response()
    }
  }

  private mutating func nextLine() throws(IMAPFault) -> ArraySlice<UInt8>? {
    guard let end = buffer[seen...].firstIndex(of: 0x0A) else {
      seen = buffer.count
      guard piecesSize + buffer.count - start <= Self.lineSizeMax else { throw IMAPFault("a response without an end") }
      compact()
      return nil
    }
    var line = buffer[start..<end]
    if line.last == 0x0D { line.removeLast() }
    piecesSize += line.count
    guard piecesSize <= Self.lineSizeMax else { throw IMAPFault("a response without an end") }
    (start, seen) = (end + 1, end + 1)
    return line
  }

  private mutating func compact() {
    guard start > 1 << 16 || start == buffer.count else { return }
    buffer.removeFirst(start)
    (start, seen) = (0, seen - start)
  }

  /// `{123}` at the end of a line.
  private static func announcedLiteral(_ line: ArraySlice<UInt8>) -> Int? {
    guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
    let digits = line[(open + 1)..<(line.endIndex - 1)]
    guard (1...10).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
  }
}

/// Reads the values of one response.
struct IMAPResponseParser {
  private let pieces: [IMAPResponseReader.Piece]
  private var piece = 0
  private var text: [UInt8] = []
  private var position = 0

  static let depthMax = 32

  init(_ pieces: [IMAPResponseReader.Piece]) {
    self.pieces = pieces
    if case .text(let first)? = pieces.first { text = first }
  }

  mutating func response() throws(IMAPFault) -> IMAPResponse {
    let tag = word()
    if tag == "+" { return .goOn }
    skipBlank()
    let first = word().uppercased()
    guard !tag.isEmpty, !first.isEmpty else { throw IMAPFault("a response without a name") }
    if ["OK", "NO", "BAD", "BYE", "PREAUTH"].contains(first) {
      let (code, words) = remark()
      return tag == "*"
        ? .status(first, code: code, text: words) : .completion(tag: tag, status: first, code: code, text: words)
    }
    guard tag == "*" else { throw IMAPFault("a response that is none") }
    guard let number = UInt64(first) else { return .data(name: first, number: nil, values: try values(depth: 0)) }
    skipBlank()
    let name = word().uppercased()
    return .data(name: name, number: number, values: try values(depth: 0))
  }

  /// RFC 3501 §7.1: `[CODE …] human words`.
  private mutating func remark() -> (code: String?, text: String) {
    skipBlank()
    var rest = text[position...]
    var code: String?
    if rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
      code = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
      rest = rest[(end + 1)...].drop { $0 == 32 }
    }
    // Control characters never reach a terminal or a log.
    let words = rest.prefix(500).filter { $0 >= 32 && $0 != 127 }
    return (code, String(decoding: words, as: UTF8.self))
  }

  /// Values up to the end of the response or, inside a list, to its bracket.
  private mutating func values(depth: Int) throws(IMAPFault) -> [IMAPValue] {
    guard depth <= Self.depthMax else { throw IMAPFault("lists deeper than \(Self.depthMax)") }
    var found: [IMAPValue] = []
    while true {
      skipBlank()
      guard position < text.count else {
        guard let literal = nextPiece() else {
          guard depth == 0 else { throw IMAPFault("a list without an end") }
          return found
        }
        found.append(.string(literal))
        continue
      }
      switch text[position] {
      case UInt8(ascii: "("):
        position += 1
        found.append(.list(try values(depth: depth + 1)))
      case UInt8(ascii: ")"):
        position += 1
        guard depth > 0 else { throw IMAPFault("a bracket too many") }
        return found
      case UInt8(ascii: "\""): found.append(.string(try quoted()))
      default: found.append(.atom(atom()))
      }
    }
  }

  /// Steps over the end of a text to what follows the literal behind it.
  private mutating func nextPiece() -> [UInt8]? {
    guard piece + 1 < pieces.count, case .literal(let bytes) = pieces[piece + 1] else { return nil }
    piece += 2
    position = 0
    if piece < pieces.count, case .text(let following) = pieces[piece] { text = following } else { text = [] }
    return bytes
  }

  private mutating func quoted() throws(IMAPFault) -> [UInt8] {
    position += 1
    var out: [UInt8] = []
    while position < text.count {
      let byte = text[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return out }
      if byte == UInt8(ascii: "\\"), position < text.count {
        out.append(text[position])
        position += 1
      } else {
        out.append(byte)
      }
    }
    throw IMAPFault("a quoted string without an end")
  }

  /// An atom; what stands in its square brackets belongs to it, blanks too.
  private mutating func atom() -> String {
    let begin = position
    var brackets = 0
    scan: while position < text.count {
      switch text[position] {
      case UInt8(ascii: "["): brackets += 1
      case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
      case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""):
        if brackets == 0 { break scan }
      default: break
      }
      position += 1
    }
    return String(decoding: text[begin..<position], as: UTF8.self)
  }

  private mutating func word() -> String {
    let word = text[position...].prefix { $0 != 32 }
    position += word.count
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func skipBlank() {
    while position < text.count, text[position] == 32 { position += 1 }
  }
}
