import Conversations
import Routing
import Testing

/// Cards, IDs and accounts as customers write them, and what only looks like that.
@Suite("Redaction, ways of writing numbers")
struct RedactionWritingTests {
  static let cards = [
    "4556……5260……1815……9081", "4556…5260…1815…9081", "**4556** **5260** **1815** **9081**",
    "- **4556**\n- **5260**\n- **1815**\n- **9081**", "`4556` `5260` `1815` `9081`", "4556ー5260ー1815ー9081",
    "4556➖5260➖1815➖9081", "4556🙂5260🙂1815🙂9081", "4556=5260=1815=9081", "4556>5260>1815>9081",
    "4556#5260#1815#9081", "4556^5260^1815^9081", "4556°5260°1815°9081", "4556●5260●1815●9081",
    "4556→5260→1815→9081", "4556⁄5260⁄1815⁄9081", "4556∕5260∕1815∕9081", "4556 -> 5260 -> 1815 -> 9081",
    "4556......5260......1815......9081", "4556(空格)5260(空格)1815(空格)9081", "4556（空格）5260（空格）1815（空格）9081",
    "4556呃5260嗯1815呃9081", "卡号4556，呃，5260，嗯，1815，9081", "4556 5260 no sorry 1815 9081",
    "4556 5260, no, sorry, 1815 9081", "4556横杠5260横杠1815横杠9081", "first four 4556 then 5260 then 1815 then 9081",
    "first four four five five six next four five two six zero then one eight one five then nine zero eight one",
    "1. 4556\n2. 5260\n3. 1815\n4. 9081", "1. 4556\n2. 5260\n3. 1815\n4. 9081\nthanks",
    "1) 4556 2) 5260 3) 1815 4) 9081", "<ol><li>4556</li><li>5260</li><li>1815</li><li>9081</li></ol>",
    " 1. 4556\n 2. 5260\n 3. 1815\n 4. 9081", "1、4556\n2、5260\n3、1815\n4、9081", "①4556②5260③1815④9081",
    "第一组4556第二组5260第三组1815第四组9081", "卡号第一组4556，第二组5260，第三组1815，第四组9081", "第1组：4556 第2组：5260 第3组：1815 第4组：9081",
    "Block 1: 4556, block 2: 5260, block 3: 1815, block 4: 9081",
    "first group 4556, second group 5260, third group 1815, fourth group 9081", "前八位45565260，后八位18159081",
    "卡号前面是45565260后面是18159081", "卡号前面是4556 5260，后面是1815 9081",
    "first eight digits are 45565260, last eight are 18159081",
    "the first 8 digits are 45565260 and the last 8 digits are 18159081",
    "first eight digits are four five five six five two six zero last eight are one eight one five nine zero eight one",
    "前四位4556，中间八位52601815，后四位9081", "4556526018159081abc", "id_4556526018159081", "卡号是4556·5260·1815·9081",
    "4556~~~5260~~~1815~~~9081", "> **4556** > **5260** > **1815** > **9081**",
    "__4556__ __5260__ __1815__ __9081__", "\"4556\", \"5260\", \"1815\", \"9081\"",
    "[\"4556\",\"5260\",\"1815\",\"9081\"]", "4556！5260！1815！9081", "4556、5260、1815、9081 是我的卡号",
    "卡号：4556、5260、1815、9081", "1: 4556, 2: 5260, 3: 1815, 4: 9081", "(1) 4556 (2) 5260 (3) 1815 (4) 9081",
    "- 1. 4556\n- 2. 5260\n- 3. 1815\n- 4. 9081", "1. 4556\n\n2. 5260\n\n3. 1815\n\n4. 9081",
    "一、4556\n二、5260\n三、1815\n四、9081", "第一段是4556，第二段是5260，第三段是1815，第四段是9081",
    "第一个四位4556 第二个四位5260 第三个四位1815 第四个四位9081", "1st 4556, 2nd 5260, 3rd 1815, 4th 9081",
    "My card: first 4 digits 4556, next 4 5260, next 4 1815, last 4 9081",
    "the first four are 4556, the next four are 5260, then 1815 and the last four 9081",
    "卡号前8位是45565260后8位是18159081", "前四个数字是4556，接下来四个数字是5260，再来是1815，最后四位是9081", "卡号开头45565260，结尾18159081",
    "上半段45565260下半段18159081", "4556 5260 呃等一下 1815 9081", "4556 5260 然后是 1815 9081", "卡号4556，5260，1815，9081",
    "前面4556 5260 中间1815 最后9081", "４５５６ー５２６０ー１８１５ー９０８１",
    "four five five six / five two six zero / one eight one five / nine zero eight one", "卡号：4556526018159081abc",
    "card:4556526018159081Thanks", "card is first four 4556 next four 5260 next four 1815 last four 9081",
  ]

  @Test("signs, lists and words between the digits of a card do not hide it", arguments: cards)
  func written(text: String) {
    let result = RedactorTests.redactor.redact(text)
    #expect(result.findings.map(\.kind) == [.card], "\(result.text)")
    #expect(result.findings.first?.token == RedactorTests.redactor.redact("4556526018159081").findings.first?.token)
  }

  static let invisible = [
    "4556\u{061C}5260\u{061C}18159081", "4556\u{115F}526018159081", "4556\u{1160}526018159081",
    "4556\u{3164}526018159081", "4556\u{FFA0}526018159081", "4556\u{206A}526018159081", "4556\u{180B}526018159081",
    "4556\u{FFFC}526018159081", "4556\u{E0001}526018159081", "4556\u{E0020}526018159081",
    "4556\u{E0100}526018159081", "4556\u{2800}5260\u{2800}1815\u{2800}9081",
    "4\u{2800}5\u{2800}5\u{2800}6\u{2800}5\u{2800}2\u{2800}6\u{2800}0\u{2800}1\u{2800}8\u{2800}1\u{2800}5\u{2800}9\u{2800}0\u{2800}8\u{2800}1",
    "4556\u{0085}5260\u{0085}1815\u{0085}9081", "4\u{0300}5\u{0300}56526018159081",
    "4\u{0336}5\u{0336}5\u{0336}6\u{0336}526018159081", "4556\u{1}5260\u{7F}18159081",
    "4556\u{2003}5260\u{2003}1815\u{2003}9081", "4\u{200D}5\u{200D}56\u{2063}526018159081",
  ]

  @Test("what shows nothing parts no digits", arguments: invisible)
  func hidden(text: String) { #expect(RedactorTests.redactor.redact(text).text == "[card •••• 9081 #t1850300967]") }

  static let together: [(String, [Redaction.Kind])] = [
    ("45565260181590811227737", [.card, .cvv]), ("45565260181590810928737", [.card, .cvv]),
    ("45565260181590814111111111111111", [.card, .card]), ("卡号4556526018159081后面三位456", [.card, .cvv]),
    ("卡号4556526018159081，背面的三个数字737", [.card, .cvv]), ("4556526018159081 有效期28年9月 737", [.card, .cvv]),
    ("4556526018159081 有效期2028年09月，737", [.card, .cvv]), ("4556526018159081 有效期09/28 737", [.card, .cvv]),
    ("4556526018159081 0928 737", [.card, .cvv]), ("4556526018159081 09/28 cvv 737", [.card, .cvv]),
    ("卡号4556526018159081，有效期28年9月，安全码737", [.card, .cvv]), ("4556526018159081 exp 09/28 737", [.card, .cvv]),
    ("4556526018159081 expires 09/28, three digits on the back 737", [.card, .cvv]),
  ]

  @Test("what stands beside a card, or in one run with it, goes with it", arguments: together)
  func beside(text: String, kinds: [Redaction.Kind]) { #expect(RedactorTests.kinds(text) == kinds) }

  static let accounts: [(String, Redaction.Kind)] = [
    ("身份证号：一一零一零五一九四九一二三一零零二X", .identity), ("身份证号：幺幺零幺零五幺九四九幺二三幺零零二X", .identity),
    ("身份证号：四四零五二四一八八零零一零一零零一四", .identity), ("身份证11010519491231002叉", .identity),
    ("身份证11010519491231002х", .identity), ("身份证11010519491231002Х", .identity),
    ("身份证前六位110105中间19491231后四位002X", .identity), ("身份证前六位440524，中间八位18800101，后四位0014", .identity),
    ("D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0", .iban),
    ("iban: D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0 thanks", .iban), ("身份证 1101 0519 4912 3100 2X", .identity),
    ("身份证110105-19491231-002X", .identity), ("身份证号码是 110105 1949 1231 002x", .identity),
    ("身份证前6位110105，中间8位19491231，最后4位002X", .identity), ("身份证:110105*19491231*002X", .identity),
    ("440524\u{200B}188001010014", .identity), ("DE89-3704-0044-0532-0130-00", .iban),
    ("IBAN： DE89 3704 0044 0532 0130 00", .iban), ("**DE89** 3704 0044 0532 0130 00", .iban),
  ]

  @Test("IDs and accounts are found in pieces, in numerals and with other letters", arguments: accounts)
  func pieces(text: String, kind: Redaction.Kind) { #expect(RedactorTests.kinds(text) == [kind]) }

  static let harmless = [
    "订单前八位45565260，后八位18159081", "1. 2 apples\n2. 3 pears\n3. 4 plums", "1. 20981\n2. 20982\n3. 20983",
    "第一单4556件第二单5260件", "前三天2026后五天3000", "ORD4556526018159081", "ORD-4556526018159081", "4556526018159081a9c3",
    "item_4556526018159082", "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 1", "6804、2472、6283、4171",
    "SF 6966 5251 6956 7", "这四笔金额是4556、5260、1815、9081", "金额 4556 5260 1815 9081 元", "amounts 4556, 5260, 1815, 9081",
    "4556+5260+1815+9081=20712", "第1批4556件，第2批5260件，第3批1815件", "1号楼2单元301室，2号楼3单元402室", "会议 3点20分 到 5点40分 第一排 第二排",
    "前后等了20260301到20260315", "我前天下单，昨天退款，订单 20260301123456", "order 23456789 and 34567890",
    "phones 23456789 or 34567890", "2026-03-01 10:00 - 2026-03-02 18:00", "rooms 101, 102, 103, 104, 105, 106",
    "I took the first four and the next two, 5 of 10", "product 1234-5678-9012", "ISBN 978-3-16-148410-0",
    "1. 20261201\n2. 20261202\n3. 20261203", "Total: 4556 = 5260 - 1815", "tracking 4556526018159081abc",
    "D E F 8 9", "前面4个，后面5个，一共4556件", "前四天5260后四天1815", "the first 4 orders, the next 4 orders, last 4 5260",
    "Password: required", "psw problem", "user: li, order: 20981", "我报了2000块", "他说839201没有这个单", "mfa 2026",
    "the third one and the second one are broken, 1 of 2", "the first 2 are ok, the last 3 are broken",
    "第一个是4556，第二个是5260", "第一次下单4556第二次下单5260第三次1815第四次9081", "前面4556人后面5260人中间1815人最后9081人", "前天45565260昨天18159081",
    "中间4556最后5260", "4556 5260 元", "1. 订单45565260\n2. 订单18159081", "1. 4556元\n2. 5260元\n3. 1815元\n4. 9081元",
    "1. ¥4556\n2. ¥5260\n3. ¥1815\n4. ¥9081", "价格：1. 4556\n2. 5260\n3. 1815\n4. 9081", "$4556 $5260 $1815 $9081",
    "4556kg 5260kg 1815kg 9081kg", "4556 -> 5260", "row 1 | 4556 | row 2 | 5260", "#4556 #5260",
    "order #4556-5260-1815-9081", "tracking: **4556 5260 1815 9081**", "订单号：**4556526018159081**",
    "订单号`4556526018159081`", "物流单号：4556-5260-1815-9081", "ref=4556526018159081", "ups 4556 5260 1815 9081",
    "SF4556526018159", "JD 4556526018159081", "SKU 4556526018159081abc", "v4556526018159081",
    "uuid 45565260-1815-9081-4556-526018159081", "a45565260181590811227737", "流水号45565260181590811227737",
    "流水号45565260181590814111111111111111", "sha 4556526018159081411111111111111100ff", "手机后四位1234", "C V 2026",
    "身份证一一零", "DE 89 3704 items", "at 12 3456 7890", "it 60 x 120", "call +372 685 2028</a> <br><span>PIN: unknown",
  ]

  @Test("lists, amounts, parcels and orders stay", arguments: harmless)
  func keeps(text: String) { #expect(RedactorTests.redactor.redact(text).text == text) }

  @Test("of 20,000 amounts, carriers' numbers and orders of other kinds few are touched")
  func byChance() {
    var (dice, touched) = (Dice(13), [String: Int]())
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in Character("\(Int.random(in: 0...9, using: &dice))") })
    }
    func amount() -> String { "\(Int.random(in: 1000...9999, using: &dice))" }
    // In a thousand.
    let makers: [(name: String, limit: Int, make: () -> String)] = [
      ("counted up", 0, { "\(amount())、\(amount())、\(amount())、\(amount())" }),
      ("money", 0, { "金额 \(amount()) \(amount()) \(amount()) \(amount())" }),
      ("a sum", 0, { "\(amount())+\(amount())+\(amount())+\(amount())=\(amount())" }),
      ("bare sum", 45, { "\(amount())+\(amount())+\(amount())+\(amount())" }),
      ("bare", 45, { "\(amount()) \(amount()) \(amount()) \(amount())" }),
      ("carrier", 0, { "SF \(digits(4)) \(digits(4)) \(digits(4)) \(digits(1))" }),
      ("order", 0, { "我的单子是\(digits(19))" }), ("long order", 20, { "\(digits(19))还没到" }),
      ("listed orders", 0, { "1. \(digits(8))\n2. \(digits(8))\n3. \(digits(8))" }),
      ("halves of an order", 0, { "订单前八位\(digits(8))，后八位\(digits(8))" }),
      ("two numbers", 0, { "\(digits(8)) and \(digits(8))" }), ("long runs", 2, { digits(23) + " " + digits(32) }),
    ]
    for (name, _, make) in makers {
      for _ in 0..<1700 where !RedactorTests.kinds(make()).isEmpty { touched[name, default: 0] += 1 }
    }
    for (name, limit, _) in makers { #expect(touched[name, default: 0] * 1000 <= limit * 1700, "\(name)") }
  }
}
