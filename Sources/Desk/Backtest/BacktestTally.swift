package import Conversations
import Routing
import Storage

/// From one name to another.
package struct BacktestChange: Sendable, Hashable, Comparable {
  package var from: String
  package var to: String

  var isNone: Bool { from == to }

  package static func < (left: Self, right: Self) -> Bool { (left.from, left.to) < (right.from, right.to) }
}

/// First responses that were promised to conversations that were answered, and how many of them came in time.
package struct BacktestPromises: Sendable, Hashable {
  package var promised = 0
  package var met = 0
}

/// What was, and what would have been.
package struct BacktestPair<Figure: Sendable>: Sendable {
  package var before: Figure
  package var after: Figure
}

/// A conversation that would have been treated otherwise.
package struct BacktestExample: Sendable {
  /// Its id in the store.
  package var decision: Int64
  package var conversation: ConversationID
  package var at: Instant
  package var queue: BacktestChange
  package var category: BacktestChange
  package var priority: BacktestChange
  /// What decides with the configuration that is tried.
  package var reasonNow: String
  /// The beginning of the message: a stranger's words.
  package var excerpt: String
}

/// Counts over any number of decisions. Its size depends on the names in the configurations, not on how much it counts.
struct BacktestTally: Sendable {
  let exampleCount: Int
  var conversations = 0
  var moves: [BacktestChange: Int] = [:]
  var categories: [BacktestChange: Int] = [:]
  var priorities: [BacktestChange: Int] = [:]
  var load: [String: BacktestPair<Int>] = [:]
  var answered = 0
  var promises: [String: BacktestPair<BacktestPromises>] = [:]
  /// Messages into conversations that were there already.
  var later = (lookedAt: 0, moved: 0)
  /// Its message was edited or deleted since: nobody can know what would have been.
  var changedSince = 0
  /// Made before inputs were kept, and too little is known.
  var unknownInputs = 0
  /// Made before inputs were kept, and put together from the trace.
  var rebuilt = 0
  var unreadableConfigurations = 0
  /// Decisions by the version they were made with.
  var versions: [String: Int] = [:]
  var span: (first: Instant, last: Instant)?
  private var moved: [BacktestExample] = []
  private var changed: [BacktestExample] = []

  init(exampleCount: Int) { self.exampleCount = exampleCount }

  /// Conversations in other queues first, then those of another category or priority.
  var examples: [BacktestExample] { Array((moved + changed).prefix(exampleCount)) }

  mutating func note(_ past: PastDecision) {
    versions[past.configuration, default: 0] += 1
    span = span.map { (min($0.first, past.at), max($0.last, past.at)) } ?? (past.at, past.at)
  }

  /// The decision that began a conversation, then and now.
  ///
  /// What counts is where a conversation belongs. One that belongs to the same queue and would only have waited in another
  /// one, since that was open or closed, counts by where it waited.
  mutating func add(
    _ past: PastDecision, belongedTo home: String, _ decision: RoutingDecision, excerpt: @autoclosure () -> String
  ) {
    conversations += 1
    load[home, default: .init(before: 0, after: 0)].before += 1
    load[decision.intendedQueue, default: .init(before: 0, after: 0)].after += 1
    let belongs = BacktestChange(from: home, to: decision.intendedQueue)
    let waits = BacktestChange(from: past.queue, to: decision.queue)
    let queue = belongs.isNone && !waits.isNone ? waits : belongs
    let category = BacktestChange(from: past.category, to: decision.category)
    let priority = BacktestChange(from: past.priority.rawValue, to: decision.priority.rawValue)
    if !queue.isNone { moves[queue, default: 0] += 1 }
    if !category.isNone { categories[category, default: 0] += 1 }
    if !priority.isNone { priorities[priority, default: 0] += 1 }
    let isMoved = !queue.isNone
    guard isMoved || !category.isNone || !priority.isNone, (isMoved ? moved : changed).count < exampleCount else {
      return
    }
    let example = BacktestExample(
      decision: past.id, conversation: past.conversation, at: past.at, queue: queue, category: category,
      priority: priority, reasonNow: decision.reason, excerpt: excerpt())
    if isMoved { moved.append(example) } else { changed.append(example) }
  }

  /// A promise of a first response to a conversation that was answered; a target without one promises nothing.
  mutating func count(
    _ target: ServiceTarget?, _ isMet: Bool,
    _ side: WritableKeyPath<BacktestPair<BacktestPromises>, BacktestPromises>
  ) {
    guard let target, target.firstResponseSeconds != nil else { return }
    var pair = promises[target.name] ?? BacktestPair(before: BacktestPromises(), after: BacktestPromises())
    pair[keyPath: side].promised += 1
    if isMet { pair[keyPath: side].met += 1 }
    promises[target.name] = pair
  }

  /// What was counted after this.
  mutating func add(_ other: BacktestTally) {
    conversations += other.conversations
    answered += other.answered
    later = (later.lookedAt + other.later.lookedAt, later.moved + other.later.moved)
    (changedSince, unknownInputs) = (changedSince + other.changedSince, unknownInputs + other.unknownInputs)
    rebuilt += other.rebuilt
    moves.merge(other.moves, uniquingKeysWith: +)
    categories.merge(other.categories, uniquingKeysWith: +)
    priorities.merge(other.priorities, uniquingKeysWith: +)
    versions.merge(other.versions, uniquingKeysWith: +)
    load.merge(other.load) { .init(before: $0.before + $1.before, after: $0.after + $1.after) }
    promises.merge(other.promises) { .init(before: $0.before + $1.before, after: $0.after + $1.after) }
    if let theirs = other.span {
      span = span.map { (min($0.first, theirs.first), max($0.last, theirs.last)) } ?? theirs
    }
    moved = Array((moved + other.moved).prefix(exampleCount))
    changed = Array((changed + other.changed).prefix(exampleCount))
  }
}

extension BacktestPromises {
  static func + (left: Self, right: Self) -> Self {
    BacktestPromises(promised: left.promised + right.promised, met: left.met + right.met)
  }
}
