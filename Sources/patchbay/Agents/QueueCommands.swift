import ArgumentParser
import Conversations
import Terminal

struct QueuesCommand: AgentCommand {
  static let configuration = agentCommand("queues", .queues, examples: "queues", "queues --json")

  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    let queues = try await desk.client().get("/queues")["queues"]?.array ?? []
    if common.json { return queues.forEach(desk.console.print) }
    if common.quiet { return queues.forEach { desk.console.print(Neutral.oneLine($0["queue"]?.text ?? "")) } }
    let say = desk.say
    var table = TextTable([
      .init(say(.queue)), .init(say(.title), minimum: 8, dispensable: 2),
      .init(say(.hoursNow), minimum: 6, dispensable: 1),
      .init(say(.waiting), right: true), .init(say(.oldest), right: true, dispensable: 4),
      .init(say(.held), right: true, dispensable: 3), .init(say(.urgentCount), right: true),
      .init(say(.overdueCount), right: true),
    ])
    for queue in queues { table.add(row(queue, desk)) }
    desk.console.print(table.lines(width: desk.console.width, paint: desk.console.paint))
    if queues.contains(where: { ($0["waiting"]?.int ?? 0) > 0 }) { desk.console.hint("patchbay next") }
  }

  private func row(_ queue: JSON, _ desk: AgentDesk) -> [TextTable.Cell] {
    let count = { (key: String) in queue[key]?.text ?? "0" }
    let alarm = { (key: String) -> Style in (queue[key]?.int ?? 0) > 0 ? .red : .dim }
    let oldest = queue["oldest_waiting_seconds"]?.int64.map { desk.time.span(seconds: $0) } ?? ""
    return [
      .init(queue["queue"]?.text ?? "", .bold), .init(desk.say.title(queue["title"])), hours(queue, desk),
      .init(count("waiting")), .init(oldest), .init(count("held")), .init(count("urgent"), alarm("urgent")),
      .init(count("overdue"), alarm("overdue")),
    ]
  }

  private func hours(_ queue: JSON, _ desk: AgentDesk) -> TextTable.Cell {
    if queue["open"]?.bool == true { return .init(desk.say(.open), .green) }
    guard let opens = queue["opens_at"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
      return .init(desk.say(.closed), .dim)
    }
    return .init(desk.say(.opensAt, desk.time.zone.short(opens, now: desk.time.now)), .dim)
  }
}

struct NextCommand: AgentCommand {
  static let configuration = agentCommand(
    "next", .next, examples: "next", "next --queue payments", "next --json")

  @Option(help: help(.queueOption)) var queue: String?
  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    let client = try desk.client()
    let conversation = try await client.post("/next", queue.map { ["queue": .string($0)] } ?? [:])
    desk.present(conversation, client)
    if let id = conversation["id"]?.int64 { desk.console.hint("patchbay reply \(id) · patchbay release \(id)") }
  }
}

struct ListCommand: AgentCommand {
  static let configuration = agentCommand(
    "list", .list, examples: "list", "list --queue payments --status open", "list --mine", "list 退款 --limit 10")

  @Argument(help: help(.query)) var words: [String] = []
  @Option(help: help(.queueOption)) var queue: String?
  @Option(help: help(.statusOption)) var status: String?
  @Flag(help: help(.mine)) var mine = false
  @Option(help: help(.limit)) var limit = 50
  @OptionGroup var common: CommonOptions

  /// As many as the API gives at a time.
  static let pageSizeMax = 200

  func validate() throws { if limit < 1 { throw ValidationError("--limit: 1…") } }

  func work(_ desk: AgentDesk) async throws {
    let client = try desk.client()
    let status = try status.map { try desk.choice($0, of: AgentDesk.statuses) }
    var (found, cursor): ([JSON], String?) = ([], nil)
    repeat {
      let page = try await client.get(
        "/conversations",
        [
          ("queue", queue), ("status", status), ("q", words.isEmpty ? nil : words.joined(separator: " ")),
          ("mine", mine ? "1" : nil), ("limit", String(min(limit - found.count, ListCommand.pageSizeMax))),
          ("cursor", cursor),
        ])
      let conversations = page["conversations"]?.array ?? []
      found += conversations
      cursor = conversations.isEmpty ? nil : page["next_cursor"]?.text
    } while cursor != nil && found.count < limit
    desk.printList(Array(found.prefix(limit)))
    if cursor != nil, desk.isForPeople { desk.console.talk(desk.say(.moreFollow, String(limit * 2))) }
    if !found.isEmpty { desk.console.hint("patchbay show \(Neutral.oneLine(found[0]["id"]?.text ?? ""))") }
  }
}

struct SearchCommand: AgentCommand {
  static let configuration = agentCommand(
    "search", .search, examples: "search 重复扣款", "search TX-2026-000391 --json")

  @Argument(help: help(.query)) var words: [String]
  @Option(help: help(.limit)) var limit = 20
  @OptionGroup var common: CommonOptions

  func validate() throws { if limit < 1 { throw ValidationError("--limit: 1…") } }

  func work(_ desk: AgentDesk) async throws {
    let answer = try await desk.client().get(
      "/search", [("q", words.joined(separator: " ")), ("limit", String(limit))])
    let results = answer["results"]?.array ?? []
    desk.printList(results, found: true)
  }
}
