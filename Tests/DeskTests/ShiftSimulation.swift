import Conversations
import Desk
import Foundation
import Routing
import Storage
import TestSupport
import Testing

/// Days at a desk where nothing goes by plan: agents come and go, speak one language or another, decline and do not
/// answer. After every step it is asked of the store, by rules written down here once more, whether anybody stands idle.
final class ShiftSimulation {
  /// Small, seeded, the same everywhere (SplitMix64).
  struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  }

  /// A tick, in seconds: longer than offers last.
  static let tick: Int64 = 300
  static let queues = [
    "refunds": "offers: 30s\nsticky: 1d\noverflow: {to: general, after: 6h}", "payments": "offers: 1m",
    "technical": "skills: [apps]",
  ]
  static let texts = [
    "我要申请退款", "I want a refund for my order", "付款失败了", "my payment failed", "the app crashes when I open it",
    "应用打不开，一直闪退",
    "怎么修改手机号码", "how do I change my password", "我手机丢了，请马上冻结", "what are your fees", "!!!",
    "je voudrais un remboursement",
  ]

  let bench: Bench
  let desks: [Desk]
  var dice: Dice
  var agents: [Agent] = []
  /// Who was seen to take what, and until when it was theirs.
  var holders: [ConversationID: (agent: String, until: Instant)] = [:]
  var arrived = 0
  private(set) var served = 0

  init(_ bench: Bench, seed: UInt64, agents count: Int) async throws {
    self.bench = bench
    desks = [bench.desk, try bench.colleague(node: 2)]
    dice = Dice(state: seed)
    for number in 0..<count { agents.append(try await hire(number)) }
  }

  /// Every third speaks one language, every fourth knows apps, most hold a few at a time, some serve two queues only.
  private func hire(_ number: Int) async throws -> Agent {
    let queues = number % 5 == 4 ? ["refunds", "payments", "security"] : []
    _ = try await bench.agent("agent\(number)", queues: queues)
    return try await bench.desk.changeAgent(
      "agent\(number)",
      AgentChange(
        languages: number % 3 == 1 ? ["zh"] : number % 3 == 2 ? ["en"] : [], skills: number % 4 == 0 ? ["apps"] : [],
        capacity: .some(number % 7 == 6 ? 5 : 2)))
  }

  /// One tick: people come and go, customers write, work is finished, then whatever can be given out is.
  func step(arrivals: Int) async throws {
    bench.time.advance(Self.tick)
    for desk in desks { try await desk.sweepPresences() }
    while try await bench.desk.moveOn() > 0 {}
    try await write(arrivals)
    try await comeAndGo()
    try await finish()
    try await giveOut()
    try await expectNobodyIdle()
  }

  private func write(_ count: Int) async throws {
    guard count > 0 else { return }
    var items: [JSON] = []
    for _ in 0..<count {
      arrived += 1
      // One in ten has written before.
      let isKnown = arrived > 20 && dice.happens(10)
      let customer = isKnown ? Int.random(in: 1..<arrived, using: &dice) : arrived
      let text = Self.texts.randomElement(using: &dice) ?? ""
      items.append(Bench.item(text, id: "m\(arrived)", from: "c\(customer)", at: bench.time.now))
    }
    #expect(await bench.deliver(items).filed == count)
  }

  private func comeAndGo() async throws {
    for agent in agents {
      let desk = desks.randomElement(using: &dice) ?? bench.desk
      if dice.happens(6) {
        try await desk.setPresence(.offline, of: agent)
        holders = holders.filter { $0.value.agent != agent.name }
      } else if dice.happens(6) {
        try await desk.setPresence(.away, of: agent)
      } else if dice.happens(50) {
        try await desk.setPresence(.online, of: agent)
      }
    }
  }

  private func finish() async throws {
    let now = bench.time.now
    for (id, holder) in holders.sorted(by: { $0.key < $1.key }) {
      guard holder.until > now else {
        holders[id] = nil
        continue
      }
      guard let agent = agents.first(where: { $0.name == holder.agent }), dice.happens(60) else { continue }
      switch Int.random(in: 0..<10, using: &dice) {
      case 0: try await bench.desk.release(id, by: agent)
      case 1...2: _ = try await bench.desk.reply(ReplyDraft(text: "好", seq: nil, anyway: true), to: id, by: agent)
      default: try await bench.desk.resolve(id, by: agent)
      }
      served += 1
      holders[id] = nil
    }
  }

  /// Offers and their answers, then those who ask for work themselves, until nothing more is given.
  private func giveOut() async throws {
    repeat { try await answerOffers() } while try await desks[Int(arrived) % 2].giveOut() > 0
    for agent in agents.shuffled(using: &dice) where asks(agent) {
      if try await isOnline(agent) { try await pull(agent) }
    }
    while try await bench.desk.giveOut() > 0 { try await answerOffers() }
  }

  private func answerOffers() async throws {
    let now = bench.time.now
    let offers = try await bench.store.read { tx in
      try tx.rows(
        "SELECT conversation_id, agent FROM leases WHERE offered = 1 AND expires_at > $1 ORDER BY conversation_id",
        [Value(now)]
      ).map { (ConversationID($0.int64(0)), $0.text(1)) }
    }
    for (id, name) in offers {
      guard let agent = agents.first(where: { $0.name == name }) else { continue }
      if dice.happens(75) {
        try await bench.desk.accept(id, for: agent)
        try await took(id, agent)
      } else if dice.happens(60) {
        try await bench.desk.decline(id, by: agent)
      }
    }
  }

  /// Takes until there is nothing for him or he is full; what he gets is the first that he may have.
  private func pull(_ agent: Agent) async throws {
    let desk = desks.randomElement(using: &dice) ?? bench.desk
    while true {
      let offer = try await Waiting.offer(to: agent, bench)
      let expected = try await Waiting.all(bench).first { Waiting.may(agent, have: $0, bench) }
      do {
        let id = try await desk.takeNext(for: agent, queue: nil)
        #expect(id == offer ?? expected?.id, "\(agent.name) at \(bench.time.now)")
        try await took(id, agent)
      } catch DeskError.nothingWaiting {
        #expect(offer == nil && expected == nil, "\(agent.name) got nothing at \(bench.time.now)")
        return
      } catch DeskError.full {
        return
      }
    }
  }

  /// Nobody else may hold it.
  private func took(_ id: ConversationID, _ agent: Agent) async throws {
    let now = bench.time.now
    if let other = holders[id] {
      #expect(other.agent == agent.name || other.until <= now, "#\(id): \(other.agent) and \(agent.name)")
    }
    let lease = try #require(try await bench.store.read { try $0.lease(of: id, now: now) })
    #expect(lease.agent == agent.name && !lease.isOffer)
    holders[id] = (agent.name, lease.expiresAt)
  }

  /// Every third waits to be offered something.
  private func asks(_ agent: Agent) -> Bool { agents.firstIndex { $0.name == agent.name }.map { $0 % 3 != 0 } ?? true }

  private func isOnline(_ agent: Agent) async throws -> Bool {
    try await bench.desk.presence(of: agent)["state"] == "online"
  }

  /// Whoever is there, has room and no question to answer, may have nothing of what waits.
  private func expectNobodyIdle() async throws {
    let (waiting, now) = (try await Waiting.all(bench), bench.time.now)
    let declined = try await bench.store.read { try $0.declines(now: now) }
    for agent in agents {
      guard try await isOnline(agent), try await Waiting.offer(to: agent, bench) == nil,
        try await Waiting.holds(agent, bench) < agent.capacity ?? .max
      else { continue }
      let left = waiting.filter {
        Waiting.may(agent, have: $0, bench) && declined[$0.id]?.contains(agent.name) != true
          && (asks(agent) || Self.queues[$0.queue]?.contains("offers") == true)
      }
      #expect(left.isEmpty, "\(agent.name) is idle at \(bench.time.now) beside #\(left.first?.id.description ?? "")")
    }
  }
}

/// What waits, and who may have it: the rules once more, without pools, heads and indexes.
struct Waiting {
  let id: ConversationID
  let queue: String
  let category: String
  let language: String
  let turn: (isOther: Bool, at: Int64)
  let keptFor: String?

  static func all(_ bench: Bench) async throws -> [Waiting] {
    let now = bench.time.now
    let rows = try await bench.store.read { tx in
      try tx.rows(
        """
        SELECT id, queue, category, language, priority, enqueued_at, due_at, kept_for, kept_until FROM conversations
        WHERE status IN ('new', 'open') AND id NOT IN (SELECT conversation_id FROM leases WHERE expires_at > $1)
        """, [Value(now)])
    }
    return rows.map { row in
      let (priority, enqueued) = (row.int(4), row.int64(5))
      let latest = enqueued + [300, 3600, 14_400, 86_400][priority] * 1_000_000
      let at = max(enqueued, min(row.optionalInt64(6) ?? latest, latest))
      let isKept = (row.optionalInt64(8) ?? 0) > now.microseconds
      return Waiting(
        id: ConversationID(row.int64(0)), queue: row.text(1), category: row.text(2),
        language: String(row.text(3).prefix(2)), turn: (priority != 0, at), keptFor: isKept ? row.optionalText(7) : nil)
    }.sorted {
      ($0.turn.isOther ? 1 : 0, $0.turn.at, $0.id) < ($1.turn.isOther ? 1 : 0, $1.turn.at, $1.id)
    }
  }

  static func may(_ agent: Agent, have waiting: Waiting, _ bench: Bench) -> Bool {
    guard agent.serves(waiting.queue), waiting.keptFor.map({ $0 == agent.name }) ?? true else { return false }
    if waiting.turn.at <= bench.time.now.microseconds { return true }
    let isSpoken = agent.languages.isEmpty || !["zh", "en"].contains(waiting.language)
    let isAble = waiting.queue != "technical" || agent.skills.contains("apps")
    return isAble && (isSpoken || agent.languages.contains(waiting.language))
  }

  static func offer(to agent: Agent, _ bench: Bench) async throws -> ConversationID? {
    let now = bench.time.now
    let held = try await bench.store.read { try $0.held(by: agent.name, now: now) }
    return held.first { $0.isOffer }?.conversation
  }

  static func holds(_ agent: Agent, _ bench: Bench) async throws -> Int {
    let now = bench.time.now
    return try await bench.store.read { try $0.held(by: agent.name, now: now) }.count
  }
}
