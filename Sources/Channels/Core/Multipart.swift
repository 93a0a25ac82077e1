package import Conversations

/// `multipart/form-data` (RFC 7578), read in one pass.
package enum Multipart {
  package static let partsMax = 500
  package static let partHeaderBytesMax = 16 << 10
  /// RFC 2046 §5.1.1 allows 70; some senders use more.
  package static let boundaryBytesMax = 200

  /// The parts of `body` in order. `contentType` is the request's header with its `boundary`.
  package static func fields(_ body: [UInt8], contentType: String) throws(Unreadable) -> FormFields {
    guard let boundary = parameter("boundary", of: contentType), !boundary.isEmpty,
      boundary.utf8.count <= boundaryBytesMax
    else { throw Unreadable(reason: "multipart body without a usable boundary") }
    let delimiter = Array("--\(boundary)".utf8)
    var (fields, index) = ([FormField](), 0)
    guard var start = after(delimiter, in: body, from: &index) else {
      throw Unreadable(reason: "multipart body without its first boundary")
    }
    while let next = nextPart(body, from: start, delimiter: delimiter) {
      guard fields.count < partsMax else { throw Unreadable(status: 413, reason: "more than \(partsMax) parts") }
      if let field = field(body[start..<next.end]) { fields.append(field) }
      guard let following = next.following else { return FormFields(fields) }
      start = following
    }
    throw Unreadable(reason: "multipart body ends inside a part")
  }

  /// The value of `name` in a header such as `form-data; name="a"; filename="b"`, quotes and escapes taken off.
  package static func parameter(_ name: String, of header: String) -> String? {
    for piece in splitParameters(header).dropFirst() {
      guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(decoding: piece[..<equals], as: UTF8.self).trimmingBlanks().lowercased()
      guard key == name else { continue }
      return unquoted(piece[piece.index(after: equals)...])
    }
    return nil
  }

  /// `filename*=UTF-8''na%C3%AFve.pdf` (RFC 8187), which older clients send alone.
  private static func extendedFilename(_ header: String) -> String? {
    guard let value = parameter("filename*", of: header) else { return nil }
    let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[2].isEmpty else { return nil }
    return String(decoding: FormFields.decode(parts[2].utf8, plusIsSpace: false), as: UTF8.self)
  }

  /// Cuts at `;` outside quotes.
  private static func splitParameters(_ header: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(header.utf8)
    var (pieces, start, quoted, index) = ([ArraySlice<UInt8>](), 0, false, 0)
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), quoted {
        index += 1
      } else if bytes[index] == UInt8(ascii: "\"") {
        quoted.toggle()
      } else if bytes[index] == UInt8(ascii: ";"), !quoted {
        pieces.append(bytes[start..<index])
        start = index + 1
      }
      index += 1
    }
    pieces.append(bytes[start...])
    return pieces
  }

  private static func unquoted(_ raw: ArraySlice<UInt8>) -> String {
    let value = String(decoding: raw, as: UTF8.self).trimmingBlanks()
    guard value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    let inner = value.dropFirst().dropLast()
    // Browsers write %22 for a quote (WHATWG HTML §4.10.21.8); only `\"` is an escape, so `C:\dir` survives.
    return String(inner.replacing("\\\"", with: "\"").replacing("%22", with: "\""))
  }

  /// The position after the first `delimiter` and its line end, looking from `index` at line starts only.
  private static func after(_ delimiter: [UInt8], in body: [UInt8], from index: inout Int) -> Int? {
    var lineStart = index
    while lineStart < body.count {
      let lineEnd = body[lineStart...].firstIndex(of: 0x0A) ?? body.count
      if body[lineStart..<lineEnd].starts(with: delimiter) { return min(lineEnd + 1, body.count) }
      lineStart = lineEnd + 1
    }
    return nil
  }

  /// The end of the part that starts at `start`, and where the next one starts (`nil` after the last).
  private static func nextPart(_ body: [UInt8], from start: Int, delimiter: [UInt8]) -> (end: Int, following: Int?)? {
    var lineStart = start
    while lineStart < body.count {
      let lineEnd = body[lineStart...].firstIndex(of: 0x0A) ?? body.count
      let line = body[lineStart..<lineEnd]
      if line.starts(with: delimiter) {
        let rest = line.dropFirst(delimiter.count)
        if rest.starts(with: [0x2D, 0x2D]) { return (cut(body, lineStart, from: start), nil) }
        if rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }), lineEnd < body.count {
          return (cut(body, lineStart, from: start), lineEnd + 1)
        }
      }
      lineStart = lineEnd + 1
    }
    return nil
  }

  /// The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
  private static func cut(_ body: [UInt8], _ boundaryStart: Int, from start: Int) -> Int {
    var end = boundaryStart
    if end > start, body[end - 1] == 0x0A { end -= 1 }
    if end > start, body[end - 1] == 0x0D { end -= 1 }
    return end
  }

  /// Headers, an empty line, the value. `nil` for a part without a name.
  private static func field(_ part: ArraySlice<UInt8>) -> FormField? {
    var (lineStart, headers) = (part.startIndex, [String: String]())
    while lineStart < part.endIndex, lineStart - part.startIndex < partHeaderBytesMax {
      let lineEnd = part[lineStart...].firstIndex(of: 0x0A) ?? part.endIndex
      let line = String(decoding: part[lineStart..<lineEnd], as: UTF8.self).trimmingBlanks()
      lineStart = min(lineEnd + 1, part.endIndex)
      if line.isEmpty { break }
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...]).trimmingBlanks()
    }
    guard let disposition = headers["content-disposition"], let name = parameter("name", of: disposition) else {
      return nil
    }
    return FormField(
      name: name, bytes: Array(part[lineStart...]),
      filename: (parameter("filename", of: disposition) ?? extendedFilename(disposition)).map(safeFilename),
      contentType: headers["content-type"])
  }

  /// The last path component without control characters; never empty.
  package static func safeFilename(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    let clean = String(String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    return clean.isEmpty || clean == "." || clean == ".." ? "file" : String(clean.prefix(255))
  }
}

extension StringProtocol {
  /// Without spaces, tabs and line ends at both ends.
  package func trimmingBlanks() -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    var bytes = Array(utf8.drop(while: isBlank))
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
