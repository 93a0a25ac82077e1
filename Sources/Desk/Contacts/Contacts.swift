package import Conversations
import Storage

/// One customer, many channels. Identities join by proof only: what the provider itself vouches for. What people merely
/// say of themselves is a claim; contacts that share one are candidates, and an agent decides.
extension Desk {
  private static let shownMax = 100

  /// A contact with its addresses, claims, merges and conversations (those of the agent's queues). Does not exist for
  /// agents who serve none of its conversations.
  package func contact(_ id: ContactID, to agent: Agent) async throws -> JSON {
    let now = now()
    return try await store.read { tx in try Desk.contactJSON(id, agent, now: now, tx) }
  }

  /// Who may be the same person, each with the evidence: `{"contact","evidence":[{"kind","address","why"}]}`.
  package func candidates(for id: ContactID, to agent: Agent) async throws -> [JSON] {
    let now = now()
    return try await store.read { tx in
      _ = try Desk.contactJSON(id, agent, now: now, tx)
      let links = Dictionary(grouping: try tx.links(of: id, limit: Desk.shownMax), by: \.other)
      return links.sorted { $0.key < $1.key }.compactMap { other, evidence in
        guard let card = try? Desk.contactJSON(other, agent, now: now, tx) else { return nil }
        return [
          "contact": card,
          "evidence": .array(
            evidence.map { ["kind": JSON($0.kind), "address": JSON($0.address), "why": JSON($0.evidence)] }),
        ]
      }
    }
  }

  /// Makes `id` part of `survivor`: addresses and conversations move there, and new messages from them arrive there.
  /// - Throws: `.notFound`, `.invalid` (itself, or one that has been merged).
  package func merge(contact id: ContactID, into survivor: ContactID, by agent: Agent) async throws {
    let now = now()
    try await store.write { [self] tx in
      guard id != survivor else { throw DeskError.invalid("a contact cannot be merged into itself") }
      for contact in [id, survivor] {
        _ = try Desk.contactJSON(contact, agent, now: now, tx)
        if let other = try tx.survivor(of: contact) {
          throw DeskError.invalid("contact \(contact) has been merged into \(other)")
        }
      }
      _ = try tx.merge(id, into: survivor, id: newID(now), actor: agent.name, at: now)
      try tx.audit(
        id: newID(now), at: now, actor: agent.name, action: "contact merge", subject: id.description,
        detail: "into \(survivor)")
    }
  }

  /// Takes a merge back: every address, claim and conversation that it moved belongs to `id` again. What has come in since
  /// stays where it came in.
  /// - Throws: `.notFound`, `.invalid` (not merged, or the survivor has been merged itself: that one is undone first).
  package func unmerge(contact id: ContactID, by agent: Agent) async throws {
    let now = now()
    try await store.write { [self] tx in
      guard let merge = try tx.openMerge(of: id) else {
        guard try tx.contact(id) != nil else { throw DeskError.notFound("no contact \(id)") }
        throw DeskError.invalid("contact \(id) has not been merged into another")
      }
      _ = try Desk.contactJSON(merge.survivor, agent, now: now, tx)
      if let next = try tx.survivor(of: merge.survivor) {
        throw DeskError.invalid("contact \(merge.survivor) has itself been merged into \(next): unmerge that first")
      }
      try tx.undo(merge, actor: agent.name, at: now)
      try tx.audit(
        id: newID(now), at: now, actor: agent.name, action: "contact unmerge", subject: id.description,
        detail: "from \(merge.survivor)")
    }
  }

  private static func contactJSON(_ id: ContactID, _ agent: Agent, now: Instant, _ tx: Transaction) throws -> JSON {
    guard let contact = try tx.contact(id) else { throw DeskError.notFound("no contact \(id)") }
    let all = try tx.conversations(ofContact: id, limit: shownMax)
    let seen = all.filter { $0.isVisible(to: agent) }
    // One that has been merged away has no conversations of its own: it is found through its survivor.
    let survivor = try tx.survivor(of: id)
    guard !seen.isEmpty || agent.role != .agent || survivor != nil else { throw DeskError.notFound("no contact \(id)") }
    let views = try ConversationViews(seen, now: now, tx)
    return [
      "id": JSON(id.description), "name": JSON(contact.name), "language": JSON(contact.language),
      "merged_into": JSON(survivor?.description),
      "identities": .array(
        try tx.identities(of: id).map {
          ["kind": JSON($0.kind), "address": JSON($0.address), "display": JSON($0.display)]
        }),
      "claims": .array(
        try tx.claims(of: id).map {
          ["kind": JSON($0.kind), "address": JSON($0.address), "source": JSON($0.source), "at": JSON($0.at)]
        }),
      "merged": .array(
        try tx.openMerges(into: id).map {
          ["contact": JSON($0.merged.description), "at": JSON($0.at), "by": JSON($0.actor)]
        }),
      "conversations": .array(seen.map { views.json($0) }),
    ]
  }
}
