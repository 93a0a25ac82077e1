import Channels
import Conversations
import Desk
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Intake") struct IntakeTests {
  static let refund = "我要申请退款，上周买错了"

  @Test("one message becomes a conversation in its queue, with clocks and a decision", arguments: TestEngine.all)
  func one(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let result = await bench.message(Self.refund, id: "m1")
      #expect(result.answer.status == 200)
      #expect((result.filed, result.known, result.parked) == (1, 0, 0))
      let conversation = try await bench.conversation(try await bench.only())
      #expect(result.conversations == [conversation.id])
      #expect((conversation.category, conversation.queue, conversation.status) == ("refund", "refunds", .new))
      #expect((conversation.channel, conversation.language, conversation.customerSeq) == ("facebook", "zh", 1))
      #expect(conversation.startedAt == bench.time.now)
      let first = try await bench.clock("first_response", of: conversation.id)
      #expect((first.state, first.startedAt, first.target) == (.running, bench.time.now, "chat"))
      #expect(first.dueAt == bench.time.now.adding(seconds: 120))
      #expect(conversation.dueAt == first.dueAt)
      #expect(try await bench.clock("resolution", of: conversation.id).state == .running)
      let decision = try await bench.store.read { try $0.decisions(of: conversation.id) }
      #expect(decision.map(\.queue) == ["refunds"])
      #expect(decision.first?.configuration == bench.desk.configuration.value.version)
    }
  }

  @Test("what comes again is known, whatever it comes with", arguments: TestEngine.all)
  func again(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(await bench.message(Self.refund, id: "m1").filed == 1)
      for _ in 1...2 {
        let result = await bench.message(Self.refund, id: "m1")
        #expect(result.answer.status == 200)
        #expect((result.filed, result.known) == (0, 1))
      }
      let both = await bench.deliver([
        Bench.item(Self.refund, id: "m1", from: "customer", at: bench.time.now),
        Bench.item("还在吗", id: "m2", from: "customer", at: bench.time.now),
      ])
      #expect((both.filed, both.known) == (1, 1))
      #expect(
        try await bench.texts("SELECT external_id FROM messages WHERE direction = 'in' ORDER BY seq") == ["m1", "m2"])
    }
  }

  @Test("an address that was met before is known, though nothing proves it", arguments: TestEngine.all)
  func known(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      for (id, from) in [("1", "Li <li@customer.example>"), ("2", "LI@Customer.example"), ("3", "wu@customer.example")]
      {
        #expect(await bench.mail(Bench.letter("hello \(id)", id: id, from: from)).filed == 1)
      }
      let trust = try await bench.texts("SELECT trust FROM messages WHERE direction = 'in' ORDER BY id")
      #expect(trust == ["unknown", "known", "unknown"])
    }
  }

  @Test("a forged signature is refused and leaves nothing", arguments: TestEngine.all)
  func forged(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      var delivery = Bench.delivery([Bench.item("x", id: "m1", from: "c", at: bench.time.now)], at: bench.time.now)
      delivery.body.append(0x20)
      #expect([401, 403].contains(await bench.desk.receive(delivery, on: "facebook").answer.status))
      #expect(try await bench.rowCounts()["messages"] == 0)
    }
  }

  @Test(
    "ten first messages at once are one contact, one conversation, in the provider's order", arguments: TestEngine.all)
  func burst(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let start = bench.time.now.adding(seconds: -60)
      await withDiscardingTaskGroup { group in
        for number in (0..<10).reversed() {
          group.addTask {
            let sent = start.adding(seconds: Int64(number))
            #expect(await bench.message("词 \(number)", id: "m\(number)", at: sent).answer.status == 200)
          }
        }
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM contacts") == 1)
      let lead = try await bench.agent("lead", role: .lead)
      let shown = try await bench.desk.show(try await bench.only(), to: lead)
      let texts = (shown["messages"]?.array ?? []).filter { $0["direction"] == "in" }.compactMap { $0["text"]?.string }
      #expect(texts == (0..<10).map { "词 \($0)" })
    }
  }

  @Test("two hundred messages shuffled by half a minute are shown as they were sent", arguments: TestEngine.all)
  func shuffled(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let start = bench.time.now.adding(seconds: -3600)
      // Each comes up to 30 places late: 37 is no divisor of the length, so the order is thoroughly wrong.
      let order = (0..<200).sorted { ($0 + $0 * 37 % 30, $0) < ($1 + $1 * 37 % 30, $1) }
      for number in order {
        _ = await bench.message("n\(number)", id: "m\(number)", at: start.adding(seconds: Int64(number)))
      }
      let texts = try await bench.store.read { tx in
        try tx.messages(of: ConversationID(1)).filter { $0.direction == .inbound }.compactMap(\.text)
      }
      #expect(texts == (0..<200).map { "n\($0)" })
    }
  }

  @Test("of one second, what a provider numbers is shown by its numbers", arguments: TestEngine.all)
  func numbered(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      try bench.connectTelegram()
      for number in [100, 9, 99, 10] {
        #expect(await bench.update(number, [.init("text", .string("n\(number)"))]).filed == 1)
      }
      let texts = try await bench.store.read { tx in try tx.messages(of: ConversationID(1)).compactMap(\.text) }
      #expect(texts == ["n9", "n10", "n99", "n100"])
    }
  }

  @Test("the provider's time counts, within bounds", arguments: TestEngine.all)
  func times(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let now = bench.time.now
      let cases: [(String, Int64, Int64)] = [
        ("early", -600, -600), ("ancient", -30 * 86_400, -7 * 86_400), ("future", 3600, 0), ("soon", 60, 0),
      ]
      for (name, offset, expected) in cases {
        _ = await bench.message("x", id: name, from: name, at: now.adding(seconds: offset))
        let at = try await bench.instant("SELECT effective_at FROM messages WHERE external_id = '\(name)'")
        #expect(at == now.adding(seconds: expected), "\(name)")
      }
    }
  }

  @Test("an intake keeps to its number of statements", arguments: TestEngine.all)
  func budget(engine: TestEngine) async throws {
    let counter = StatementCounter()
    try await withBench(engine, observer: counter.observer) { (bench) async throws in
      counter.reset()
      #expect(await bench.message(Self.refund, id: "m1").filed == 1)
      #expect(counter.statements.count <= 21, "first: \(counter.statements.count)")
      counter.reset()
      #expect(await bench.message("还有一件事", id: "m2").filed == 1)
      #expect(counter.statements.count <= 14, "second: \(counter.statements.count)")
      counter.reset()
      #expect(await bench.message("还有一件事", id: "m2").known == 1)
      #expect(counter.statements.count <= 1, "known: \(counter.statements.count)")
    }
  }

  @Test("whichever statement fails, nothing of the message stays and it can come again", arguments: TestEngine.all)
  func faults(engine: TestEngine) async throws {
    let fuse = Fuse()
    try await withBench(engine, observer: fuse.observer) { (bench) async throws in
      let before = try await bench.rowCounts()
      var position = 0
      while true {
        position += 1
        fuse.set(position, .full)
        let result = await bench.message(Self.refund, id: "m1")
        let hasBlown = fuse.hasBlown
        fuse.clear()
        guard hasBlown else {
          #expect((result.answer.status, result.filed) == (200, 1))
          break
        }
        #expect(result.answer.status == 503 && result.isTemporary, "at statement \(position)")
        #expect(try await bench.rowCounts() == before, "at statement \(position)")
      }
      #expect(position > 10)
      #expect(try await bench.only() == ConversationID(1))
    }
  }

  @Test(
    "a token of ours is not kept with what is parked, other credentials are what a replay needs",
    arguments: TestEngine.all)
  func parkedHeaders(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      var delivery = RawDelivery(
        door: .file, method: "POST", path: "/mail/support-mail", body: [], receivedAt: bench.time.now)
      delivery.headers.add("Authorization", "Bearer pb_secret")
      delivery.headers.add("authorization", "Basic of-theirs")
      #expect(await bench.desk.receive(delivery, on: "support-mail").parked == 1)
      let kept = try await bench.texts("SELECT request_json FROM parked")
      #expect(kept.count == 1 && !kept[0].contains("pb_") && kept[0].contains("Basic of-theirs"), "\(kept)")
    }
  }

  @Test("an event that can never be filed is parked whole, and its neighbour stands", arguments: TestEngine.all)
  func parked(engine: TestEngine) async throws {
    let fuse = Fuse()
    try await withBench(engine, observer: fuse.observer) { (bench) async throws in
      // After the sender was written down, before the message is.
      fuse.set(6, .check)
      let now = bench.time.now
      let items = ["a", "b"].map { Bench.item("退款", id: $0, from: $0, at: now) }
      let result = await bench.deliver(items)
      #expect((result.answer.status, result.filed, result.parked) == (200, 1, 1))
      #expect(try await bench.texts("SELECT external_id FROM messages WHERE direction = 'in'") == ["b"])
      #expect(try await bench.count("SELECT COUNT(*) FROM contacts") == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM deliveries") == 1)
      let parked = try #require(try await bench.store.read { try $0.parkedDeliveries(limit: 5) }.first)
      let again = try await bench.desk.replay(parked.id, by: "operator")
      #expect((again.filed, again.known, again.parked) == (1, 1, 0))
      #expect(try await bench.store.read { try $0.parkedDeliveries(limit: 5) }.isEmpty)
    }
  }
}

/// Lets the n-th statement of the desk fail, once.
final class Fuse: Sendable {
  private struct State {
    var left = Int.max
    var kind = StoreError.Kind.full
    var hasBlown = false
  }
  private let state = Mutex(State())

  func set(_ position: Int, _ kind: StoreError.Kind) { state.withLock { $0 = State(left: position, kind: kind) } }
  func clear() { state.withLock { $0.left = .max } }
  var hasBlown: Bool { state.withLock { $0.hasBlown } }

  var observer: StoreOptions.Observer {
    { statement throws(StoreError) in
      guard !statement.isControl else { return }
      let kind = self.state.withLock { state -> StoreError.Kind? in
        state.left -= 1
        guard state.left == 0 else { return nil }
        state.hasBlown = true
        return state.kind
      }
      if let kind { throw StoreError(kind, "injected") }
    }
  }
}
