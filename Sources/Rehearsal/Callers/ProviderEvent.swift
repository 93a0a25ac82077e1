package import Conversations

/// Something that happened at a provider and that it has yet to tell us.
package struct ProviderEvent: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// `thread`: the customer's first letter, where the provider threads by it.
    case said(String, thread: String?)
    /// A picture, to be fetched from the provider.
    case pictured
    case edited(String)
    case deleted
    /// How far a message of ours has come.
    case sent, delivered, read
    case failed(code: Int)
    /// A message of ours, as everybody in the thread sees it.
    case echoed(String)
    case rang, answered
    /// Without `seconds` nobody took the call.
    case hungUp(seconds: Int?)
  }

  /// From 1, in the order in which things happened; no two of one provider are the same.
  package var number: Int
  /// What the provider calls the message or call that this is about.
  package var id: String
  /// The provider's address of the customer.
  package var customer: String
  package var at: Instant
  package var content: Content

  package init(number: Int, id: String, customer: String, at: Instant, content: Content) {
    (self.number, self.id, self.customer, self.at, self.content) = (number, id, customer, at, content)
  }
}
