/// Damage that GMime would read differently from people's mail clients, mended before it reads.
enum MimeRepair {
  /// Blank lines before the headers dropped; a line of spaces that ends the headers made an empty one; NULs in
  /// headers dropped.
  static func prepared(_ given: [UInt8], headerMax: Int) throws(MailProblem) -> [UInt8] {
    // Old Macintosh line ends.
    let bytes = given.contains(0x0A) ? given : given.map { $0 == 0x0D ? 0x0A : $0 }
    let start = headerStart(bytes)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = start
    while index < bytes.count {
      let end = lineEnd(bytes, from: index)
      guard end - start <= headerMax else {
        throw .headerTooLong(bytes: headerSize(bytes, from: start), limit: headerMax)
      }
      let line = bytes[index..<end]
      if isBlank(line) {
        if line.first == 0x20 || line.first == 0x09, continues(bytes, after: end) {
          index = end
          continue
        }
        out.append(0x0A)
        return out + bytes[end...]
      }
      out += line.contains(0) ? line.filter { $0 != 0 }[...] : line
      index = end
    }
    return out
  }

  /// Up to the first empty line.
  private static func headerSize(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      let end = lineEnd(bytes, from: index)
      if end - index <= 2, isBlank(bytes[index..<end]) { break }
      index = end
    }
    return index - start
  }

  private static func headerStart(_ bytes: [UInt8]) -> Int {
    var index = 0
    while index < bytes.count {
      let end = lineEnd(bytes, from: index)
      guard isBlank(bytes[index..<end]) else { break }
      index = end
    }
    return index < bytes.count ? index : 0
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy(\.isHeaderSpace) }

  /// After a line of white space the headers go on when the next line is one, or a continuation.
  private static func continues(_ bytes: [UInt8], after end: Int) -> Bool {
    guard end < bytes.count else { return false }
    let line = bytes[end..<lineEnd(bytes, from: end)]
    if line.first == 0x20 || line.first == 0x09 { return !isBlank(line) }
    let name = line.prefix { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
    let colon = line.index(line.startIndex, offsetBy: name.count)
    return !name.isEmpty && colon < line.endIndex && line[colon] == UInt8(ascii: ":")
  }

  private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
    (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
  }

  /// A multipart in whose body the stated boundary never comes: the delimiter that is there instead, as a mail of its
  /// own.
  static func remade(_ body: [UInt8], type: String) -> [UInt8]? {
    let lines = body.split(separator: 0x0A, maxSplits: 2000, omittingEmptySubsequences: false)
    for (line, next) in zip(lines, lines.dropFirst()) where line.starts(with: "--".utf8) && line.count > 4 {
      guard next.prefix(8).map(\.asciiLowercased).elementsEqual("content-".utf8) else { continue }
      let boundary = Array(line.dropFirst(2)).trimmingSpace.filter {
        $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
      return Array("Content-Type: \(type); boundary=\"".utf8) + boundary + Array("\"\n\n".utf8) + body
    }
    return nil
  }

  static func asText(_ body: [UInt8]) -> [UInt8] { Array("Content-Type: text/plain\n\n".utf8) + body }
}
