import Routing
import Setup
import Testing

@Suite("A mistake in a rule") struct RuleMistakeTests {
  /// A desk with two rules: one has `condition`, the other one is sound and has an example.
  private func desk(_ condition: String, then: String = "{category: other}") -> SmallDesk {
    SmallDesk(
      SmallDesk.categories,
      """
      fallback: other
      rules:
        - name: faulty
          when: {any_words: [zebra], \(condition)}
          then: \(then)
          examples: [a zebra, 一匹斑马 zebra]
        - name: sound
          when: {any_words: [tiger]}
          then: {category: refund}
          examples: [a tiger]
      categories:
        refund: {queue: payments, keywords: {zh: [退款], en: [refund]}, examples: [我要退款, a refund]}
        other: {queue: triage, examples: [hello]}

      """)
  }

  @Test(
    "is told once: the examples beside it and elsewhere do not fail for it",
    arguments: [
      ("channels: [chatt]", "there is no channel `chatt`"), ("facts: [amout]", "`rules[0].when.facts` is `amout`"),
      ("groups: [vips]", "there is no contact group `vips`"),
      ("languages: [chinese]", "`rules[0].when.languages` is `chinese`"),
      ("categories: [refnd], min_confidence: 80%", "there is no category `refnd`"),
      ("trust: [sure]", "`rules[0].when.trust` is `sure`"), ("likely: {frod: 10%}", "there is no category `frod`"),
      ("likely: {refund: 20}", "`rules[0].when.likely.refund` is `20`, must be a share such as 0.8 or 80%"),
      ("likely: [refund]", "`rules[0].when.likely` is a list, must be a map of keys"),
    ])
  func once(condition: String, words: String) {
    let report = desk(condition).check()
    #expect(report.problems.count == 1, "\(report.problems)")
    #expect(report.problems.first?.words == words)
    #expect(report.counts.examples == 0)
  }

  @Test("so is a category or queue that `then` makes up")
  func outcome() {
    for (then, words) in [
      ("{category: othr}", "there is no category `othr`"), ("{queue: triag}", "there is no queue `triag`"),
      ("{priority: high, targets: [{queue: triag}]}", "there is no queue `triag`"),
    ] {
      #expect(desk("none_words: [x]", then: then).check().problems.map(\.words) == [words])
    }
  }

  @Test("a sound `likely` is read, in both spellings of a share")
  func likely() throws {
    let table = try desk("likely: {refund: 10%, other: 0.25}", then: "{category: other, priority: low}").load().table
    #expect(table.rules.first?.when.likely == ["refund": 0.1, "other": 0.25])
  }

  @Test("a rule that says nothing and keeps later ones away is told, unless it says that it is for that")
  func silent() {
    for then in ["{}", "{alert: false}"] {
      var desk = desk("none_words: [x]", then: then)
      desk.files[SmallDesk.categories]?.replace("    examples: [a zebra, 一匹斑马 zebra]\n", with: "")
      let problems = desk.check().problems
      #expect(problems.map(\.severity) == [.warning] && problems.first?.line == 5)
      #expect(problems.first?.words.contains("says nothing, and yet no later rule is tried") == true)
      for meant in ["{stop: true}", "{alert: true}", "{priority: low}", "{queue: triage}"] {
        desk.files[SmallDesk.categories]?.replace("then: \(then)", with: "then: \(meant)")
        #expect(desk.check().problems.isEmpty, "\(desk.complaints)")
        desk.files[SmallDesk.categories]?.replace("then: \(meant)", with: "then: \(then)")
      }
    }
  }
}
