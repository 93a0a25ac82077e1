import Conversations
import Routing
import Testing

@Suite("The check of a routing table")
struct TableCheckTests {
  static func problems(_ change: (inout RoutingTable) throws -> Void) throws -> [String] {
    var table = try RouterTests.table()
    try change(&table)
    return table.validated().map(\.description)
  }

  @Test("a sound table has no errors")
  func sound() throws {
    #expect(try RouterTests.table().validated().isEmpty)
  }

  @Test("names that lead nowhere are told with what there is")
  func references() throws {
    let problems = try Self.problems { table in
      table.categories[0].queue = "nowhere"
      table.queues[0].calendar = "lunar"
      table.queues[1].afterHoursQueue = "void"
      table.triageQueue = "t"
      table.fallbackCategory = "f"
      table.targets[0].calendar = "c"
      table.targets[1].when.queues = ["q"]
      table.rules = [
        RoutingRule(name: "r", when: RuleCondition(categories: ["k"]), then: RuleOutcome(category: "l", queue: "m"))
      ]
    }
    for name in ["nowhere", "lunar", "void", "t", "f", "c", "q", "k", "l", "m"] {
      #expect(problems.contains { $0.contains("there is no") && $0.contains("`\(name)`") }, "\(name)")
    }
    #expect(problems.contains { $0.hasPrefix("category payment: ") && $0.contains("after_hours, payments, refunds") })
  }

  @Test("doubles, empty words, impossible numbers and contradictions are told")
  func values() throws {
    let problems = try Self.problems { table in
      table.queues.append(QueueDefinition(name: "triage"))
      table.categories[1].keywords += ["　", "charged"]
      table.targets[0].firstResponseSeconds = 0
      table.minConfidence = 2
      table.rules = [
        RoutingRule(name: "a", when: RuleCondition(allWords: ["x"], noneWords: ["X"]), then: RuleOutcome(alert: true)),
        RoutingRule(name: "b", when: RuleCondition(minConfidence: 0.7), then: RuleOutcome(alert: true)),
        RoutingRule(name: "c", when: RuleCondition(anyWords: ["y"]), then: RuleOutcome(stop: false)),
      ]
    }
    for part in [
      "queue triage: is defined twice", "keyword `　` is empty", "keyword `charged` is also in payment",
      "a promise must be longer than 0", "2.0 is not between 0 and 1", "`x` is in all_words and in none_words",
      "min_confidence needs categories", "rule c: does nothing",
    ] {
      #expect(problems.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test("a target that counts in a calendar without hours is an error")
  func zeroHours() throws {
    let problems = try Self.problems { $0.calendars["cn"] = try calendar("Asia/Shanghai", [:]) }
    #expect(problems.contains("target urgent: calendar `cn` has no hours"))
  }

  static let shadows: [(RuleCondition, RuleCondition, Bool)] = [
    (RuleCondition(), RuleCondition(anyWords: ["x"]), true),
    (RuleCondition(anyWords: ["x", "y"]), RuleCondition(anyWords: ["Ｘ"]), true),
    (RuleCondition(anyWords: ["x"]), RuleCondition(anyWords: ["x", "y"]), false),
    (RuleCondition(anyWords: ["x"]), RuleCondition(allWords: ["x", "z"]), true),
    (RuleCondition(anyWords: ["x"]), RuleCondition(anyWords: ["x"], allWords: ["z"]), true),
    (RuleCondition(anyWords: ["x"], noneWords: ["n"]), RuleCondition(anyWords: ["x"]), false),
    (RuleCondition(channels: ["a"]), RuleCondition(channels: ["a", "b"]), false),
    (RuleCondition(channels: ["a", "b"]), RuleCondition(channels: ["a"], languages: ["zh"]), true),
    (RuleCondition(hours: .open), RuleCondition(hours: .closed), false),
    (RuleCondition(categories: ["refund"]), RuleCondition(categories: ["refund"], minConfidence: 0.3), false),
    (
      RuleCondition(categories: ["refund"], minConfidence: 0.3),
      RuleCondition(categories: ["refund"], minConfidence: 0.9), true
    ),
  ]

  @Test("a rule that an earlier one always beats is told", arguments: shadows)
  func shadowed(first: RuleCondition, second: RuleCondition, isShadowed: Bool) throws {
    let problems = try Self.problems {
      $0.rules = [
        RoutingRule(name: "first", when: first, then: RuleOutcome(alert: true)),
        RoutingRule(name: "second", when: second, then: RuleOutcome(alert: true)),
      ]
    }
    #expect(problems.contains { $0.contains("rule second: is never reached: `first`") } == isShadowed, "\(problems)")
  }

  @Test("a rule that does not stop shadows nothing")
  func notStopping() throws {
    let problems = try Self.problems {
      $0.rules = [
        RoutingRule(name: "first", when: RuleCondition(), then: RuleOutcome(alert: true, stop: false)),
        RoutingRule(name: "second", when: RuleCondition(), then: RuleOutcome(queue: "triage")),
      ]
    }
    #expect(problems.isEmpty)
  }

  @Test("examples are run; one that comes out otherwise says what came and why")
  func examples() throws {
    func rule(_ example: RoutingExample) -> RoutingRule {
      RoutingRule(
        name: "lost", when: RuleCondition(anyWords: ["手机丢了"], hours: nil),
        then: RuleOutcome(category: "fraud", queue: "security"), examples: [example])
    }
    #expect(
      try Self.problems {
        $0.rules = [rule(RoutingExample(text: "我的手機丟了", category: "fraud", queue: "security", priority: .urgent))]
      }.isEmpty)
    let problems = try Self.problems {
      $0.rules = [rule(RoutingExample(text: "I want a refund", category: "fraud", queue: "security"))]
    }
    #expect(problems.count == 1)
    let text = try #require(problems.first)
    #expect(
      text.contains("category: expected fraud, got refund") && text.contains("queue: expected security, got refunds"))
    #expect(text.contains("this rule failed at any_words"))
  }

  @Test("examples of a table with holes need not be run")
  func unrun() throws {
    let rule = RoutingRule(
      name: "lost", when: RuleCondition(anyWords: ["手机丢了"]), then: RuleOutcome(category: "fraud"),
      examples: [RoutingExample(text: "I want a refund", category: "fraud")])
    let table = try RouterTests.table(rules: [rule])
    #expect(table.validated().count == 1)
    #expect(table.validated(runningExamples: false).isEmpty)
  }

  @Test("a star inside a word is told: it stands for nothing there", arguments: ["退款*到账", "*refund", "re*fund", "a**"])
  func stars(word: String) throws {
    let told = "`\(word)`: a `*` stands for other letters only at the end of a word; name its parts in all_words"
    let rules = try Self.problems {
      $0.rules = [
        RoutingRule(name: "r", when: RuleCondition(noneWords: [word, "fund*"]), then: RuleOutcome(alert: true))
      ]
    }
    #expect(rules == ["rule r: \(told)"])
    #expect(try Self.problems { $0.categories[1].keywords.append(word) } == ["category refund: \(told)"])
  }

  @Test("queues that overflow into one another are told, each circle once")
  func circles() throws {
    func problems(_ ways: [(String, String)]) throws -> [String] {
      try Self.problems { table in
        for (from, to) in ways {
          guard let place = table.queues.firstIndex(where: { $0.name == from }) else { continue }
          table.queues[place].overflow = RouteTarget(queue: to, timeoutSeconds: 600)
        }
      }
    }
    #expect(try problems([("payments", "refunds"), ("refunds", "security")]) == [])
    let end = "; what nobody takes goes round for ever"
    #expect(
      try problems([("payments", "refunds"), ("refunds", "payments")])
        == ["queue payments: overflows in a circle: payments → refunds → payments\(end)"])
    // The queue that leads into the circle is not part of it.
    #expect(
      try problems([("payments", "refunds"), ("refunds", "security"), ("security", "triage"), ("triage", "refunds")])
        == ["queue refunds: overflows in a circle: refunds → security → triage → refunds\(end)"])
    #expect(try problems([("payments", "payments")]) == ["queue payments: overflows into itself"])
  }

  @Test("an example without a time is judged while its queue is open, one with a time at that time")
  func exampleTimes() throws {
    let table = try RouterTests.table(rules: [
      RoutingRule(
        name: "r", when: RuleCondition(anyWords: ["退款"]), then: RuleOutcome(queue: "refunds"),
        examples: [
          RoutingExample(text: "退款", queue: "refunds"),
          RoutingExample(text: "退款", at: at(RouterTests.closed), queue: "after_hours"),
        ])
    ])
    #expect(table.ruleExamples().map(\.passed) == [true, true])
  }
}
