import Conversations
import Routing
import Testing

@Suite("Redaction")
struct RedactorTests {
  /// Stands in for the desk's HMAC; tells equal from different.
  static let redactor = Redactor(token: { "t\($0.utf8.reduce(5381) { ($0 &* 33 &+ Int($1)) & 0xFFFF_FFFF })" })

  static func kinds(_ text: String) -> [Redaction.Kind] { redactor.redact(text).findings.map(\.kind) }

  static let disguises: [String] = [
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111  1111  1111  1111",
    "４１１１１１１１１１１１１１１１", "４１１１　１１１１　１１１１　１１１１", "四一一一 一一一一 一一一一 一一一一", "肆壹壹壹壹壹壹壹壹壹壹壹壹壹壹壹",
    "41111111\n11111111", "4111 1111\r\n> 1111 1111", "4111=\n111111111111", "4\u{200B}111111111111111",
    "<b>4111</b><b>1111</b><i>1111</i>1111", "&#52;&#49;&#49;&#49;1111&nbsp;1111&#x20;1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "41111 11111 11111 1", "4111–1111–1111–1111", "4111/1111/1111/1111", "4111,1111,1111,1111", "4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111",
    "④①①① ①①①① ①①①① ①①①①",
    "4111%201111%2D1111%C2%A01111", "%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31", #"4111\n1111\t1111\u00a01111"#,
    "4111;1111;1111;1111", "(4111) (1111) (1111) (1111)", "4111+1111+1111+1111", "| 41111111\n| 11111111",
    "four one one one, one one one one, one one one one, one one one one",
    "four triple one double one one one oNe one one one double one one one", "4111 then 1111 then 1111 then 1111",
    "4111然后1111然后1111然后1111", "41l1 1111 l111 1111",
    "41 11 11 11 11 11 11 11", "<td>4111</td>\n<td>1111</td><td>1111</td><td>1111</td>",
  ]

  @Test("a card is found in every disguise, by the same token", arguments: disguises)
  func disguised(card: String) {
    for frame in ["%", "card %", "卡号%", "pay with % please", "(%)", "“%”", "x\n%\ny"] {
      let parts = frame.split(separator: "%", omittingEmptySubsequences: false)
      let result = Self.redactor.redact("\(parts[0])\(card)\(parts[1])")
      #expect(result.findings.map(\.kind) == [.card], "\(frame)")
      #expect(result.findings.first?.token == Self.redactor.redact("4111111111111111").findings.first?.token)
      #expect(result.text.contains("[card •••• 1111 #t"))
    }
  }

  static let cards = [
    "5555555555554444", "2221000000000009", "378282246310005", "3782 822463 10005", "30569309025904",
    "6011111111111117",
    "3530111333300000", "6200000000000005", "6304 0000 0000 0000", "6759649826438453",
  ]

  @Test("the networks' own test numbers are found", arguments: cards)
  func networks(card: String) { #expect(Self.kinds("Please check \(card).") == [.card]) }

  static let harmless = [
    "订单号4111111111111111", "Order #4111111111111111", "tracking number 4111111111111111", "SF1234567890123",
    "JD0012345678901",
    "+86 138 0013 8000", "13800138000", "+62 812 3456 7890 12", "20260309123456", "2026-03-09T10:00:00.123456Z",
    "2026-03-09 10:00:00",
    "4200001234202403121234567890", "2026030922001412341234567890", "1741500000123",
    "550e8400-e29b-41d4-a716-446655440000",
    "415-555-1234 212-555-6789", "1, 22, 333, 4444, 55555", "9400 9600 3690 7093 3302 92", "ORD-4111111111111111",
    "transaction id 20260309123456789", "2603091234560007", "the number 2512312359590003 of my transfer",
    "¥1,234,567.00", "4111111111111112", "0000000000000000", "一二三四五",
    "IMEI 352099001761481",
    "验证码 2026-03-09 没收到", "验证码2026年没收到", "验证码 5000次", "验证码一直收不到，我的电话13800138000", "error code 500123",
    "promo code 12345678", "忘记密码了", "my password is not working",
    "password reset does not work", "密码是什么", "The code is broken since 2026", "zip code 94105",
    "身份证 110105194912310021",
    "orders 41111111, 11111111", "订单41111111，11111111", "Please change my password.", "GB29NWBK60161331926818",
  ]

  /// What stands around the number, and how often a card is in it.
  static let surroundings: [(String, Int)] = [
    ("持卡人张三4111111111111111", 1), ("4111111111111111一直失败", 1), ("4111 1111 1111 1111两次扣款", 1),
    ("①4111111111111111", 1), ("order 12345678 4111111111111111", 1), ("订单号20240115001，4111111111111111", 1),
    ("手机 13800138000，4111111111111111", 1), ("refund the order to 4111111111111111", 1), ("订单退款到4111111111111111", 1),
    ("My phone says 4111111111111111 was declined", 1), ("电话费从4111111111111111扣的", 1), ("微信绑的4111111111111111", 1),
    ("see <https://x.example/p?card=4111111111111111>", 1), ("<img alt=\"4111111111111111\">", 1),
    ("<a href=\"tel:4111111111111111\">4111111111111111</a>", 2), ("<!-- 4111111111111111 -->", 1),
    ("No4111111111111111", 1), ("cc4111111111111111", 1), ("+4111111111111111", 1),
    ("1227 4111 1111 1111 1111", 1), ("PIN 1234 4111 1111 1111 1111", 1), ("PIN 1234 4111111111111111", 1),
    ("4111111111111111 order 12345 never came", 1), ("4111111111111111\nOrder: 88231", 1),
    ("4111111111111111 订单号8821没到", 1),
    ("4111111111111111的订单没到", 1), ("my refund request 4111111111111111", 1), ("customer 4111111111111111 declined", 1),
    ("卡号9860123456789012340", 0), ("card number 9860100000000008", 1),
    ("退到5085000000000007", 1),
    ("4111111111111111，5500000000000004", 2), ("4111 1111 1111 1111 5500 0000 0000 0004", 2),
  ]

  @Test("what stands around a card does not hide it", arguments: surroundings)
  func surrounded(text: String, count: Int) {
    let result = Self.redactor.redact(text)
    #expect(result.findings.count { $0.kind == .card } == count, "\(result.text)")
    #expect(!result.text.contains("1111 1111") && !result.text.contains("11111111"), "\(result.text)")
  }

  static let labelled = [
    "订单号：4111-1111-1111-1111", "4111111111111111 is my order number", "4111111111111111是订单号",
    "out_trade_no=4111111111111111",
    "包裹 4111111111111111", "booking number: 4111111111111111", "tel:378282246310005", "回电 4917004816311",
    "barcode 4506904642941",
    "9335 6553 8157 4159 4827 55", "4200 6567 7861 6002 8344 1111 2222", "2001:4111:1111:1111:1111:0:0:1",
    "order no. 4111 1111 1111 1111 and then", "gift code 9915-5335-4447-1866",
    "bc1q4h48cvp2pqxljspwk0czf7pw46feyzas5qlnm2", "decline code 2044",
    "one and two then three",
  ]

  @Test("what is called something else is something else", arguments: labelled)
  func called(text: String) { #expect(Self.redactor.redact(text).text == text) }

  @Test("order numbers, parcels, phones and times stay", arguments: harmless)
  func keeps(text: String) {
    let result = Self.redactor.redact(text)
    #expect(result.text == text)
    #expect(result.findings.isEmpty)
  }

  static let secrets: [(String, String)] = [
    ("验证码是 123456", "验证码是 [code]"), ("您的验证码为【4829】，请勿泄露", "您的验证码为【[code]】，请勿泄露"),
    ("驗證碼：839201", "驗證碼：[code]"), ("your code is 839 201.", "your code is [code]."), ("OTP: 4821", "OTP: [code]"),
    ("123456 is your verification code", "[code] is your verification code"), ("G-482910 是你的验证码", "G-[code] 是你的验证码"),
    ("Verification code G-482910", "Verification code G-[code]"), ("PIN码 4821", "PIN码 [code]"),
    ("cvv 123", "cvv [cvv]"), ("安全码：737", "安全码：[cvv]"), ("CVC2=9182", "CVC2=[cvv]"),
    ("password: hunter", "password: [password]"), ("My password is hunter22!", "My password is [password]"),
    ("密码是abc123456，登不上", "密码是[password]，登不上"), ("密码123456", "密码[password]"),
    ("密码改成Abc123了", "密码改成[password]了"),
    ("\"password\":\"abc123\"", "\"password\":\"[password]\""),
    ("<b>Password:</b> abc123", "<b>Password:</b> [password]"),
    ("密码，abc123，怎么不对", "密码，[password]，怎么不对"), ("密码是一二三四五六", "密码是[password]"),
    ("abc123 is my password", "[password] is my password"), ("abc123是我的密码", "[password]是我的密码"),
    ("https://joe:abc123@x.example/", "https://joe:[password]@x.example/"),
    ("123 is the cvv", "[cvv] is the cvv"), ("背面末三位数字：321", "背面末三位数字：[cvv]"),
    ("482913 is your Facebook code", "[code] is your Facebook code"), ("【微信】482913（登录验证码）", "【微信】[code]（登录验证码）"),
    ("the code they sent me was 482913", "the code they sent me was [code]"),
    ("pwd=“S3cret” thanks", "pwd=“[password]” thanks"), ("passwort: geheim1", "passwort: [password]"),
  ]

  @Test("short secrets go by the word beside them", arguments: secrets)
  func words(text: String, expected: String) {
    #expect(Self.redactor.redact(text).text == expected)
  }

  @Test("what stands beside a card goes with it")
  func besideCard() {
    #expect(Self.kinds("4111 1111 1111 1111 12/27 123") == [.card, .cvv])
    #expect(Self.kinds("4111111111111111, 1227, 123") == [.card, .cvv])
    #expect(Self.kinds("<td>2026</td><td>4111111111111111</td>") == [.card])
    #expect(Self.kinds("4111111111111111 100 USD") == [.card])
    #expect(Self.kinds("card4111111111111111cvv123") == [.card, .cvv])
    #expect(Self.kinds("378282246310005 1234") == [.card, .cvv], "four digits on the front")
    #expect(Self.kinds("4111111111111111 from 12/03/2024") == [.card], "a year is no value")
    #expect(Self.kinds("6200 0000 0000 0000 000") == [.card])
  }

  @Test("an ID number needs its place, its day and its check digit")
  func identities() {
    #expect(Self.redactor.redact("身份证11010519491231002x。").text.hasPrefix("身份证[id •••• 002X #"))
    #expect(Self.kinds("440524 18800101 0014") == [.identity])
    #expect(Self.kinds("440524188001010015").isEmpty)
    #expect(Self.kinds("4 4 0 5 2 4 1 8 8 0 0 1 0 1 0 0 1 4") == [.identity])
    #expect(Self.kinds("ID440524188001010014, 张三440524188001010014") == [.identity, .identity])
    #expect(Self.kinds("身份证 110105491231002") == [.identity])
    #expect(Self.kinds("110105491231002").isEmpty)
  }

  @Test("an IBAN needs its country's length and its check digits")
  func ibans() {
    #expect(Self.kinds("DE89 3704 0044 0532 0130 00") == [.iban])
    #expect(Self.kinds("iban gb29nwbk60161331926819, thanks") == [.iban])
    #expect(Self.kinds("DE89 3704 0044 0532 0130 01").isEmpty)
    for written in [
      "DE89.3704.0044.0532.0130.00", "DE 89 3704 0044 0532 0130 00", "DE89\u{A0}3704\u{A0}0044<b>0532</b>013000",
      "IBANDE89370400440532013000",
    ] {
      #expect(Self.kinds(written) == [.iban], "\(written)")
    }
    let spaced = Self.redactor.redact("DE89 3704 0044 0532 0130 00").findings.first?.token
    #expect(spaced == Self.redactor.redact("DE89370400440532013000").findings.first?.token)
  }

  @Test("ranges name the bytes that were replaced")
  func ranges() throws {
    let text = "卡 4111 1111 1111 1111 谢谢"
    let finding = try #require(Self.redactor.redact(text).findings.first)
    #expect(String(decoding: Array(text.utf8)[finding.range], as: UTF8.self) == "4111 1111 1111 1111")
  }

  @Test("a redacted text is left as it is")
  func idempotent() {
    for text in Self.disguises + Self.cards + Self.secrets.map(\.0) + [
      "4111 1111 1111 1111 12/27 123", "440524198001010014",
    ] {
      let once = Self.redactor.redact("pay \(text) now").text
      #expect(Self.redactor.redact(once).text == once)
    }
  }

  @Test("of made-up cards all are found, of made-up numbers of other kinds fewer than one in a hundred")
  func byChance() {
    var dice = Dice(11)
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in Character("\(Int.random(in: 0...9, using: &dice))") })
    }
    for prefix in ["4", "51", "55", "2221", "62", "621700", "3530", "6011", "65"] {
      for _ in 0..<40 {
        let card = Self.withCheckDigit(prefix + digits(15 - prefix.utf8.count))
        #expect(Self.kinds("Please look at \(card) today") == [.card], "\(card)")
      }
    }
    var wrong = 0
    let makers: [() -> String] = [
      { "Order \(digits(16))" }, { "订单号：\(digits(18))" }, { "202603\(digits(12))" }, { "单号 \(digits(13))" },
      { "1\(digits(10))" },
      { "SF\(digits(13))" }, { "4200\(digits(24))" }, { "17\(digits(11))" }, { "\(digits(12))" },
      { "the number \(digits(16))" },
    ]
    for round in 0..<3000 {
      let text = makers[round % makers.count]()
      if !Self.kinds(text).isEmpty { wrong += 1 }
    }
    #expect(wrong < 30)
  }

  /// Luhn's, written down a second time.
  static func withCheckDigit(_ body: String) -> String {
    let sum = body.reversed().enumerated().reduce(0) { sum, item in
      let value = (item.element.wholeNumberValue ?? 0) * (item.offset % 2 == 0 ? 2 : 1)
      return sum + value / 10 + value % 10
    }
    return body + "\((10 - sum % 10) % 10)"
  }

  static let floods = [
    "4111 ", "card 4111111111111112 ", "<a", "密码", "code is 1 ", "&#52;", "GB29 NWBK ", "1-", "otp is is ", "验证码：",
    "\u{200B}4", "one and 41 ", "密码是1", "4O", "1234 验证码", "%34", "从4", "a:", "is my password",
  ]

  @Test("time is linear in the text, whatever the text", arguments: floods)
  func linear(piece: String) {
    func taken(_ bytes: Int) -> Duration {
      let text = String(repeating: piece, count: bytes / piece.utf8.count)
      return (0..<5).map { _ in ContinuousClock().measure { _ = Self.redactor.redact(text) } }.min() ?? .zero
    }
    let (short, long) = (taken(4000), taken(40_000))
    // Ten times the text; a square law would need a hundred times the time.
    #expect(long < max(short, .milliseconds(3)) * 60)
  }
}
