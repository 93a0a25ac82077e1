package import Conversations

/// One rule of `categories.yaml`/`queues.yaml`: when all of `when` holds, `then` happens. Rules are tried in order.
package struct RoutingRule: Sendable, Hashable {
  package var name: String
  package var when: RuleCondition
  package var then: RuleOutcome
  /// Messages written beside the rule with what must come out; `RoutingTable.validated()` runs them.
  package var examples: [RoutingExample]

  package init(name: String, when: RuleCondition, then: RuleOutcome, examples: [RoutingExample] = []) {
    (self.name, self.when, self.then, self.examples) = (name, when, then, examples)
  }
}

/// Terms of a rule. Every term that is set must hold; within a list one element is enough (`allWords`: all of them,
/// `noneWords`: none). Nothing set = always true.
package struct RuleCondition: Sendable, Hashable {
  package enum Hours: String, Sendable, CaseIterable { case open, closed }

  /// Names of connections.
  package var channels: [String]
  /// Kinds of channels: `email`, `messenger`…
  package var kinds: [String]
  /// What the customer chose, or else what the words say (see `minConfidence`).
  package var categories: [String]
  /// Of the message: `zh`, `zh-Hant`, `en`… `zh` also covers `zh-Hant`.
  package var languages: [String]
  /// Words or phrases in subject or text, compared after `TextFolding`; Latin words match whole words only.
  package var anyWords: [String]
  package var allWords: [String]
  package var noneWords: [String]
  /// The category's confidence, 0…1, at least this. Only together with `categories`.
  package var minConfidence: Double?
  /// Categories that must be at least so likely, 0…1, whichever is likeliest; what the customer chose counts as 1.
  /// For words that do not say by themselves what they are about.
  package var likely: [String: Double] = [:]
  /// Of the queue that the message would go to without this rule.
  package var hours: Hours?
  package var trust: [SenderTrust]
  /// Whether the message was sent by a machine.
  package var automatic: Bool?
  /// Contact ids, mail addresses, `@domain.example`, or phone numbers.
  package var contacts: [String]
  /// Names of contact groups.
  package var groups: [String] = []
  /// What the message would have without this rule: by a rule before it, or by its category.
  package var priorities: [Priority] = []
  /// Kinds of facts that the message must tell, and that it must not.
  package var facts: [MessageFact.Kind] = []
  package var missingFacts: [MessageFact.Kind] = []

  package init(
    channels: [String] = [], kinds: [String] = [], categories: [String] = [], languages: [String] = [],
    anyWords: [String] = [], allWords: [String] = [], noneWords: [String] = [], minConfidence: Double? = nil,
    hours: Hours? = nil, trust: [SenderTrust] = [], automatic: Bool? = nil, contacts: [String] = []
  ) {
    (self.channels, self.kinds, self.categories, self.languages) = (channels, kinds, categories, languages)
    (self.anyWords, self.allWords, self.noneWords) = (anyWords, allWords, noneWords)
    (self.minConfidence, self.hours, self.trust) = (minConfidence, hours, trust)
    (self.automatic, self.contacts) = (automatic, contacts)
  }
}

/// How sure we are who wrote.
package enum SenderTrust: String, Sendable, CaseIterable {
  /// Proven by the provider, a signed session, or mail authentication (DMARC pass).
  case verified
  /// An address we have met, without proof.
  case known
  case unknown
  /// Authentication was tried and failed.
  case failed
}

/// What a rule does. What is `nil` is left to later rules (`stop == false`) or to the category.
package struct RuleOutcome: Sendable, Hashable {
  package var category: String?
  package var priority: Priority?
  /// `nil` = the category's queue.
  package var queue: String?
  /// Tell the lead at once.
  package var alert: Bool
  /// Whether this is the last rule; otherwise what it says stands and later rules may fill in the rest.
  package var stop: Bool
  /// Queues to be gone through in turn, `queue` first. Empty = that one alone.
  package var targets: [RouteTarget] = []
  /// What whoever takes the conversation must have, besides what its queue and category ask for.
  package var skills: [String] = []

  package init(
    category: String? = nil, priority: Priority? = nil, queue: String? = nil, alert: Bool = false, stop: Bool = true
  ) {
    (self.category, self.priority, self.queue, self.alert, self.stop) = (category, priority, queue, alert, stop)
  }
}

/// A message with the outcome it must have.
package struct RoutingExample: Sendable, Hashable {
  package var text: String
  package var subject: String?
  /// Name of a connection; `nil` = none in particular.
  package var channel: String?
  /// Who wrote it: an address as in `RuleCondition.contacts`; `nil` = nobody in particular.
  package var from: String?
  /// `nil` = a moment at which the intended queue is open.
  package var at: Instant?
  package var category: String?
  package var queue: String?
  package var priority: Priority?

  package init(
    text: String, subject: String? = nil, channel: String? = nil, from: String? = nil, at: Instant? = nil,
    category: String? = nil, queue: String? = nil, priority: Priority? = nil
  ) {
    (self.text, self.subject, self.channel, self.from, self.at) = (text, subject, channel, from, at)
    (self.category, self.queue, self.priority) = (category, queue, priority)
  }
}
