import Conversations
import Routing
import Storage

/// Why a conversation has its turn when it has it, and who may take it.
struct TurnExplanation {
  private let conversation: ConversationRecord
  private let lease: LeaseRecord?
  private let configuration: DeskConfiguration
  private let now: Instant
  private let abilities: (languages: Set<String>, skills: Set<String>)

  init(
    _ conversation: ConversationRecord, _ lease: LeaseRecord?, _ configuration: DeskConfiguration, now: Instant,
    _ abilities: (languages: Set<String>, skills: Set<String>)
  ) {
    (self.conversation, self.lease, self.configuration) = (conversation, lease, configuration)
    (self.now, self.abilities) = (now, abilities)
  }

  var text: String {
    guard conversation.status.isWaiting else {
      return "#\(conversation.id) is \(conversation.status.rawValue): it is not in the line."
    }
    return ([order, allowance, promise] + needs + whereabouts).compactMap(\.self).joined(separator: "\n")
  }

  private var order: String {
    let rank = conversation.priority == .urgent ? "before all that is not urgent" : "earlier turns go first"
    return "#\(conversation.id) has its turn by \(local(conversation.turn.by)); \(rank)."
  }

  private var allowance: String {
    let seconds = Turn.allowanceSeconds(conversation.priority)
    let latest = local(conversation.enqueuedAt.adding(seconds: seconds))
    return "  in the line since \(local(conversation.enqueuedAt)); \(conversation.priority.rawValue): "
      + "at the latest after \(Explanation.duration(seconds)), \(latest)"
  }

  private var promise: String {
    guard let due = conversation.dueAt else { return "  nothing is promised to this customer" }
    let decides = due < conversation.enqueuedAt.adding(seconds: Turn.allowanceSeconds(conversation.priority))
    return "  the nearest promise is due \(local(due))\(decides ? ", which decides" : ", which is later")"
  }

  private var needs: [String] {
    guard case .shared(let queue, let category, let language) = conversation.pool else { return [] }
    let speech = language.flatMap { abilities.languages.contains($0) ? "speak \($0)" : nil }
    let skills = configuration.table.skills(queue: queue, category: category)
    let had = skills.intersection(abilities.skills).sorted().map { "have the skill \($0)" }
    let lacking = skills.subtracting(abilities.skills).sorted().map {
      "  nobody has the skill \($0), so nobody needs it"
    }
    let wanted = [speech].compactMap(\.self) + had
    guard !wanted.isEmpty else { return lacking }
    let until =
      conversation.turn.isLate(now) ? "its turn is late, so anybody of the queue may" : "until its turn is late"
    return ["  whoever takes it must \(wanted.joined(separator: ", ")): \(until)"] + lacking
  }

  private var whereabouts: [String?] {
    [
      lease.map { "  \($0.isOffer ? "offered to" : "held by") \($0.agent) until \(local($0.expiresAt))" },
      conversation.assignee.map { "  for \($0) alone" },
      conversation.isKept(now)
        ? "  kept for \(conversation.keptFor ?? "") until \(local(conversation.keptUntil ?? now))" : nil,
      conversation.readyAt > now ? "  snoozed until \(local(conversation.readyAt))" : nil,
      conversation.movesAt.map { "  moves on to another queue at \(local($0)) if nobody takes it" },
    ]
  }

  private func local(_ instant: Instant) -> String {
    let wall = configuration.settings.zone.wallClock(of: instant)
    return "\(wall.date) \(wall.time)"
  }
}
