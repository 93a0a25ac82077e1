/// Everything that routing knows: one immutable value per version of the configuration.
package struct RoutingTable: Sendable {
  /// Names the configuration, e.g. a hash of its files; stored with each decision.
  package var version: String
  package var queues: [QueueDefinition]
  package var categories: [CategoryDefinition]
  /// In order: the first that matches wins.
  package var rules: [RoutingRule]
  /// By the name that queues and targets use.
  package var calendars: [String: BusinessCalendar]
  /// In order: the first that fits is taken.
  package var targets: [ServiceTarget]
  /// In the order of the file; a contact may be in several.
  package var contactGroups: [ContactGroup] = []
  /// Where a message goes that nothing speaks for.
  package var triageQueue: String
  /// For queues without one of their own; `nil` = messages wait in their queue.
  package var afterHoursQueue: String?
  /// Taken when a text says nothing of its language.
  package var defaultLanguage: String
  /// The category of a message that nothing speaks for.
  package var fallbackCategory: String
  /// A guessed category below this confidence (0…1) goes to triage.
  package var minConfidence: Double
  /// From this confidence (0…1) of an urgent category on somebody is told at once, even if another one is likelier: the
  /// message then goes to triage with an alert, because a missed fraud costs more than a false alarm.
  package var urgentConfidence: Double = 0.25
  /// What says which category a text is about; `nil` = the keywords of the categories.
  package var classifier: (any Classifying)?

  package init(
    version: String, queues: [QueueDefinition], categories: [CategoryDefinition], rules: [RoutingRule] = [],
    calendars: [String: BusinessCalendar] = [:], targets: [ServiceTarget] = [], triageQueue: String,
    afterHoursQueue: String? = nil, defaultLanguage: String = "en", fallbackCategory: String = "other",
    minConfidence: Double = 0.5
  ) {
    (self.version, self.queues, self.categories, self.rules) = (version, queues, categories, rules)
    (self.calendars, self.targets, self.triageQueue) = (calendars, targets, triageQueue)
    (self.afterHoursQueue, self.defaultLanguage) = (afterHoursQueue, defaultLanguage)
    (self.fallbackCategory, self.minConfidence) = (fallbackCategory, minConfidence)
  }

  package func queue(_ name: String) -> QueueDefinition? { queues.first { $0.name == name } }
  package func category(_ name: String) -> CategoryDefinition? { categories.first { $0.name == name } }

  /// What whoever takes a conversation of this queue and category must have, with what its rules asked for.
  package func skills(queue name: String, category: String, asked: [String]) -> Set<String> {
    Set(asked + (queue(name)?.skills ?? []) + (self.category(category)?.skills ?? []))
  }

  /// Every skill that anything asks for.
  package var skills: Set<String> {
    Set(queues.flatMap(\.skills) + categories.flatMap(\.skills) + rules.flatMap(\.then.skills))
  }
}

/// Something in the table that is wrong (`error`) or surely not meant (`warning`).
package struct RoutingProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Severity: String, Sendable { case error, warning }
  /// What kind of thing `name` names: the file that holds it follows from this.
  package enum Place: String, Sendable { case queue, category, rule, target, table }
  package var severity: Severity
  package var place: Place
  package var name: String
  /// What was read, what was meant.
  package var message: String

  package init(_ severity: Severity, _ place: Place, _ name: String, _ message: String) {
    (self.severity, self.place, self.name, self.message) = (severity, place, name, message)
  }

  package var description: String { "\(place.rawValue) \(name): \(message)" }
}
