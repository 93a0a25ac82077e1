package import Conversations

/// Who gets what: one choice, with everything it is made from. Kept with the choice (`json`), so that it can be made
/// again.
package struct Matching: Sendable, Hashable {
  package var at: Instant
  package var options: [WorkOption]
  package var agents: [WorkCandidate]

  package init(at: Instant, options: [WorkOption], agents: [WorkCandidate]) {
    (self.at, self.options, self.agents) = (at, options, agents)
  }

  /// Why an agent cannot have a conversation.
  package enum Objection: Sendable, Hashable {
    case queue(String)
    case full(load: Int, of: Int)
    case language(String)
    case skill(String)
    /// It is another's, or kept for them.
    case reserved(String)
    case declined
  }

  /// The earliest turn that anybody here may have, and whoever of them is to have it.
  package func outcome() -> (option: WorkOption, agent: WorkCandidate)? {
    for option in options.sorted(by: WorkOption.isBefore) {
      let able = agents.filter { objection(to: option, for: $0) == nil }
      if let agent = able.min(by: WorkCandidate.isBefore) { return (option, agent) }
    }
    return nil
  }

  /// `nil`: the agent may have it. Once its turn is late, language and skills stand in nobody's way any more: an answer by
  /// whoever is there is better than none.
  package func objection(to option: WorkOption, for agent: WorkCandidate) -> Objection? {
    if let capacity = agent.capacity, agent.isFull { return .full(load: agent.load, of: capacity) }
    if !agent.queues.isEmpty, !agent.queues.contains(option.queue) { return .queue(option.queue) }
    if case .own(let owner) = option.pool { return owner == agent.name ? nil : .reserved(owner) }
    if let only = option.keptFor, only != agent.name { return .reserved(only) }
    if option.declinedBy.contains(agent.name) { return .declined }
    if option.turn.isLate(at) { return nil }
    if let language = option.language, !agent.languages.isEmpty, !agent.languages.contains(language) {
      return .language(language)
    }
    return option.skills.first { !agent.skills.contains($0) }.map { .skill($0) }
  }
}

extension Matching {
  /// How many are kept of what was passed over, and of agents who might have had it.
  private static let keptMax = 12

  /// The same choice with less: what comes behind the outcome changes nothing, nor does all but the last of what was
  /// passed over before it, nor an agent who would come later.
  package func reduced() -> Matching {
    guard let (option, _) = outcome() else { return self }
    let ahead = options.filter { WorkOption.isBefore($0, option) }.sorted(by: WorkOption.isBefore)
    let able = agents.filter { objection(to: option, for: $0) == nil }.sorted(by: WorkCandidate.isBefore)
    return Matching(at: at, options: ahead.suffix(Self.keptMax) + [option], agents: Array(able.prefix(Self.keptMax)))
  }
}
