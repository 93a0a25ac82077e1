import Conversations
import Desk
import TestSupport
import Testing

@Suite("Explanations") struct ExplanationTests {
  private static let targets = [
    "channels/routing/targets.yaml": """
    targets:
      - name: urgent
        when: {priorities: [urgent]}
        first_response: 15m
      - name: high
        when: {priorities: [high]}
        first_response: 3h
        resolution: 9h
      - name: usual
        hours: hotline
        first_response: 4h
        resolution: 9h

    """
  ]

  private func due(_ bench: Bench, language: String = "en") async throws -> String {
    let wei = try await Scene(bench).agent("wei")
    return try await bench.desk.explain(ConversationID(1), .due, to: wei, language: language).text
  }

  @Test("each other promise has its line: when, by whom, from what to what, what was used", arguments: TestEngine.all)
  func retargets(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T10:30:00+08:00")
      try await bench.desk.setPriority(ConversationID(1), .high, by: try await scene.agent("wei"))
      scene.at("2026-03-09T10:31:00+08:00")
      let text = try await due(bench)
      let expected = [
        "First response: target `high`, 3 h of calendar time",
        "  started 2026-03-09T10:00:00+08:00, due 2026-03-09T13:00:00+08:00",
        "    2026-03-09T10:00:00+08:00 – 10:30: 30 min",
        "  2026-03-09T10:30:00+08:00 wei set the priority to high: `usual`, 4 h of `hotline`"
          + " → `high`, 3 h of calendar time; 30 min used",
        "    2026-03-09T10:30:00+08:00 – 13:00: 2 h 30 min",
      ]
      #expect(text.contains(expected.joined(separator: "\n")), "\(text)")
      let chinese = try await due(bench, language: "zh-CN")
      let line =
        "2026-03-09T10:30:00+08:00 wei 将优先级设为“高”：`usual`，`hotline` 营业时间 4 小时"
        + " → `high`，自然时间 3 小时；已用 30 分钟"
      #expect(chinese.contains(line), "\(chinese)")
    }
  }

  @Test("a mistake that was taken back says why the promise is broken", arguments: TestEngine.all)
  func mistake(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      scene.at("2026-03-09T10:30:00+08:00")
      try await bench.desk.setPriority(ConversationID(1), .urgent, by: wei)
      scene.at("2026-03-09T10:35:00+08:00")
      try await bench.desk.sweepClocks()
      try await bench.desk.setPriority(ConversationID(1), .normal, by: wei)
      let text = try await due(bench)
      #expect(
        text.contains(
          "2026-03-09T10:30:00+08:00 wei set the priority to urgent: `usual`, 4 h of `hotline`"
            + " → `urgent`, 15 min of calendar time; 30 min used, all of the new time: broken at once"), "\(text)")
      #expect(
        text.contains(
          "2026-03-09T10:35:00+08:00 wei set the priority to normal: `urgent`, 15 min of calendar time,"
            + " broken at 2026-03-09T10:30:00+08:00"), "\(text)")
      #expect(text.contains("`usual`, 9 h of `hotline` → nothing is promised"), "\(text)")
      let reasons = ["What is broken stays broken.", "broken at 2026-03-09T10:30:00+08:00, stays"]
      #expect(reasons.contains { (reason: String) in text.contains(reason) }, "\(text)")
    }
  }

  @Test("whatever else brings another promise is named", arguments: TestEngine.all)
  func causes(engine: TestEngine) async throws {
    let targets = [
      "channels/routing/targets.yaml": """
      targets:
        - {name: money, when: {queues: [payments]}, hours: hotline, first_response: 2h}
        - {name: hurt, when: {categories: [complaint]}, hours: hotline, first_response: 1h}
        - {name: high, when: {priorities: [high]}, hours: hotline, first_response: 3h}
        - name: usual
          hours: hotline
          first_response: 4h
          escalate:
            - {at: 50%, priority: high}

      """
    ]
    try await withBench(engine, files: targets) { (bench) async throws in
      let scene = Scene(bench)
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:00:00+08:00")
      for number in 1...3 { try await scene.mail(from: "c\(number)") }
      try await bench.desk.transfer(ConversationID(1), to: "payments", reason: nil, by: wei)
      try await bench.desk.setCategory(ConversationID(2), "complaint", by: wei)
      scene.at("2026-03-09T12:00:00+08:00")
      try await bench.desk.escalate()
      let expected = ["wei moved it to `payments`:", "wei set the category to `complaint`:"]
      for (id, words) in zip([ConversationID(1), ConversationID(2)], expected) {
        let text = try await bench.desk.explain(id, .due, to: wei).text
        #expect(text.contains("2026-03-09T10:00:00+08:00 \(words) `usual`, 4 h of `hotline` → "), "\(text)")
      }
      let text = try await bench.desk.explain(ConversationID(3), .due, to: wei).text
      #expect(text.contains("2026-03-09T12:00:00+08:00 escalated: `usual`, 4 h of `hotline`"), "\(text)")
    }
  }

  @Test("pieces are told to the second, in the desk's zone, around the clock as well", arguments: TestEngine.all)
  func exact(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T09:00:00.580804+08:00")
      try await scene.mail()
      try await bench.desk.setPriority(ConversationID(1), .high, by: try await scene.agent("wei"))
      scene.at("2026-03-09T17:44:59.900000+08:00")
      try await scene.reply()
      let text = try await due(bench)
      #expect(text.contains("    2026-03-09T09:00:00+08:00 – 17:44:59: 8 h 44 min 59 s"), "\(text)")
      #expect(!text.contains("Z") && !text.contains(#/\d\.\d/#), "\(text)")
    }
  }

  @Test("a decision reads as sentences: shares, words and rules, no brackets of data", arguments: ["en", "zh"])
  func readable(language: String) async throws {
    try await withBench(.sqlite, files: Self.targets) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail()
      let wei = try await scene.agent("wei")
      let text = try await bench.desk.explain(ConversationID(1), .route, to: wei, language: language).text
      #expect(!text.contains("{") && !text.contains("["), "\(text)")
      let rule = language == "zh" ? "lost_phone：否（any_words）" : "lost_phone: no (any_words)"
      for words in ["fraud 0.", "退款” +", rule] { #expect(text.contains(words), "\(words) in \(text)") }
    }
  }

  @Test("every question is answered in Chinese to those who ask in Chinese", arguments: TestEngine.all)
  func chinese(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      let wei = try await scene.agent("wei")
      scene.at("2026-03-09T10:00:00+08:00")
      let letter = try await scene.mail()
      try await bench.desk.transfer(ConversationID(1), to: "complaints", reason: "from the bank", by: wei)
      try await scene.reply()
      bench.time.advance(3600)
      try await scene.mail("还没有到账", answering: letter)
      let expected: [(Desk.Question, [String])] = [
        (.route, ["#1 在队列 `complaints`", "优先级“", "简单来说：", "转队列 → 队列", "原因：from the bank"]),
        (.priority, ["最迟应在", "起排队；优先级“", "最近的服务目标"]),
        (.due, ["首次响应：服务目标 `", "达标：", "后续回复：服务目标 `", "wei 转到 `complaints`：", "暂停，等待客户答复（1 小时）"]),
      ]
      for (question, words) in expected {
        let text = try await bench.desk.explain(ConversationID(1), question, to: wei, language: "zh").text
        for word in words { #expect(text.contains(word), "\(word) in \(text)") }
        #expect(!text.contains(#/\b(target|priority|category|the turn|due|paused|started|why|lies)\b/#), "\(text)")
      }
    }
  }
}
