package import Conversations

/// A contact as lists and conversations show it.
package struct ContactRecord: Sendable {
  package var id: ContactID
  package var name: String?
  package var language: String?
}

/// An address of a contact on one kind of channel.
package struct IdentityRecord: Sendable {
  package var contact: ContactID
  /// `email`, `phone`, or a channel kind.
  package var kind: String
  /// The address itself, or `ACCOUNT:USER` where ids are only unique within an account.
  package var address: String
  package var display: String?
}

extension Transaction {
  /// Who owns the first of these addresses that anybody owns.
  package func contact(kind: String, address: String) throws -> ContactID? {
    try first(
      """
      SELECT COALESCE(c.merged_into, c.id) FROM identities i JOIN contacts c ON c.id = i.contact_id
      WHERE i.kind = $1 AND i.address = $2
      """, [.text(kind), .text(address)]
    ).map { ContactID($0.int64(0)) }
  }

  /// The contacts behind two addresses, in one question.
  package func contacts(_ one: (kind: String, address: String), _ other: (kind: String, address: String)) throws -> (
    ContactID?, ContactID?
  ) {
    let found = try rows(
      """
      SELECT i.kind, i.address, COALESCE(c.merged_into, c.id) FROM identities i JOIN contacts c ON c.id = i.contact_id
      WHERE (i.kind = $1 AND i.address = $2) OR (i.kind = $3 AND i.address = $4)
      """, [.text(one.kind), .text(one.address), .text(other.kind), .text(other.address)])
    let owner = { (address: (kind: String, address: String)) in
      found.first { $0.text(0) == address.kind && $0.text(1) == address.address }.map { ContactID($0.int64(2)) }
    }
    return (owner(one), owner(other))
  }

  package func insertContact(_ id: ContactID, name: String?, language: String?, at: Instant) throws {
    _ = try run(
      "INSERT INTO contacts (id, name, language, created_at) VALUES ($1, $2, $3, $4)",
      [.int(id.rawValue), Value(name), Value(language), Value(at)])
  }

  /// Adds an address; when somebody (or the same contact) has it already, nothing changes and the answer is false.
  package func insertIdentity(
    id: Int64, contact: ContactID, kind: String, address: String, display: String?, verified: Bool, at: Instant
  )
    throws -> Bool
  {
    try run(
      """
      INSERT INTO identities (id, contact_id, kind, address, display, verified, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, address) DO NOTHING
      """,
      [
        .int(id), .int(contact.rawValue), .text(kind), .text(address), Value(display), Value(verified), Value(at),
      ]) == 1
  }

  package func contact(_ id: ContactID) throws -> ContactRecord? {
    try first("SELECT id, name, language FROM contacts WHERE id = $1", [.int(id.rawValue)]).map {
      ContactRecord(id: ContactID($0.int64(0)), name: $0.optionalText(1), language: $0.optionalText(2))
    }
  }

  package func identities(of contact: ContactID) throws -> [IdentityRecord] {
    try rows(
      "SELECT contact_id, kind, address, display FROM identities WHERE contact_id = $1 ORDER BY id",
      [.int(contact.rawValue)]
    )
    .map {
      IdentityRecord(
        contact: ContactID($0.int64(0)), kind: $0.text(1), address: $0.text(2), display: $0.optionalText(3))
    }
  }
}

extension Transaction {
  /// When the customer last wrote in a thread, over all its conversations, merged-away ones included.
  package func lastInbound(channel: String, threadKey: String) throws -> Instant? {
    try first(
      "SELECT MAX(last_inbound_at) FROM conversations WHERE channel = $1 AND thread_key = $2",
      [.text(channel), .text(threadKey)])?
      .optionalInstant(0)
  }

  /// When the contact last wrote, by channel.
  package func lastInbound(ofContact contact: ContactID) throws -> [String: Instant] {
    let found = try rows(
      """
      SELECT channel, MAX(last_inbound_at) FROM conversations
      WHERE contact_id = $1 AND last_inbound_at IS NOT NULL GROUP BY channel
      """, [.int(contact.rawValue)])
    return Dictionary(found.map { ($0.text(0), $0.instant(1)) }) { first, _ in first }
  }
}
