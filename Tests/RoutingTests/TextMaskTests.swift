import Conversations
import Routing
import Testing

@Suite("Text mask")
struct TextMaskTests {
  /// With one space between words.
  private static func masked(_ text: String) -> String {
    var mask = TextMask()
    mask.read(TextFolding.foldedBytes(text))
    return String(decoding: mask.bytes, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }

  @Test(
    "what is chance is taken out",
    arguments: [
      ("My card [card •••• 6478 #ep5rzwdi] is blocked", "my card is blocked"),
      ("[cvv] a [code] b [password] c [id •••• 123X #a1b2] d [iban •••• 3000 #77]", "a b c d"),
      ("我的卡[card •••• 6478 #ep5rzwdi]被盗刷", "我的卡 被盗刷"),
      ("write to Li.Wei+1@mail.example.com. Thanks", "write to . thanks"),
      ("邮箱12345678@qq.example，谢谢", "邮箱 ,谢谢"),
      ("see HTTPS://pay.example/a?b=1 or www.pay.example/x now", "see or now"),
      ("链接https://pay.example/退款打不开", "链接 退款打不开"),
      ("order TX20261130884213a paid", "order paid"), ("订单号2026113088没到", "订单号 没到"),
      ("call 07700 900123 or 138-1234-5678", "call or"),
    ])
  func takesOut(text: String, rest: String) {
    #expect(Self.masked(text) == rest)
  }

  @Test(
    "words, short numbers, dates and what only looks like a token stay",
    arguments: [
      "paid 1,234.56 on 2026-11-28", "error 502", "12315", "人均100-150元", "at 10:30", "a@b", "me @ home", "[x]",
      "[card game] tonight", "[card", "[code", "wow. how", "www", "note: this", "3 of 4", "@", "[", ":", "密码是?",
    ])
  func stays(text: String) {
    #expect(Self.masked(text) == text)
  }

  @Test("two tokens leave the same text")
  func tokens() {
    let one = Self.masked("Refund to [card •••• 1111 #abcdefgh] please")
    #expect(one == Self.masked("Refund to [card •••• 4949 #49ph49ph] please"))
  }

  @Test(
    "long repetitions give valid text",
    arguments: ["@", "@a.b", "[card •••• ", "1 ", "1234567", "://", "www.", "a@", ".", "é@é.é", "[", "退1款@"])
  func long(part: String) {
    var mask = TextMask()
    mask.read(TextFolding.foldedBytes(String(repeating: part, count: 40_000)))
    #expect(mask.bytes.count <= 32_768)
    // A character at the end may be cut.
    #expect(String(validating: mask.bytes.dropLast(3), as: UTF8.self) != nil || part.utf8.contains { $0 >= 0x80 })
  }
}
