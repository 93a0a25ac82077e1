import Conversations
import Routing
import Testing

@Suite("Contact groups") struct ContactGroupTests {
  private static let groups = [
    ContactGroup(name: "merchants", members: ["@shop.example", "+8613800001111"]),
    ContactGroup(name: "press", members: ["Desk@Daily.example", "@shop.example"]),
    ContactGroup(name: "staff", members: ["@us.example"]),
  ]

  private func route(
    _ text: String, from addresses: [String], rules: [RoutingRule] = [], trust: SenderTrust = .unknown
  ) throws -> RoutingDecision {
    var table = try RouterTests.table(rules: rules)
    table.contactGroups = Self.groups
    table.targets.insert(
      ServiceTarget(name: "merchants", when: .init(groups: ["merchants"]), calendar: "cn", firstResponseSeconds: 600),
      at: 0)
    #expect(table.validated().filter { $0.severity == .error }.isEmpty)
    var input = RouterTests.input(text)
    (input.addresses, input.trust) = (addresses, trust)
    return Router(table).route(input, now: at(RouterTests.open))
  }

  static let members: [([String], [String])] = [
    (["li@shop.example"], ["merchants", "press"]), (["LI@SHOP.EXAMPLE"], ["merchants", "press"]),
    (["+8613800001111"], ["merchants"]), (["desk@daily.example"], ["press"]), (["other@daily.example"], []),
    (["li@sub.shop.example"], []), (["shop.example"], []), (["@"], []), ([], []),
    (["nobody", "desk@daily.example", "+8613800001111"], ["merchants", "press"]),
  ]

  @Test("a sender is in every group that names one of the addresses or its very domain", arguments: members)
  func membership(addresses: [String], expected: [String]) throws {
    let decision = try route("请帮我退款", from: addresses)
    #expect(decision.groups == expected)
    let told = decision.trace.first { $0["step"]?.string == "groups" }?["groups"]?.array?.compactMap(\.string)
    #expect(told == (expected.isEmpty ? nil : expected))
    #expect(decision.target?.name == (expected.contains("merchants") ? "merchants" : "chinese"))
  }

  @Test("a forged sender is in no group, one without proof is", arguments: [SenderTrust.failed, .unknown, .verified])
  func forged(trust: SenderTrust) throws {
    let decision = try route("请帮我退款", from: ["li@shop.example"], trust: trust)
    #expect(decision.groups.isEmpty == (trust == .failed))
    #expect(decision.target?.name == (trust == .failed ? "chinese" : "merchants"))
  }

  @Test("a rule asks for one of its groups, and the trace names the term that failed")
  func rule() throws {
    let rules = [
      RoutingRule(
        name: "papers", when: condition { $0.groups = ["press", "staff"] }, then: RuleOutcome(queue: "security"),
        examples: [
          RoutingExample(text: "a question", queue: "security"),
          RoutingExample(text: "a question", from: "else@where.example", queue: "triage"),
        ])
    ]
    var table = try RouterTests.table(rules: rules)
    table.contactGroups = Array(Self.groups.prefix(2))
    #expect(table.validated().contains { $0.message.contains("there is no contact group `staff`") })
    table.contactGroups = Self.groups
    #expect(table.validated().filter { $0.severity == .error } == [])
    #expect(try route("hello", from: ["desk@daily.example"], rules: [rules[0]]).queue == "security")
    let other = try route("hello", from: ["+8613800001111"], rules: [rules[0]])
    #expect(other.queue == "triage")
    let tried = other.trace.first { $0["step"]?.string == "rules" }?["tried"]?.array?.first
    #expect(tried?["failed"]?.string == "groups")
  }

  @Test("a rule asks for the priority that rules before it or the category have given")
  func priorities() throws {
    let raise = RoutingRule(
      name: "raise", when: RuleCondition(anyWords: ["now"]), then: RuleOutcome(priority: .high, stop: false))
    let high = RoutingRule(
      name: "high", when: condition { $0.priorities = [.high, .urgent] }, then: RuleOutcome(queue: "security"))
    #expect(try route("refund now", from: [], rules: [raise, high]).queue == "security")
    #expect(try route("refund", from: [], rules: [raise, high]).queue == "refunds")
    #expect(try route("I was scammed", from: [], rules: [high]).rule == "high", "the category's own")
    #expect(try route("good morning", from: [], rules: [high]).rule == nil, "the fallback's is low")
  }

  @Test("a rule behind one that takes its group away is never reached")
  func coverage() throws {
    let all = RoutingRule(
      name: "all", when: condition { $0.groups = ["press", "merchants"] }, then: RuleOutcome(queue: "triage"))
    let press = RoutingRule(
      name: "press", when: condition { $0.groups = ["press"] }, then: RuleOutcome(queue: "security"))
    func warnings(_ rules: [RoutingRule]) throws -> [String] {
      var table = try RouterTests.table(rules: rules)
      table.contactGroups = Self.groups
      return table.validated().filter { $0.place == .rule }.map(\.name)
    }
    #expect(try warnings([all, press]) == ["press"])
    #expect(try warnings([press, all]) == [])
  }

  private func condition(_ change: (inout RuleCondition) -> Void) -> RuleCondition {
    var condition = RuleCondition()
    change(&condition)
    return condition
  }
}
