import Conversations
import Routing
import Storage

extension ConversationRecord {
  /// It waits in another queue, or waits again, from now on; what its queue's overflow says begins anew. `rest` of its own
  /// way, after `timeoutSeconds`, comes before that.
  mutating func lineUp(
    _ configuration: DeskConfiguration, now: Instant, rest: [RouteTarget] = [], timeoutSeconds: Int64? = nil
  ) {
    (keptFor, keptUntil, ways, movesAt) = (nil, nil, nil, nil)
    if let timeoutSeconds, !rest.isEmpty {
      (ways, movesAt) = (RouteTarget.json(rest).description, now.adding(seconds: timeoutSeconds))
    } else if let seconds = configuration.table.queue(queue)?.overflow?.timeoutSeconds {
      movesAt = now.adding(seconds: seconds)
    }
  }

  /// Where it goes when its time in this queue is over.
  fileprivate func rest(_ configuration: DeskConfiguration) -> [RouteTarget] {
    if let ways, let json = try? JSON(parsing: ways) { return RouteTarget.list(json) }
    return configuration.table.queue(queue)?.overflow.map { [RouteTarget(queue: $0.queue, priority: $0.priority)] }
      ?? []
  }
}

extension Desk {
  /// When nobody is there for any of the stops that are left, they are looked at again after this.
  private static let lookAgainSeconds: Int64 = 60

  /// Queues that are open and that somebody who is online serves.
  func attendedQueues(_ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction) throws -> Set<String> {
    let agents = try tx.agentsOnline(now: now).map(\.agent)
    let open = configuration.table.queues.map(\.name).filter { name in
      agents.contains { $0.serves(name) } && configuration.calendar(ofQueue: name)?.isOpen(at: now) ?? true
    }
    return Set(open)
  }

  /// What waits already moves on by the overflows of `configuration` as well: its time begins now, unless it is up before.
  /// Of queues whose overflow is as it was `before` nothing is touched.
  func setOverflows(_ configuration: DeskConfiguration, before: DeskConfiguration?) async throws {
    for queue in configuration.table.queues {
      guard let overflow = queue.overflow, let seconds = overflow.timeoutSeconds,
        before?.table.queue(queue.name)?.overflow?.timeoutSeconds != seconds
      else { continue }
      let moment = now().adding(seconds: seconds)
      var place: LinePlace?
      repeat {
        let start = place
        place = try await store.write { try $0.moveOnBy(moment, queue: queue.name, after: start, limit: 500) }
      } while place != nil
    }
  }

  /// Conversations that nobody took in the time of their queue go to the next one that anybody is there for, in their old
  /// place. Returns how many were looked at.
  @discardableResult
  package func moveOn() async throws -> Int {
    let (configuration, now, limit) = (configuration.value, now(), 100)
    let (count, changes) = try await store.write { [self] tx -> (Int, [LiveChange]) in
      let over = try tx.conversationsToMove(now: now, limit: limit)
      guard !over.isEmpty else { return (0, []) }
      let attended = try attendedQueues(configuration, now, tx)
      let changes = try over.compactMap { found -> LiveChange? in
        var conversation = found
        let ways = Ways(targets: conversation.rest(configuration), attended: attended)
        let hasMoved = try follow(ways, &conversation, configuration, now, tx)
        if !hasMoved { conversation.movesAt = ways.targets.isEmpty ? nil : now.adding(seconds: Desk.lookAgainSeconds) }
        conversation.updatedAt = hasMoved ? now : conversation.updatedAt
        try tx.save(conversation, over: found)
        return hasMoved ? LiveChange("transferred", conversation) : nil
      }
      return (over.count, changes)
    }
    feed.publish(changes)
    return count
  }

  /// To the next stop that anybody is there for; false when there is none.
  func follow(
    _ ways: Ways, _ conversation: inout ConversationRecord, _ configuration: DeskConfiguration, _ now: Instant,
    _ tx: Transaction
  ) throws -> Bool {
    guard let index = ways.next, configuration.table.queue(ways.targets[index].queue) != nil else { return false }
    let (target, from) = (ways.targets[index], conversation.queue)
    (conversation.queue, conversation.homeQueue, conversation.assignee) = (target.queue, target.queue, nil)
    if let priority = target.priority { conversation.priority = max(conversation.priority, priority) }
    conversation.reason = "nobody took it in \(from)"
    conversation.lineUp(
      configuration, now: now, rest: Array(ways.targets[(index + 1)...]), timeoutSeconds: target.timeoutSeconds)
    let inputs = ways.json.description
    let skipped = ways.targets[..<index].map { JSON($0.queue) }
    let trace: JSON = [["step": "moved on", "from": JSON(from), "to": JSON(target.queue), "skipped": .array(skipped)]]
    try tx.insert(
      DecisionRecord(
        id: newID(now), conversation: conversation.id, message: nil, at: now, kind: "overflow",
        configuration: configuration.version, inputsHash: sha256Hex(inputs.utf8), category: conversation.category,
        priority: conversation.priority, queue: conversation.queue, traceJSON: trace.description, inputsJSON: inputs))
    try retarget(&conversation, configuration: configuration, now: now, tx)
    try tx.log(
      id: newID(now), conversation.id, "transfer", at: now, actor: nil, queue: conversation.queue,
      data: ["from": JSON(from), "reason": "overflow"])
    return true
  }
}
