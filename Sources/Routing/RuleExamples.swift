import Conversations

/// How one example beside a rule came out.
package struct ExampleResult: Sendable {
  package var rule: String
  package var example: RoutingExample
  package var decision: RoutingDecision
  /// What came otherwise than written, e.g. `queue: expected security, got payments`; empty = as written.
  package var differences: [String]

  package var passed: Bool { differences.isEmpty }

  var problem: RoutingProblem {
    let text = example.text.count > 60 ? "\(example.text.prefix(60))…" : example.text
    return RoutingProblem(
      .error, .rule, rule, "example “\(text)”: \(differences.joined(separator: "; ")), because \(because)")
  }

  /// What decided, and at which term the example's own rule gave up.
  private var because: String {
    let tried = decision.trace.first { $0["step"]?.string == "rules" }?["tried"]?.array ?? []
    let own = tried.first { $0["rule"]?.string == rule }
    let decided = decision.rule.map { "rule `\($0)` decided" } ?? "no rule matched (\(decision.reason))"
    guard let own else { return "\(decided) before this rule was tried" }
    return own["failed"]?.string.map { "\(decided); this rule failed at \($0)" } ?? decided
  }
}

extension RoutingTable {
  /// Any moment; examples without a time are moved on to when their queue is open.
  private static let exampleMoment = Instant(seconds: 1_773_018_000)

  /// Runs every example of every rule against this table.
  package func ruleExamples() -> [ExampleResult] {
    let router = Router(self)
    return rules.flatMap { rule in rule.examples.map { result(of: $0, rule: rule, router) } }
  }

  private func result(of example: RoutingExample, rule: RoutingRule, _ router: Router) -> ExampleResult {
    // What the rule asks of the way a message came is given to its examples, unless they say it themselves.
    let input = RoutingInput(
      channel: example.channel ?? rule.when.channels.first ?? "example",
      kind: ChannelKind(rule.when.kinds.first ?? "example"), subject: example.subject, text: example.text,
      isAutomatic: rule.when.automatic ?? false, addresses: addresses(of: example, rule),
      trust: rule.when.trust.first ?? .unknown)
    var decision = router.route(input, now: example.at ?? Self.exampleMoment)
    if example.at == nil, let opensAt = decision.opensAt { decision = router.route(input, now: opensAt) }
    var differences: [String] = []
    func compare(_ what: String, _ expected: String?, _ got: String) {
      if let expected, expected != got { differences.append("\(what): expected \(expected), got \(got)") }
    }
    compare("category", example.category, decision.category)
    compare("queue", example.queue, decision.queue)
    compare("priority", example.priority?.rawValue, decision.priority.rawValue)
    return ExampleResult(rule: rule.name, example: example, decision: decision, differences: differences)
  }

  private func addresses(of example: RoutingExample, _ rule: RoutingRule) -> [String] {
    if let from = example.from { return [from] }
    let group = rule.when.groups.first.flatMap { name in contactGroups.first { $0.name == name } }
    return [rule.when.contacts.first, group?.members.first].compactMap(\.self)
  }
}
