package import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Who has declined a conversation is not offered it again for so long.
  static let declineSeconds: Int64 = 300
  /// So many offers in a row unanswered, and the agent counts as away.
  static let unansweredMax = 3
  /// Offers made in one transaction.
  private static let offersMax = 100

  /// Offers what waits in queues with `offers`, whose turn comes first to whoever may have it: while anything waits that
  /// anybody who is there, has room and no offer open may have. Offers that ran out are taken back. Returns how many
  /// changes it made.
  @discardableResult
  package func giveOut() async throws -> Int {
    let (configuration, now) = (configuration.value, now())
    guard configuration.table.queues.contains(where: { $0.offerSeconds != nil }) else { return 0 }
    let changes = try await store.write { [self] tx in
      try OfferRound(desk: self, configuration: configuration, now: now, tx: tx).run(max: Desk.offersMax)
    }
    feed.publish(changes)
    return changes.count
  }

  /// Whenever something has changed: a conversation came, somebody has room again. And every few seconds, for offers that
  /// run out and what other routers did.
  package func runOffering(every interval: Duration = .seconds(5)) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        for await change in feed.changes() where !change.isFleeting { offerBell.ring() }
      }
      group.addTask { [self] in
        while !Task.isCancelled {
          do {
            while try await giveOut() > 0 {}
          } catch {
            log.error("offering failed", metadata: ["error": "\(error)"])
          }
          await offerBell.wait(timeout: interval)
        }
      }
    }
  }

  /// Takes what was offered; and what was not, if it is free.
  package func accept(_ id: ConversationID, for agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, configuration, now, tx in
      try desk.holdOrExplain(conversation, agent, configuration, now, tx)
      try tx.note(.online, of: agent.name, now: now, until: Desk.presenceEnd(now), isGiven: true) { desk.newID(now) }
      return "taken"
    }
  }

  /// Gives an offer back; it keeps its place, and is offered to others first.
  /// - Throws: `.invalid` when it is not offered to this agent (any more).
  package func decline(_ id: ConversationID, by agent: Agent) async throws {
    try await act(on: id, as: agent) { desk, conversation, _, now, tx in
      guard let lease = try tx.lease(of: id, now: now), lease.isOffer, lease.agent == agent.name else {
        throw DeskError.invalid("#\(id) is not offered to you")
      }
      try tx.dropLease(id)
      try tx.noteDecline(of: id, by: agent.name, until: now.adding(seconds: Desk.declineSeconds))
      try tx.note(.online, of: agent.name, now: now, until: Desk.presenceEnd(now)) { desk.newID(now) }
      try desk.logEvent("declined", conversation, agent, now, tx)
      return "declined"
    }
  }
}

/// One round of offers in one transaction.
struct OfferRound {
  let desk: Desk
  let configuration: DeskConfiguration
  let now: Instant
  let tx: Transaction
  /// How far it looks in a pool behind what only others may have.
  private static let depthMax = 50

  func run(max: Int) throws -> [LiveChange] {
    var changes = try takeBack()
    var matching = Matching(at: now, options: [], agents: try candidates())
    guard !matching.agents.isEmpty else { return changes }
    let (line, declines) = (try Line(configuration, now: now, tx), try tx.declines(now: now))
    func option(_ head: PoolHead) -> WorkOption {
      line.option(head, declinedBy: declines[head.conversation] ?? [])
    }
    let names = Set(matching.agents.map(\.name))
    matching.options = try tx.poolHeads(for: nil, queue: nil, now: now).filter { isOffered($0, to: names) }.map(option)
    for head in matching.options { try lookBehind(head, &matching, option) }
    while changes.count < max, let (choice, agent) = matching.outcome() {
      if let change = try offer(choice, to: agent, matching) {
        changes.append(change)
        matching.agents.removeAll { $0.name == agent.name }
      }
      matching.options.removeAll { $0.conversation == choice.conversation }
      guard let next = try head(behind: choice).map(option) else { continue }
      matching.options.append(next)
      try lookBehind(next, &matching, option)
    }
    return changes
  }

  /// Offers that nobody answered.
  private func takeBack() throws -> [LiveChange] {
    try tx.offersOver(now: now, limit: 100).compactMap { lease in
      guard let conversation = try tx.conversation(lease.conversation) else { return nil }
      try tx.dropLease(lease.conversation)
      try tx.noteDecline(
        of: lease.conversation, by: lease.agent, until: now.adding(seconds: Desk.declineSeconds))
      if try tx.noteUnanswered(by: lease.agent) >= Desk.unansweredMax {
        try tx.note(.away, of: lease.agent, now: now, until: Desk.presenceEnd(now)) { desk.newID(now) }
      }
      try tx.log(
        id: desk.newID(now), conversation.id, "unanswered", at: now, actor: nil, queue: conversation.queue,
        data: ["agent": JSON(lease.agent)])
      return LiveChange("unanswered", conversation)
    }
  }

  /// Who is there, has room and has no offer open.
  private func candidates() throws -> [WorkCandidate] {
    let online = try tx.agentsOnline(now: now, isClaiming: true)
    guard !online.isEmpty else { return [] }
    let loads = Dictionary(grouping: try tx.loads(now: now), by: \.agent)
    return online.compactMap { agent, presence in
      let theirs = loads[agent.name] ?? []
      guard !theirs.contains(where: \.hasOffer) else { return nil }
      let load = configuration.load(theirs.map { ($0.channelKind, $0.count) })
      let candidate = WorkCandidate(agent, load: load, givenAt: presence.givenAt)
      return candidate.isFull ? nil : candidate
    }
  }

  private func isOffered(_ head: PoolHead, to names: Set<String>) -> Bool {
    guard configuration.table.queue(head.queue)?.offerSeconds != nil else { return false }
    if case .own(let owner) = head.pool { return names.contains(owner) }
    return true
  }

  private func head(behind option: WorkOption) throws -> PoolHead? {
    let next = try tx.poolHead(after: option.head, for: nil, queue: nil, now: now)
    return next.flatMap { configuration.table.queue($0.queue)?.offerSeconds == nil ? nil : $0 }
  }

  /// What is kept for somebody or was declined holds up nobody behind it.
  private func lookBehind(_ option: WorkOption, _ matching: inout Matching, _ make: (PoolHead) -> WorkOption) throws {
    var last = option
    for _ in 0..<Self.depthMax {
      let isHeldUp = last.keptFor != nil || !last.declinedBy.isEmpty
      guard isHeldUp, !matching.agents.contains(where: { matching.objection(to: last, for: $0) == nil }),
        let next = try head(behind: last)
      else { return }
      last = make(next)
      matching.options.append(last)
    }
  }

  /// `nil`: somebody else is just taking it.
  private func offer(_ choice: WorkOption, to candidate: WorkCandidate, _ matching: Matching) throws -> LiveChange? {
    let seconds = configuration.table.queue(choice.queue)?.offerSeconds ?? 0
    let until = now.adding(seconds: Int64(seconds))
    guard let conversation = try tx.claimWaiting(choice.conversation, now: now),
      try tx.takeLease(conversation.id, agent: candidate.name, now: now, until: until, isOffer: true)
    else { return nil }
    try tx.noteGiven(to: candidate.name, at: now)
    try tx.log(
      id: desk.newID(now), conversation.id, "offered", at: now, actor: nil, queue: conversation.queue,
      data: ["agent": JSON(candidate.name), "until": JSON(until)])
    try desk.decided("offer", conversation, matching, configuration, tx)
    return LiveChange("offered", conversation)
  }
}
