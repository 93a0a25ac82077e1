package import Conversations
import Routing
import Storage

extension Desk {
  package enum Question: String, Sendable, CaseIterable { case route, due, priority }

  /// Why a conversation lies where it lies, is due when it is due, or is as urgent as it is: in words and as data.
  package func explain(_ id: ConversationID, _ question: Question, to agent: Agent) async throws -> (
    text: String, decisions: [JSON]
  ) {
    let (configuration, now) = (configuration.value, now())
    let histories = calendars.histories(configuration.table.calendars)
    return try await store.read { tx in
      guard let record = try tx.conversation(id), record.isVisible(to: agent) else {
        throw DeskError.notFound("no conversation \(id)")
      }
      switch question {
      case .route:
        let decisions = try tx.decisions(of: id)
        return (Explanation.routing(record, decisions), decisions.map(\.json))
      case .priority:
        let decisions = try tx.decisions(of: id)
        let turn = TurnExplanation(record, try tx.lease(of: id, now: now), configuration, now: now, try tx.abilities())
        return (turn.text + "\n\n" + Explanation.routing(record, decisions), decisions.map(\.json))
      case .due:
        let clocks = try tx.clocks(of: id)
        let logs = try LogBook.read(tx, of: [id.rawValue], upTo: .max)
        let story = StoryTeller(histories: histories).tell(logs[id.rawValue] ?? [], until: now) { logs[$0] ?? [] }
        let due = DueExplanation(configuration: configuration, spans: story.statusSpans, now: now)
        return (due.text(record, clocks), clocks.map(\.json))
      }
    }
  }
}

/// Facts of the store turned into sentences.
enum Explanation {
  static func routing(_ conversation: ConversationRecord, _ decisions: [DecisionRecord]) -> String {
    var lines = [
      "#\(conversation.id) lies in `\(conversation.queue)`, category `\(conversation.category)`, priority \(conversation.priority.rawValue)."
    ]
    if conversation.queue != conversation.homeQueue {
      lines.append("It belongs to `\(conversation.homeQueue)`, which is closed.")
    }
    lines.append("In one line: \(conversation.reason)")
    for decision in decisions {
      lines.append("")
      lines.append(
        "\(decision.at.rfc3339) \(decision.kind) → queue `\(decision.queue)`, category `\(decision.category)`, priority \(decision.priority.rawValue)"
      )
      lines.append(
        "  configuration \(decision.configuration.prefix(12))\(decision.inputsHash.isEmpty ? "" : ", inputs \(decision.inputsHash.prefix(12))")"
      )
      let trace = (try? JSON(parsing: decision.traceJSON))?.array ?? []
      lines += trace.map { "  - \(words(of: $0))" }
    }
    return lines.joined(separator: "\n")
  }

  /// `rule lost-phone: no, none of its words` — one line per step, whatever members it has.
  private static func words(of step: JSON) -> String {
    (step.members ?? []).map { member in
      let value = member.value.string ?? member.value.description
      return member.key == "step" ? value : "\(member.key): \(value)"
    }.joined(separator: ", ")
  }

  /// `2 h 30 min`.
  static func duration(_ seconds: Int64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 > 0 }.prefix(2)
    return parts.isEmpty ? "0 s" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}

extension DecisionRecord {
  var json: JSON {
    [
      "at": JSON(at), "kind": JSON(kind), "configuration": JSON(configuration), "inputs_hash": JSON(inputsHash),
      "category": JSON(category), "priority": JSON(priority.rawValue), "queue": JSON(queue),
      "inputs": inputsJSON.flatMap { try? JSON(parsing: $0) } ?? .null,
      "trace": (try? JSON(parsing: traceJSON)) ?? [],
    ]
  }
}

extension ClockRecord {
  var json: JSON {
    [
      "kind": JSON(kind), "target": JSON(target), "calendar": JSON(calendar), "calendar_version": JSON(calendarVersion),
      "target_seconds": JSON(targetSeconds), "started_at": JSON(startedAt), "due_at": JSON(dueAt),
      "state": JSON(state.rawValue),
      "used_seconds": JSON(usedSeconds), "stopped_at": JSON(stoppedAt), "breached_at": JSON(breachedAt),
      "business_seconds": JSON(businessSeconds), "calendar_seconds": JSON(calendarSeconds),
    ]
  }
}
