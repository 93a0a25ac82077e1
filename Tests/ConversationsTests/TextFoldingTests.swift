import Conversations
import Testing

@Suite("Text folding")
struct TextFoldingTests {
  static let folds: [(String, String)] = [
    ("Hello  World", "hello world"), ("ＨＥＬＬＯ，１２３", "hello,123"), ("帳戶被凍結", "账户被冻结"), ("退款　退款", "退款 退款"),
    ("  a\t\n b \u{A0}", "a b"), ("ÄÖÜ ß ÉÀ Ñ", "äöü ss éà ñ"), ("ПРИВЕТ", "привет"), ("re\u{200B}fund", "refund"),
    ("so\u{AD}ft", "soft"), ("“it’s”—ok", "\"it's\"-ok"), ("發髮", "发发"), ("", ""), (" \n ", ""), ("👍🏽 OK", "👍🏽 ok"),
    ("𠮷", "𠮷"),
  ]

  @Test("spellings of one text fold to one form", arguments: folds)
  func fold(text: String, expected: String) { #expect(TextFolding.fold(text) == expected) }

  @Test("folding a folded text changes nothing")
  func idempotent() {
    for (text, _) in Self.folds { #expect(TextFolding.fold(TextFolding.fold(text)) == TextFolding.fold(text)) }
    for value: UInt32 in 0x3400...0x9FFF {
      #expect(!TextFolding.isTraditional(TextFolding.simplified(value)) || value == 0x85B4)
    }
  }

  @Test("nothing stays of what the bytes held before")
  func into() {
    var bytes = Array("an older and longer text".utf8)
    for text in ["Where  is my CARD?", "", "密碼 PIN"] {
      TextFolding.fold(text, into: &bytes)
      #expect(bytes == TextFolding.foldedBytes(text))
    }
  }

  @Test("every scalar folds to valid text")
  func everyScalar() {
    for value: UInt32 in stride(from: 1, through: 0x10FFFF, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = TextFolding.foldedBytes("a\(scalar)b")
      #expect(String(validating: bytes, as: UTF8.self) != nil)
    }
  }

  @Test("Han text is found by every character and every pair, Latin text by words")
  func tokens() {
    #expect(TextFolding.searchTokens("帳戶凍結 Login-2FA!") == ["账", "账户", "户", "户冻", "冻", "冻结", "结", "login", "2fa"])
    #expect(TextFolding.queryTokens("凍結帳戶") == ["冻结", "结账", "账户"])
    #expect(TextFolding.queryTokens("退") == ["退"])
    #expect(TextFolding.searchTokens("カード・환불") == ["カ", "カー", "ー", "ード", "ド", "환", "환불", "불"])
    #expect(TextFolding.searchTokens("Müller's naïve café").contains("café"))
    #expect(TextFolding.searchTokens("…!?").isEmpty)
    #expect(TextFolding.searchTokens(String(repeating: "x", count: 500)).map(\.utf8.count) == [64])
  }

  @Test("any two neighbouring characters of a text are among its tokens")
  func substrings() {
    let text = "我昨天充值了五百块一直没到账"
    let tokens = Set(TextFolding.searchTokens(text))
    let characters = text.map(String.init)
    for (left, right) in zip(characters, characters.dropFirst()) { #expect(tokens.contains(left + right)) }
  }
}
