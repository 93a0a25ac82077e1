/// What a delivery report says of the mail it speaks about (RFC 3464, or read from its words).
package struct MailBounce: Sendable, Hashable {
  package enum Action: String, Sendable { case failed, delayed, delivered, relayed, expanded }

  /// One of several addresses that could not be reached.
  package struct Failure: Sendable, Hashable {
    package var recipient: String
    package var status: String?
    package var diagnostic: String?

    package init(recipient: String, status: String? = nil, diagnostic: String? = nil) {
      (self.recipient, self.status, self.diagnostic) = (recipient, status, diagnostic)
    }
  }

  /// The address that could not be reached.
  package var recipient: String?
  /// Enhanced status code, e.g. `5.1.1` (RFC 3463).
  package var status: String?
  package var action: Action?
  /// The other side's own words, in one line.
  package var diagnostic: String?
  /// All that failed, where a report for machines names several.
  package var failures: [Failure] = []
  /// Message-ID of the mail that the report speaks of, without angle brackets.
  package var originalMessageID: String?

  package init(
    recipient: String? = nil, status: String? = nil, action: Action? = nil, diagnostic: String? = nil,
    originalMessageID: String? = nil
  ) {
    (self.recipient, self.status, self.action) = (recipient, status, action)
    (self.diagnostic, self.originalMessageID) = (diagnostic, originalMessageID)
  }
}
