import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("One customer, many channels") struct ContactTests {
  private func submit(_ bench: Bench, email: String, text: String, id: String) async throws -> IntakeResult {
    try bench.connect("form", WebForm.self, [:], replyThrough: "support-mail")
    let body: JSON = ["email": .string(email), "text": .string(text), "name": "Li", "submission_id": .string(id)]
    return await bench.desk.receive(
      RawDelivery(
        door: .http, headers: Headers([("Content-Type", "application/json")]), body: body.bytes,
        receivedAt: bench.time.now), on: "form")
  }

  private func contact(_ bench: Bench, _ conversation: Int64) async throws -> ContactID {
    try #require(try await bench.store.read { try $0.conversation(ConversationID(conversation)) }).contact
  }

  @Test("an address typed into a form joins nobody, and answers go there all the same", arguments: TestEngine.all)
  func typed(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      _ = await bench.mail(Bench.letter("Refund?", id: "q1"))
      #expect(
        try await submit(bench, email: "Li@customer.example", text: "I am Li, change my account.", id: "s1").filed == 1)
      let (real, claimed) = (try await contact(bench, 1), try await contact(bench, 2))
      #expect(real != claimed)
      let candidates = try await bench.desk.candidates(for: claimed, to: agent)
      #expect(candidates.compactMap { $0["contact"]?["id"]?.string } == [real.description])
      #expect(candidates.first?["evidence"]?[0]?["why"] == "claimed_here")
      let other = try await bench.desk.candidates(for: real, to: agent)
      #expect(other.first?["evidence"]?[0]?["why"] == "claimed_there")
      _ = try await bench.desk.reply(
        ReplyDraft(text: "Answer", seq: nil, anyway: true), to: ConversationID(2), by: agent)
      try await bench.sendAll()
      #expect(bench.post.received.last?.recipients == ["li@customer.example"])
    }
  }

  @Test("whoever answers from the typed address with our signed token owns it", arguments: TestEngine.all)
  func proved(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      _ = try await submit(bench, email: "li@customer.example", text: "Refund?", id: "s1")
      _ = try await bench.desk.reply(
        ReplyDraft(text: "Which one?", seq: nil, anyway: true), to: ConversationID(1), by: agent)
      try await bench.sendAll()
      let sent = String(decoding: try #require(bench.post.received.last).message, as: UTF8.self)
      let id = try #require(
        sent.split(separator: "\r\n").first { $0.lowercased().hasPrefix("message-id:") }?.split(separator: "<").last)
      _ = await bench.mail(Bench.letter("This one.", id: "q1", extra: "In-Reply-To: <\(id)\n"))
      let claimed = try await contact(bench, 1)
      let owner = try await bench.store.read { try $0.contact(kind: "email", address: "li@customer.example") }
      #expect(owner == claimed)
      // A stranger who says the same without the token stays a stranger.
      _ = try await submit(bench, email: "wu@customer.example", text: "Refund?", id: "s2")
      _ = await bench.mail(
        Bench.letter("Hello", id: "q2", from: "wu@customer.example"), from: "wu@customer.example")
      let wu = try await bench.store.read { try $0.contact(kind: "email", address: "wu@customer.example") }
      let form = try await bench.store.read { try $0.contact(kind: "webform", address: "form:wu@customer.example") }
      #expect(wu != nil && form != nil && wu != form)
    }
  }

  @Test(
    "after a merge, messages of both go to the survivor, and each conversation answers its own address",
    arguments: TestEngine.all)
  func merged(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c1")
      _ = await bench.message(IntakeTests.refund, id: "m2", from: "c2")
      let (first, second) = (try await contact(bench, 1), try await contact(bench, 2))
      try await bench.desk.merge(contact: first, into: second, by: agent)
      #expect(try await contact(bench, 1) == second)
      _ = await bench.message("还在吗", id: "m3", from: "c1")
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 2)
      for id in [1, 2] as [Int64] {
        _ = try await bench.desk.reply(ReplyDraft(text: "答", seq: nil, anyway: true), to: ConversationID(id), by: agent)
      }
      try await bench.sendAll()
      let to = bench.web.taken.compactMap { try? JSON(parsing: $0.body) }
        .filter { $0["message"]?["text"] == "答" }.compactMap { $0["recipient"]?["id"]?.string }
      #expect(to.sorted() == ["c1", "c2"])
      await #expect(throws: DeskError.self) { try await bench.desk.merge(contact: first, into: second, by: agent) }
      await #expect(throws: DeskError.self) { try await bench.desk.merge(contact: second, into: second, by: agent) }
      try await bench.desk.unmerge(contact: first, by: agent)
      #expect(try await contact(bench, 1) == first)
      await #expect(throws: DeskError.self) { try await bench.desk.unmerge(contact: first, by: agent) }
    }
  }

  @Test("an agent of other queues sees and merges nobody's customers", arguments: TestEngine.all)
  func hidden(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      _ = await bench.message(IntakeTests.refund, id: "m1", from: "c1")
      _ = await bench.message(IntakeTests.refund, id: "m2", from: "c2")
      let stranger = try await bench.agent("eve", queues: ["technical"])
      let (first, second) = (try await contact(bench, 1), try await contact(bench, 2))
      await #expect(throws: DeskError.self) { try await bench.desk.contact(first, to: stranger) }
      await #expect(throws: DeskError.self) { try await bench.desk.merge(contact: first, into: second, by: stranger) }
    }
  }

  @Test(
    "unmerge restores every row, whatever was merged in between, for any order that is allowed",
    arguments: TestEngine.all)
  func exactly(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      var numbers = SeededNumbers(seed: 41)
      let time = bench.time.now
      let parts = (0...8).map { _ in Int64.random(in: 0...3, using: &numbers) }
      try await bench.store.write { tx in
        for id in 1...8 as ClosedRange<Int64> {
          try tx.insertContact(ContactID(id), name: id % 3 == 0 ? nil : "n\(id)", language: "zh", at: time)
          for part in 0..<parts[Int(id)] {
            _ = try tx.insertIdentity(
              id: id * 10 + part, contact: ContactID(id), kind: "telegram", address: "t:\(id)-\(part)", display: nil,
              verified: part == 0, at: time)
            try tx.insertClaim(
              ClaimRecord(
                id: id * 10 + part, contact: ContactID(id), kind: "email", address: "a\(part)@example.com",
                source: "form",
                at: time))
          }
        }
      }
      for round in 0..<12 {
        var before: [[String]] = []
        var merges: [(ContactID, ContactID)] = []
        for _ in 0..<Int.random(in: 1...5, using: &numbers) {
          let pair = (
            ContactID(Int64.random(in: 1...8, using: &numbers)), ContactID(Int64.random(in: 1...8, using: &numbers))
          )
          let state = try await rows(bench)
          do {
            try await bench.desk.merge(contact: pair.0, into: pair.1, by: agent)
            before.append(state)
            merges.append(pair)
          } catch is DeskError {
            #expect(try await rows(bench) == state, "round \(round)")
          }
        }
        for (pair, state) in zip(merges, before).reversed() {
          try await bench.desk.unmerge(contact: pair.0, by: agent)
          #expect(try await rows(bench) == state, "round \(round)")
        }
      }
    }
  }

  private func rows(_ bench: Bench) async throws -> [String] {
    try await bench.store.read { tx in
      try [
        "SELECT id || '|' || COALESCE(name, '-') || '|' || COALESCE(merged_into, 0) FROM contacts ORDER BY id",
        "SELECT id || '|' || contact_id || '|' || kind || address || verified || created_at FROM identities ORDER BY id",
        "SELECT id || '|' || contact_id || '|' || kind || address || source || at FROM claims ORDER BY id",
        "SELECT id || '|' || contact_id || '|' || updated_at FROM conversations ORDER BY id",
      ].flatMap { sql in try tx.rows(sql).map { $0.text(0) } }
    }
  }
}
