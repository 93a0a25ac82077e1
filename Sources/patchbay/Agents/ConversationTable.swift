import Conversations
import Terminal

/// Conversations as a table: one line each.
struct ConversationTable {
  let desk: AgentDesk

  func print(_ conversations: [JSON], found: Bool = false) {
    let say = desk.say
    var table = TextTable([
      .init(say(.id), right: true), .init(say(.priority), dispensable: 3), .init(say(.status), dispensable: 5),
      .init(say(.queue), minimum: 6, dispensable: 4), .init(say(.customer), minimum: 8, dispensable: 1),
      .init(say(found ? .found : .subject), minimum: 12), .init(say(.waitingTime), right: true, dispensable: 6),
      .init(say(.due), right: true, dispensable: 2), .init(say(.assignee), minimum: 5, dispensable: 7),
    ])
    for conversation in conversations { table.add(row(conversation, found: found)) }
    desk.console.print(table.lines(width: desk.console.width, paint: desk.console.paint))
  }

  private func row(_ conversation: JSON, found: Bool) -> [TextTable.Cell] {
    let say = desk.say
    let text = { (key: String) in conversation[key]?.text ?? "" }
    let priority = say.priority(text("priority"))
    let due = conversation["due_at"]?.string.flatMap { Instant(rfc3339: $0) }.map(desk.time.due)
    let subject = text("subject").isEmpty ? say(.noSubject) : text("subject")
    let waiting = conversation["waiting_seconds"]?.int64.map(desk.time.span) ?? ""
    return [
      .init(text("id"), .bold), .init(priority.text, priority.style), .init(say.status(text("status"))),
      .init(text("queue")), .init(say.customer(conversation["contact"])),
      .init(found && !text("snippet").isEmpty ? text("snippet") : subject), .init(waiting),
      .init(due?.text ?? "", due?.style ?? .plain), .init(text("assignee")),
    ]
  }
}

extension AgentDesk {
  /// Conversations in the form that was asked for.
  func printList(_ conversations: [JSON], found: Bool = false) {
    if common.json {
      for conversation in conversations { console.print(conversation) }
    } else if common.quiet {
      for conversation in conversations { if let id = conversation["id"]?.text { console.print(Neutral.oneLine(id)) } }
    } else if conversations.isEmpty {
      console.talk(say(.nothingFound))
    } else {
      ConversationTable(desk: self).print(conversations, found: found)
    }
  }
}
