import Conversations
import Routing
import Storage

extension DeskConfiguration {
  /// How much of an agent's capacity these take.
  func load(_ kinds: some Sequence<(kind: String, count: Int)>) -> Int {
    kinds.reduce(0) { $0 + $1.count * (settings.weights[$1.kind] ?? 1) }
  }
}

/// The line as one transaction sees it: who comes first of each pool, and what they ask of whoever takes them.
struct Line {
  let configuration: DeskConfiguration
  let now: Instant
  let tx: Transaction
  /// What somebody of ours is known to speak and to have.
  private let abilities: (languages: Set<String>, skills: Set<String>)

  init(_ configuration: DeskConfiguration, now: Instant, _ tx: Transaction, abilities: Bool = true) throws {
    (self.configuration, self.now, self.tx) = (configuration, now, tx)
    self.abilities = abilities ? try tx.abilities() : ([], [])
  }

  /// As an agent finds it who asks for work: what lies in `queues`, and what is theirs alone.
  ///
  /// Nobody's languages and skills are looked up when nothing can come of it.
  init(for agent: Agent, _ configuration: DeskConfiguration, now: Instant, _ tx: Transaction) throws {
    let matters = !agent.languages.isEmpty || !configuration.table.skills.isEmpty
    try self.init(configuration, now: now, tx, abilities: matters)
  }

  func option(_ head: PoolHead, declinedBy: Set<String> = []) -> WorkOption {
    var option = WorkOption(
      conversation: head.conversation, turn: head.turn, pool: head.pool, queue: head.queue, keptFor: head.keptFor,
      declinedBy: declinedBy)
    guard case .shared(let queue, let category, let language, let asked) = head.pool else { return option }
    option.language = language.flatMap { abilities.languages.contains($0) ? $0 : nil }
    let wanted = configuration.table.skills(queue: queue, category: category, asked: asked)
    option.skills = wanted.intersection(abilities.skills).sorted()
    return option
  }
}

extension WorkOption {
  /// Where it stands in its pool.
  var head: PoolHead {
    PoolHead(pool: pool, conversation: conversation, turn: turn, queue: queue, keptFor: keptFor)
  }
}

extension Desk {
  /// Writes down who got what and why, so that it can be made again (`Matching`).
  func decided(
    _ kind: String, _ conversation: ConversationRecord, _ matching: Matching, _ configuration: DeskConfiguration,
    _ tx: Transaction
  ) throws {
    let reduced = matching.reduced()
    let inputs = reduced.json.description
    try tx.insert(
      DecisionRecord(
        id: newID(matching.at), conversation: conversation.id, message: nil, at: matching.at, kind: kind,
        configuration: configuration.version, inputsHash: sha256Hex(inputs.utf8), category: conversation.category,
        priority: conversation.priority, queue: conversation.queue,
        traceJSON: MatchingWords(reduced).trace.description, inputsJSON: inputs))
  }
}

/// A choice in words.
struct MatchingWords {
  let matching: Matching
  init(_ matching: Matching) { self.matching = matching }

  /// What was passed over and why, then what was given to whom.
  var trace: JSON {
    guard let (option, agent) = matching.outcome() else { return [] }
    let ahead = matching.options.filter { WorkOption.isBefore($0, option) }.map { passed -> JSON in
      let why = matching.agents.first.flatMap { matching.objection(to: passed, for: $0) }.map(Self.words) ?? ""
      return ["step": "passed over", "conversation": JSON("#\(passed.conversation)"), "why": JSON(why)]
    }
    var given: [JSON.Member] = [
      .init("step", "given"), .init("to", JSON(agent.name)), .init("turn", JSON(option.turn.by)),
      .init("urgent", JSON(option.turn.isUrgent)), .init("holds", JSON(agent.load)),
    ]
    if let capacity = agent.capacity { given.append(.init("capacity", JSON(capacity))) }
    return .array(ahead + [.object(given)])
  }

  static func words(_ objection: Matching.Objection) -> String {
    switch objection {
    case .queue(let queue): "does not serve \(queue)"
    case .full(let load, let capacity): "holds \(load) of \(capacity)"
    case .language(let language): "needs the language \(language)"
    case .skill(let skill): "needs the skill \(skill)"
    case .reserved(let name): "is for \(name)"
    case .declined: "was declined"
    }
  }
}
