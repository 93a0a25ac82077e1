import Channels
import Conversations
import Desk
import Rehearsal
import Storage
import Synchronization
import TestSupport
import Testing

/// Seven days of a desk whose provider sends twice, late, out of order and again when it was not answered well, throttles,
/// cuts connections, fails and lets its token expire, and whose store fails now and then. All from a seed.
@Suite("A week of faults") struct WeekTests {
  private struct Sent {
    var customer: String
    var id: String
    var text: String
    var at: Instant
    /// When the provider tries (again) to deliver it.
    var due: Instant
    var attempts = 0
  }

  /// Lets statements fail now and then, once it is switched on.
  private final class Gremlin: Sendable {
    private struct State {
      var numbers = SeededNumbers(seed: 5)
      var share = 0.0
    }
    private let state = Mutex(State())
    func set(_ share: Double) { state.withLock { $0.share = share } }
    var observer: StoreOptions.Observer {
      { statement throws(StoreError) in
        guard !statement.isControl else { return }
        let fails = self.state.withLock { state in Double.random(in: 0..<1, using: &state.numbers) < state.share }
        if fails { throw StoreError(.full, "injected") }
      }
    }
  }

  private static let customers = 30
  private static let messagesEach = 6
  private static let stepSeconds: Int64 = 1800

  @Test(
    "at five per cent faults nothing is lost, nothing is doubled, order is kept, and each reply is out or dead with a reason",
    arguments: TestEngine.all)
  func week(engine: TestEngine) async throws {
    let gremlin = Gremlin()
    try await withBench(engine, observer: gremlin.observer) { (bench) async throws in
      let agent = try await bench.agent("wei")
      var numbers = SeededNumbers(seed: 2026)
      let start = bench.time.now
      let sent = messages(from: start, &numbers)
      var waiting = sent
      gremlin.set(0.002)
      bench.web.change { $0 = WebFaults(seed: 7, share: 0.05) }
      var answered: Set<String> = []
      let steps = 7 * 86_400 / Self.stepSeconds
      for step in 0...steps {
        // From the third day on the token is expired for six hours.
        if step == steps * 3 / 7 { bench.web.change { $0 = WebFaults([], always: .expiredToken) } }
        if step == steps * 3 / 7 + 12 { bench.web.change { $0 = WebFaults(seed: 8, share: 0.05) } }
        await deliver(&waiting, bench, &numbers)
        await answer(bench, agent, &answered)
        try? await bench.sendAll()
        bench.time.advance(Self.stepSeconds)
      }
      gremlin.set(0)
      bench.web.change { $0 = WebFaults() }
      for _ in 0..<48 {
        await deliver(&waiting, bench, &numbers)
        await answer(bench, agent, &answered)
        try await bench.sendAll()
        bench.time.advance(Self.stepSeconds)
      }
      #expect(waiting.isEmpty)
      try await checkInward(bench, sent)
      try await checkOutward(bench)
    }
  }

  private func messages(from start: Instant, _ numbers: inout SeededNumbers) -> [Sent] {
    var sent: [Sent] = []
    for customer in 0..<Self.customers {
      var at = start.adding(seconds: Int64.random(in: 0..<40_000, using: &numbers))
      for number in 0..<Self.messagesEach {
        // Some wait days between two words, some seconds.
        at = at.adding(
          seconds: Bool.random(using: &numbers)
            ? Int64.random(in: 1...90, using: &numbers) : Int64.random(in: 1000...90_000, using: &numbers))
        let late = Double.random(in: 0..<1, using: &numbers) < 0.1 ? Int64.random(in: 60...7200, using: &numbers) : 0
        sent.append(
          Sent(
            customer: "c\(customer)", id: "m\(customer)-\(number)", text: "退款 \(customer)-\(number)", at: at,
            due: at.adding(seconds: late)))
      }
    }
    return sent.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
  }

  /// Whatever is due, some twice; what is not answered with 200 comes again later.
  private func deliver(_ waiting: inout [Sent], _ bench: Bench, _ numbers: inout SeededNumbers) async {
    let now = bench.time.now
    var due = waiting.filter { $0.due <= now }
    waiting.removeAll { $0.due <= now }
    due.shuffle(using: &numbers)
    for message in due {
      let isTwice = Double.random(in: 0..<1, using: &numbers) < 0.05
      for _ in 0..<(isTwice ? 2 : 1) {
        let result = await bench.message(message.text, id: message.id, from: message.customer, at: message.at)
        // An answer may be lost on its way: the provider does not know and sends again.
        let isHeard = Double.random(in: 0..<1, using: &numbers) >= 0.05
        guard result.answer.status != 200 || !isHeard, !waiting.contains(where: { $0.id == message.id }) else {
          continue
        }
        var again = message
        again.attempts += 1
        again.due = now.adding(seconds: Int64(60 * (1 << min(again.attempts, 5))))
        waiting.append(again)
      }
    }
  }

  private func answer(_ bench: Bench, _ agent: Agent, _ answered: inout Set<String>) async {
    let found = try? await bench.store.read { tx in
      try tx.rows(
        "SELECT m.external_id, m.conversation_id FROM messages m WHERE m.direction = 'in' ORDER BY m.conversation_id, m.seq"
      ).map { ($0.text(0), $0.int64(1)) }
    }
    for (id, conversation) in found ?? [] where !answered.contains(id) {
      let draft = ReplyDraft(text: "答 \(id)", seq: nil, anyway: true)
      if (try? await bench.desk.reply(draft, to: ConversationID(conversation), by: agent)) != nil {
        answered.insert(id)
      }
    }
  }

  private func checkInward(_ bench: Bench, _ sent: [Sent]) async throws {
    let kept = try await bench.texts("SELECT external_id FROM messages WHERE direction = 'in' ORDER BY external_id")
    #expect(kept == sent.map(\.id).sorted())
    #expect(try await bench.count("SELECT COUNT(*) FROM contacts") == Self.customers)
    #expect(try await bench.count("SELECT COUNT(*) FROM parked") == 0)
    let threads = try await bench.store.read { tx in
      try tx.rows("SELECT id FROM conversations ORDER BY id").map { row in
        try tx.messages(of: ConversationID(row.int64(0))).filter { $0.direction == .inbound }
      }
    }
    for thread in threads {
      let times = thread.compactMap(\.providerAt)
      #expect(times == times.sorted() && times.count == thread.count)
    }
  }

  private func checkOutward(_ bench: Bench) async throws {
    let open = try await bench.count("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')")
    #expect(open == 0)
    let silent = "SELECT COUNT(*) FROM outbox WHERE state = 'dead' AND (detail IS NULL OR detail = '')"
    #expect(try await bench.count(silent) == 0)
    #expect(
      try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'out'") == Self.customers
        * Self.messagesEach)
    let accepted = try await bench.texts(
      """
      SELECT m.text FROM messages m JOIN outbox o ON o.message_id = m.id
      WHERE m.direction = 'out' AND o.state = 'accepted' ORDER BY m.conversation_id, m.seq
      """)
    var arrived: [String: [String]] = [:]
    for request in bench.web.taken {
      guard let json = try? JSON(parsing: request.body), let text = json["message"]?["text"]?.string,
        let to = json["recipient"]?["id"]?.string, text.hasPrefix("答 ")
      else { continue }
      if arrived[to]?.contains(text) != true { arrived[to, default: []].append(text) }
    }
    #expect(Set(accepted).isSubset(of: Set(arrived.values.flatMap(\.self))))
    let order = Dictionary(accepted.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    for texts in arrived.values {
      let places = texts.compactMap { order[$0] }
      #expect(places == places.sorted())
    }
    #expect(try await bench.store.read { try $0.channelStops() }.isEmpty)
  }
}
