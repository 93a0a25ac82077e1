/// Finds what looks like a thread mark (`c391-` and 16 letters of base32) in the body of a mail. Our mails carry one;
/// whatever a client does with headers, it mostly quotes what it answers. Whether a mark is genuine, the desk knows.
enum ThreadMarks {
  /// More marks than any quoted conversation has of its own.
  private static let marksMax = 16
  static let codeLength = 16

  /// In the order they stand there, each once, in lower case.
  static func candidates(in texts: [String?]) -> [String] {
    var found: [String] = []
    for case let text? in texts where found.count < marksMax {
      for mark in candidates(in: text) where found.count < marksMax && !found.contains(mark) { found.append(mark) }
    }
    return found
  }

  private static func candidates(in text: String) -> [String] {
    var (found, text) = ([String](), text)
    text.withUTF8 { bytes in
      for index in bytes.indices where bytes[index] | 0x20 == UInt8(ascii: "c") && found.count < marksMax {
        guard mayStart(bytes, index), let end = end(bytes, index + 1) else { continue }
        found.append(String(decoding: bytes[index..<end], as: UTF8.self).lowercased())
      }
    }
    return found
  }

  /// Behind a character that is no part of a word, or behind `%2B`, a plus sign in a `mailto:`.
  private static func mayStart(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index > 0, isWord(bytes[index - 1]) else { return true }
    return index >= 3 && bytes[index - 3] == UInt8(ascii: "%") && bytes[index - 2] == UInt8(ascii: "2")
      && bytes[index - 1] | 0x20 == UInt8(ascii: "b")
  }

  private static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    let digits = bytes[start...].prefix(19).prefix { (48...57).contains($0) }.count
    let dash = start + digits
    guard (1...18).contains(digits), dash + codeLength < bytes.count, bytes[dash] == UInt8(ascii: "-") else {
      return nil
    }
    let end = dash + 1 + codeLength
    guard bytes[(dash + 1)..<end].allSatisfy({ isCode($0) }), end == bytes.count || !isWord(bytes[end])
    else { return nil }
    return end
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte >= 0x41
      || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (byte >= 0x41 && (0x61...0x7A).contains(byte | 0x20))
  }
}
