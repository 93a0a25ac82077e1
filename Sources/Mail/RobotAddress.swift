/// Addresses that nobody reads, by their names (RFC 2142, RFC 3834 §2, RFC 5230 §4.6).
package enum RobotAddress {
  /// What speaks for a robot, in words; `nil` = nothing does.
  package static func sign(of address: String) -> String? {
    AutomationSigns.senderSigns(MailAddress(address: address), MailHeaders()).first
  }
}
