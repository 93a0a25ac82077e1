import Channels
import Testing

@Suite("Long texts")
struct TextSplitterTests {
  /// Ten thousand Chinese characters with full stops and emoji that take up to eleven UTF-16 units each.
  private let chinese: String = {
    let words = ["您好", "付款", "失败", "请", "稍候", "👨‍👩‍👧‍👦", "再试", "一次。", "谢谢！", "🇨🇳", "订单", "❤️", "\u{1F9D1}\u{1F3FD}", "吗？"]
    return (0..<6000).map { words[($0 * 7 + $0 / 13) % words.count] }.joined()
  }()

  @Test(
    "ten thousand Chinese characters arrive whole, in order, and no character is cut",
    arguments: [40, 1000, 2000, 4096])
  func chineseText(limit: Int) {
    #expect(chinese.count > 10_000)
    for unit in [TextSplitter.Unit.characters, .bytes] {
      let pieces = TextSplitter(limit: limit, unit: unit).pieces(chinese)
      #expect(pieces.joined() == chinese)
      // Characters that had been cut would count as more.
      #expect(pieces.reduce(0) { $0 + $1.count } == chinese.count)
      #expect(pieces.allSatisfy { (unit == .bytes ? $0.utf8.count : $0.utf16.count) <= limit })
    }
  }

  @Test("cuts go behind sentences where there are any in reach")
  func sentences() {
    let pieces = TextSplitter(limit: 1000).pieces(chinese)
    #expect(pieces.count > 10 && pieces.dropLast().allSatisfy { "。！？".contains($0.last ?? " ") })
    let english = String(repeating: "Please wait a moment. We are looking into it! ", count: 60)
    let parts = TextSplitter(limit: 500).pieces(english)
    #expect(parts.joined() == english)
    #expect(parts.dropLast().allSatisfy { $0.hasSuffix(". ") || $0.hasSuffix("! ") })
  }

  @Test("a paragraph's end goes before a sentence's, a full stop inside a number or a quote is none")
  func preferences() {
    let paragraphs = String(repeating: "a", count: 60) + ".\n\nb. c. " + String(repeating: "d", count: 60)
    #expect(TextSplitter(limit: 100).pieces(paragraphs).first?.hasSuffix(".\n\n") == true)
    #expect(TextSplitter(limit: 12).pieces("total 12345.67890 now").first == "total ")
    #expect(TextSplitter(limit: 9).pieces("他说：“好的。”然后走了很远很远").first == "他说：“好的。”")
  }

  @Test("short texts stay as they are, blank ones are no message")
  func short() {
    #expect(TextSplitter(limit: 5).pieces("  hi ") == ["  hi "])
    #expect(TextSplitter(limit: 5).pieces("").isEmpty && TextSplitter(limit: 2).pieces(" \n \t \u{3000}").isEmpty)
  }

  @Test("one character longer than the limit is cut between its scalars, and only then")
  func zalgo() {
    let monster = "e" + String(repeating: "\u{301}", count: 100)
    let pieces = TextSplitter(limit: 30).pieces("a" + monster + "b")
    #expect(pieces.joined() == "a" + monster + "b")
    #expect(pieces.allSatisfy { $0.utf16.count <= 30 } && pieces.first == "a")
  }

  @Test("a megabyte is cut in a time that grows with its length only")
  func long() {
    let text = String(repeating: "很长的一句话 ", count: 50_000)
    let pieces = TextSplitter(limit: 300).pieces(text)
    #expect(pieces.joined() == text)
  }
}
