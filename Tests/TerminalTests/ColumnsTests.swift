import Terminal
import Testing

@Suite("columns")
struct ColumnsTests {
  @Test(
    "every script takes the columns that terminals give it",
    arguments: [
      ("plain", 5), ("", 0), ("é", 1), ("e\u{301}", 1), ("中文", 4), ("ｆｕｌｌ", 8), ("カタカナ", 8), ("ｶﾀｶﾅ", 4),
      ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2), ("🇨🇳", 2), ("❤", 1), ("❤️", 2),
      ("1️⃣", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("नमस्ते", 4), ("क्षि", 2), ("கா", 2), ("ไทย", 3), ("ที่", 1), ("שָׁלוֹם", 4), ("a\u{200B}b", 2),
      ("a\u{200D}b", 2), ("、。「」", 8), ("𠮷野家", 6), ("→", 1), ("…", 1),
    ])
  func width(text: String, expected: Int) {
    #expect(Columns.of(text) == expected, "\(text)")
  }

  @Test("a cut never splits a character and never exceeds the width", arguments: 0...12)
  func clip(columns: Int) {
    for text in ["abcdefghijklmnop", "支付失败两次请帮忙", "a中b文c字d", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "e\u{301}e\u{301}e\u{301}"] {
      let cut = Columns.clip(text, to: columns)
      #expect(Columns.of(cut) <= columns)
      let kept = cut.hasSuffix("…") ? String(cut.dropLast()) : cut
      #expect(text.hasPrefix(kept))
      #expect(cut == text || columns == 0 || cut.hasSuffix("…"))
    }
  }

  @Test("a text that just fits is not cut")
  func exactFit() {
    #expect(Columns.clip("支付", to: 4) == "支付")
    #expect(Columns.clip("支付失", to: 4) == "支…")
    #expect(Columns.clip("支付失", to: 5) == "支付…")
  }

  @Test("padding counts columns, not characters")
  func padding() {
    #expect(Columns.pad("中", to: 4) == "中  ")
    #expect(Columns.pad("中", to: 4, right: true) == "  中")
    #expect(Columns.pad("toolong", to: 3) == "toolong")
  }
}
