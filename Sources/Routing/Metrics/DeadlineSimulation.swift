package import Conversations

/// Answers to mail and messages given again by another number of people (METRICS §6: Erlang C is not for what may wait).
///
/// Everybody serves every queue while it is open, gives the earliest turn first as `next` does, takes the same time for
/// each answer and finishes what was begun, over closing time on the next opening. Questions come when they came, whatever
/// is answered sooner or later than it was.
package struct DeadlineSimulation: Sendable {
  /// A question that waited for an answer.
  package struct Question: Sendable, Hashable {
    package var askedAt: Instant
    /// `nil` = nothing was promised.
    package var dueAt: Instant?
    package var priority: Priority
    /// Calendar of the queue; `nil` = it is always open.
    package var hours: String?

    package init(askedAt: Instant, dueAt: Instant?, priority: Priority, hours: String?) {
      (self.askedAt, self.dueAt, self.priority, self.hours) = (askedAt, dueAt, priority, hours)
    }
  }

  package struct Outcome: Sendable, Hashable {
    package var agents: Int
    /// Promises, and those that were kept.
    package var promised = 0
    package var met = 0
    /// Seconds by the clock on the wall from question to answer.
    package var waits: DurationSummary

    package var inTimePercent: Double? { promised == 0 ? nil : Double(met) * 100 / Double(promised) }
  }

  /// By the moment they can be taken first.
  private let questions: [(question: Question, readyAt: Instant, line: Int, turn: Int64)]
  /// Calendars of the lines; `nil` = always open.
  private let lines: [CalendarHistory?]
  private let answerSeconds: Int64

  /// - Parameters:
  ///   - questions: in any order; those whose queue never opens are left out.
  ///   - histories: the calendars by name.
  ///   - answerSeconds: of work for each answer.
  package init(_ questions: [Question], histories: [String: CalendarHistory], answerSeconds: Int64) {
    let names = Array(Set(questions.map { $0.hours ?? "" })).sorted()
    lines = names.map { histories[$0] }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    let lines = lines
    self.questions = questions.compactMap { question in
      let line = places[question.hours ?? ""] ?? 0
      guard let ready = lines[line].nextOpen(at: question.askedAt) else { return nil }
      let turn = Turn(question.priority, enqueuedAt: question.askedAt, dueAt: question.dueAt)
      return (question, ready, line, turn.key)
    }.sorted { $0.readyAt < $1.readyAt }
    self.answerSeconds = max(1, answerSeconds)
  }

  /// What `agents` (at least 1) people would have made of it.
  package func run(agents: Int) -> Outcome {
    var outcome = Outcome(agents: agents, waits: DurationSummary([]))
    guard var now = questions.first?.readyAt else { return outcome }
    // No more of them can ever be busy at once.
    var free = Heap(Array(repeating: now, count: min(max(agents, 1), questions.count)))
    var waiting = lines.map { _ in Heap<Place>([]) }
    var (next, waits) = (0, [Int64]())
    waits.reserveCapacity(questions.count)
    while let idle = free.pop() {
      now = max(now, idle)
      while next < questions.count, questions[next].readyAt <= now {
        waiting[questions[next].line].push(Place(turn: questions[next].turn, index: next))
        next += 1
      }
      guard let line = firstLine(of: waiting, at: now), let place = waiting[line].pop() else {
        guard let later = nextChance(waiting, next, after: now) else { break }
        now = later
        free.push(idle)
        continue
      }
      let question = questions[place.index].question
      let done = lines[line].finish(from: now, seconds: answerSeconds)
      free.push(done)
      waits.append(done.seconds(since: question.askedAt))
      if let due = question.dueAt {
        outcome.promised += 1
        if done <= due { outcome.met += 1 }
      }
    }
    outcome.waits = DurationSummary(waits)
    return outcome
  }

  /// The fewest people who keep `share` (0…1) of the promises, by halving; `nil` = so many as there are questions do not,
  /// or nothing was promised.
  package func fewest(keeping share: Double) -> Outcome? {
    func isEnough(_ outcome: Outcome) -> Bool { (outcome.inTimePercent ?? 0) >= share * 100 }
    var high = 1
    var found = run(agents: high)
    while !isEnough(found) {
      guard high < questions.count else { return nil }
      high = min(high * 2, questions.count)
      found = run(agents: high)
    }
    var low = high / 2
    while low + 1 < high {
      let middle = run(agents: (low + high) / 2)
      if isEnough(middle) { (high, found) = (middle.agents, middle) } else { low = middle.agents }
    }
    return found
  }

  /// The open line with the earliest turn.
  private func firstLine(of waiting: [Heap<Place>], at now: Instant) -> Int? {
    var first: (place: Place, line: Int)?
    for (line, heap) in waiting.enumerated() {
      guard let place = heap.first, first.map({ place < $0.place }) ?? true, lines[line].isOpen(at: now) else {
        continue
      }
      first = (place, line)
    }
    return first?.line
  }

  /// When something can be taken at the earliest after `now`: a question that is still to come, or a line that opens.
  private func nextChance(_ waiting: [Heap<Place>], _ next: Int, after now: Instant) -> Instant? {
    var chances = next < questions.count ? [questions[next].readyAt] : []
    for (line, heap) in waiting.enumerated() where heap.first != nil {
      if let opens = lines[line].nextOpen(at: now) { chances.append(opens) }
    }
    return chances.min()
  }
}

/// A question in a line.
private struct Place: Comparable {
  var turn: Int64
  var index: Int
  static func < (left: Place, right: Place) -> Bool { (left.turn, left.index) < (right.turn, right.index) }
}

extension CalendarHistory? {
  fileprivate func isOpen(at instant: Instant) -> Bool { self?.calendar(at: instant).isOpen(at: instant) ?? true }

  /// `instant` itself while it is open; `nil` = never.
  fileprivate func nextOpen(at instant: Instant) -> Instant? {
    guard let self else { return instant }
    return self.calendar(at: instant).nextOpen(at: instant)
  }

  fileprivate func finish(from instant: Instant, seconds: Int64) -> Instant {
    self?.due(from: instant, seconds: seconds) ?? instant.adding(seconds: seconds)
  }
}

/// A binary heap: the smallest first.
private struct Heap<Element: Comparable> {
  private var elements: [Element]

  /// Elements in rising order.
  init(_ sorted: [Element]) { elements = sorted }

  var first: Element? { elements.first }

  mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Element? {
    guard let top = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return top }
    elements[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      if least == parent { return top }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
