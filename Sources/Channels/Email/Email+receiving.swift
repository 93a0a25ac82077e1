extension Email {
  /// Whether an envelope recipient belongs to this mailbox: one of its addresses, with or without a plus part (RFC 5233),
  /// or a reply address at the reply domain. A mailbox without an address takes everything.
  package func receives(_ recipient: String) -> Bool {
    guard writer.address != nil else { return true }
    return addresses.contains(recipient)
  }
}
