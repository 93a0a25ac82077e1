import ArgumentParser
import Conversations
import Terminal

struct ReplyCommand: AgentCommand {
  static let configuration = agentCommand(
    "reply", .reply, examples: "reply 391", "reply 391 \"Your refund is on its way.\" --status pending",
    "reply 391 - < answer.txt", "reply 391 --template refund_steps", "reply 391 \"As asked.\" --attach statement.pdf",
    "reply 391 \"Has the money arrived?\" --option Yes --option No")

  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.textArgument)) var words: [String] = []
  @Option(help: help(.template)) var template: String?
  @Option(help: help(.attach)) var attach: [String] = []
  @Option(help: help(.option)) var option: [String] = []
  @Flag(help: help(.anyway)) var anyway = false
  @Option(help: help(.statusAfter)) var status: String?
  @Option(help: help(.seq)) var seq: Int64?
  @OptionGroup var common: CommonOptions

  /// A reply never goes out over messages that the agent has not been shown: it carries the seq of the last one shown,
  /// by `show`, `next`, a refusal, or the editor's quote; the server refuses it when there are newer ones.
  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(conversation)
    let status = try status.map { try desk.choice($0, of: AgentDesk.statuses) }
    let given = try TextSource.words(words, desk)
    let files = try FileSource.read(attach, desk)
    if given == nil, template == nil, files.isEmpty, !desk.console.canAsk {
      throw AgentProblem(.usage, desk.say(.needsText))
    }
    let client = try desk.client()
    let memory = SeenMemory(client.credentials, environment: desk.console.environment)
    var seen = seq ?? memory.seq(of: id)
    var text = given ?? ""
    if given == nil, template == nil, files.isEmpty || desk.console.canAsk {
      let current = try await client.get("/conversations/\(id)")
      let seenBefore = seen
      text = try await client.showingTyping(in: current) {
        try Draft(name: "reply-\(id)", desk: desk).write(about: current, seen: seenBefore)
      }
      // The quote holds everything newer than what had been seen.
      seen = desk.lastSeq(current) ?? seen
    } else if seen == nil, !anyway {
      seen = try await showFirst(id, desk, client)
    }
    if given != nil, text.isEmpty, template == nil, files.isEmpty { throw AgentProblem(.usage, desk.say(.nothingSent)) }
    try await send(id, text, files, status: status, seen: seen, desk, client)
  }

  /// Not read yet: shown now. A person may go on at once; a script has to come again.
  private func showFirst(_ id: Int64, _ desk: AgentDesk, _ client: DeskClient) async throws -> Int64? {
    let current = try await client.get("/conversations/\(id)")
    var view = ConversationView(desk)
    (view.paint, view.width) = (desk.console.talkPaint, desk.console.talkWidth)
    let lines = view.lines(current)
    if desk.console.canAsk {
      for line in lines + [""] { desk.console.talk(line) }
      desk.remember(current, client)
      let answer = desk.console.ask(desk.say(.askSend))?.lowercased() ?? ""
      guard ["y", "yes", "是"].contains(answer) else { throw AgentProblem(.error, desk.say(.nothingSent)) }
      return desk.lastSeq(current)
    }
    desk.remember(current, client)
    let details: JSON = [
      "error": "not_seen", "message": "the conversation has not been read",
      "messages": current["messages"] ?? [], "seq": JSON(desk.lastSeq(current)),
    ]
    throw AgentProblem(.conflict, desk.say(.notSeen, String(id)), details: details, lines: lines)
  }

  private func send(
    _ id: Int64, _ text: String, _ files: [JSON], status: String?, seen: Int64?, _ desk: AgentDesk, _ client: DeskClient
  ) async throws {
    var members: [JSON.Member] = [.init("text", .string(text))]
    if let seen { members.append(.init("seq", JSON(seen))) }
    if !files.isEmpty { members.append(.init("attachments", .array(files))) }
    if !option.isEmpty { members.append(.init("options", JSON(option))) }
    if let template { members.append(.init("template", .string(template))) }
    if anyway { members.append(.init("anyway", true)) }
    if let status { members.append(.init("status", .string(status))) }
    let draft = Draft(name: "reply-\(id)", desk: desk)
    let answer: JSON
    do {
      answer = try await client.post("/conversations/\(id)/reply", .object(members))
    } catch let refusal as DeskRefusal {
      throw draft.kept(text, refused(refusal, id, desk, client))
    } catch let problem as AgentProblem {
      throw draft.kept(text, problem)
    }
    draft.remove()
    // After --anyway there may be messages below ours that nobody has read.
    if !anyway, let seq = answer["message"]?["seq"]?.int64 {
      try? SeenMemory(client.credentials, environment: desk.console.environment).remember(id, seq: seq)
    }
    let state = answer["message"]?["delivery"]?["state"]?.text ?? DeliveryState.queued.rawValue
    desk.done(answer, id: id, desk.say(.replied, String(id), desk.say.delivery(state).text))
    desk.console.hint("patchbay resolve \(id) · patchbay next")
  }

  private func refused(_ refusal: DeskRefusal, _ id: Int64, _ desk: AgentDesk, _ client: DeskClient) -> AgentProblem {
    guard refusal.code == "moved_on" else { return desk.problem(refusal, id) }
    var view = ConversationView(desk)
    (view.paint, view.width) = (desk.console.talkPaint, desk.console.talkWidth)
    let messages = refusal.json["messages"]?.array ?? []
    // They are shown below, so the next try may go out over them.
    desk.remember(["id": JSON(id), "seq": refusal.json["seq"] ?? nil, "messages": .array(messages)], client)
    return AgentProblem(
      .conflict, desk.say(.movedOn, String(id)), details: refusal.json,
      lines: messages.flatMap { view.lines(message: $0) + [""] })
  }
}

extension DeskClient {
  /// Runs `body`, in which the agent writes; meanwhile the customer of a chat sees that somebody is typing.
  fileprivate func showingTyping<T>(in conversation: JSON, _ body: () throws -> T) async throws -> T {
    guard conversation["channel_kind"]?.text == "webchat", let id = conversation["id"]?.int64 else { return try body() }
    let signs = Task {
      while !Task.isCancelled {
        _ = try? await post("/conversations/\(id)/typing")
        try? await Task.sleep(for: .seconds(4))
      }
    }
    defer { signs.cancel() }
    return try body()
  }
}

extension AgentDesk {
  /// A refusal about conversation `id`.
  func problem(_ refusal: DeskRefusal, _ id: Int64) -> AgentProblem {
    guard refusal.code == "held" else { return refusal.problem(say, subject: refusal.status == 404 ? "#\(id)" : nil) }
    let until = refusal.json["expires_at"]?.string.flatMap { Instant(rfc3339: $0) }
    let time = until.map { self.time.zone.short($0, now: self.time.now) } ?? "?"
    let agent = refusal.json["agent"]?.text ?? "?"
    return AgentProblem(.conflict, say(.held2, String(id), agent, time), details: refusal.json)
  }
}
