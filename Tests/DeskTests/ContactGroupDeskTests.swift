import Conversations
import Desk
import Storage
import TestSupport
import Testing

@Suite("Promises to groups of customers") struct ContactGroupDeskTests {
  private static let files = [
    "channels/routing/contacts.yaml": "groups: {merchants: {members: [\"@shop.example\"]}}\n",
    "channels/routing/targets.yaml": """
    targets:
      - {name: merchants, when: {groups: [merchants]}, first_response: 10m, next_reply: 20m}
      - {name: rest, first_response: 4h, next_reply: 4h}

    """,
  ]

  private func write(
    _ bench: Bench, _ text: String, id: String, from sender: String = "li@shop.example", extra: String = ""
  ) async {
    let letter = Bench.letter(text, id: id, from: "<\(sender)>", extra: extra)
    #expect(await bench.mail(letter, from: sender).filed == 1)
  }

  @Test("what a group was promised holds for every turn of its conversation", arguments: TestEngine.all)
  func promise(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.files) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      await write(bench, "我要退款", id: "m1")
      let id = try await bench.only()
      #expect(try await bench.clock("first_response", of: id).target == "merchants")
      #expect(try await bench.clock("first_response", of: id).dueAt == bench.time.now.adding(seconds: 600))
      #expect(try await bench.desk.show(id, to: lead)["contact_groups"]?.array?.compactMap(\.string) == ["merchants"])
      _ = try await bench.desk.reply(ReplyDraft(text: "已处理", seq: nil, anyway: true), to: id, by: lead)
      try await bench.sendAll()
      bench.time.advance(60)
      await write(bench, "还没有到账", id: "m2", extra: "In-Reply-To: <m1@customer.example>\n")
      #expect(try await bench.only() == id)
      #expect(try await bench.clock("next_reply", of: id).dueAt == bench.time.now.adding(seconds: 1200))
      try await bench.desk.setPriority(id, .high, by: lead)
      #expect(try await bench.clock("next_reply", of: id).target == "merchants", "whoever changes what")
    }
  }

  @Test("others keep the desk's promise, and a merge brings the group along", arguments: TestEngine.all)
  func merge(engine: TestEngine) async throws {
    try await withBench(engine, files: Self.files) { (bench) async throws in
      let lead = try await bench.agent("lead", role: .lead)
      await write(bench, "我要退款", id: "a", from: "wang@else.example")
      let plain = try await bench.only()
      #expect(try await bench.clock("first_response", of: plain).target == "rest")
      await write(bench, "充值失败", id: "b")
      let other = ConversationID(plain.rawValue + 1)
      try await bench.desk.merge(other, into: plain, by: lead)
      #expect(try await bench.conversation(plain).contactGroups == ["merchants"])
      try await bench.desk.unmerge(other, by: lead)
      #expect(try await bench.conversation(plain).contactGroups == [])
    }
  }
}
