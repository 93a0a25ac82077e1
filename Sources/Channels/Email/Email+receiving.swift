extension Email {
  /// Whether an envelope recipient belongs to this mailbox: its address, with or without a plus part (RFC 5233), or a
  /// reply address at the reply domain. A mailbox without an address takes everything.
  package func receives(_ recipient: String) -> Bool {
    guard let address = writer.address?.lowercased() else { return true }
    let parts = recipient.lowercased().split(separator: "@")
    guard parts.count == 2 else { return false }
    if let replyDomain = writer.replyDomain?.lowercased(), parts[1] == replyDomain { return true }
    return "\(parts[0].prefix { $0 != "+" })@\(parts[1])" == address
  }
}
