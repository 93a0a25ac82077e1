import Conversations

extension RuleCondition {
  /// Whether every message that `other` lets through passes here as well. May say no where the answer is yes.
  func covers(_ other: RuleCondition) -> Bool {
    Self.covers(channels, other.channels) && Self.covers(kinds, other.kinds) && Self.covers(languages, other.languages)
      && Self.covers(trust, other.trust) && Self.covers(contacts, other.contacts) && Self.covers(groups, other.groups)
      && Self.covers(priorities, other.priorities) && coversCategories(of: other)
      && (automatic == nil || automatic == other.automatic) && (hours == nil || hours == other.hours)
      && coversWords(of: other) && likely.allSatisfy { $0.value <= other.likely[$0.key] ?? -1 }
      && Set(facts).isSubset(of: other.facts)
      && Set(missingFacts).isSubset(of: other.missingFacts)
  }

  /// An empty list lets everything through.
  private static func covers<Term: Hashable>(_ mine: [Term], _ theirs: [Term]) -> Bool {
    mine.isEmpty || (!theirs.isEmpty && Set(mine).isSuperset(of: theirs))
  }

  private func coversCategories(of other: RuleCondition) -> Bool {
    guard Self.covers(categories, other.categories) else { return false }
    guard !categories.isEmpty else { return minConfidence == nil || minConfidence == other.minConfidence }
    switch (minConfidence, other.minConfidence) {
    case (nil, nil): return true
    case (let mine?, let theirs?): return mine <= theirs
    default: return false
    }
  }

  private func coversWords(of other: RuleCondition) -> Bool {
    let (any, all, none) = (Self.folded(anyWords), Self.folded(allWords), Self.folded(noneWords))
    let (theirAny, theirAll) = (Self.folded(other.anyWords), Self.folded(other.allWords))
    // One of theirs must be there: if it is always one of mine, mine is there as well.
    let anyHolds =
      any.isEmpty || (!theirAny.isEmpty && any.isSuperset(of: theirAny)) || !any.isDisjoint(with: theirAll)
    let certain = theirAny.count == 1 ? theirAll.union(theirAny) : theirAll
    return anyHolds && all.isSubset(of: certain) && none.isSubset(of: Self.folded(other.noneWords))
  }

  private static func folded(_ words: [String]) -> Set<String> { Set(words.map { TextFolding.fold($0) }) }

  /// Why no message can ever match, or what a term cannot mean.
  var contradictions: [String] {
    var problems: [String] = []
    let (any, all, none) = (Self.folded(anyWords), Self.folded(allWords), Self.folded(noneWords))
    for word in all.intersection(none).sorted() { problems.append("`\(word)` is in all_words and in none_words") }
    if !any.isEmpty, any.isSubset(of: none) { problems.append("every word of any_words is in none_words") }
    for fact in facts where missingFacts.contains(fact) {
      problems.append("`\(fact.rawValue)` is in facts and in missing_facts")
    }
    if any.union(all).union(none).contains(where: { $0.isEmpty || $0 == "*" }) { problems.append("a word is empty") }
    if let least = minConfidence {
      if !(0...1).contains(least) { problems.append("min_confidence \(least) is not between 0 and 1") }
      if categories.isEmpty { problems.append("min_confidence needs categories to be confident about") }
    }
    for (category, least) in likely.sorted(by: { $0.key < $1.key }) where !(0...1).contains(least) {
      problems.append("likely: \(category) \(least) is not between 0 and 1")
    }
    return problems
  }
}

extension ServiceTarget.Condition {
  /// Whether all that `other` fits is fitted here as well.
  func covers(_ other: ServiceTarget.Condition) -> Bool {
    func covers<Term: Hashable>(_ mine: [Term], _ theirs: [Term]) -> Bool {
      mine.isEmpty || (!theirs.isEmpty && Set(mine).isSuperset(of: theirs))
    }
    return covers(queues, other.queues) && covers(categories, other.categories) && covers(priorities, other.priorities)
      && covers(channels, other.channels) && covers(languages, other.languages) && covers(groups, other.groups)
  }
}
