/// Text for headers: words of ASCII, or encoded words (RFC 2047) of UTF-8 that never split a character.
enum EncodedText {
  /// 64 characters in base64, so that the field's name has room beside the first word (RFC 2047 §2: 75 at most, 76 a
  /// line).
  private static let bytesPerWord = 39
  /// Longer words of ASCII are encoded too, so that lines can be folded.
  private static let plainWordMax = 70

  /// Words to be put together with single spaces or folds.
  static func words(_ text: String) -> [String] {
    let line = HeaderText.singleLine(text)
    let words = line.split(separator: " ")
    let isPlain = words.allSatisfy { word in
      word.utf8.count <= plainWordMax && word.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !word.contains("=?")
    }
    return isPlain ? words.map(String.init) : encoded(words.joined(separator: " "))
  }

  /// A display name: atoms, a quoted string, or encoded words (RFC 5322 §3.2.5).
  static func phrase(_ name: String) -> [String] {
    let line = HeaderText.singleLine(name).trimmed
    guard !line.isEmpty else { return [] }
    guard line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !line.contains("=?"), line.utf8.count <= plainWordMax
    else { return encoded(line) }
    let isAtoms = line.utf8.allSatisfy { $0 == 0x20 || isAtomByte($0) }
    if isAtoms { return line.split(separator: " ").map(String.init) }
    return ["\"" + line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""]
  }

  private static func isAtomByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
  }

  static func encoded(_ text: String) -> [String] {
    var words: [String] = []
    var chunk: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if chunk.count + bytes.count > bytesPerWord {
        words.append("=?utf-8?B?\(TransferEncoding.base64(chunk))?=")
        chunk = []
      }
      chunk += bytes
    }
    if !chunk.isEmpty { words.append("=?utf-8?B?\(TransferEncoding.base64(chunk))?=") }
    return words
  }

  /// `filename=`: quoted ASCII, or RFC 2231 with sections of at most 60 characters.
  static func parameter(_ name: String, _ value: String) -> [String] {
    let line = HeaderText.singleLine(value)
    let isPlain =
      line.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C } && line.utf8.count <= 60
    if isPlain { return ["\(name)=\"\(line)\""] }
    var sections: [String] = []
    var section = "utf-8''"
    for byte in line.utf8 {
      let piece = isTokenByte(byte) ? String(Unicode.Scalar(byte)) : percent(byte)
      if section.utf8.count + piece.utf8.count > 60 {
        sections.append(section)
        section = ""
      }
      section += piece
    }
    sections.append(section)
    if sections.count == 1 { return ["\(name)*=\(section)"] }
    return sections.enumerated().map { "\(name)*\($0.offset)*=\($0.element)" }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func percent(_ byte: UInt8) -> String {
    "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
