package import Conversations

/// Chooses category, priority and queue of a message: rules in order, then what the customer chose, then what the words
/// (or a trained model) say; below the threshold it goes to triage. Compiled once per table; a pure function afterwards.
package final class Router: Sendable {
  package let table: RoutingTable
  private let index: WordIndex
  private let keywords: KeywordScorer
  private let rules: [CompiledRule]
  /// Whether any rule asks how likely a category is.
  private let asksScores: Bool
  private let groups: ContactGroups
  private let classifier: (any Classifying)?
  private let categories: [String: CategoryDefinition]
  private let queues: [String: QueueDefinition]

  /// Bytes of a text that are looked at; what a message is about stands in its beginning.
  static let textBytesMax = 32_768

  /// With a `classifier` (or one in the table) its scores replace those of the keywords. A table with problems routes as well as it can:
  /// names that lead nowhere lead to triage. `RoutingTable.validated()` tells them.
  package init(_ table: RoutingTable, classifier: (any Classifying)? = nil) {
    (self.table, self.classifier) = (table, classifier ?? table.classifier)
    var index = WordIndex()
    // Nobody asks for keywords beside a model: looking for thousands of them in every text would be for nothing.
    keywords = KeywordScorer(self.classifier == nil ? table.categories : [], index: &index)
    rules = table.rules.map { CompiledRule($0, index: &index) }
    asksScores = table.rules.contains { !$0.when.likely.isEmpty }
    groups = ContactGroups(table.contactGroups)
    index.build()
    self.index = index
    categories = Dictionary(table.categories.map { ($0.name, $0) }) { first, _ in first }
    queues = Dictionary(table.queues.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Equal inputs at an equal `now` give an equal decision.
  package func route(_ input: RoutingInput, now: Instant) -> RoutingDecision {
    var trace = RoutingTrace()
    let subject = index.find(in: folded(input.subject ?? ""))
    let text = index.find(in: folded(input.text))
    let language = language(of: input, &trace)
    let guess = guess(input, subject, text, &trace)
    let told = ToldFacts(input)
    let groups = groups.names(of: input)
    if !groups.isEmpty { trace.groups(groups) }
    let facts = CompiledRule.Facts(
      input: input, groups: groups, language: language, subject: subject, text: text, category: guess.category,
      confidence: guess.confidence, isEnough: guess.isEnough, scores: guess.scores,
      priority: priority(of: guess, input),
      isOpen: { self.isOpen(self.queue(of: guess.isEnough ? guess.category : nil), at: now) },
      told: { told.kinds })
    var choice = apply(rules, facts, &trace)
    choice.settle(guess, fallback: table.fallbackCategory)
    var decision = decide(choice, guess, input, language: language, groups: groups, now: now, &trace)
    decision.facts = told.found
    (decision.targets, decision.skills) = (choice.targets, choice.skills)
    return decision
  }

  private func folded(_ text: String) -> [UInt8] {
    guard text.utf8.count > Self.textBytesMax else { return TextFolding.foldedBytes(text) }
    return TextFolding.foldedBytes(String(decoding: text.utf8.prefix(Self.textBytesMax), as: UTF8.self))
  }

  /// The text's own word if it is clear, else the provider's, else the guess, else the desk's.
  private func language(of input: RoutingInput, _ trace: inout RoutingTrace) -> String {
    let guess = LanguageGuess(input.subject.map { "\($0)\n\(input.text)" } ?? input.text)
    let stated = input.language.map(LanguageGuess.normalized)
    let language =
      guess.isClear ? guess.language : stated ?? (guess.language == "und" ? table.defaultLanguage : guess.language)
    trace.language(language, guess: guess, stated: input.language)
    return language
  }

  /// What the message is about, rules aside.
  private func guess(
    _ input: RoutingInput, _ subject: WordIndex.Findings, _ text: WordIndex.Findings, _ trace: inout RoutingTrace
  ) -> CategoryGuess {
    if let hint = input.categoryHint, let chosen = categories[hint] {
      trace.hint(hint)
      // A customer in trouble takes the topic that comes first; what the text says of it still has to be heard.
      let found = chosen.isUrgent && !asksScores ? nil : classify(input, subject, text, &trace)
      let scores = [Classification.Score(category: hint, confidence: 1)] + (found?.scores ?? [])
      if !chosen.isUrgent, let found, let alarm = alarm(in: found) {
        let percent = Int((alarm.confidence * 100).rounded())
        return CategoryGuess(
          category: alarm.category, confidence: alarm.confidence, scores: scores, isEnough: true,
          source: "\(alarm.category) at \(percent) %, though the customer chose \(hint)")
      }
      return CategoryGuess(
        category: hint, confidence: 1, scores: scores, isEnough: true, source: "the customer chose it")
    }
    return settled(classify(input, subject, text, &trace), &trace)
  }

  /// The likeliest category if it is urgent and likely enough to be acted on.
  private func alarm(in found: Classification) -> Classification.Score? {
    found.scores.first.flatMap { best in
      guard let category = categories[best.category], category.isUrgent else { return nil }
      return best.confidence >= category.minConfidence ?? table.minConfidence ? best : nil
    }
  }

  private func classify(
    _ input: RoutingInput, _ subject: WordIndex.Findings, _ text: WordIndex.Findings, _ trace: inout RoutingTrace
  ) -> Classification {
    let found: Classification
    if let classifier {
      found = classifier.classify(input)
      trace.classifier(classifier.version, found)
    } else {
      let evidence = keywords.evidence(in: subject, isSubject: true) + keywords.evidence(in: text, isSubject: false)
      found = Classification(scores: keywords.scores(evidence))
      trace.keywords(evidence, keywords, index)
    }
    return found
  }

  /// The likeliest category if it is likely enough, and whether an urgent one is likely enough to be looked at.
  private func settled(_ found: Classification, _ trace: inout RoutingTrace) -> CategoryGuess {
    guard let best = found.scores.first else {
      trace.scores([], threshold: table.minConfidence)
      return CategoryGuess(category: nil, confidence: 0, isEnough: false, source: "nothing speaks for a category")
    }
    let threshold = categories[best.category]?.minConfidence ?? table.minConfidence
    trace.scores(found.scores, threshold: threshold)
    let suspect = found.scores.first {
      $0.confidence >= table.urgentConfidence && categories[$0.category]?.isUrgent == true
    }
    let isOvertaken = suspect != nil && suspect?.category != best.category
    let isEnough = best.confidence >= threshold && categories[best.category] != nil && !isOvertaken
    func percent(_ score: Classification.Score) -> String {
      "\(score.category) at \(score.confidence < threshold ? "only " : "")\(Int((score.confidence * 100).rounded())) %"
    }
    var source = percent(best)
    if let suspect, isOvertaken { source += ", but maybe \(percent(suspect))" }
    return CategoryGuess(
      category: best.category, confidence: best.confidence, scores: found.scores, isEnough: isEnough,
      isAlarming: suspect != nil && !isEnough, source: source)
  }

  private func apply(_ rules: [CompiledRule], _ facts: CompiledRule.Facts, _ trace: inout RoutingTrace) -> RoutingChoice
  {
    var choice = RoutingChoice()
    for compiled in rules {
      if let term = compiled.failingTerm(facts, priority: choice.priority) {
        trace.rule(compiled.rule.name, failed: term, likely: term == "likely" ? compiled.likelihoods(in: facts) : [])
        continue
      }
      trace.rule(
        compiled.rule.name, words: compiled.words(in: facts, index: index), likely: compiled.likelihoods(in: facts))
      choice.add(compiled.rule)
      if compiled.rule.then.stop { break }
    }
    trace.endRules()
    return choice
  }

  private func decide(
    _ choice: RoutingChoice, _ guess: CategoryGuess, _ input: RoutingInput, language: String, groups: [String],
    now: Instant, _ trace: inout RoutingTrace
  ) -> RoutingDecision {
    let category = categories[choice.category]
    let intended = queues[choice.queue ?? ""]?.name ?? queue(of: choice.category)
    let calendar = calendar(of: intended)
    let isOpen = calendar?.isOpen(at: now) ?? true
    let opensAt = isOpen ? nil : calendar?.nextOpen(at: now)
    let isAlarm = guess.isAlarming && !choice.isCertain && !input.isAutomatic
    let isUrgent = category?.isUrgent ?? false || isAlarm
    let waiting = isOpen || isUrgent ? intended : afterHours(intended)
    let priority = choice.priority ?? (isAlarm ? .urgent : category?.priority ?? .normal)
    let alert = choice.alert || (isUrgent && !input.isAutomatic)
    trace.hours(
      intended, calendar: calendar, isOpen: isOpen, opensAt: opensAt, movedTo: waiting, isUrgent: isUrgent, now)
    let target = table.target(
      queue: intended, category: choice.category, priority: priority, channel: input.channel, language: language,
      groups: groups)
    let reason = choice.rule.map { "rule \($0)" } ?? guess.source
    trace.outcome(
      category: choice.category, priority: priority, queue: waiting, alert: alert, target: target?.name,
      skills: choice.skills, reason: reason)
    return RoutingDecision(
      category: choice.category, confidence: choice.isCertain ? 1 : guess.confidence, priority: priority,
      queue: waiting, intendedQueue: intended, language: language, isOpen: isOpen, opensAt: opensAt,
      closedFor: calendar?.closedReason(at: now), alert: alert, target: target, groups: groups, rule: choice.rule,
      reason: reason, traceJSON: trace.text, inputsHash: input.fingerprint(table: table.version, now: now),
      tableVersion: table.version)
  }

  /// Without any rule's word.
  private func priority(of guess: CategoryGuess, _ input: RoutingInput) -> Priority {
    if guess.isAlarming, !input.isAutomatic { return .urgent }
    return categories[guess.isEnough ? guess.category ?? "" : table.fallbackCategory]?.priority ?? .normal
  }

  private func queue(of category: String?) -> String {
    category.flatMap { categories[$0] }.flatMap { queues[$0.queue] }?.name ?? table.triageQueue
  }

  private func calendar(of queue: String) -> BusinessCalendar? {
    queues[queue]?.calendar.flatMap { table.calendars[$0] }
  }

  private func isOpen(_ queue: String, at now: Instant) -> Bool { calendar(of: queue)?.isOpen(at: now) ?? true }

  private func afterHours(_ queue: String) -> String {
    guard let name = queues[queue]?.afterHoursQueue ?? table.afterHoursQueue, queues[name] != nil else { return queue }
    return name
  }
}

/// What a message tells: looked for once, when the first rule asks.
private final class ToldFacts {
  private let input: RoutingInput
  private(set) var found: Set<MessageFact.Kind>?

  init(_ input: RoutingInput) { self.input = input }

  var kinds: Set<MessageFact.Kind> {
    if let found { return found }
    let kinds = Set(MessageFact.found(in: [input.subject ?? "", input.text].joined(separator: "\n")).map(\.kind))
    found = kinds
    return kinds
  }
}

/// A category without any rule's word.
struct CategoryGuess {
  var category: String?
  var confidence: Double
  /// Of all categories that anything speaks for.
  var scores: [Classification.Score] = []
  /// Whether it may be acted on.
  var isEnough: Bool
  /// An urgent category is likely enough to tell somebody, but not to act on.
  var isAlarming = false
  var source: String
}

/// What rules have said so far.
struct RoutingChoice {
  private(set) var category = ""
  private(set) var isCertain = false
  private(set) var priority: Priority?
  private(set) var queue: String?
  private(set) var targets: [RouteTarget] = []
  private(set) var alert = false
  private(set) var skills: [String] = []
  /// The last one that matched.
  private(set) var rule: String?

  /// Earlier rules keep their word; later ones fill in the rest. Skills add up.
  mutating func add(_ rule: RoutingRule) {
    if category.isEmpty, let named = rule.then.category { (category, isCertain) = (named, true) }
    priority = priority ?? rule.then.priority
    if queue == nil, let named = rule.then.queue { (queue, targets) = (named, rule.then.targets) }
    alert = alert || rule.then.alert
    if !rule.then.skills.isEmpty { skills = Set(skills + rule.then.skills).sorted() }
    self.rule = rule.name
  }

  /// Fills in the category that rules left open.
  mutating func settle(_ guess: CategoryGuess, fallback: String) {
    if category.isEmpty { category = guess.isEnough ? guess.category ?? fallback : fallback }
  }
}
