import Conversations

/// A rule with its words replaced by their numbers in the `WordIndex`.
final class CompiledRule: Sendable {
  let rule: RoutingRule
  private let any: [Int]
  private let all: [Int]
  private let none: [Int]
  /// A word of `allWords` was empty after folding: nothing can hold it.
  private let isImpossible: Bool
  private let contacts: Set<String>

  init(_ rule: RoutingRule, index: inout WordIndex) {
    self.rule = rule
    any = rule.when.anyWords.compactMap { index.add($0) }
    all = rule.when.allWords.compactMap { index.add($0) }
    none = rule.when.noneWords.compactMap { index.add($0) }
    isImpossible = all.count < rule.when.allWords.count || (any.isEmpty && !rule.when.anyWords.isEmpty)
    contacts = Set(rule.when.contacts.map(ContactAddresses.key))
  }

  /// What a rule may ask of one message.
  struct Facts {
    var input: RoutingInput
    /// Names of the groups that the sender is in.
    var groups: [String]
    var language: String
    var subject: WordIndex.Findings
    var text: WordIndex.Findings
    /// What the customer chose, else the best guess.
    var category: String?
    var confidence: Double
    /// Whether that is enough to act on.
    var isEnough: Bool
    /// How likely each category is; those that are missing are not likely at all.
    var scores: [Classification.Score] = []
    /// What it would have without any rule.
    var priority: Priority
    var isOpen: () -> Bool
    /// What the message tells; looked for only when a rule asks.
    var told: () -> Set<MessageFact.Kind> = { [] }

    func holds(_ pattern: Int) -> Bool { text.isPresent[pattern] || subject.isPresent[pattern] }

    /// 0…1.
    func likelihood(of category: String) -> Double {
      scores.lazy.filter { $0.category == category }.map(\.confidence).max() ?? 0
    }
  }

  /// The first term that does not hold, by its key in the rule file; `nil` = the rule matches. Cheap terms come first.
  /// `priority` is what the rules before this one have said.
  func failingTerm(_ facts: Facts, priority: Priority?) -> String? {
    let (when, input) = (rule.when, facts.input)
    if !when.channels.isEmpty, !when.channels.contains(input.channel) { return "channels" }
    if !when.kinds.isEmpty, !when.kinds.contains(input.kind.rawValue) { return "kinds" }
    if let automatic = when.automatic, automatic != input.isAutomatic { return "automatic" }
    if !when.trust.isEmpty, !when.trust.contains(input.trust) { return "trust" }
    if !when.languages.isEmpty, !when.languages.contains(where: { Self.covers($0, facts.language) }) {
      return "languages"
    }
    if !contacts.isEmpty, contacts.isDisjoint(with: ContactAddresses.keys(of: input)) { return "contacts" }
    if !when.groups.isEmpty, !when.groups.contains(where: facts.groups.contains) { return "groups" }
    if !when.priorities.isEmpty, !when.priorities.contains(priority ?? facts.priority) { return "priorities" }
    if isImpossible { return when.anyWords.isEmpty ? "all_words" : "any_words" }
    if !any.isEmpty, !any.contains(where: facts.holds) { return "any_words" }
    if !all.allSatisfy(facts.holds) { return "all_words" }
    if none.contains(where: facts.holds) { return "none_words" }
    if !when.categories.isEmpty {
      guard let category = facts.category, when.categories.contains(category) else { return "categories" }
      // A rule that names no confidence of its own takes the table's threshold.
      if when.minConfidence == nil, !facts.isEnough { return "min_confidence" }
    }
    if let least = when.minConfidence, facts.confidence < least { return "min_confidence" }
    if when.likely.contains(where: { facts.likelihood(of: $0.key) < $0.value }) { return "likely" }
    if !when.facts.isEmpty, !facts.told().isSuperset(of: when.facts) { return "facts" }
    if !when.missingFacts.isEmpty, !facts.told().isDisjoint(with: when.missingFacts) { return "missing_facts" }
    if let hours = when.hours, (hours == .open) != facts.isOpen() { return "hours" }
    return nil
  }

  /// How likely the categories are that the rule asks for, by name.
  func likelihoods(in facts: Facts) -> [Classification.Score] {
    rule.when.likely.keys.sorted().map { .init(category: $0, confidence: facts.likelihood(of: $0)) }
  }

  /// The words of the rule that the message holds.
  func words(in facts: Facts, index: WordIndex) -> [String] {
    (any + all).filter(facts.holds).map { index.patterns[$0].text }
  }

  /// `zh` covers `zh-Hant`; `zh-Hant` does not cover `zh` (RFC 4647 §3.3.1, basic filtering).
  static func covers(_ range: String, _ language: String) -> Bool {
    let (range, language) = (range.lowercased(), language.lowercased())
    return range == language || language.hasPrefix(range + "-")
  }
}
