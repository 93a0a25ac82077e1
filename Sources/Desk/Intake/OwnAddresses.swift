import Channels
import Conversations

extension DeskConfiguration {
  /// The enabled channels that are mailboxes, by name.
  var mailChannels: [String] { channels.values.filter { $0.adapter is any MailAdapter }.map(\.name.rawValue).sorted() }

  /// Whether `address` leads to one of our mailboxes, under whichever mark.
  package func owns(_ address: String) -> Bool {
    channels.values.contains { ($0.adapter as? any MailAdapter)?.addresses.contains(address) ?? false }
  }

  /// REQUIREMENTS 10: whoever signs as us, in whichever place, is no customer.
  func isFromUs(_ mail: MailFields) -> Bool {
    [mail.from?.address, mail.sender, mail.returnPath].compactMap(\.self).contains { owns($0) }
  }

  /// RFC 5230 §4.5: a mail that names none of our addresses was not written to us. A mailbox that was told no address
  /// cannot know.
  func isAddressedToUs(_ mail: MailFields) -> Bool {
    let knowsItself = channels.values.contains { ($0.adapter as? any MailAdapter)?.addresses.isEmpty == false }
    return !knowsItself || (mail.to + mail.cc).contains { owns($0) }
  }
}
