/// A mailbox: an address and the name beside it (RFC 5322 §3.4).
package struct MailAddress: Sendable, Hashable {
  /// As written, without angle brackets, e.g. `Anna@Example.com`; may be no address at all in broken mail.
  package var address: String
  /// The display name, decoded; `nil` when there is none.
  package var name: String?

  package init(address: String, name: String? = nil) { (self.address, self.name) = (address, name) }
}
