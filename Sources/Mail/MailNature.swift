/// What kind of mail it is, and why no machine should answer it.
package struct MailNature: Sendable, Hashable {
  /// Sent by a machine in answer to something: out of office, receipt of a request, `Auto-Submitted` other than `no`.
  package var isAutoReply = false
  /// A report that a mail could not be delivered. A delay notice is none (its `MailBounce.action` is `delayed`).
  package var isBounce = false
  /// Sent through a mailing list.
  package var isMailingList = false
  /// A read or delivery receipt (RFC 8098).
  package var isReceipt = false
  /// A spam complaint of a mailbox provider (RFC 5965).
  package var isComplaint = false
  /// Why no automatic answer may go back (RFC 3834 §2), in words for people; empty = nothing in the mail speaks
  /// against it.
  package var automationSigns: [String] = []

  package init() {}
}
