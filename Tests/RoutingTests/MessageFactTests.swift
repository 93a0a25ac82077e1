import Conversations
import Routing
import Testing

@Suite("Facts of a message")
struct MessageFactTests {
  private func told(_ text: String) -> [String] {
    MessageFact.found(in: text).map { "\($0.kind.rawValue) \($0.value)\($0.currency.map { " \($0)" } ?? "")" }
  }

  @Test(
    "what customers tell is found in both languages",
    arguments: [
      ("交易号 TX20260311008812 显示失败", ["transaction_id TX20260311008812"]),
      ("订单号：88123，扣了598元", ["transaction_id 88123", "amount 598 CNY"]),
      ("Order #10023 was 1,980.50 EUR", ["transaction_id 10023", "amount 1980.50 EUR"]),
      ("I paid $45 on 8 March", ["amount 45 USD", "date --03-08"]),
      ("3月8日下午付了12000元", ["date --03-08", "amount 12000 CNY"]),
      ("2026年3月8日充值500块", ["date 2026-03-08", "amount 500 CNY"]),
      ("my account is Dana.Lee@example.com", ["email dana.lee@example.com"]),
      ("邮箱是lin@example.cn，手机尾号4471", ["email lin@example.cn", "phone_tail 4471"]),
      ("call 13800138000 or +44 20 7946 0958", ["phone_tail 8000"]),
      ("complaint number C-20931", ["transaction_id C-20931"]),
      ("on 2026-03-09, ref 99120-A", ["date 2026-03-09", "transaction_id 99120-A"]),
      ("the March 5th transfer of HK$300", ["date --03-05", "amount 300 HKD"]),
      ("付了三百块还没到", ["amount 300 CNY"]), ("充了1.5万没到账", ["amount 15000"]), ("5万元", ["amount 50000 CNY"]),
      ("兩千五百元和四千蚊", ["amount 2500 CNY", "amount 4000 HKD"]), ("三百五十块，不是三千零五块", ["amount 350 CNY", "amount 3005 CNY"]),
      ("一万二块、两亿三千万元", ["amount 12000 CNY", "amount 230000000 CNY"]),
      ("转了两万，3千块是我的", ["amount 20000", "amount 3000 CNY"]),
      ("HK$1.25万，1,500.5万美元", ["amount 12500 HKD", "amount 15005000 USD"]),
      ("三块钱和十块", ["amount 3 CNY", "amount 10 CNY"]),
      ("on 28/11/2026 and 11/28/2026", ["date 2026-11-28"]), ("3.3.2026", ["date 2026-03-03"]),
      ("on 03/04/2026", ["date 03/04/2026"]),
      ("快递单号 75312345678901，订单号 75312345678902", ["transaction_id 75312345678902"]),
    ])
  func found(text: String, facts: [String]) { #expect(told(text) == facts) }

  @Test(
    "speech about numbers is no fact",
    arguments: [
      "", "我打了八个电话", "waited 40 minutes", "I have 2 accounts", "error 402", "iPhone 15, iOS 18.2",
      "http://example.com/a1234567", "SF1234567890123", "YT8812345678901 and JDVA12345678901", "EA123456789CN",
      "1Z999AA10123456784", "tracking number 940011189922", "我们一块去", "三块屏幕", "走了两万步", "10万粉丝", "我有三百个朋友",
      "2026元旦", "四千蚊子", "一个星期", "二零二六年十一月", "十几天", "万一没到", "31/31/2026", "13/14/2026",
    ])
  func nothing(text: String) { #expect(told(text) == []) }

  @Test("of each kind there are only a few, and each once")
  func bounded() {
    let many = (1000..<1100).map { "order \($0) " }.joined() + "order 1000"
    #expect(MessageFact.found(in: many).count == MessageFact.eachMax)
    #expect(told("order 1000, order 1000") == ["transaction_id 1000"])
  }

  @Test(
    "no text takes long or crashes",
    arguments: [
      "1,", "a@", "@", "2026-", "年1", "order ", "9", "¥", "1月", "$1 ", "\u{FFFD}1", "一万", "十", "1万", "零", "9亿",
    ])
  func floods(piece: String) {
    for fact in MessageFact.found(in: String(repeating: piece, count: 20_000)) { #expect(!fact.value.isEmpty) }
  }

  @Test("a rule asks for a fact, or for its absence")
  func rules() throws {
    var told = RuleCondition(anyWords: ["payment"])
    told.facts = [.transaction]
    var untold = RuleCondition(anyWords: ["payment"])
    untold.missingFacts = [.transaction]
    let router = Router(
      try RouterTests.table(rules: [
        RoutingRule(name: "told", when: told, then: RuleOutcome(priority: .high)),
        RoutingRule(name: "untold", when: untold, then: RuleOutcome(priority: .low)),
      ]))
    func rule(_ text: String) -> String? {
      router.route(RouterTests.input(text), now: at("2026-03-09T10:00:00+08:00")).rule
    }
    #expect(rule("payment TX20260311 failed") == "told")
    #expect(rule("my payment failed") == "untold")
    #expect(rule("hello") == nil)
  }
}
