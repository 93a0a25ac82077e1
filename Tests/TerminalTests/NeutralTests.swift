import Terminal
import Testing

@Suite("neutral text")
struct NeutralTests {
  /// Whether a terminal would obey anything in `text`.
  private func obeys(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || (0x202A...0x202E).contains($0.value)
        || (0x2066...0x2069).contains($0.value) || [0x200E, 0x200F, 0x061C, 0x2028, 0x2029].contains($0.value)
    }
  }

  @Test(
    "nothing a terminal obeys survives, and what was tried is visible",
    arguments: [
      ("\u{1B}[2J\u{1B}[31mred", "␛[2J␛[31mred"),
      ("\u{1B}]8;;https://evil.example\u{1B}\\bank\u{1B}]8;;\u{07}", "␛]8;;https://evil.example␛\\bank␛]8;;␇"),
      ("\u{9B}31m", "⟨U+009B⟩31m"), ("\u{9D}0;title\u{9C}", "⟨U+009D⟩0;title⟨U+009C⟩"),
      ("a\u{202E}fdp.exe", "a⟨RLO⟩fdp.exe"), ("\u{2066}x\u{2069}", "⟨LRI⟩x⟨PDI⟩"), ("\u{7F}\u{08}\u{00}", "␡␈␀"),
      ("bell\u{07}", "bell␇"), ("no\u{AD}hy\u{FEFF}phen", "nohyphen"), ("\u{E0041}\u{E0042}hid", "hid"),
    ])
  func neutral(raw: String, shown: String) {
    #expect(Neutral.lines(raw) == shown)
    #expect(!obeys(Neutral.lines(raw)))
  }

  @Test("every line end becomes one line feed, or a space in a single line")
  func lineEnds() {
    #expect(Neutral.lines("a\r\nb\rc\nd\u{2028}e\u{85}f") == "a\nb\nc\nd\ne\nf")
    #expect(Neutral.oneLine("a\r\nb\tc\u{2029}d") == "a b c d")
  }

  @Test("no code point whatever gets through as a control")
  func everyCodePoint() {
    for value in UInt32(0)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if obeys(Neutral.oneLine("a\(scalar)b")) || Neutral.oneLine("a\(scalar)b").contains("\n") {
        Issue.record("U+\(String(value, radix: 16)) is obeyed")
      }
    }
  }

  @Test("what people really write stays as it is")
  func untouched() {
    for text in ["支付失败", "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️", "नमस्ते", "می‌خواهم", "שָׁלוֹם", "Ærøskøbing ‘quoted’"] {
      #expect(Neutral.lines(text) == text)
    }
  }

  @Test("a pile of combining marks is cut")
  func marks() {
    let pile = "H" + String(repeating: "\u{0301}", count: 100_000) + "i"
    #expect(Neutral.oneLine(pile).unicodeScalars.count <= 12)
  }
}
