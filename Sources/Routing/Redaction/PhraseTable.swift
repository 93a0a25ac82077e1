/// Words that are looked for at one place of a text, the longest first.
struct PhraseTable: Sendable {
  /// By their first bytes.
  private let rows: [[[UInt8]]]

  /// Small letters, with bars between them.
  init(_ list: String) {
    var rows = [[[UInt8]]](repeating: [], count: 256)
    for word in list.split(separator: "|").map({ Array($0.utf8) }) { rows[Int(word[0])].append(word) }
    self.rows = rows.map { $0.sorted { $0.count > $1.count } }
  }

  /// Length of the longest that begins at `index`; no letter may go on where its own letters end.
  func length(in bytes: [UInt8], at index: Int) -> Int? {
    guard index < bytes.count else { return nil }
    for word in rows[Int(bytes[index])] where Self.stands(word, in: bytes, at: index) {
      let end = index + word.count
      if end == bytes.count || !RedactionScan.isLetter(bytes[end]) || !RedactionScan.isLetter(bytes[end - 1]) {
        return word.count
      }
    }
    return nil
  }

  /// Length of the longest that ends at `end`; no letter may stand right before its own.
  func length(in bytes: [UInt8], endingAt end: Int, longest: Int = 16) -> Int? {
    for length in stride(from: min(longest, end), to: 0, by: -1) {
      let start = end - length
      if start > 0, RedactionScan.isLetter(bytes[start]), RedactionScan.isLetter(bytes[start - 1]) { continue }
      if rows[Int(bytes[start])].contains(where: { $0.count == length && Self.stands($0, in: bytes, at: start) }) {
        return length
      }
    }
    return nil
  }

  private static func stands(_ word: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
    guard index + word.count <= bytes.count else { return false }
    for place in word.indices where bytes[index + place] != word[place] { return false }
    return true
  }
}
