package import Conversations
import Routing

/// What a backtest found.
package struct BacktestReport: Sendable {
  /// Some of the examples' conversations with what decided then.
  package struct Example: Sendable {
    package var found: BacktestExample
    package var reasonThen: String
  }

  private let tally: BacktestTally
  /// Version of the configuration that was tried.
  package let configuration: String
  /// `nil` = there was no limit.
  package let since: Instant?
  package let until: Instant?
  package let examples: [Example]

  init(_ test: Backtest, _ tally: BacktestTally, traces: [Int64: String]) {
    (self.tally, configuration) = (tally, test.trial.version)
    since = test.since.microseconds == .min ? nil : test.since
    until = test.until.microseconds == .max ? nil : test.until
    examples = tally.examples.map { found in
      Example(found: found, reasonThen: traces[found.decision].flatMap(Self.reason) ?? "not recorded")
    }
  }

  private static func reason(_ trace: String) -> String? {
    let steps = (try? JSON(parsing: trace))?.array ?? []
    return steps.first { $0["step"]?.string == "outcome" }?["reason"]?.string
  }

  /// Conversations whose beginning was routed again.
  package var conversations: Int { tally.conversations }
  /// Those that would have gone into another queue.
  package var moved: Int { tally.moves.values.reduce(0, +) }
  /// Later messages, and those that would have left their conversation in another queue.
  package var later: (lookedAt: Int, moved: Int) { tally.later }
  package var answered: Int { tally.answered }
  package var changedSince: Int { tally.changedSince }
  package var unknownInputs: Int { tally.unknownInputs }
  package var rebuilt: Int { tally.rebuilt }
  package var unreadableConfigurations: Int { tally.unreadableConfigurations }
  /// When the first and the last of the decisions were made.
  package var span: (first: Instant, last: Instant)? { tally.span }

  /// Most conversations first.
  package var moves: [(change: BacktestChange, count: Int)] { Self.ordered(tally.moves) }
  package var categories: [(change: BacktestChange, count: Int)] { Self.ordered(tally.categories) }
  package var priorities: [(change: BacktestChange, count: Int)] { Self.ordered(tally.priorities) }
  /// New conversations by the queue that they belong to.
  package var load: [(queue: String, count: BacktestPair<Int>)] {
    tally.load.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
  /// First responses by the name of the target.
  package var promises: [(target: String, count: BacktestPair<BacktestPromises>)] {
    tally.promises.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
  package var allPromises: BacktestPair<BacktestPromises> {
    tally.promises.values.reduce(.init(before: .init(), after: .init())) {
      .init(before: $0.before + $1.before, after: $0.after + $1.after)
    }
  }
  /// How many decisions each version had made, most first.
  package var versions: [(version: String, decisions: Int)] {
    tally.versions.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  /// Whether nothing at all would have been otherwise.
  package var isEmpty: Bool {
    moved == 0 && tally.categories.isEmpty && tally.priorities.isEmpty && later.moved == 0
      && tally.promises.values.allSatisfy { $0.before == $0.after }
  }

  private static func ordered(_ counts: [BacktestChange: Int]) -> [(change: BacktestChange, count: Int)] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}

extension BacktestReport {
  /// For `--json`.
  package var json: JSON {
    [
      "configuration": JSON(configuration), "since": JSON(since), "until": JSON(until),
      "first_at": JSON(span?.first), "last_at": JSON(span?.last), "conversations": JSON(conversations),
      "moved": JSON(moved), "moves": Self.json(moves), "categories": Self.json(categories),
      "priorities": Self.json(priorities),
      "queues": .array(
        load.map {
          ["queue": JSON($0.queue), "before": JSON($0.count.before), "after": JSON($0.count.after)]
        }),
      "first_response": firstResponse,
      "later_messages": ["looked_at": JSON(later.lookedAt), "moved": JSON(later.moved)],
      "not_compared": ["changed_since": JSON(changedSince), "unknown_inputs": JSON(unknownInputs)],
      "rebuilt": JSON(rebuilt), "unreadable_configurations": JSON(unreadableConfigurations),
      "decided_with": .array(
        versions.map { ["configuration": JSON($0.version), "decisions": JSON($0.decisions)] }),
      "examples": .array(examples.map(\.json)),
    ]
  }

  private var firstResponse: JSON {
    let all = allPromises
    return [
      "answered": JSON(answered), "before": all.before.json, "after": all.after.json,
      "targets": .array(
        promises.map {
          ["target": JSON($0.target), "before": $0.count.before.json, "after": $0.count.after.json]
        }),
    ]
  }

  private static func json(_ changes: [(change: BacktestChange, count: Int)]) -> JSON {
    .array(
      changes.map {
        ["from": JSON($0.change.from), "to": JSON($0.change.to), "conversations": JSON($0.count)]
      })
  }
}

extension BacktestPromises {
  fileprivate var json: JSON { ["promised": JSON(promised), "met": JSON(met)] }
}

extension BacktestReport.Example {
  fileprivate var json: JSON {
    func side(_ path: KeyPath<BacktestChange, String>, _ reason: String) -> JSON {
      [
        "queue": JSON(found.queue[keyPath: path]), "category": JSON(found.category[keyPath: path]),
        "priority": JSON(found.priority[keyPath: path]), "reason": JSON(reason),
      ]
    }
    return [
      "conversation": JSON(found.conversation.rawValue), "at": JSON(found.at), "text": JSON(found.excerpt),
      "then": side(\.from, reasonThen), "now": side(\.to, found.reasonNow),
    ]
  }
}
