import ArgumentParser
import Conversations
import Terminal

extension AgentDesk {
  /// One change of one conversation; `sentence` gets the server's answer.
  func change(_ text: String, _ action: String, _ body: JSON = [:], _ sentence: (Int64, JSON) -> String) async throws {
    let id = try id(text)
    do {
      let answer = try await client().post("/conversations/\(id)/\(action)", body)
      done(answer, id: id, sentence(id, answer))
    } catch let refusal as DeskRefusal {
      throw problem(refusal, id)
    }
  }
}

struct TakeCommand: AgentCommand {
  static let configuration = agentCommand("take", .take, examples: "take 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "take") { id, answer in
      let until = answer["lease"]?["expires_at"]?.string.flatMap { Instant(rfc3339: $0) }
      guard let until else { return desk.say(.taken, String(id)) }
      return desk.say(.takenUntil, String(id), desk.time.zone.short(until, now: desk.time.now))
    }
    desk.console.hint("patchbay show \(Neutral.oneLine(conversation))")
  }
}

struct ReleaseCommand: AgentCommand {
  static let configuration = agentCommand("release", .release, examples: "release 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "release") { id, _ in desk.say(.released, String(id)) }
  }
}

struct ResolveCommand: AgentCommand {
  static let configuration = agentCommand("resolve", .resolve, examples: "resolve 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "resolve") { id, _ in desk.say(.resolved, String(id)) }
    desk.console.hint("patchbay next")
  }
}

struct ReopenCommand: AgentCommand {
  static let configuration = agentCommand("reopen", .reopen, examples: "reopen 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "reopen") { id, _ in desk.say(.reopened, String(id)) }
  }
}

struct TransferCommand: AgentCommand {
  static let configuration = agentCommand(
    "transfer", .transfer, examples: "transfer 391 --queue refunds", "transfer 391 --queue security --reason \"盗刷\"")
  @Argument(help: help(.conversation)) var conversation: String
  @Option(help: help(.targetQueue)) var queue: String
  @Option(help: help(.reason)) var reason: String?
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    var members: [JSON.Member] = [.init("queue", .string(queue))]
    if let reason { members.append(.init("reason", .string(reason))) }
    try await desk.change(conversation, "transfer", .object(members)) { id, _ in
      desk.say(.transferred, String(id), Neutral.oneLine(queue))
    }
  }
}

struct AssignCommand: AgentCommand {
  static let configuration = agentCommand("assign", .assign, examples: "assign 391 --agent anna")
  @Argument(help: help(.conversation)) var conversation: String
  @Option(help: help(.agent)) var agent: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "assign", ["agent": .string(agent)]) { id, _ in
      desk.say(.assigned, String(id), Neutral.oneLine(agent))
    }
  }
}

struct CategoryCommand: AgentCommand {
  static let configuration = agentCommand("category", .category, examples: "category 391 refund")
  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.categoryArgument)) var category: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "category", ["category": .string(category)]) { id, _ in
      desk.say(.categorised, String(id), Neutral.oneLine(category))
    }
  }
}

struct PriorityCommand: AgentCommand {
  static let configuration = agentCommand("priority", .priority, examples: "priority 391 urgent")
  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.priorityArgument)) var priority: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let wanted = try desk.choice(priority, of: AgentDesk.priorities)
    try await desk.change(conversation, "priority", ["priority": .string(wanted)]) { id, _ in
      desk.say(.prioritised, String(id), desk.say.priority(wanted).text)
    }
  }
}

struct MergeCommand: AgentCommand {
  static let configuration = agentCommand("merge", .merge, examples: "merge 391 388")
  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.into)) var into: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let target = try desk.id(into)
    var customer: String?
    try await desk.change(conversation, "merge", ["into": JSON(target)]) { id, answer in
      customer = answer["contact"]?["id"]?.text
      return desk.say(.merged, String(id), String(target))
    }
    guard desk.isForPeople, let customer else { return }
    let whole = try await desk.client().get("/conversations/\(target)")
    guard let other = whole["contact"]?["id"]?.text, other != customer else { return }
    desk.console.talk(desk.say(.mergedStrangers, Neutral.oneLine(customer), Neutral.oneLine(other)))
    desk.console.hint("patchbay contacts merge \(Neutral.oneLine(customer)) \(Neutral.oneLine(other))")
  }
}

struct UnmergeCommand: AgentCommand {
  static let configuration = agentCommand("unmerge", .unmerge, examples: "unmerge 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "unmerge") { id, _ in desk.say(.unmerged, String(id)) }
    desk.console.hint("patchbay show \(Neutral.oneLine(conversation))")
  }
}

struct SplitCommand: AgentCommand {
  static let configuration = agentCommand("split", .split, examples: "split 391 --from 5")
  @Argument(help: help(.conversation)) var conversation: String
  @Option(help: help(.splitFrom)) var from: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(conversation)
    let digits = from.hasPrefix("[") && from.hasSuffix("]") ? String(from.dropFirst().dropLast()) : from
    guard let message = Int64(digits), message > 0 else { throw AgentProblem(.usage, desk.say(.badMessage, from)) }
    do {
      let new = try await desk.client().post("/conversations/\(id)/split", ["from": .string(String(message))])
      let number = new["id"]?.int64 ?? 0
      desk.done(new, id: number, desk.say(.splitOff, String(id), String(message), String(number)))
      desk.console.hint("patchbay show \(number)")
    } catch let refusal as DeskRefusal {
      throw desk.problem(refusal, id)
    }
  }
}

struct SnoozeCommand: AgentCommand {
  static let configuration = agentCommand(
    "snooze", .snooze, examples: "snooze 391 --until 2h", "snooze 391 --until \"tomorrow 9:00\"",
    "snooze 391 --until \"周一 09:00\"")
  @Argument(help: help(.conversation)) var conversation: String
  @Option(help: help(.until)) var until: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let time = try moment(desk)
    try await desk.change(conversation, "snooze", ["until": JSON(time)]) { id, _ in
      desk.say(.snoozed, String(id), desk.time.zone.short(time, now: desk.time.now))
    }
  }

  private func moment(_ desk: AgentDesk) throws(AgentProblem) -> Instant {
    do {
      return try FutureTime.read(until, now: desk.time.now, zone: desk.time.zone)
    } catch {
      let phrase: Phrase =
        switch error {
        case .unreadable: .badTime
        case .past: .pastTime
        case .tooFar: .farTime
        }
      throw AgentProblem(.usage, desk.say(phrase, until))
    }
  }
}

struct NoteCommand: AgentCommand {
  static let configuration = agentCommand(
    "note", .note, examples: "note 391", "note 391 \"Bank says Thursday.\"", "note 391 - < minutes.txt")
  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.textArgument)) var words: [String] = []
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(conversation)
    let draft = Draft(name: "note-\(id)", desk: desk)
    let text = try await TextSource.words(words, desk, or: draft) {
      try await desk.client().get("/conversations/\(id)")
    }
    do {
      try await desk.change(conversation, "note", ["text": .string(text)]) { id, _ in desk.say(.noted, String(id)) }
      draft.remove()
    } catch let problem as AgentProblem {
      throw draft.kept(text, problem)
    }
  }
}
