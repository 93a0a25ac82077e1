import Channels
import Conversations

extension Desk {
  /// The mail channel that an envelope recipient belongs to; `nil` = none, so the mail is not ours to take.
  package func mailChannel(for recipient: String) -> String? {
    let channels = configuration.value.channels.values.sorted { $0.name < $1.name }
    return channels.first { ($0.adapter as? Email)?.receives(recipient) ?? false }?.name.rawValue
  }
}
