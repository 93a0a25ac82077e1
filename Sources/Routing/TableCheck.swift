import Conversations

extension RoutingTable {
  /// Everything wrong with the table: names that lead nowhere, terms that contradict each other, rules that no message
  /// reaches, examples that come out otherwise than written (unless they are not to be run). Empty = fit for use.
  package func validated(runningExamples: Bool = true) -> [RoutingProblem] {
    var check = TableCheck(table: self)
    check.names()
    check.queues()
    check.overflows()
    check.categories()
    check.rules()
    check.targets()
    guard runningExamples, !check.problems.contains(where: { $0.severity == .error }) else { return check.problems }
    return check.problems + ruleExamples().filter { !$0.passed }.map(\.problem)
  }
}

/// Cross references of one table.
private struct TableCheck {
  let table: RoutingTable
  private(set) var problems: [RoutingProblem] = []
  private let queueNames: Set<String>
  private let categoryNames: Set<String>

  init(table: RoutingTable) {
    self.table = table
    queueNames = Set(table.queues.map(\.name))
    categoryNames = Set(table.categories.map(\.name))
  }

  private mutating func error(_ place: RoutingProblem.Place, _ name: String, _ message: String) {
    problems.append(RoutingProblem(.error, place, name, message))
  }

  private mutating func warn(_ place: RoutingProblem.Place, _ name: String, _ message: String) {
    problems.append(RoutingProblem(.warning, place, name, message))
  }

  mutating func names() {
    doubles(.queue, table.queues.map(\.name))
    doubles(.category, table.categories.map(\.name))
    doubles(.rule, table.rules.map(\.name))
    doubles(.target, table.targets.map(\.name))
    if !(0...1).contains(table.minConfidence) {
      error(.table, "min_confidence", "\(table.minConfidence) is not between 0 and 1")
    }
    queue(table.triageQueue, .table, "triage_queue")
    if let name = table.afterHoursQueue { queue(name, .table, "after_hours_queue") }
    category(table.fallbackCategory, .table, "fallback_category")
  }

  private mutating func doubles(_ place: RoutingProblem.Place, _ names: [String]) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { error(place, name, "is defined twice") }
  }

  private mutating func queue(_ name: String, _ place: RoutingProblem.Place, _ owner: String) {
    guard !queueNames.contains(name) else { return }
    error(place, owner, "there is no queue `\(name)`; queues are \(queueNames.sorted().joined(separator: ", "))")
  }

  private mutating func category(_ name: String, _ place: RoutingProblem.Place, _ owner: String) {
    guard !categoryNames.contains(name) else { return }
    error(
      place, owner, "there is no category `\(name)`; categories are \(categoryNames.sorted().joined(separator: ", "))")
  }

  private mutating func calendar(_ name: String, _ place: RoutingProblem.Place, _ owner: String) {
    guard table.calendars[name] == nil else { return }
    let known = table.calendars.keys.sorted().joined(separator: ", ")
    error(place, owner, "there is no calendar `\(name)`; calendars are \(known)")
  }

  private mutating func group(_ name: String, _ place: RoutingProblem.Place, _ owner: String) {
    guard !table.contactGroups.contains(where: { $0.name == name }) else { return }
    let known = table.contactGroups.map(\.name).sorted().joined(separator: ", ")
    error(place, owner, "there is no contact group `\(name)`; contact groups are \(known)")
  }

  mutating func queues() {
    let served =
      Set(
        table.categories.map(\.queue) + table.rules.compactMap(\.then.queue)
          + table.queues.compactMap(\.afterHoursQueue) + table.queues.compactMap(\.overflow?.queue)
          + table.rules.flatMap { $0.then.targets.map(\.queue) }
      )
      .union([table.triageQueue, table.afterHoursQueue ?? ""])
    for queue in table.queues {
      if let name = queue.calendar {
        calendar(name, .queue, queue.name)
        if table.calendars[name]?.neverOpens == true { warn(.queue, queue.name, "calendar `\(name)` never opens") }
      }
      if let name = queue.afterHoursQueue {
        self.queue(name, .queue, queue.name)
        if name == queue.name { warn(.queue, queue.name, "is its own after-hours queue") }
      }
      if let name = queue.overflow?.queue {
        self.queue(name, .queue, queue.name)
        if name == queue.name { error(.queue, queue.name, "overflows into itself") }
      }
      if queue.leaseSeconds < 30 {
        error(.queue, queue.name, "a lease of \(queue.leaseSeconds) s is no time to answer")
      }
      if !served.contains(queue.name) { warn(.queue, queue.name, "no category, rule or queue leads here") }
    }
  }

  /// Queues that overflow into one another, round and round; each circle once.
  mutating func overflows() {
    let next = Dictionary(table.queues.compactMap { queue in queue.overflow.map { (queue.name, $0.queue) } }) { $1 }
    var told: Set<String> = []
    for queue in table.queues {
      var way = [queue.name]
      while let name = next[way[way.count - 1]], !way.contains(name) { way.append(name) }
      guard way.count > 1, next[way[way.count - 1]] == queue.name, told.isDisjoint(with: way) else { continue }
      told.formUnion(way)
      let circle = (way + [queue.name]).joined(separator: " → ")
      warn(.queue, queue.name, "overflows in a circle: \(circle); what nobody takes goes round for ever")
    }
  }

  mutating func categories() {
    var owners: [[UInt8]: String] = [:]
    for category in table.categories {
      queue(category.queue, .category, category.name)
      for keyword in category.keywords {
        let folded = TextFolding.foldedBytes(keyword)
        if folded.isEmpty || folded == [UInt8(ascii: "*")] {
          error(.category, category.name, "keyword `\(keyword)` is empty")
        } else if let owner = owners[folded] {
          let other = owner == category.name ? "twice here" : "also in \(owner): it speaks half for each"
          warn(.category, category.name, "keyword `\(keyword)` is \(other)")
        }
        owners[folded] = category.name
      }
      misplacedStars(category.keywords, .category, category.name)
    }
  }

  /// `退款*到账` finds only a text with that very star in it.
  private mutating func misplacedStars(_ words: [String], _ place: RoutingProblem.Place, _ owner: String) {
    for word in words where TextFolding.foldedBytes(word).dropLast().contains(UInt8(ascii: "*")) {
      warn(
        place, owner, "`\(word)`: a `*` stands for other letters only at the end of a word; name its parts in all_words"
      )
    }
  }

  mutating func rules() {
    for (place, rule) in table.rules.enumerated() {
      outcome(of: rule)
      for problem in rule.when.contradictions { error(.rule, rule.name, problem) }
      misplacedStars(rule.when.anyWords + rule.when.allWords + rule.when.noneWords, .rule, rule.name)
      for name in rule.when.categories + rule.when.likely.keys.sorted() { category(name, .rule, rule.name) }
      for name in rule.when.groups { group(name, .rule, rule.name) }
      if let earlier = table.rules[..<place].first(where: { $0.then.stop && $0.when.covers(rule.when) }) {
        warn(.rule, rule.name, "is never reached: `\(earlier.name)` before it takes every message that it could")
      }
    }
  }

  private mutating func outcome(of rule: RoutingRule) {
    if let name = rule.then.queue { queue(name, .rule, rule.name) }
    if let name = rule.then.category { category(name, .rule, rule.name) }
    let says = rule.then.queue != nil || rule.then.category != nil || rule.then.priority != nil || rule.then.alert
    if !says, !rule.then.stop { warn(.rule, rule.name, "does nothing") }
    for example in rule.examples {
      if let name = example.category { category(name, .rule, rule.name) }
      if let name = example.queue { queue(name, .rule, rule.name) }
      if example.category == nil, example.queue == nil, example.priority == nil {
        error(.rule, rule.name, "an example expects nothing: \(example.text.prefix(40))")
      }
    }
  }

  mutating func targets() {
    for (place, target) in table.targets.enumerated() {
      if let name = target.calendar {
        calendar(name, .target, target.name)
        // R7: a due date that never comes is an error of the configuration.
        if table.calendars[name]?.neverOpens == true { error(.target, target.name, "calendar `\(name)` has no hours") }
      }
      for name in target.when.queues { queue(name, .target, target.name) }
      for name in target.when.categories { category(name, .target, target.name) }
      for name in target.when.groups { group(name, .target, target.name) }
      let seconds = [target.firstResponseSeconds, target.nextReplySeconds, target.resolutionSeconds].compactMap(\.self)
      if seconds.isEmpty { warn(.target, target.name, "promises nothing") }
      if seconds.contains(where: { $0 <= 0 }) { error(.target, target.name, "a promise must be longer than 0") }
      if !(0...1).contains(target.warnAtFraction) { error(.target, target.name, "warn_at is not between 0 and 1") }
      if let earlier = table.targets[..<place].first(where: { $0.when.covers(target.when) }) {
        warn(.target, target.name, "is never taken: `\(earlier.name)` before it fits all that this one does")
      }
    }
  }
}
