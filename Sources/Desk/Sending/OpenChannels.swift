import Channels
import Conversations
import Storage

extension Desk {
  /// The other channels through which this customer can be written to now: those that know an address of theirs, can
  /// send, and whose window is open. By title, in the channels' order of name.
  func openChannels(
    for id: ConversationID, besides refused: String, _ configuration: DeskConfiguration, now: Instant
  ) async throws -> [String] {
    let (identities, latest) = try await store.read { tx -> ([IdentityRecord], [String: Instant]) in
      guard let conversation = try tx.conversation(id) else { return ([], [:]) }
      return (try tx.identities(of: conversation.contact), try tx.lastInbound(ofContact: conversation.contact))
    }
    return configuration.channels.values.sorted { $0.name < $1.name }.filter { channel in
      let name = channel.name.rawValue
      guard name != refused, let adapter = channel.adapter, channel.replyThrough == nil else { return false }
      guard let thread = Self.thread(through: channel, identities) else { return false }
      let window = adapter.window(ofThread: thread)
      if window.afterwards == .anyone { return true }
      guard let last = latest[name] else { return false }
      return window.permission(lastInboundAt: last, now: now) == .anyone
    }.map(\.title)
  }

  /// What a conversation with one of `identities` through `channel` would be called, as far as windows go by it; `nil`
  /// when the channel knows no address of theirs.
  private static func thread(through channel: Connection, _ identities: [IdentityRecord]) -> String? {
    switch channel.kind.rawValue {
    case "email", "mailgun", "sendgrid", "postmark", "ses_sns":
      return identities.contains { $0.kind == "email" } ? "email:" : nil
    case "twilio_sms": return identities.contains(where: \.isNumber) ? "sms:" : nil
    case "whatsapp":
      let isKnown = identities.contains { $0.isNumber || $0.address.hasPrefix("\(channel.name.rawValue):") }
      return isKnown ? "whatsapp:" : nil
    case "webchat", "webform": return nil
    default:
      let prefix = "\(channel.name.rawValue):"
      return identities.first { $0.address.hasPrefix(prefix) }.map { "\($0.kind):" }
    }
  }
}

extension IdentityRecord {
  /// An E.164 number. Extensions, and numbers that no country can have, are known within their connection only.
  var isNumber: Bool { kind == "phone" && address.hasPrefix("+") }
}
