package import Conversations

/// What the router may know of a message: a snapshot, already redacted.
package struct RoutingInput: Sendable, Hashable {
  /// Name of the connection.
  package var channel: String
  package var kind: ChannelKind
  package var subject: String?
  package var text: String
  /// BCP 47 as the provider says; `nil` = guessed from the text.
  package var language: String?
  /// A category the customer chose; honoured if the table has it and no rule says otherwise.
  package var categoryHint: String?
  /// Sent by a machine (`InboundEvent.Flags`).
  package var isAutomatic: Bool
  package var contact: ContactID?
  /// Mail address, phone number, provider id: whatever rules may name.
  package var addresses: [String]
  package var trust: SenderTrust

  package init(
    channel: String, kind: ChannelKind, subject: String? = nil, text: String, language: String? = nil,
    categoryHint: String? = nil, isAutomatic: Bool = false, contact: ContactID? = nil, addresses: [String] = [],
    trust: SenderTrust = .unknown
  ) {
    (self.channel, self.kind, self.subject, self.text) = (channel, kind, subject, text)
    (self.language, self.categoryHint, self.isAutomatic) = (language, categoryHint, isAutomatic)
    (self.contact, self.addresses, self.trust) = (contact, addresses, trust)
  }
}

/// Where a message goes, and everything needed to say why.
package struct RoutingDecision: Sendable, Hashable {
  package var category: String
  /// 0…1; 1 when a rule or the customer said so.
  package var confidence: Double
  package var priority: Priority
  /// Where it waits now.
  package var queue: String
  /// Where it belongs: differs from `queue` while that one is closed.
  package var intendedQueue: String
  /// BCP 47: `zh`, `zh-Hant`, `en`…; `und` when nothing speaks for any.
  package var language: String
  /// Of the intended queue, at the moment of the decision.
  package var isOpen: Bool
  /// When the intended queue opens next; `nil` when it is open, or never opens.
  package var opensAt: Instant?
  /// Why it is closed when the day has a name: `国庆节`.
  package var closedFor: String?
  package var alert: Bool
  package var target: ServiceTarget?
  /// Names of the contact groups that the sender is in.
  package var groups: [String] = []
  /// The last rule that matched.
  package var rule: String?
  /// One line for lists: what decided.
  package var reason: String
  /// Kinds of facts that the message tells; `nil` when no rule has asked.
  package var facts: Set<MessageFact.Kind>?
  /// Steps in order, one object each: rules with the failing term, keyword hits, scores, hours, outcome. A JSON array.
  package var traceJSON: String
  /// 32 hex digits over everything that went in (`now` included): equal inputs, equal hash.
  package var inputsHash: String
  package var tableVersion: String
  /// Where it goes in turn, by its rule: this queue first. Empty = it stays.
  package var targets: [RouteTarget] = []
  /// What its rules ask of whoever takes it: names in order, each once.
  package var skills: [String] = []

  /// `traceJSON` to be read.
  package var trace: [JSON] { (try? JSON(parsing: traceJSON))?.array ?? [] }
}
