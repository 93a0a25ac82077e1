import Channels
package import Conversations
import Routing
import Storage

/// What lists and single views show of conversations, gathered in a fixed number of queries however many there are.
struct ConversationViews {
  let records: [ConversationRecord]
  let names: [ContactID: String]
  let leases: [ConversationID: LeaseRecord]
  let now: Instant

  init(_ records: [ConversationRecord], now: Instant, _ tx: Transaction) throws {
    (self.records, self.now) = (records, now)
    names = try tx.contactNames(Set(records.map(\.contact)))
    leases = try tx.leases(on: records.map(\.id), now: now)
  }

  func json(_ record: ConversationRecord, contact: JSON? = nil, extra: [JSON.Member] = []) -> JSON {
    let lease = leases[record.id]
    let card: JSON =
      contact ?? [
        "id": JSON(record.contact.description), "name": JSON(names[record.contact]), "phone": nil, "email": nil,
      ]
    let members: [JSON.Member] = [
      .init("id", JSON(record.id.rawValue)), .init("queue", JSON(record.queue)),
      .init("category", JSON(record.category)),
      .init("priority", JSON(record.priority.rawValue)), .init("status", JSON(record.status.rawValue)),
      .init("contact", card),
      .init("subject", JSON(record.subject)), .init("channel", JSON(record.channel)),
      .init("channel_kind", JSON(record.channelKind)),
      .init("language", JSON(record.language)), .init("assignee", JSON(record.assignee)),
      .init("waiting_seconds", JSON(record.waitingSince.map { max(0, now.seconds(since: $0)) })),
      .init("due_at", JSON(record.dueAt)),
      .init(
        "lease",
        lease.map {
          ["agent": JSON($0.agent), "expires_at": JSON($0.expiresAt), "offered": JSON($0.isOffer)]
        } ?? .null),
      .init("seq", JSON(record.lastSeq)), .init("reason", JSON(record.reason)),
      .init("home_queue", JSON(record.homeQueue)),
      .init("turn_at", record.status.isWaiting ? JSON(record.turn.by) : .null),
      .init("kept_for", record.isKept(now) ? JSON(record.keptFor) : .null),
      .init("snoozed_until", record.readyAt > now ? JSON(record.readyAt) : .null),
      .init("started_at", JSON(record.startedAt)),
      .init("updated_at", JSON(record.updatedAt)), .init("reopened", JSON(record.reopenCount)),
      .init("related_to", JSON(record.relatedTo?.rawValue)), .init("merged_into", JSON(record.mergedInto?.rawValue)),
      .init("flags", JSON(record.flags.split(separator: " ").map(String.init))),
      .init("contact_groups", JSON(record.contactGroups)), .init("skills", JSON(record.neededSkills)),
    ]
    return .object(members + extra)
  }
}

extension ConversationRecord {
  func isKept(_ now: Instant) -> Bool { keptUntil.map { $0 > now } ?? false }
}

extension Desk {
  /// What has become of a conversation that the agent has just done something to: as `show`, or no more than where it is
  /// now, if it has left their queues by it.
  package func outcome(_ id: ConversationID, for agent: Agent) async throws -> JSON {
    let now = now()
    let away: JSON? = try await store.read { [self] tx in
      guard let record = try tx.conversation(id), try !mayOpen(record, agent, now, tx) else { return nil }
      return [
        "id": JSON(id.rawValue), "queue": JSON(record.queue), "category": JSON(record.category),
        "priority": JSON(record.priority.rawValue), "status": JSON(record.status.rawValue),
      ]
    }
    if let away { return away }
    return try await show(id, to: agent)
  }

  /// One conversation with its messages, as `next --json` prints it. Does not exist for agents who do not serve its queue
  /// and do not hold it.
  package func show(_ id: ConversationID, to agent: Agent) async throws -> JSON {
    let now = now()
    return try await store.read { [self] tx in
      guard let record = try tx.conversation(id), try mayOpen(record, agent, now, tx) else {
        throw DeskError.notFound("no conversation \(id)")
      }
      let messages = try tx.messages(of: id)
      let files = Dictionary(grouping: try tx.attachments(of: id), by: \.message)
      let attempts = try tx.attemptCounts(of: id)
      let shown = messages.map { MessageView($0, attachments: files[$0.id] ?? [], attempts: attempts[$0.id]).json }
      let views = try ConversationViews([record], now: now, tx)
      return views.json(
        record, contact: try Desk.contactCard(record.contact, tx),
        extra: [
          .init("messages", .array(shown)), .init("facts", ToldDetails(messages, email: nil, hasFiles: false).json),
          .init("rating", try rating(record, tx)),
        ] + (try chatSigns(record, now: now, tx)))
    }
  }

  /// Nobody is asked about what was never resolved: that need not be looked up.
  private func rating(_ record: ConversationRecord, _ tx: Transaction) throws -> JSON {
    guard record.resolvedAt != nil || record.reopenCount > 0 else { return .null }
    return try Desk.rating(of: record.id, tx) ?? .null
  }

  /// Of a chat: who has seen what, and whether the customer is typing now.
  private func chatSigns(_ record: ConversationRecord, now: Instant, _ tx: Transaction) throws -> [JSON.Member] {
    guard record.channelKind == WebChat.kind.rawValue else { return [] }
    let presence = try tx.chatPresence(channel: record.channel, threadKey: record.threadKey)
    let seen: JSON? = presence?.seenMessage.map {
      ["message": JSON($0.description), "by": JSON(presence?.seenBy), "at": JSON(presence?.seenAt)]
    }
    return [
      .init("customer_typing", JSON(typing.isTyping(.customer, in: record.threadKey, now: now))),
      .init("seen", seen ?? .null),
    ]
  }

  private static func contactCard(_ id: ContactID, _ tx: Transaction) throws -> JSON {
    let (contact, identities) = (try tx.contact(id), try tx.identities(of: id))
    let claims = try tx.claims(of: id)
    let claim = { (kind: String) in claims.first { $0.kind == kind }?.address }
    let email = identities.first { $0.kind == "email" }?.address ?? claim("email")
    let phone = identities.first(where: \.isNumber)?.address ?? claim("phone")
    return [
      "id": JSON(id.description), "name": JSON(contact?.name ?? identities.first?.display),
      "phone": JSON(phone), "email": JSON(email),
      "identities": .array(identities.map { ["kind": JSON($0.kind), "address": JSON($0.address)] }),
      "claims": .array(claims.map { ["kind": JSON($0.kind), "address": JSON($0.address)] }),
    ]
  }

  /// A page of conversations the agent may see, newest activity first, and the cursor of the next page.
  package func list(_ filter: ConversationFilter, for agent: Agent) async throws -> (
    conversations: [JSON], cursor: String?
  ) {
    var (filter, now) = (filter, now())
    let (configuration, wanted) = (configuration.value, filter.limit)
    if agent.role == .agent, !agent.queues.isEmpty {
      filter.queues =
        try filter.queues.map { asked in
          try asked.flatMap { try servedQueues(agent, asked: $0, configuration) }
        } ?? agent.queues
    } else if let asked = filter.queues {
      filter.queues = try asked.flatMap { try servedQueues(agent, asked: $0, configuration) }
    }
    filter.limit = wanted + 1
    let (final, moment) = (filter, now)
    return try await store.read { tx in
      let found = try tx.conversations(final)
      let page = Array(found.prefix(wanted))
      let views = try ConversationViews(page, now: moment, tx)
      let cursor = found.count > wanted ? page.last.map { "\($0.updatedAt.microseconds).\($0.id)" } : nil
      return (page.map { views.json($0) }, cursor)
    }
  }

  /// How the agent's queues stand.
  package func queues(for agent: Agent) async throws -> [JSON] {
    let (configuration, now) = (configuration.value, now())
    let counts = try await store.read { try $0.queueCounts(now: now) }
    let byName = Dictionary(counts.map { ($0.queue, $0) }) { first, _ in first }
    return configuration.table.queues.filter { agent.serves($0.name) }.map { queue in
      let (count, calendar) = (byName[queue.name], configuration.calendar(ofQueue: queue.name))
      let isOpen = calendar?.isOpen(at: now) ?? true
      return [
        "queue": JSON(queue.name),
        "title": .object(queue.titles.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }),
        "open": JSON(isOpen), "opens_at": isOpen ? .null : JSON(calendar?.nextOpen(at: now)),
        "waiting": JSON(count?.waiting ?? 0),
        "oldest_waiting_seconds": JSON(count?.oldestSince.map { max(0, now.seconds(since: $0)) }),
        "held": JSON(count?.held ?? 0), "urgent": JSON(count?.urgent ?? 0), "overdue": JSON(count?.overdue ?? 0),
      ]
    }
  }
}
