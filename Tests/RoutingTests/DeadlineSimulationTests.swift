import Conversations
import Routing
import Testing

@Suite("Mail answered by other numbers of people") struct DeadlineSimulationTests {
  private typealias Question = DeadlineSimulation.Question

  /// Mon 2026-03-09.
  private func moment(_ time: String) -> Instant { at("2026-03-\(time):00+08:00") }

  private func question(_ time: String, due: String? = nil, _ priority: Priority = .normal, hours: String? = "cn")
    -> Question
  {
    Question(askedAt: moment(time), dueAt: due.map(moment), priority: priority, hours: hours)
  }

  private func simulation(_ questions: [Question], seconds: Int64 = 600) throws -> DeadlineSimulation {
    DeadlineSimulation(questions, histories: ["cn": CalendarHistory(try hotline())], answerSeconds: seconds)
  }

  @Test("one person answers one after the other, two halve the wait")
  func line() throws {
    let three = [question("09T10:00"), question("09T10:00"), question("09T10:00")]
    let one = try simulation(three).run(agents: 1)
    #expect((one.waits.count, one.waits.p50, one.waits.p95, one.waits.sum) == (3, 1200, 1800, 3600))
    let two = try simulation(three).run(agents: 2)
    #expect((two.waits.p50, two.waits.p95, two.waits.sum) == (600, 1200, 2400))
    #expect(try simulation(three).run(agents: 50).waits.sum == 1800)
  }

  @Test("nothing is answered while the queue is closed, and what was begun is finished in the morning")
  func night() throws {
    let late = try simulation([question("09T17:55", due: "10T09:05"), question("09T19:00", due: "10T09:14")])
    let outcome = late.run(agents: 1)
    // 17:55 to 18:00 and 09:00 to 09:05, then ten minutes more.
    #expect(outcome.waits.sum == 15 * 3600 + 600 + 14 * 3600 + 15 * 60)
    #expect((outcome.promised, outcome.met) == (2, 1))
    #expect(late.run(agents: 2).met == 2)
    #expect(try simulation([question("14T12:00", hours: nil)]).run(agents: 1).waits.sum == 600, "always open")
  }

  @Test("the earliest turn goes first, urgent ones before all")
  func order() throws {
    let questions = [
      question("09T10:00", due: "09T18:00"), question("09T10:01", due: "09T12:00"),
      question("09T10:02", due: "09T10:21"), question("09T10:03", due: "09T10:30", .urgent),
    ]
    let outcome = try simulation(questions).run(agents: 1)
    // 10:10 the first, 10:20 the urgent one, 10:30 and 10:40 by their promises.
    #expect((outcome.promised, outcome.met) == (4, 3))
    #expect(outcome.waits.sum == 600 + 17 * 60 + 28 * 60 + 39 * 60)
  }

  @Test("the fewest who keep the promises are found, or none")
  func fewest() throws {
    let hour = (0..<60).map { minute in
      question("09T10:\(minute < 10 ? "0" : "")\(minute)", due: "09T12:00")
    }
    // 60 answers of ten minutes by noon: 11.x minutes of work fall into each of 120 minutes, at least.
    let simulation = try simulation(hour)
    let found = try #require(simulation.fewest(keeping: 1))
    #expect(found.met == 60 && simulation.run(agents: found.agents - 1).met < 60)
    #expect(found.agents == 6)
    let most = try #require(simulation.fewest(keeping: 0.5))
    #expect(most.agents < found.agents && (most.inTimePercent ?? 0) >= 50)
    #expect(try self.simulation([question("09T10:00", due: "09T10:05")]).fewest(keeping: 1) == nil)
    #expect(try self.simulation([question("09T10:00")]).fewest(keeping: 0.9) == nil, "nothing is promised")
    #expect(try self.simulation([]).run(agents: 3).waits.count == 0)
  }

  @Test("with one queue that never closes and one person it is Lindley's recursion", arguments: [1, 2, 3] as [UInt64])
  func lindley(seed: UInt64) throws {
    var dice = Dice(seed)
    var (start, questions) = (moment("09T00:00"), [Question]())
    for _ in 0..<2000 {
      start = start.adding(seconds: Int64(dice.next() % 1300))
      questions.append(Question(askedAt: start, dueAt: nil, priority: .normal, hours: nil))
    }
    var (free, sum) = (questions[0].askedAt, Int64(0))
    for question in questions {
      free = max(free, question.askedAt).adding(seconds: 600)
      sum += free.seconds(since: question.askedAt)
    }
    #expect(try simulation(questions).run(agents: 1).waits.sum == sum)
  }

  @Test("a minute by minute model gives the same answers", arguments: [11, 12, 13] as [UInt64])
  func stepping(seed: UInt64) throws {
    var dice = Dice(seed)
    let questions = (0..<300).map { _ in
      let asked = moment("09T00:00").adding(seconds: 60 * Int64(dice.next() % 7200))
      return Question(
        askedAt: asked, dueAt: asked.adding(seconds: 60 * Int64(dice.next() % 900)),
        priority: [.low, .normal, .high, .urgent][Int(dice.next() % 4)], hours: dice.next() % 3 == 0 ? nil : "cn")
    }
    let agents = Int(seed % 3) + 1
    let outcome = try simulation(questions, seconds: 900).run(agents: agents)
    let model = Stepping(calendar: try hotline(), questions: questions, agents: agents, minutes: 15)
    #expect(outcome.waits.sum == model.sum && outcome.met == model.met && outcome.waits.count == 300)
  }
}

/// The same desk, moved on by a minute at a time.
private struct Stepping {
  private(set) var sum: Int64 = 0
  private(set) var met = 0

  init(calendar: BusinessCalendar, questions: [DeadlineSimulation.Question], agents: Int, minutes: Int) {
    func isOpen(_ question: Int, _ now: Instant) -> Bool {
      questions[question].hours == nil || calendar.isOpen(at: now)
    }
    let turns = questions.map { Turn($0.priority, enqueuedAt: $0.askedAt, dueAt: $0.dueAt).key }
    let ready = questions.map { $0.hours == nil ? $0.askedAt : calendar.nextOpen(at: $0.askedAt) ?? $0.askedAt }
    let order = questions.indices.sorted { (ready[$0], $0) < (ready[$1], $1) }
    var waiting = order
    var busy = Array(repeating: (question: Int?.none, left: 0), count: agents)
    guard var now = ready.min() else { return }
    while !waiting.isEmpty || busy.contains(where: { $0.question != nil }) {
      for agent in busy.indices where busy[agent].question == nil {
        let open = waiting.filter { ready[$0] <= now && isOpen($0, now) }
        let place = open.min { (turns[$0], order.firstIndex(of: $0) ?? 0) < (turns[$1], order.firstIndex(of: $1) ?? 0) }
        guard let place else { continue }
        waiting.removeAll { $0 == place }
        busy[agent] = (place, minutes)
      }
      for agent in busy.indices {
        guard let question = busy[agent].question, isOpen(question, now) else { continue }
        busy[agent].left -= 1
        guard busy[agent].left == 0 else { continue }
        let done = now.adding(seconds: 60)
        sum += done.seconds(since: questions[question].askedAt)
        if let due = questions[question].dueAt, done <= due { met += 1 }
        busy[agent].question = nil
      }
      now = now.adding(seconds: 60)
    }
  }
}
