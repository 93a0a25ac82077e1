/// Phrases looked for together: one pass over the text's bytes, sorted by first byte.
struct PhraseSet: Sendable {
  private let phrases: [[UInt8]]
  /// Indices into `phrases` by first byte.
  private let buckets: [[Int]]

  /// - Parameter list: phrases in lower case, parted by `|` or line ends; spaces at their ends count.
  init(_ list: String) { self.init(list.split { $0 == "|" || $0 == "\n" }.map(String.init)) }

  init(_ list: [String]) {
    phrases = list.filter { !$0.isBlank }.map { Array($0.utf8) }
    var buckets = [[Int]](repeating: [], count: 256)
    for (index, phrase) in phrases.enumerated() { buckets[Int(phrase[0])].append(index) }
    self.buckets = buckets
  }

  func isIn(_ text: some StringProtocol) -> Bool {
    withBytes(text) { bytes in
      for start in bytes.indices where matches(bytes, at: start) != nil { return true }
      return false
    }
  }

  func begins(_ text: some StringProtocol) -> Bool { beginning(of: text) != nil }

  /// The length in bytes of the first phrase that `text` begins with.
  func beginning(of text: some StringProtocol) -> Int? {
    withBytes(text) { bytes in bytes.isEmpty ? nil : matches(bytes, at: 0) }
  }

  func ends(_ text: some StringProtocol) -> Bool {
    withBytes(text) { bytes in
      phrases.contains { phrase in
        phrase.count <= bytes.count && bytes[(bytes.count - phrase.count)...].elementsEqual(phrase)
      }
    }
  }

  private func withBytes<Result>(_ text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result
  {
    var copy = String(text)
    return copy.withUTF8(body)
  }

  private func matches(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    for index in buckets[Int(bytes[start])] {
      let phrase = phrases[index]
      guard start + phrase.count <= bytes.count else { continue }
      var offset = 1
      while offset < phrase.count, bytes[start + offset] == phrase[offset] { offset += 1 }
      if offset == phrase.count { return phrase.count }
    }
    return nil
  }
}
