import Conversations
import Routing
import Testing

@Suite("The router")
struct RouterTests {
  static func table(rules: [RoutingRule] = [], minConfidence: Double = 0.5) throws -> RoutingTable {
    RoutingTable(
      version: "v1",
      queues: [
        QueueDefinition(name: "payments", calendar: "cn"), QueueDefinition(name: "refunds", calendar: "cn"),
        QueueDefinition(name: "security", calendar: "cn"), QueueDefinition(name: "triage"),
        QueueDefinition(name: "after_hours"),
      ],
      categories: [
        CategoryDefinition(name: "payment", queue: "payments", keywords: ["payment", "付款", "支付失败", "charged"]),
        CategoryDefinition(name: "refund", queue: "refunds", keywords: ["refund", "退款", "money back"]),
        CategoryDefinition(
          name: "fraud", queue: "security", priority: .urgent,
          keywords: ["盗刷", "scam*", "stolen phone", "unauthorised"],
          isUrgent: true),
        CategoryDefinition(name: "other", queue: "triage", priority: .low),
      ],
      rules: rules, calendars: ["cn": try hotline()],
      targets: [
        ServiceTarget(name: "urgent", when: .init(priorities: [.urgent]), calendar: "cn", firstResponseSeconds: 900),
        ServiceTarget(name: "chinese", when: .init(languages: ["zh"]), calendar: "cn", firstResponseSeconds: 3600),
        ServiceTarget(name: "rest", calendar: "cn", firstResponseSeconds: 7200),
      ],
      triageQueue: "triage", afterHoursQueue: "after_hours", minConfidence: minConfidence)
  }

  static func input(_ text: String, subject: String? = nil, channel: String = "chat", hint: String? = nil)
    -> RoutingInput
  {
    RoutingInput(channel: channel, kind: ChannelKind("webchat"), subject: subject, text: text, categoryHint: hint)
  }

  static let open = "2026-03-09T10:00:00+08:00"
  static let closed = "2026-10-02T10:00:00+08:00"

  static func route(_ text: String, rules: [RoutingRule] = [], at time: String = open) throws -> RoutingDecision {
    Router(try table(rules: rules)).route(input(text), now: at(time))
  }

  static let plain: [(String, String, String)] = [
    ("I want my money back", "refund", "refunds"), ("请帮我退款", "refund", "refunds"), ("請幫我退款", "refund", "refunds"),
    ("ＲＥＦＵＮＤ please", "refund", "refunds"), ("They refunded the wrong amount", "refund", "refunds"),
    ("我的卡被盜刷了", "fraud", "security"), ("I was scammed", "fraud", "security"),
    ("支付失败，但是扣款了", "payment", "payments"), ("good morning", "other", "triage"), ("", "other", "triage"),
    ("This prefunder is odd", "other", "triage"), ("这不是退款的问题", "other", "triage"), ("是不是退款了？", "refund", "refunds"),
    ("not a refund but a payment", "payment", "payments"),
  ]

  @Test("a topic that the customer chose holds, unless the text is an alarm")
  func chosen() throws {
    let router = Router(try Self.table())
    let calm = router.route(Self.input("请帮我退款", hint: "payment"), now: at(Self.closed))
    #expect((calm.category, calm.alert) == ("payment", false))
    let alarm = router.route(Self.input("我的卡被盜刷了，请帮我", hint: "refund"), now: at(Self.closed))
    #expect((alarm.category, alarm.queue, alarm.alert) == ("fraud", "security", true))
    #expect(alarm.reason.contains("though the customer chose refund"), "\(alarm.reason)")
  }

  @Test("words of both languages lead to category and queue", arguments: plain)
  func keywords(text: String, category: String, queue: String) throws {
    let decision = try Self.route(text)
    #expect(decision.category == category, "\(decision.trace)")
    #expect(decision.queue == queue)
    #expect(decision.intendedQueue == queue)
  }

  @Test("equal evidence for two categories is left to triage, and the subject decides it")
  func ambiguous() throws {
    let router = Router(try Self.table())
    let even = router.route(Self.input("refund or payment, I do not know"), now: at(Self.open))
    #expect(even.category == "other" && even.queue == "triage" && even.confidence < 0.5)
    let decided = router.route(Self.input("payment", subject: "refund"), now: at(Self.open))
    #expect(decided.category == "refund")
  }

  @Test("a closed queue says when it opens again, and the message waits in the after-hours queue")
  func afterHours() throws {
    let decision = try Self.route("refund please", at: Self.closed)
    #expect(decision.queue == "after_hours" && decision.intendedQueue == "refunds" && !decision.isOpen)
    #expect(decision.opensAt == at("2026-10-08T09:00:00+08:00"))
    #expect(decision.closedFor == "国庆节")
    let hours = decision.trace.first { $0["step"]?.string == "hours" }
    #expect(hours?["why"]?.string == "closed for 国庆节")
  }

  @Test("an urgent category alerts and stays in its queue in and out of hours")
  func urgent() throws {
    for time in [Self.open, Self.closed] {
      let decision = try Self.route("my stolen phone, help", at: time)
      #expect(decision.queue == "security" && decision.alert && decision.priority == .urgent)
      #expect(decision.target?.name == "urgent")
    }
  }

  @Test("the first rule that matches wins and the trace says where the others failed")
  func rules() throws {
    let rules = [
      RoutingRule(name: "mail", when: RuleCondition(kinds: ["email"]), then: RuleOutcome(queue: "payments")),
      RoutingRule(
        name: "vip", when: RuleCondition(anyWords: ["vip", "贵宾"], noneWords: ["refund"]),
        then: RuleOutcome(category: "payment", priority: .high, queue: "security", alert: true)),
      RoutingRule(name: "all", when: RuleCondition(), then: RuleOutcome(queue: "refunds")),
    ]
    let vip = try Self.route("VIP here", rules: rules)
    #expect(vip.rule == "vip" && vip.queue == "security" && vip.priority == .high && vip.alert && vip.confidence == 1)
    let other = try Self.route("vip refund", rules: rules)
    #expect(other.rule == "all" && other.queue == "refunds" && other.category == "refund")
    let tried = other.trace.first { $0["step"]?.string == "rules" }?["tried"]?.array ?? []
    #expect(tried.map { $0["failed"]?.string } == ["kinds", "none_words", nil])
  }

  @Test("a rule that does not stop lets later ones fill in what it left open")
  func filling() throws {
    let rules = [
      RoutingRule(
        name: "calm", when: RuleCondition(anyWords: ["whenever"]), then: RuleOutcome(priority: .low, stop: false)),
      RoutingRule(
        name: "money", when: RuleCondition(anyWords: ["refund"]), then: RuleOutcome(priority: .high, queue: "payments")),
    ]
    let decision = try Self.route("refund, whenever you can", rules: rules)
    #expect(decision.priority == .low && decision.queue == "payments" && decision.rule == "money")
  }

  static let terms: [(RuleCondition, Bool)] = [
    (RuleCondition(channels: ["chat"]), true), (RuleCondition(channels: ["mail"]), false),
    (RuleCondition(languages: ["zh"]), true), (RuleCondition(languages: ["zh-Hant"]), true),
    (RuleCondition(languages: ["en"]), false),
    (RuleCondition(allWords: ["退款", "餘額"]), true), (RuleCondition(allWords: ["退款", "missing"]), false),
    (RuleCondition(categories: ["refund"]), true), (RuleCondition(categories: ["refund"], minConfidence: 0.99), false),
    (RuleCondition(hours: .open), true), (RuleCondition(hours: .closed), false),
    (RuleCondition(automatic: true), false),
    (RuleCondition(trust: [.unknown, .known]), true), (RuleCondition(trust: [.verified]), false),
    (RuleCondition(contacts: ["@Example.com"]), true), (RuleCondition(contacts: ["7"]), true),
    (RuleCondition(contacts: ["bob@other.example"]), false),
  ]

  @Test("each term lets through what it says", arguments: terms)
  func term(condition: RuleCondition, matches: Bool) throws {
    let rule = RoutingRule(name: "r", when: condition, then: RuleOutcome(queue: "security"))
    let input = RoutingInput(
      channel: "chat", kind: ChannelKind("webchat"), text: "請把餘額退款給我", contact: ContactID(7),
      addresses: ["ann@example.com"])
    let decision = Router(try Self.table(rules: [rule])).route(input, now: at(Self.open))
    #expect((decision.rule == "r") == matches)
  }

  @Test("what the customer chose is honoured if there is such a category")
  func hint() throws {
    let router = Router(try Self.table())
    let chosen = router.route(Self.input("refund", hint: "payment"), now: at(Self.open))
    #expect(chosen.category == "payment" && chosen.confidence == 1)
    #expect(router.route(Self.input("refund", hint: "nonsense"), now: at(Self.open)).category == "refund")
  }

  @Test("machines raise no alarm")
  func automatic() throws {
    let input = RoutingInput(
      channel: "mail", kind: ChannelKind("email"), text: "scam warning newsletter", isAutomatic: true)
    #expect(!Router(try Self.table()).route(input, now: at(Self.open)).alert)
  }

  @Test("equal inputs give an equal decision and hash; any other input another hash")
  func stable() throws {
    let router = Router(try Self.table())
    let one = router.route(Self.input("refund"), now: at(Self.open))
    #expect(one == router.route(Self.input("refund"), now: at(Self.open)))
    let others = [
      router.route(Self.input("refund "), now: at(Self.open)), router.route(Self.input("refund"), now: at(Self.closed)),
      router.route(Self.input("", subject: "refund"), now: at(Self.open)),
      router.route(Self.input("refund", channel: "mail"), now: at(Self.open)),
    ]
    #expect(Set(others.map(\.inputsHash) + [one.inputsHash]).count == 5)
    #expect(one.inputsHash.utf8.count == 32)
  }

  @Test("the target is the first that fits, a Chinese one for either script")
  func targets() throws {
    #expect(try Self.route("請幫我退款").target?.name == "chinese")
    #expect(try Self.route("refund please").target?.name == "rest")
  }

  @Test("a trained classifier takes the keywords' place")
  func classifier() throws {
    struct Fixed: Classifying {
      let version = "fixed-1"
      func classify(_ input: RoutingInput) -> Classification {
        Classification(scores: [.init(category: "payment", confidence: input.text == "x" ? 0.9 : 0.2)])
      }
    }
    let router = Router(try Self.table(), classifier: Fixed())
    #expect(router.route(Self.input("x"), now: at(Self.open)).category == "payment")
    #expect(router.route(Self.input("refund"), now: at(Self.open)).category == "other")
  }

  /// Says of each text what stands in it: `payment 60 fraud 30`.
  private struct Told: Classifying {
    let version = "told-1"
    func classify(_ input: RoutingInput) -> Classification {
      let words = input.text.split(separator: " ").map(String.init)
      let scores = stride(from: 0, to: words.count - 1, by: 2).map { place in
        Classification.Score(category: words[place], confidence: (Double(words[place + 1]) ?? 0) / 100)
      }
      return Classification(scores: scores)
    }
  }

  @Test(
    "where an urgent category is likely somebody is told, whatever is likelier",
    arguments: [
      ("payment 60 fraud 30", "triage", true), ("payment 60 fraud 10", "payments", false),
      ("fraud 60 payment 30", "security", true), ("fraud 40 payment 30", "triage", true),
      ("refund 40 payment 30 fraud 26", "triage", true), ("refund 40 payment 30", "triage", false),
    ])
  func suspects(text: String, queue: String, alert: Bool) throws {
    for time in [Self.open, Self.closed] where alert || time == Self.open {
      let decision = Router(try Self.table(), classifier: Told()).route(Self.input(text), now: at(time))
      #expect(decision.queue == queue)
      #expect(decision.alert == alert)
      #expect((decision.priority == .urgent) == alert)
    }
    var machine = Self.input(text)
    machine.isAutomatic = true
    #expect(!Router(try Self.table(), classifier: Told()).route(machine, now: at(Self.open)).alert)
  }

  @Test("a category may ask for more or less confidence than the table")
  func ownThreshold() throws {
    var table = try Self.table()
    table.categories[0].minConfidence = 0.9
    table.categories[1].minConfidence = 0.2
    table.classifier = Told()
    let router = Router(table)
    #expect(router.route(Self.input("payment 80"), now: at(Self.open)).queue == "triage")
    #expect(router.route(Self.input("refund 30"), now: at(Self.open)).queue == "refunds")
    #expect(router.route(Self.input("refund 30"), now: at(Self.open)).reason == "refund at 30 %")
  }

  @Test("a huge and hostile text is routed in bounded time and trace")
  func hostile() throws {
    let text = String(repeating: "refund payment 退款 not a ", count: 100_000)
    let decision = Router(try Self.table()).route(Self.input(text), now: at(Self.open))
    #expect(decision.trace.map { $0.bytes.count }.reduce(0, +) < 20_000)
  }
}
