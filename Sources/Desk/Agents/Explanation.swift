package import Conversations
import Routing
import Storage

extension Desk {
  package enum Question: String, Sendable, CaseIterable { case route, due, priority }

  /// Why a conversation lies where it lies, is due when it is due, or is as urgent as it is: in words and as data.
  package func explain(
    _ id: ConversationID, _ question: Question, to agent: Agent, language: String = "en"
  ) async throws -> (text: String, decisions: [JSON]) {
    let (configuration, now) = (configuration.value, now())
    let say = ExplanationWords(language, zone: configuration.settings.zone)
    return try await store.read { [self] tx in
      guard let record = try tx.conversation(id), try mayOpen(record, agent, now, tx) else {
        throw DeskError.notFound("no conversation \(id)")
      }
      switch question {
      case .route:
        let decisions = try tx.decisions(of: id)
        let route = RouteExplanation(say: say, conversation: record, decisions: decisions)
        return (route.text, decisions.map(\.json))
      case .priority:
        let decisions = try tx.decisions(of: id)
        let lease = try tx.lease(of: id, now: now)
        let turn = TurnExplanation(record, lease, configuration, say, now: now, try tx.abilities())
        let route = RouteExplanation(say: say, conversation: record, decisions: decisions)
        return (turn.text + "\n\n" + route.text, decisions.map(\.json))
      case .due:
        let clocks = try tx.clocks(of: id)
        return (try due(record, clocks, configuration, say, now: now, tx), clocks.map(\.json))
      }
    }
  }

  private func due(
    _ record: ConversationRecord, _ clocks: [ClockRecord], _ configuration: DeskConfiguration, _ say: ExplanationWords,
    now: Instant, _ tx: Transaction
  ) throws -> String {
    let id = record.id.rawValue
    let logs = try LogBook.read(tx, of: [id], upTo: .max)
    let histories = calendars.histories(configuration.table.calendars)
    let story = StoryTeller(histories: histories).tell(logs[id] ?? [], until: now) { logs[$0] ?? [] }
    return DueExplanation(
      configuration: configuration, machine: ClockMachine(histories: histories), say: say, story: story,
      log: logs[id] ?? [], now: now
    ).text(record, clocks)
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
