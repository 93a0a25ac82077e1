/// Damage that GMime would read differently from people's mail clients, mended before it reads.
enum MimeRepair {
  /// Byte-order mark and blank lines before the headers dropped; a line of spaces that ends the headers, or none at
  /// all, made an empty one; NULs in headers dropped.
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
        return out + PartRepair.mended(bytes[end...], under: out)
      }
      if !HeaderLine.isField(line), !(HeaderLine.isContinuation(line) && index > start), index > start || !isMark(line)
      {
        guard HeaderLine.headersGoOn(bytes[...], after: end) else {
          // The empty line is missing: the words begin here.
          out.append(0x0A)
          return out + bytes[index...]
        }
        index = end
        continue
      }
      out += line.contains(0) ? line.filter { $0 != 0 }[...] : line
      index = end
    }
    return out
  }

  /// Mailbox files begin a mail with `From `, and some servers leave it there.
  private static func isMark(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: "From ".utf8) || line.starts(with: ">From ".utf8)
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
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = mark
    while index < bytes.count {
      let end = lineEnd(bytes, from: index)
      guard isBlank(bytes[index..<end]) else { break }
      index = end
    }
    return index < bytes.count ? index : mark
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy(\.isHeaderSpace) }

  /// After a line of white space the headers go on when the next line is one, or a continuation.
  private static func continues(_ bytes: [UInt8], after end: Int) -> Bool {
    guard end < bytes.count else { return false }
    let line = bytes[end..<lineEnd(bytes, from: end)]
    return HeaderLine.isContinuation(line) ? !isBlank(line) : HeaderLine.isField(line)
  }

  static func lineEnd(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    (bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex - 1) + 1
  }

  private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int { lineEnd(bytes[...], from: start) }

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

/// What a line in a header block is.
enum HeaderLine {
  /// So many lines are looked at to see whether headers go on behind a line that is none.
  private static let aheadMax = 40

  /// `Name:`, or `Name :` (RFC 5322 §4.5).
  static func isField(_ line: ArraySlice<UInt8>) -> Bool {
    guard let name = name(of: line) else { return false }
    return !name.isEmpty
  }

  static func isContinuation(_ line: ArraySlice<UInt8>) -> Bool { line.first == 0x20 || line.first == 0x09 }

  private static func name(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let name = line.prefix { ((0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":")) || $0 == 0 }
    let rest = line[name.endIndex...].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0 }
    return rest.first == UInt8(ascii: ":") ? name : nil
  }

  /// A damaged line among headers: up to the empty line there are only fields, and one that mail has.
  static func headersGoOn(_ bytes: ArraySlice<UInt8>, after start: Int) -> Bool {
    var index = start
    var hasKnown = false
    for _ in 0..<aheadMax where index < bytes.endIndex {
      let end = MimeRepair.lineEnd(bytes, from: index)
      let line = bytes[index..<end]
      if line.allSatisfy(\.isHeaderSpace) { break }
      if !isContinuation(line) {
        guard let name = name(of: line) else { return false }
        hasKnown = hasKnown || isKnown(name)
      }
      index = end
    }
    return hasKnown
  }

  private static func isKnown(_ name: ArraySlice<UInt8>) -> Bool {
    let name = String(decoding: name, as: UTF8.self).lowercased()
    return known.contains(name) || ["content-", "x-", "list-", "resent-", "arc-"].contains { name.hasPrefix($0) }
  }

  private static let known: Set<String> = [
    "from", "to", "cc", "subject", "date", "message-id", "mime-version", "received", "return-path", "reply-to",
    "sender", "in-reply-to", "references", "dkim-signature", "authentication-results", "delivered-to",
  ]
}
