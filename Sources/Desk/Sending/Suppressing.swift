import Channels
package import Conversations
import Routing
package import Storage

/// Which failures mean that an address is gone, and what follows.
enum Suppressing {
  /// RFC 3463 §3.2, §3.3: no such mailbox, no such system, not an address, moved without a trace, null MX (RFC 7505),
  /// mailbox disabled. Not: full, too large, refused as spam, by policy or by reputation: those pass.
  private static let gone: Set<String> = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"]

  static func isGone(_ status: String?) -> Bool { status.map { gone.contains($0) } ?? false }

  /// Whom a message of ours was written to, in lower case.
  static func recipients(of message: MessageRecord, _ tx: Transaction) throws -> [String] {
    let envelope = message.extraJSON.flatMap { try? JSON(parsing: $0) }
    let pinned = ["to", "cc"].flatMap { envelope?[$0]?.array ?? [] }.compactMap(\.string)
    guard pinned.isEmpty else { return pinned.map { $0.lowercased() } }
    guard let conversation = try tx.conversation(message.conversation) else { return [] }
    let address = try Desk.card(conversation, try Answering.of(message, tx), tx).email
    return [address].compactMap { $0?.lowercased() }
  }

  static func suppress(
    _ address: String, reason: String, in conversation: ConversationID, _ desk: Desk, at now: Instant, _ tx: Transaction
  ) throws {
    try tx.suppress(SuppressionRecord(address: address, reason: reason, at: now))
    try tx.log(
      id: desk.newID(now), conversation, "suppressed", at: now, actor: nil, queue: nil,
      data: ["address": JSON(address), "reason": JSON(reason)])
  }
}

extension Desk {
  /// Addresses that nothing is sent to, newest first.
  package func suppressions(limit: Int) async throws -> [SuppressionRecord] {
    try await store.read { try $0.suppressions(limit: limit) }
  }

  /// From now on nothing is sent to `address`, unless an agent insists.
  /// - Throws: `DeskError.invalid` for what is no address.
  package func suppress(_ address: String, reason: String, by actor: String) async throws {
    guard let plausible = EmailAddress.plausible(address) else { throw DeskError.invalid("`\(address)` is no address") }
    let (now, clean) = (now(), redactor.redact(reason).text)
    try await store.write { [self] tx in
      try tx.suppress(SuppressionRecord(address: plausible, reason: clean.isEmpty ? "by \(actor)" : clean, at: now))
      try tx.audit(
        id: newID(now), at: now, actor: actor, action: "suppress", subject: plausible.lowercased(), detail: clean)
    }
  }

  /// The way back. - Throws: `DeskError.notFound` when nothing is suppressed under `address`.
  package func liftSuppression(_ address: String, by actor: String) async throws {
    let now = now()
    try await store.write { [self] tx in
      guard try tx.liftSuppression(of: address) else { throw DeskError.notFound("\(address) is not suppressed") }
      try tx.audit(
        id: newID(now), at: now, actor: actor, action: "lift suppression", subject: address.lowercased(), detail: nil)
    }
  }
}

extension SuppressionRecord {
  package var json: JSON { ["address": JSON(address), "reason": JSON(reason), "at": JSON(at)] }
}
