import Conversations
import Routing
import Testing

/// Cards and harmless numbers made by chance from a seed, in all disguises and places that customers find.
@Suite("Redaction, by the thousand")
struct RedactionPropertyTests {
  /// First digits and lengths of what networks issue.
  private static let issuers: [(prefix: String, lengths: [Int])] = [
    ("4", [16, 19]), ("51", [16]), ("55", [16]), ("2221", [16]), ("2720", [16]), ("34", [15]), ("37", [15]),
    ("300", [14]), ("36", [14]), ("38", [14]), ("6011", [16, 19]), ("644", [16]), ("65", [16, 19]), ("3528", [16]),
    ("3589", [16, 19]), ("62", [16, 17, 18, 19]), ("621700", [19]), ("622202", [19]), ("2200", [16]),
    ("5018", [12, 16]),
    ("6304", [13, 17, 19]), ("6762", [14, 18]), ("9558", [19]), ("9792", [16]),
  ]

  private static let chinese = Array("零一二三四五六七八九")
  private static let formal = Array("〇壹贰叁肆伍陆柒捌玖")

  /// Each writes the digits of one number in its own way.
  private static let disguises: [@Sendable (String) -> String] = [
    { $0 },
    { groups($0, 4).joined(separator: " ") },
    { groups($0, 4).joined(separator: "-") },
    { groups($0, 4).joined(separator: ".") },
    { groups($0, 4).joined(separator: "\u{A0}") },
    { groups($0, 4).joined(separator: " - ") },
    { mapped($0) { Character(UnicodeScalar(0xFF10 + UInt32($0)) ?? "0") } },
    { groups(mapped($0) { Character(UnicodeScalar(0xFF10 + UInt32($0)) ?? "0") }, 4).joined(separator: "\u{3000}") },
    { mapped($0) { chinese[$0] } },
    { groups(mapped($0) { chinese[$0] }, 4).joined(separator: " ") },
    { mapped($0) { formal[$0] } },
    { groups($0, 4).joined(separator: "\n") },
    { groups($0, 4).joined(separator: "\r\n> ") },
    { groups($0, 8).joined(separator: "=\r\n") },
    { $0.map { "&#\(48 + ($0.wholeNumberValue ?? 0));" }.joined() },
    { groups($0, 4).map { $0.map { "&#x3\($0);" }.joined() }.joined(separator: "&nbsp;") },
    { groups($0, 4).map { "<span>\($0)</span>" }.joined() },
    { groups($0, 5).map { "<font color=\"red\">\($0)</font>" }.joined(separator: "<b></b>") },
    { groups($0, 4).map { "<td>\($0)</td>" }.joined() },
    { $0.map(String.init).joined(separator: " ") },
    { $0.map(String.init).joined(separator: "\u{200B}") },
    { groups($0, 2).joined(separator: " ") },
  ]

  private static let frames = [
    "I paid with % yesterday", "我的卡号是%，麻烦查一下", "Subject: card % was declined", "<p>卡：%</p>",
    "> On Monday you wrote:\n> my card is %\n> thanks", "%", "来电：客户报卡号 % 要求核实", "Caller gave card %, wants it checked",
    "pls check % thx", "银行卡（%）扣款失败",
  ]

  private static func groups(_ digits: String, _ size: Int) -> [String] {
    var (groups, rest) = ([String](), digits[...])
    while !rest.isEmpty {
      groups.append(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return groups
  }

  private static func mapped(_ digits: String, _ body: (Int) -> Character) -> String {
    String(digits.map { body($0.wholeNumberValue ?? 0) })
  }

  private static func digits(_ count: Int, _ dice: inout Dice) -> String {
    String((0..<count).map { _ in Character("\(Int.random(in: 0...9, using: &dice))") })
  }

  @Test("of 5,000 cards in all disguises and places none survives")
  func cards() {
    var (dice, survivors) = (Dice(2026), [String]())
    for round in 0..<5000 {
      let issuer = Self.issuers[round % Self.issuers.count]
      let length = issuer.lengths[Int.random(in: 0..<issuer.lengths.count, using: &dice)]
      let card = RedactorTests.withCheckDigit(
        issuer.prefix + Self.digits(length - 1 - issuer.prefix.utf8.count, &dice))
      let written = Self.disguises[round % Self.disguises.count](card)
      let frame = Self.frames[Int.random(in: 0..<Self.frames.count, using: &dice)]
      let parts = frame.split(separator: "%", omittingEmptySubsequences: false)
      let text = "\(parts[0])\(written)\(parts[1])"
      let result = RedactorTests.redactor.redact(text)
      let isGone = result.findings.contains { $0.kind == .card } && !result.text.contains(written)
      if !isGone { survivors.append(text) }
    }
    #expect(survivors == [])
  }

  @Test("of 20,000 order numbers, phones, parcels and times fewer than one in a hundred is touched")
  func harmless() {
    var (dice, touched) = (Dice(7), [String]())
    func digits(_ count: Int) -> String { Self.digits(count, &dice) }
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }
    func two(_ range: ClosedRange<Int>) -> String {
      let number = number(range)
      return number < 10 ? "0\(number)" : "\(number)"
    }
    func stamp() -> String { "2026\(two(1...12))\(two(1...28))\(two(0...23))\(two(0...59))\(two(0...59))" }
    let makers: [() -> String] = [
      { "Order \(digits(number(8...18))) has not arrived" }, { "订单号：\(digits(number(10...19)))" },
      { "交易号 \(stamp())\(digits(6))" }, { "transaction id \(stamp())\(digits(number(1...5)))" },
      { "流水号\(digits(20))" }, { "ORD-\(digits(16))" }, { "TX\(digits(14)) please" },
      { "call me at +86 1\(number(3...9))\(digits(1)) \(digits(4)) \(digits(4))" },
      { "电话1\(number(3...9))\(digits(9))" },
      { "+44 7\(digits(3)) \(digits(6))" }, { "(0\(digits(2))) \(digits(4)) \(digits(4))" },
      { "phone 1-\(number(201...989))-\(digits(3))-\(digits(4))" },
      { "SF\(digits(13))" }, { "快递单号 YT\(digits(13))" }, { "tracking 1Z\(digits(6))\(digits(10))" },
      { "94\(digits(2)) \(digits(4)) \(digits(4)) \(digits(4)) \(digits(4)) \(digits(2))" }, { "运单 \(digits(15))" },
      { "at \(1_700_000_000_000 + number(0...99_999_999_999))" },
      { "2026-\(two(1...12))-\(two(1...28)) \(two(0...23)):\(two(0...59)):\(two(0...59))" },
      { "on \(two(1...28))/\(two(1...12))/2026 at \(two(0...23)).\(two(0...59))" },
    ]
    for round in 0..<20_000 {
      let text = makers[round % makers.count]()
      if !RedactorTests.redactor.redact(text).findings.isEmpty { touched.append(text) }
    }
    #expect(touched.count < 200, "\(touched.prefix(20))")
  }
}
