import Channels
import Conversations
import Routing
import Storage

extension Filing {
  /// What a typed address is worth: a mail from it that carries our signed token came from whoever reads the mail we sent
  /// there. The contact that claims the address and stands behind the token owns it then.
  func claimant(of address: String, _ prepared: PreparedEvent, in tx: Transaction) throws -> ContactID? {
    guard prepared.trust != .failed, let mail = prepared.event.mail else { return nil }
    let token = ThreadToken(keys: desk.keys)
    let places = mail.to + mail.cc + (delivery.envelope?.recipients ?? []) + prepared.event.inReplyTo + mail.references
    for place in places.prefix(64) {
      guard let id = token.conversation(in: place), let contact = try tx.conversation(id)?.contact else { continue }
      if try tx.hasClaim(contact, kind: "email", address: address) { return contact }
    }
    return nil
  }

  /// Keeps what an event says of its sender and nobody vouches for.
  func keepClaims(_ prepared: PreparedEvent, of contact: ContactID, in tx: Transaction) throws {
    let (event, card) = (prepared.event, prepared.event.contact)
    let kind = event.channelKind.rawValue
    guard kind == WebForm.kind.rawValue || kind == WebChat.kind.rawValue else { return }
    let email = card.isEmailVerified ? nil : card.email?.lowercased()
    for (kind, address) in [("email", email), ("phone", card.phone)] {
      guard let address else { continue }
      try tx.insertClaim(
        ClaimRecord(id: newID(), contact: contact, kind: kind, address: address, source: channelName, at: now))
    }
  }
}
