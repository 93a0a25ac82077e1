import Conversations
import Routing
import Testing

@Suite("Rules that ask how likely a category is")
struct LikelyTests {
  /// Says of each text how likely fraud is: the number that it ends with, in per cent.
  private struct Told: Classifying {
    let version = "told-1"
    func classify(_ input: RoutingInput) -> Classification {
      let fraud = (input.text.split(separator: " ").last.flatMap { Double($0) } ?? 0) / 100
      return Classification(scores: [
        .init(category: "payment", confidence: 0.9 - fraud), .init(category: "fraud", confidence: fraud),
      ])
    }
  }

  private func rule(_ likely: [String: Double], words: [String] = ["link"]) -> RoutingRule {
    var condition = RuleCondition(anyWords: words)
    condition.likely = likely
    return RoutingRule(
      name: "maybe", when: condition,
      then: RuleOutcome(category: "fraud", priority: .urgent, queue: "security", alert: true))
  }

  private func route(_ text: String, _ likely: [String: Double], hint: String? = nil) throws -> RoutingDecision {
    let router = Router(try RouterTests.table(rules: [rule(likely)]), classifier: Told())
    return router.route(RouterTests.input(text, hint: hint), now: at(RouterTests.open))
  }

  @Test("words decide where the category is likely enough, and the model where it is not")
  func decides() throws {
    #expect(try route("this link 10", ["fraud": 0.1]).rule == "maybe")
    let unlikely = try route("this link 9", ["fraud": 0.1])
    #expect((unlikely.rule, unlikely.category, unlikely.alert) == (nil, "payment", false))
    #expect(try route("nothing of the kind 40", ["fraud": 0.1]).rule == nil)
  }

  @Test("every category that is named must be likely enough; one that nothing speaks for is not likely at all")
  func all() throws {
    #expect(try route("link 40", ["fraud": 0.1, "payment": 0.5]).rule == "maybe")
    #expect(try route("link 60", ["fraud": 0.1, "payment": 0.5]).rule == nil)
    #expect(try route("link 60", ["refund": 0.01]).rule == nil)
  }

  @Test("what the customer chose counts as certain, and what the text says still counts")
  func chosen() throws {
    #expect(try route("link 0", ["fraud": 0.9], hint: "fraud").rule == "maybe")
    #expect(try route("link 30", ["fraud": 0.2], hint: "refund").rule == "maybe")
    #expect(try route("link 10", ["fraud": 0.2], hint: "refund").category == "refund")
    #expect(try route("link 10", ["payment": 0.5], hint: "fraud").rule == "maybe")
  }

  @Test("keywords are asked where there is no model")
  func keywords() throws {
    let router = Router(try RouterTests.table(rules: [rule(["fraud": 0.2])]))
    func matching(_ text: String) -> String? { router.route(RouterTests.input(text), now: at(RouterTests.open)).rule }
    #expect(matching("a link and an unauthorised payment") == "maybe")
    #expect(matching("a link and a refund") == nil)
  }

  @Test("the trace says how likely it was")
  func trace() throws {
    func tried(_ text: String) throws -> JSON? {
      try route(text, ["fraud": 0.2]).trace.first { $0["step"]?.string == "rules" }?["tried"]?[0]
    }
    let failed = try tried("link 12")
    #expect(failed?["failed"]?.string == "likely" && failed?["likely"]?["fraud"]?.double == 0.12)
    let matched = try tried("link 35")
    #expect(matched?["matched"]?.bool == true && matched?["likely"]?["fraud"]?.double == 0.35)
    #expect(try tried("nothing 35")?["likely"] == nil)
  }

  @Test("the check knows what shadows what, and what cannot be")
  func check() throws {
    func problems(_ first: [String: Double], _ second: [String: Double]) throws -> [String] {
      try TableCheckTests.problems {
        var later = rule(second)
        later.name = "later"
        $0.rules = [rule(first), later]
      }
    }
    let shadowed = "rule later: is never reached: `maybe` before it takes every message that it could"
    #expect(try problems(["fraud": 0.1], ["fraud": 0.2]) == [shadowed])
    #expect(try problems([:], ["fraud": 0.2]) == [shadowed])
    #expect(try problems(["fraud": 0.2], ["fraud": 0.1]) == [])
    #expect(try problems(["fraud": 0.2], [:]) == [])
    #expect(try problems(["fraud": 0.2], ["payment": 0.2]) == [])
    #expect(try problems(["fraud": 1.5], [:]).contains("rule maybe: likely: fraud 1.5 is not between 0 and 1"))
    #expect(try problems(["froud": 0.5], [:]).contains { $0.hasPrefix("rule maybe: there is no category `froud`") })
  }
}
