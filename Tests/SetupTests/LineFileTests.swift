import Conversations
import Routing
import Setup
import Testing

@Suite("What files say of the line") struct LineFileTests {
  private static let desk = """
    desk:
      title: {zh: 客服, en: Service}
      languages: [zh, en]
      time_zone: Asia/Shanghai
      variables: {zh: {company: 公司}, en: {company: Company}}

    """

  @Test("skills, offers, customers' own agents, overflow, weights and targets are read")
  func read() throws {
    var desk = SmallDesk(
      SmallDesk.queues,
      Self.desk + """
          weights: {webchat: 2, email: 0}
        triage: triage
        queues:
          payments: {skills: [money, vip], offers: 45s, sticky: 3d, overflow: {to: triage, after: 10m}}
          triage: {lease: 10m}

        """)
    desk.files[SmallDesk.categories] = """
      fallback: other
      rules:
        - name: staged
          when: {any_words: [now]}
          then: {category: refund, targets: [{queue: payments, priority: high, timeout: 2m}, {queue: triage}], skills: [cantonese]}
      categories:
        refund: {queue: payments, skills: [refunds], keywords: {en: [refund]}, examples: [refund]}
        other: {queue: triage}

      """
    #expect(desk.complaints == "")
    let configuration = try desk.load()
    let payments = try #require(configuration.table.queue("payments"))
    #expect(payments.skills == ["money", "vip"] && payments.offerSeconds == 45 && payments.stickySeconds == 259_200)
    #expect(payments.overflow == RouteTarget(queue: "triage", timeoutSeconds: 600))
    #expect(configuration.settings.weights == ["webchat": 2, "email": 0])
    let asked = configuration.table.skills(queue: "payments", category: "refund", asked: ["cantonese"])
    #expect(asked == ["money", "vip", "refunds", "cantonese"])
    #expect(configuration.table.skills == asked)
    let then = try #require(configuration.table.rules.first).then
    #expect(then.queue == "payments" && then.priority == .high && then.skills == ["cantonese"])
    let targets = [
      RouteTarget(queue: "payments", priority: .high, timeoutSeconds: 120), RouteTarget(queue: "triage"),
    ]
    #expect(then.targets == targets)
  }

  @Test("slips in them are told at their place, all at once")
  func mistakes() {
    var desk = SmallDesk(
      SmallDesk.queues,
      Self.desk + """
          weights: {webchatt: 2, email: many}
        triage: triage
        queues:
          payments: {skills: [Money], offers: 1s, sticky: 10s, overflow: {to: triag, after: 1s}}
          triage: {overflow: {to: triage}, offers: soon}

        """)
    desk.files[SmallDesk.categories] = """
      fallback: other
      rules:
        - name: staged
          when: {any_words: [now]}
          then: {queue: triage, targets: [{queue: payment}, {queue: triage, timeout: 2m}]}
      categories:
        refund: {queue: payments, skills: ["two words"], keywords: {en: [refund]}, examples: [refund]}
        other: {queue: triage}

      """
    let expected = [
      "targets", "one of them: the first target is the queue", "there is no queue `payment`", "how long it waits there",
      "it is the last target", "skills", "`two words`", "there is no kind of channel `webchatt`",
      "a whole number from 0 to 100", "Money", "from 5s to 10m", "from 1m to 365d", "from 10s to 7d",
      "there is no queue `triag`", "how long it waits here", "a duration such as",
    ]
    for words in expected { #expect(desk.complaints.contains(words), "\(words)\n\(desk.complaints)") }
  }

  @Test("a queue that overflows into itself is refused")
  func circle() {
    let desk = SmallDesk(
      SmallDesk.queues,
      Self.desk + """
        triage: triage
        queues:
          payments: {hours: hotline, overflow: {to: payments, after: 10m}}
          triage: {lease: 10m}

        """)
    #expect(desk.complaints.contains("overflows into itself"))
  }
}
