import Conversations
import Routing
import Storage

/// Why a conversation has its turn when it has it, and who may take it.
struct TurnExplanation {
  private let conversation: ConversationRecord
  private let lease: LeaseRecord?
  private let configuration: DeskConfiguration
  private let say: ExplanationWords
  private let now: Instant
  private let abilities: (languages: Set<String>, skills: Set<String>)

  init(
    _ conversation: ConversationRecord, _ lease: LeaseRecord?, _ configuration: DeskConfiguration,
    _ say: ExplanationWords, now: Instant, _ abilities: (languages: Set<String>, skills: Set<String>)
  ) {
    (self.conversation, self.lease, self.configuration) = (conversation, lease, configuration)
    (self.say, self.now, self.abilities) = (say, now, abilities)
  }

  var text: String {
    guard conversation.status.isWaiting else {
      let status = conversation.status.rawValue
      return say(
        "#\(conversation.id) is \(status): it is not in the line.",
        "#\(conversation.id) 的状态是“\(say.status(conversation.status))”，不在队列中等候。")
    }
    return ([order, allowance, promise] + needs + whereabouts).compactMap(\.self).joined(separator: "\n")
  }

  private var order: String {
    let rank =
      conversation.priority == .urgent
      ? say("before all that is not urgent", "先于所有不紧急的会话") : say("earlier turns go first", "时刻早的在先")
    let turn = say.minute(conversation.turn.by)
    return say("#\(conversation.id) has its turn by \(turn); \(rank).", "#\(conversation.id) 最迟应在 \(turn) 处理；\(rank)。")
  }

  private var allowance: String {
    let seconds = Turn.allowanceSeconds(conversation.priority)
    let (since, latest) = (say.minute(conversation.enqueuedAt), conversation.enqueuedAt.adding(seconds: seconds))
    let (priority, length) = (say.priority(conversation.priority), say.duration(seconds))
    return say(
      "  in the line since \(since); \(priority): at the latest after \(length), \(say.minute(latest))",
      "  \(since) 起排队；优先级“\(priority)”：最迟 \(length)后，即 \(say.minute(latest))")
  }

  private var promise: String {
    guard let due = conversation.dueAt else {
      return say("  nothing is promised to this customer", "  对这位客户没有服务目标")
    }
    let decides = due < conversation.enqueuedAt.adding(seconds: Turn.allowanceSeconds(conversation.priority))
    let at = say.minute(due)
    return decides
      ? say("  the nearest promise is due \(at), which decides", "  最近的服务目标 \(at) 到期，以此为准")
      : say("  the nearest promise is due \(at), which is later", "  最近的服务目标 \(at) 到期，比上面的时刻晚")
  }

  private var needs: [String] {
    guard case .shared(let queue, let category, let language, let asked) = conversation.pool else { return [] }
    let speech = language.flatMap { abilities.languages.contains($0) ? say("speak \($0)", "会 \($0)") : nil }
    let skills = configuration.table.skills(queue: queue, category: category, asked: asked)
    let had = skills.intersection(abilities.skills).sorted().map { say("have the skill \($0)", "具备技能 \($0)") }
    let lacking = skills.subtracting(abilities.skills).sorted().map {
      say("  nobody has the skill \($0), so nobody needs it", "  没有人具备技能 \($0)，所以不作要求")
    }
    let wanted = ([speech].compactMap(\.self) + had).joined(separator: say(", ", "、"))
    guard !wanted.isEmpty else { return lacking }
    let until =
      conversation.turn.isLate(now)
      ? say("its turn is late, so anybody of the queue may", "已过应处理的时刻，该队列的任何人都可以接手")
      : say("until its turn is late", "直到过了应处理的时刻")
    return [say("  whoever takes it must \(wanted): \(until)", "  接手的人须\(wanted)：\(until)")] + lacking
  }

  private var whereabouts: [String?] {
    [
      lease.map { lease in
        let (agent, until) = (lease.agent, say.minute(lease.expiresAt))
        return lease.isOffer
          ? say("  offered to \(agent) until \(until)", "  已分派给 \(agent)，至 \(until)")
          : say("  held by \(agent) until \(until)", "  由 \(agent) 处理，至 \(until)")
      },
      conversation.assignee.map { say("  for \($0) alone", "  只给 \($0)") },
      conversation.isKept(now) ? kept(for: conversation.keptFor ?? "", until: conversation.keptUntil ?? now) : nil,
      conversation.readyAt > now
        ? say("  snoozed until \(say.minute(conversation.readyAt))", "  隐藏至 \(say.minute(conversation.readyAt))") : nil,
      conversation.movesAt.map(say.minute).map {
        say("  moves on to another queue at \($0) if nobody takes it", "  若无人接手，\($0) 转往下一队列")
      },
    ]
  }

  private func kept(for agent: String, until: Instant) -> String {
    say("  kept for \(agent) until \(say.minute(until))", "  留给 \(agent)，至 \(say.minute(until))")
  }
}
