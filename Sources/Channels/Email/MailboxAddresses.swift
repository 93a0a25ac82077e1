import Conversations
import Mail

/// The addresses that lead to one mailbox.
package struct MailboxAddresses: Sendable, Hashable {
  /// In lower case, without plus parts.
  private let plain: Set<String>
  private let replyDomain: String?

  /// `replyDomain`: every address there is this mailbox's.
  package init(_ addresses: [String], replyDomain: String? = nil) {
    plain = Set(addresses.map { Self.unmarked($0) })
    self.replyDomain = replyDomain?.lowercased()
  }

  package var isEmpty: Bool { plain.isEmpty && replyDomain == nil }

  /// Whether `address` is the mailbox's, with or without a plus part (RFC 5233 §1).
  package func contains(_ address: String) -> Bool {
    let unmarked = Self.unmarked(address)
    if plain.contains(unmarked) { return true }
    return replyDomain.map { unmarked.hasSuffix("@" + $0) } ?? false
  }

  /// `Support+c391-…@Example.com` → `support@example.com`.
  package static func unmarked(_ address: String) -> String {
    let lowered = address.lowercased()
    guard let at = lowered.lastIndex(of: "@"), let plus = lowered[..<at].firstIndex(of: "+") else { return lowered }
    return String(lowered[..<plus] + lowered[at...])
  }
}

/// An adapter whose channel is a mailbox: the desk must know its own addresses when it sees them.
package protocol MailAdapter: Adapter {
  var addresses: MailboxAddresses { get }
}

extension MailAdapter {
  package static var receivers: String? { "a mail address" }

  package func thread(telling receiver: String) -> String? { EmailAddress.plausible(receiver).map { "email::\($0)" } }
}

extension EmailAddress {
  /// Why nothing automatic should go to `address`: it belongs to a robot or a list by its name; `nil` = nothing says so.
  package static func robotSign(_ address: String) -> String? { RobotAddress.sign(of: address) }
}
