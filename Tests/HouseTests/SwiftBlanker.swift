/// Replaces what is no code in a Swift text by spaces: comments (nested ones too) and string contents. Interpolations stay:
/// they are code. Line ends stay where they are.
struct SwiftBlanker {
  private let text: [UInt8]
  private var out: [UInt8]
  private var at = 0

  static func blanked(_ text: String) -> String {
    var blanker = SwiftBlanker(Array(text.utf8))
    blanker.code(until: nil)
    return String(decoding: blanker.out, as: UTF8.self)
  }

  private init(_ text: [UInt8]) { (self.text, out) = (text, text) }

  /// Reads code up to the end, or behind the parenthesis that closes an interpolation.
  private mutating func code(until close: UInt8?) {
    var depth = 0
    while at < text.count {
      if looking("//") {
        while at < text.count, text[at] != UInt8(ascii: "\n") { blank() }
      } else if looking("/*") {
        comment()
      } else if let hashes = stringStart() {
        string(hashes)
      } else {
        if text[at] == UInt8(ascii: "(") { depth += 1 }
        if text[at] == UInt8(ascii: ")") { depth -= 1 }
        at += 1
        if depth < 0, close != nil { return }
      }
    }
  }

  private mutating func comment() {
    var depth = 0
    repeat {
      if looking("/*") { depth += 1 } else if looking("*/") { depth -= 1 } else { blank(); continue }
      blank()
      blank()
    } while at < text.count && depth > 0
  }

  /// How many `#` stand before the quotation mark here; `nil` when no string starts here.
  private func stringStart() -> Int? {
    var end = at
    while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
    return end < text.count && text[end] == UInt8(ascii: "\"") ? end - at : nil
  }

  private mutating func string(_ hashes: Int) {
    at += hashes
    let mark = looking("\"\"\"") ? "\"\"\"" : "\""
    let fence = String(repeating: "#", count: hashes)
    at += mark.utf8.count
    while at < text.count {
      if looking(mark + fence) {
        at += mark.utf8.count + hashes
        return
      } else if looking("\\" + fence + "(") {
        for _ in 0..<(2 + hashes) { blank() }
        code(until: UInt8(ascii: ")"))
      } else if looking("\\" + fence) {
        for _ in 0..<(2 + hashes) where at < text.count { blank() }
      } else if mark.utf8.count == 1, text[at] == UInt8(ascii: "\n") {
        return  // not a string after all
      } else {
        blank()
      }
    }
  }

  private func looking(_ word: String) -> Bool { text[at...].starts(with: word.utf8) }

  private mutating func blank() {
    if text[at] != UInt8(ascii: "\n") { out[at] = UInt8(ascii: " ") }
    at += 1
  }
}
