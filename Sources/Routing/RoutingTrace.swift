import Conversations

/// The steps of one decision as JSON, in order.
struct RoutingTrace {
  private(set) var steps: [JSON] = []
  private var tried: [JSON] = []

  private static let hitsMax = 40

  mutating func language(_ language: String, guess: LanguageGuess, stated: String?) {
    steps.append([
      "step": "language", "language": .string(language), "guess": .string(guess.language),
      "clear": .bool(guess.isClear),
      "stated": JSON(stated),
    ])
  }

  mutating func hint(_ category: String) { steps.append(["step": "hint", "category": .string(category)]) }

  /// `at` is a byte offset in the folded text.
  mutating func keywords(_ evidence: [KeywordScorer.Evidence], _ scorer: KeywordScorer, _ index: WordIndex) {
    let hits = evidence.prefix(Self.hitsMax).map { item -> JSON in
      [
        "word": .string(index.patterns[item.pattern].text), "categories": JSON(scorer.names(of: item)),
        "in": item.inSubject ? "subject" : "text", "at": JSON(item.start), "weight": Self.rounded(item.weight),
      ]
    }
    steps.append(["step": "keywords", "hits": .array(hits)])
  }

  mutating func classifier(_ version: String, _ found: Classification) {
    steps.append(["step": "classifier", "version": .string(version), "evidence": .array(found.evidence)])
  }

  mutating func scores(_ scores: [Classification.Score], threshold: Double) {
    let members = scores.prefix(5).map { JSON.Member($0.category, Self.rounded($0.confidence)) }
    steps.append(["step": "scores", "scores": .object(members), "threshold": JSON(threshold)])
  }

  mutating func rule(_ name: String, failed term: String) {
    tried.append(["rule": .string(name), "matched": false, "failed": .string(term)])
  }

  mutating func rule(_ name: String, words: [String]) {
    tried.append(["rule": .string(name), "matched": true, "words": JSON(words)])
  }

  mutating func endRules() {
    steps.append(["step": "rules", "tried": .array(tried)])
    tried = []
  }

  mutating func hours(
    _ queue: String, calendar: BusinessCalendar?, isOpen: Bool, opensAt: Instant?, movedTo: String, isUrgent: Bool,
    _ now: Instant
  ) {
    guard let calendar else {
      steps.append(["step": "hours", "queue": .string(queue), "open": true, "why": "no opening hours"])
      return
    }
    let day = isOpen ? nil : calendar.closedReason(at: now)
    let why = isOpen ? "within opening hours" : day.map { "closed for \($0)" } ?? "outside opening hours"
    steps.append([
      "step": "hours", "queue": .string(queue), "calendar": .string(calendar.definition.name),
      "calendar_version": .string(calendar.version), "local": .string(calendar.wallClock(of: now).rfc3339),
      "open": .bool(isOpen), "why": .string(why), "opens_at": JSON(opensAt), "waits_in": .string(movedTo),
      "urgent": .bool(isUrgent),
    ])
  }

  mutating func outcome(
    category: String, priority: Priority, queue: String, alert: Bool, target: String?, reason: String
  ) {
    steps.append([
      "step": "outcome", "category": .string(category), "priority": .string(priority.rawValue), "queue": .string(queue),
      "alert": .bool(alert), "target": JSON(target), "reason": .string(reason),
    ])
  }

  /// Three digits after the point: enough to read, and the same on every machine.
  private static func rounded(_ value: Double) -> JSON { JSON((value * 1000).rounded() / 1000) }
}
