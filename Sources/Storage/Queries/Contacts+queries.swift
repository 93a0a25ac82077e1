package import Conversations

/// An address that somebody gave as their own without proof.
package struct ClaimRecord: Sendable, Hashable {
  package var id: Int64
  package var contact: ContactID
  /// `email` or `phone`.
  package var kind: String
  package var address: String
  /// The channel it was given through.
  package var source: String
  package var at: Instant

  package init(id: Int64, contact: ContactID, kind: String, address: String, source: String, at: Instant) {
    (self.id, self.contact, self.kind, self.address) = (id, contact, kind, address)
    (self.source, self.at) = (source, at)
  }
}

/// One merge of two contacts, with all that moved: enough to undo it.
package struct ContactMerge: Sendable, Hashable {
  package var id: Int64
  package var merged: ContactID
  package var survivor: ContactID
  package var at: Instant
  package var actor: String
  package var identities: [Int64]
  package var conversations: [Int64]
  package var claims: [Int64]
}

/// Why two contacts may be one person.
package struct ContactLink: Sendable, Hashable {
  package var other: ContactID
  /// `email` or `phone`.
  package var kind: String
  package var address: String
  /// `claimed_here`: this contact claims an address that is the other's; `claimed_there`: the other way round;
  /// `claimed_by_both`: neither has proved it.
  package var evidence: String
}

extension Transaction {
  package func insertClaim(_ claim: ClaimRecord) throws {
    _ = try run(
      """
      INSERT INTO claims (id, contact_id, kind, address, source, at) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (contact_id, kind, address) DO NOTHING
      """,
      [
        .int(claim.id), .int(claim.contact.rawValue), .text(claim.kind), .text(claim.address), .text(claim.source),
        Value(claim.at),
      ])
  }

  package func claims(of contact: ContactID) throws -> [ClaimRecord] {
    try rows(
      "SELECT id, contact_id, kind, address, source, at FROM claims WHERE contact_id = $1 ORDER BY id",
      [.int(contact.rawValue)]
    ).map {
      ClaimRecord(
        id: $0.int64(0), contact: ContactID($0.int64(1)), kind: $0.text(2), address: $0.text(3), source: $0.text(4),
        at: $0.instant(5))
    }
  }

  package func hasClaim(_ contact: ContactID, kind: String, address: String) throws -> Bool {
    try first(
      "SELECT 1 FROM claims WHERE contact_id = $1 AND kind = $2 AND address = $3",
      [.int(contact.rawValue), .text(kind), .text(address)]) != nil
  }

  package func conversations(ofContact contact: ContactID, limit: Int) throws -> [ConversationRecord] {
    try rows(
      "SELECT \(ConversationRecord.columns) FROM conversations WHERE contact_id = $1 ORDER BY id DESC LIMIT $2",
      [.int(contact.rawValue), .int(Int64(limit))]
    ).map { ConversationRecord($0) }
  }

  /// The contact that `contact` was merged into; `nil` for one that stands by itself, or for none.
  package func survivor(of contact: ContactID) throws -> ContactID? {
    try first("SELECT merged_into FROM contacts WHERE id = $1", [.int(contact.rawValue)])?.optionalInt64(0).map {
      ContactID($0)
    }
  }

  /// Contacts that share an address with this one, where at least one of the two only says that it is theirs.
  package func links(of contact: ContactID, limit: Int) throws -> [ContactLink] {
    try rows(
      """
      SELECT i.contact_id, c.kind, c.address, 'claimed_here' FROM claims c
      JOIN identities i ON i.kind = c.kind AND i.address = c.address WHERE c.contact_id = $1 AND i.contact_id <> $1
      UNION ALL
      SELECT c.contact_id, c.kind, c.address, 'claimed_there' FROM identities i
      JOIN claims c ON c.kind = i.kind AND c.address = i.address WHERE i.contact_id = $1 AND c.contact_id <> $1
      UNION ALL
      SELECT o.contact_id, c.kind, c.address, 'claimed_by_both' FROM claims c
      JOIN claims o ON o.kind = c.kind AND o.address = c.address WHERE c.contact_id = $1 AND o.contact_id <> $1
      ORDER BY 1, 2, 3, 4 LIMIT $2
      """, [.int(contact.rawValue), .int(Int64(limit))]
    ).map {
      ContactLink(other: ContactID($0.int64(0)), kind: $0.text(1), address: $0.text(2), evidence: $0.text(3))
    }
  }
}

extension Transaction {
  /// Moves everything of `merged` to `survivor` and writes down what that was. A claim that both make stays with each.
  package func merge(_ merged: ContactID, into survivor: ContactID, id: Int64, actor: String, at now: Instant) throws
    -> ContactMerge
  {
    let both: [Value] = [.int(merged.rawValue), .int(survivor.rawValue)]
    let merge = ContactMerge(
      id: id, merged: merged, survivor: survivor, at: now, actor: actor,
      identities: try ids("SELECT id FROM identities WHERE contact_id = $1 ORDER BY id", [both[0]]),
      conversations: try ids("SELECT id FROM conversations WHERE contact_id = $1 ORDER BY id", [both[0]]),
      claims: try ids(
        """
        SELECT c.id FROM claims c WHERE c.contact_id = $1 AND NOT EXISTS (
          SELECT 1 FROM claims o WHERE o.contact_id = $2 AND o.kind = c.kind AND o.address = c.address) ORDER BY c.id
        """, both))
    try move(merge, to: survivor)
    _ = try run("UPDATE contacts SET merged_into = $2 WHERE id = $1", both)
    let moved: JSON = [
      "identities": .array(merge.identities.map { JSON($0) }),
      "conversations": .array(merge.conversations.map { JSON($0) }),
      "claims": .array(merge.claims.map { JSON($0) }),
    ]
    _ = try run(
      "INSERT INTO contact_merges (id, merged_id, survivor_id, at, actor, moved_json) VALUES ($1, $2, $3, $4, $5, $6)",
      [.int(id)] + both + [Value(now), .text(actor), .text(moved.description)])
    return merge
  }

  /// The merge that `contact` was swallowed by and that nobody has undone.
  package func openMerge(of contact: ContactID) throws -> ContactMerge? {
    try first(
      """
      SELECT id, merged_id, survivor_id, at, actor, moved_json FROM contact_merges
      WHERE merged_id = $1 AND undone_at IS NULL ORDER BY id DESC LIMIT 1
      """, [.int(contact.rawValue)]
    ).map { Self.merge($0) }
  }

  /// Contacts that were merged into this one, oldest first.
  package func openMerges(into contact: ContactID) throws -> [ContactMerge] {
    try rows(
      """
      SELECT id, merged_id, survivor_id, at, actor, moved_json FROM contact_merges
      WHERE survivor_id = $1 AND undone_at IS NULL ORDER BY id
      """, [.int(contact.rawValue)]
    ).map { Self.merge($0) }
  }

  /// Puts everything back that the merge moved.
  package func undo(_ merge: ContactMerge, actor: String, at now: Instant) throws {
    try move(merge, to: merge.merged)
    _ = try run("UPDATE contacts SET merged_into = NULL WHERE id = $1", [.int(merge.merged.rawValue)])
    _ = try run(
      "UPDATE contact_merges SET undone_at = $2, undone_by = $3 WHERE id = $1",
      [.int(merge.id), Value(now), .text(actor)])
  }

  private func move(_ merge: ContactMerge, to contact: ContactID) throws {
    for (table, ids) in [
      ("identities", merge.identities), ("conversations", merge.conversations), ("claims", merge.claims),
    ] {
      for id in ids {
        _ = try run("UPDATE \(table) SET contact_id = $2 WHERE id = $1", [.int(id), .int(contact.rawValue)])
      }
    }
  }

  private func ids(_ sql: String, _ values: [Value]) throws -> [Int64] { try rows(sql, values).map { $0.int64(0) } }

  private static func merge(_ row: Row) -> ContactMerge {
    let moved = try? JSON(parsing: row.text(5))
    let list = { (key: String) in (moved?[key]?.array ?? []).compactMap(\.int64) }
    return ContactMerge(
      id: row.int64(0), merged: ContactID(row.int64(1)), survivor: ContactID(row.int64(2)), at: row.instant(3),
      actor: row.text(4), identities: list("identities"), conversations: list("conversations"), claims: list("claims"))
  }
}
