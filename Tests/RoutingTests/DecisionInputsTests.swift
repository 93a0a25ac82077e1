import Conversations
import Routing
import Testing

@Suite("What decisions are made from") struct DecisionInputsTests {
  private let input = RoutingInput(
    channel: "contact-form", kind: ChannelKind("webform"), subject: "退款", text: "转账 ¥1,980 没到",
    language: "zh-CN", categoryHint: "refund", isAutomatic: false,
    addresses: ["li@customer.example", "+8613800000000"],
    trust: .failed)

  private func table(_ rules: [RoutingRule] = []) -> RoutingTable {
    RoutingTable(
      version: "v1", queues: [QueueDefinition(name: "refunds"), QueueDefinition(name: "triage")],
      categories: [
        CategoryDefinition(name: "refund", queue: "refunds"), CategoryDefinition(name: "other", queue: "triage"),
      ], rules: rules, triageQueue: "triage")
  }

  private func decision(_ category: String, queue: String, alert: Bool = false, isOpen: Bool = true) -> RoutingDecision
  {
    var decision = Router(table()).route(input, now: .epoch)
    (decision.category, decision.queue, decision.intendedQueue) = (category, queue, queue)
    (decision.alert, decision.isOpen) = (alert, isOpen)
    return decision
  }

  @Test("everything but the words comes back, and with the words the hash is the same")
  func roundTrip() throws {
    let decision = Router(table()).route(input, now: at("2026-03-02T10:00:00Z"))
    var inputs = DecisionInputs(input, part: .reply, decision)
    inputs.before = Standing(
      category: "other", priority: .high, queue: "after_hours", homeQueue: "triage", isAlarmed: true, isAnswered: false)
    let text = inputs.json
    #expect(!text.contains("1,980") && !text.contains("退款"))
    let read = try #require(DecisionInputs(try JSON(parsing: text)))
    #expect(read.before == inputs.before && read.part == .reply && read.intendedQueue == decision.intendedQueue)
    let again = read.input(subject: input.subject, text: input.text)
    #expect(again == input)
    #expect(again.fingerprint(table: "v1", now: at("2026-03-02T10:00:00Z")) == decision.inputsHash)
  }

  @Test("kinds of facts are kept when a rule asked for them, and not otherwise")
  func facts() throws {
    var condition = RuleCondition()
    condition.facts = [.amount]
    let asking = Router(table([RoutingRule(name: "sums", when: condition, then: RuleOutcome(priority: .high))]))
    let asked = DecisionInputs(input, part: .text, asking.route(input, now: .epoch))
    #expect(try JSON(parsing: asked.json)["facts"]?.array == ["amount"])
    #expect(try #require(DecisionInputs(try JSON(parsing: asked.json))).facts == [.amount])
    let plain = DecisionInputs(input, part: .text, Router(table()).route(input, now: .epoch))
    #expect(try JSON(parsing: plain.json)["facts"] == nil)
  }

  @Test(
    "what is none of ours is refused",
    arguments: [
      "{}", "[]", #"{"channel":"a","kind":"b","automatic":false,"trust":"sure","text":"text","home_queue":"q"}"#,
    ])
  func strange(text: String) throws {
    #expect(DecisionInputs(try JSON(parsing: text)) == nil)
  }

  @Test("the first message places its conversation; a later one moves it for an alarm, or when nobody knew yet")
  func placing() {
    let refund = decision("refund", queue: "refunds")
    let first = refund.placing(nil, fallbackCategory: "other")
    #expect(first.moves && first.after.queue == "refunds" && first.after.category == "refund")

    var unknown = Standing(category: "other", priority: .normal, queue: "triage", homeQueue: "triage")
    #expect(refund.placing(unknown, fallbackCategory: "other").after.queue == "refunds")
    unknown.isAnswered = true
    #expect(refund.placing(unknown, fallbackCategory: "other") == (unknown, false))

    var known = Standing(category: "refund", priority: .high, queue: "refunds", homeQueue: "refunds")
    let alarm = decision("other", queue: "triage", alert: true).placing(known, fallbackCategory: "other")
    #expect(alarm.moves && alarm.after.queue == "triage" && alarm.after.priority == .high)
    known.isAlarmed = true
    #expect(
      !decision("other", queue: "triage", alert: true).placing(known, fallbackCategory: "other").moves)
  }

  @Test("a message in opening hours brings a conversation home that waited for them")
  func home() {
    let waiting = Standing(category: "refund", priority: .normal, queue: "after_hours", homeQueue: "refunds")
    #expect(decision("refund", queue: "refunds").placing(waiting, fallbackCategory: "other").after.queue == "refunds")
    let closed = decision("refund", queue: "refunds", isOpen: false)
    #expect(closed.placing(waiting, fallbackCategory: "other").after.queue == "after_hours")
  }
}
