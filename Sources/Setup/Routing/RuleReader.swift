import Conversations
import Routing

/// Reads one rule: `name`, `when`, `then`, `examples`. One with a mistake is left out: with a term less it would match what
/// it was never meant for, and every example would be told of.
struct RuleReader {
  let file: SourceFile
  let queues: NameSet
  let channels: NameSet
  let kinds: NameSet
  let categories: NameSet
  let groups: NameSet

  func read(_ map: MapReader, _ result: inout CategoriesFile.Result) {
    let errors = file.complaints.errorCount
    let name = map.text("name", required: "a name for `explain`, such as lost_phone")
    if let name {
      file.checkName(name.value, at: name.mark, path: map.way(to: "name"))
      if let first = result.ruleMarks[name.value] {
        file.complain(
          .doubledName(kind: "rule", name: clipped(name.value), firstPlace: "line \(first.line)"), at: name.mark)
      }
      result.ruleMarks[name.value] = name.mark
    }
    let condition = map.map("when", required: "what must hold; `when: {}` always holds").map(condition)
    let outcome = map.map("then", required: "what happens: category, priority, queue, skills, alert").map(outcome)
    let reader = ExampleReader(file: file, queues: queues, channels: channels, categories: categories)
    let examples = map.nodes("examples").compactMap { node in
      reader.read(node, beside: outcome?.category, at: map.way(to: "examples"))?.value
    }
    map.finish()
    guard let name, let condition, let outcome, file.complaints.errorCount == errors else { return }
    result.rules.append(RoutingRule(name: name.value, when: condition, then: outcome, examples: examples))
  }

  private func condition(_ map: MapReader) -> RuleCondition {
    var condition = RuleCondition(
      channels: channels.check(map.texts("channels"), in: file), kinds: kinds.check(map.texts("kinds"), in: file),
      categories: categories.check(map.texts("categories"), in: file), languages: languages(map),
      anyWords: map.texts("any_words").map(\.value), allWords: map.texts("all_words").map(\.value),
      noneWords: map.texts("none_words").map(\.value), minConfidence: map.share("min_confidence")?.value,
      hours: map.choice("hours", RuleCondition.Hours.self)?.value, automatic: map.flag("automatic")?.value,
      contacts: map.texts("contacts").map(\.value))
    condition.likely = likely(map)
    condition.groups = groups.check(map.texts("groups"), in: file)
    condition.priorities = map.texts("priorities").compactMap {
      file.choice($0, Priority.self, at: map.way(to: "priorities"))?.value
    }
    condition.trust = map.texts("trust").compactMap {
      file.choice($0, SenderTrust.self, at: map.way(to: "trust"))?.value
    }
    condition.facts = map.texts("facts").compactMap {
      file.choice($0, MessageFact.Kind.self, at: map.way(to: "facts"))?.value
    }
    condition.missingFacts = map.texts("missing_facts").compactMap {
      file.choice($0, MessageFact.Kind.self, at: map.way(to: "missing_facts"))?.value
    }
    map.finish()
    return condition
  }

  /// `{fraud: 10%}`: categories and how likely each must be.
  private func likely(_ map: MapReader) -> [String: Double] {
    guard let shares = map.map("likely") else { return [:] }
    var likely: [String: Double] = [:]
    for entry in shares.allEntries() {
      let name = categories.check(Located(value: entry.key, mark: entry.mark), in: file)
      if let name, let share = shares.share(entry.key) { likely[name] = share.value }
    }
    return likely
  }

  private func languages(_ map: MapReader) -> [String] {
    map.texts("languages").compactMap { language in
      if isLanguage(language.value) { return language.value }
      return nothing(
        file.complain(
          .badValue(
            path: map.way(to: "languages"), read: clipped(language.value), wanted: "a language tag such as zh, en"),
          at: language.mark))
    }
  }

  private func outcome(_ map: MapReader) -> RuleOutcome {
    var outcome = RuleOutcome(
      category: categories.check(map.text("category"), in: file),
      priority: map.choice("priority", Priority.self)?.value,
      queue: queues.check(map.text("queue"), in: file), alert: map.flag("alert")?.value ?? false,
      stop: map.flag("stop")?.value ?? true)
    if let mark = map.markOf("targets"), outcome.queue != nil {
      file.complain(
        .badValue(
          path: map.way(to: "targets"), read: "a list beside `queue`",
          wanted: "one of them: the first target is the queue"),
        at: mark)
    }
    let targets = targets(map)
    outcome.skills = map.names("skills")
    let words = ["category", "priority", "queue", "targets", "skills", "stop"]
    let says = words.contains { map.markOf($0) != nil } || outcome.alert
    if !says {
      file.complain(
        .said(
          path: map.path, words: "says nothing, and yet no later rule is tried",
          hint: """
            write category, priority, queue, skills or alert; or `stop: true` if keeping later rules away is all it is for
            """
        ),
        at: map.mark, severity: .warning)
    }
    map.finish()
    guard let first = targets.first else { return outcome }
    (outcome.queue, outcome.priority) = (first.queue, first.priority ?? outcome.priority)
    outcome.targets = targets
    return outcome
  }

  /// `[{queue, priority, timeout}]`: each but the last says how long it is waited for there.
  private func targets(_ map: MapReader) -> [RouteTarget] {
    let maps = map.maps("targets")
    return maps.enumerated().compactMap { index, target in
      let queue = queues.check(target.text("queue", required: "where it waits"), in: file)
      let priority = target.choice("priority", Priority.self)?.value
      let isLast = index == maps.count - 1
      let timeout = target.duration("timeout")
      target.finish()
      if isLast, let timeout {
        file.complain(
          .badValue(path: target.way(to: "timeout"), read: "\(timeout.value)s", wanted: "none: it is the last target"),
          at: timeout.mark)
      } else if !isLast, timeout.map({ $0.value < 1 }) ?? true {
        file.complain(
          .missingKey(target.way(to: "timeout"), help: "how long it waits there, such as 2m"), at: target.mark)
      }
      return queue.map { RouteTarget(queue: $0, priority: priority, timeoutSeconds: timeout?.value) }
    }
  }
}

/// Reads one example: a text alone, or `{text, subject, channel, from, at, category, queue, priority}`.
struct ExampleReader {
  let file: SourceFile
  let queues: NameSet
  let channels: NameSet
  let categories: NameSet

  /// `category` is expected where the example names none.
  func read(_ node: YAMLNode, beside category: String?, at path: String) -> Located<RoutingExample>? {
    if let text = node.text {
      return Located(value: RoutingExample(text: text, category: category), mark: node.mark)
    }
    guard let map = MapReader(node, at: path, of: file) else { return nil }
    defer { map.finish() }
    let text = map.text("text", required: "what the customer wrote")
    let example = RoutingExample(
      text: text?.value ?? "", subject: map.text("subject")?.value,
      channel: channels.check(map.text("channel"), in: file), from: map.text("from")?.value,
      at: map.moment("at")?.value, category: categories.check(map.text("category"), in: file) ?? category,
      queue: queues.check(map.text("queue"), in: file), priority: map.choice("priority", Priority.self)?.value)
    return text.map { Located(value: example, mark: $0.mark) }
  }
}
