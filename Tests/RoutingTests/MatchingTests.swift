import Conversations
import Routing
import Testing

@Suite("Who gets what")
struct MatchingTests {
  private static let now = Instant(seconds: 1_794_794_400)

  private func option(
    _ id: Int64, inMinutes minutes: Int64 = 60, urgent: Bool = false, language: String? = nil, skills: [String] = [],
    keptFor: String? = nil, declinedBy: Set<String> = [], own: String? = nil, queue: String = "refunds"
  ) -> WorkOption {
    var turn = Turn(.normal, enqueuedAt: Self.now, dueAt: nil)
    (turn.by, turn.isUrgent) = (Self.now.adding(seconds: minutes * 60), urgent)
    return WorkOption(
      conversation: ConversationID(id), turn: turn,
      pool: own.map { .own(agent: $0) } ?? .shared(queue: queue, category: "x", language: language), queue: queue,
      language: language, skills: skills, keptFor: keptFor, declinedBy: declinedBy)
  }

  private func match(_ options: [WorkOption], _ agents: [WorkCandidate]) -> String? {
    Matching(at: Self.now, options: options, agents: agents).outcome().map {
      "\($0.option.conversation) \($0.agent.name)"
    }
  }

  @Test("the earliest turn that anybody may have goes to whoever holds least, then to whoever has gone without longest")
  func order() {
    let agents = [
      WorkCandidate(name: "a", load: 1), WorkCandidate(name: "b", load: 0, givenAt: Self.now),
      WorkCandidate(name: "c", load: 0, givenAt: Self.now.adding(seconds: -60)), WorkCandidate(name: "d", load: 2),
    ]
    #expect(match([option(2, inMinutes: 5), option(1, inMinutes: 9)], agents) == "2 c")
    #expect(match([option(2, inMinutes: 5), option(9, inMinutes: 500, urgent: true)], agents) == "9 c")
    #expect(match([option(2), option(1)], agents) == "1 c")
    #expect(match([], agents) == nil)
    #expect(match([option(1)], []) == nil)
  }

  @Test("what an agent cannot do is passed over, and stops to matter when the turn is late")
  func needs() {
    let wei = WorkCandidate(name: "wei", languages: ["zh"], skills: ["vip"])
    let any = WorkCandidate(name: "any", load: 5)
    #expect(match([option(1, language: "en"), option(2, language: "zh")], [wei]) == "2 wei")
    #expect(match([option(1, language: "en")], [wei, any]) == "1 any")
    #expect(match([option(1, skills: ["vip"])], [any]) == nil)
    #expect(match([option(1, skills: ["vip"])], [any, wei]) == "1 wei")
    #expect(match([option(1, inMinutes: 0, language: "en", skills: ["other"])], [wei]) == "1 wei")
  }

  @Test("queues, capacity, ownership, being kept and having declined hold, late or not")
  func holds() {
    let full = WorkCandidate(name: "full", capacity: 2, load: 2)
    let narrow = WorkCandidate(name: "narrow", queues: ["payments"])
    let wei = WorkCandidate(name: "wei", capacity: 2, load: 1)
    for minutes in [-60, 60] as [Int64] {
      #expect(match([option(1, inMinutes: minutes)], [full, narrow]) == nil)
      #expect(match([option(1, inMinutes: minutes)], [full, narrow, wei]) == "1 wei")
      #expect(match([option(1, inMinutes: minutes, own: "mei")], [wei]) == nil)
      #expect(match([option(1, inMinutes: minutes, own: "wei")], [wei]) == "1 wei")
      #expect(match([option(1, inMinutes: minutes, keptFor: "mei")], [wei]) == nil)
      #expect(match([option(1, inMinutes: minutes, keptFor: "wei")], [wei]) == "1 wei")
      #expect(match([option(1, inMinutes: minutes, declinedBy: ["wei"])], [wei]) == nil)
    }
  }

  @Test("what is kept of a choice gives the same choice again, read from JSON")
  func again() throws {
    var generator = Dice(20_261_129)
    for _ in 0..<2000 {
      let options = (0..<Int64.random(in: 0...40, using: &generator)).map { id in
        option(
          id, inMinutes: .random(in: -20...200, using: &generator), urgent: .random(using: &generator),
          language: ["zh", "en", nil].randomElement(using: &generator) ?? nil,
          skills: Bool.random(using: &generator) ? ["vip"] : [],
          keptFor: Int.random(in: 0..<9, using: &generator) == 0 ? "a1" : nil,
          declinedBy: Bool.random(using: &generator) ? ["a2", "a3"] : [])
      }
      let agents = (0..<Int.random(in: 0...30, using: &generator)).map { id in
        WorkCandidate(
          name: "a\(id)", languages: Bool.random(using: &generator) ? ["zh"] : [],
          skills: Bool.random(using: &generator) ? ["vip"] : [],
          capacity: [nil, 3].randomElement(using: &generator) ?? nil,
          load: .random(in: 0...4, using: &generator),
          givenAt: Bool.random(using: &generator)
            ? Self.now.adding(seconds: -Int64.random(in: 0...99, using: &generator)) : nil)
      }
      let matching = Matching(at: Self.now, options: options, agents: agents)
      guard let (option, agent) = matching.outcome() else { continue }
      let reduced = matching.reduced()
      let kept = try #require(Matching(try JSON(parsing: reduced.json.description)))
      #expect(kept == reduced)
      #expect(kept.outcome()?.option == option)
      #expect(kept.outcome()?.agent == agent)
      #expect(kept.options.count <= 13 && kept.agents.count <= 12)
    }
  }

  @Test("the next stop is the first that anybody is there for")
  func ways() throws {
    let targets = [RouteTarget(queue: "a", timeoutSeconds: 60), RouteTarget(queue: "b", priority: .high)]
    #expect(Ways(targets: targets, attended: ["a", "b"]).next == 0)
    #expect(Ways(targets: targets, attended: ["b", "c"]).next == 1)
    #expect(Ways(targets: targets, attended: ["c"]).next == nil)
    let ways = Ways(targets: targets, attended: ["b"])
    #expect(Ways(try JSON(parsing: ways.json.description)) == ways)
  }
}
