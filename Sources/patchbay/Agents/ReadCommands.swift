import ArgumentParser
import Conversations
import Terminal

struct ShowCommand: AgentCommand {
  static let configuration = agentCommand(
    "show", .show, examples: "show 391", "show 391 --full", "show 391 --json")
  @Argument(help: help(.conversation)) var conversation: String
  @Flag(help: help(.full)) var full = false
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(conversation)
    let client = try desk.client()
    do {
      desk.present(try await client.get("/conversations/\(id)"), client, full: full)
    } catch let refusal as DeskRefusal {
      throw desk.problem(refusal, id)
    }
    desk.console.hint("patchbay reply \(id) · patchbay explain \(id)")
  }
}

struct ExplainCommand: AgentCommand {
  static let configuration = agentCommand("explain", .explain, examples: "explain 391", "explain 391 due")
  @Argument(help: help(.conversation)) var conversation: String
  @Argument(help: help(.question)) var what: String = "route"
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(conversation)
    let what = try desk.choice(what, of: ["route", "due", "priority"])
    let answer: JSON
    do {
      answer = try await desk.client().get("/conversations/\(id)/explain", [("what", what)])
    } catch let refusal as DeskRefusal {
      throw desk.problem(refusal, id)
    }
    if common.json { return desk.console.print(answer) }
    if common.quiet { return desk.console.print(String(id)) }
    let text = Neutral.lines(answer["text"]?.string ?? "")
    desk.console.print(desk.console.width.map { Wrapping.lines(text, columns: $0) } ?? [text])
  }
}

struct TemplatesCommand: AgentCommand {
  static let configuration = agentCommand("templates", .templates, examples: "templates", "templates -q")
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    let answer = try await desk.client().get("/templates")
    let templates = answer["templates"]?.array ?? answer.array ?? []
    if common.json { return templates.forEach(desk.console.print) }
    let name = { (template: JSON) in template["name"]?.text ?? template.text ?? "" }
    if common.quiet { return templates.forEach { desk.console.print(Neutral.oneLine(name($0))) } }
    if templates.isEmpty { return desk.console.talk(desk.say(.noTemplates)) }
    // A server may list names only.
    let described = templates.contains { $0.members != nil }
    guard described else { return templates.forEach { desk.console.print(Neutral.oneLine(name($0))) } }
    var table = TextTable([
      .init(desk.say(.name), minimum: 8), .init(desk.say(.language)),
      .init(desk.say(.subject), minimum: 8, dispensable: 1),
      .init(desk.say(.text), minimum: 12, dispensable: 2),
    ])
    for template in templates {
      let several = template["languages"]?.array?.compactMap(\.text).joined(separator: " ")
      table.add([
        .init(name(template), .bold), .init(template["language"]?.text ?? several ?? ""),
        .init(template["subject"]?.text ?? template["title"]?.text ?? ""), .init(template["text"]?.text ?? ""),
      ])
    }
    desk.console.print(table.lines(width: desk.console.width, paint: desk.console.paint))
    desk.console.hint("patchbay reply ID --template \(Neutral.oneLine(name(templates[0])))")
  }
}

struct CallCommand: AgentCommand {
  static let configuration = agentCommand(
    "call", .call, examples: "call --from +8613800138000 --category fraud \"Phone stolen, account frozen.\"",
    "call --from +442071838750 --name \"A. Jones\" --duration 240 - < notes.txt")
  @Argument(help: help(.textArgument)) var words: [String] = []
  @Option(help: help(.callFrom)) var from: String
  @Option(help: help(.callTo)) var to: String?
  @Option(help: help(.direction)) var direction: String?
  @Option(help: help(.startedAt)) var startedAt: String?
  @Option(help: help(.duration)) var duration: Int?
  @Option(help: help(.disposition)) var disposition: String?
  @Option(help: help(.callerName)) var name: String?
  @Option(help: help(.categoryArgument)) var category: String?
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    if let startedAt, Instant(rfc3339: startedAt) == nil {
      throw AgentProblem(.usage, desk.say(.badTimestamp, startedAt))
    }
    let direction = try direction.map { try desk.choice($0, of: ["inbound", "outbound"]) }
    let draft = Draft(name: "call", desk: desk)
    let text = try await TextSource.words(words, desk, or: draft) { nil }
    let optional: [(String, String?)] = [
      ("to", to), ("direction", direction), ("started_at", startedAt), ("disposition", disposition), ("name", name),
      ("category", category),
    ]
    var members: [JSON.Member] = [.init("from", .string(from)), .init("text", .string(text))]
    members += optional.compactMap { key, value in value.map { .init(key, .string($0)) } }
    if let duration { members.append(.init("duration_s", JSON(duration))) }
    let answer: JSON
    do {
      answer = try await desk.client().post("/calls", .object(members))
      draft.remove()
    } catch let refusal as DeskRefusal {
      throw draft.kept(text, refusal.problem(desk.say))
    } catch let problem as AgentProblem {
      throw draft.kept(text, problem)
    }
    let id = answer["id"]?.int64 ?? 0
    desk.done(answer, id: id, desk.say(.called, String(id)))
    desk.console.hint("patchbay show \(id)")
  }
}
