import Channels
package import Conversations
package import Routing

/// Routes a normalised message (CONTRACT's `M` with `"channel"`) as intake would, and stores nothing. What only the store
/// or a mail server knows of the sender may be said: `"trust"`, one of `SenderTrust`'s words.
package struct DryRouting: Sendable {
  private let configuration: DeskConfiguration
  private let redactor: Redactor

  package init(configuration: DeskConfiguration, redactor: Redactor) {
    (self.configuration, self.redactor) = (configuration, redactor)
  }

  /// `{"category","confidence","priority","queue","intended_queue","language","open","opens_at","alert","contact_groups","skills",
  /// "rule","reason","trace"}`.
  package func route(_ message: JSON, now: Instant) -> JSON {
    let channel = message["channel"]?.string ?? ""
    let kind = configuration.channels[channel]?.kind.rawValue ?? message["channel_kind"]?.string ?? channel
    func clean(_ text: String?) -> String? { text.map { redactor.redact($0).text } }
    let flags = message["flags"]
    let isAutomatic = InboundEvent.Flags(
      autoReply: flags?["auto_reply"]?.bool == true, bounce: flags?["bounce"]?.bool == true,
      mailingList: flags?["mailing_list"]?.bool == true,
      automationSigns: (flags?["automation_signs"]?.array ?? []).compactMap(\.string)
    ).isAutomatic
    let contact = message["contact"]
    let trust = message["trust"]?.string.flatMap(SenderTrust.init) ?? SenderTrust(ChannelKind(kind), nil)
    let decision = configuration.router.route(
      RoutingInput(
        channel: channel, kind: ChannelKind(kind), subject: clean(message["subject"]?.string),
        text: clean(message["reply_text"]?.string ?? message["text"]?.string) ?? "",
        language: message["language"]?.string,
        categoryHint: message["category_hint"]?.string ?? message["category"]?.string, isAutomatic: isAutomatic,
        addresses: ["email", "phone", "id"].compactMap { contact?[$0]?.string }, trust: trust),
      now: now)
    return [
      "category": JSON(decision.category), "confidence": JSON(decision.confidence),
      "priority": JSON(decision.priority.rawValue),
      "queue": JSON(decision.queue), "intended_queue": JSON(decision.intendedQueue),
      "language": JSON(decision.language),
      "open": JSON(decision.isOpen), "opens_at": JSON(decision.opensAt), "alert": JSON(decision.alert),
      "contact_groups": JSON(decision.groups), "skills": JSON(decision.skills), "rule": JSON(decision.rule),
      "reason": JSON(decision.reason), "trace": .array(decision.trace),
    ]
  }
}
