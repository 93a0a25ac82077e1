import Conversations
import Routing

/// Asks the Routing room what it thinks of the table, runs the examples beside categories, and says where each problem stands.
struct RoutingCheck {
  let table: RoutingTable
  let places: ConfigurationLoader.Places
  let complaints: Complaints

  /// A Monday in an ordinary week; examples without a time are moved on to when their queue is open.
  private static let ordinaryMoment = Instant(seconds: 1_773_018_000)

  /// Returns how many examples were routed: none through a table with holes, where they would fail for that alone.
  func run() -> Int {
    let isWhole = !complaints.hasErrors
    for problem in table.validated(runningExamples: isWhole) where !isToldAlready(problem) {
      // A table with holes makes for warnings that nobody earned.
      if isWhole || problem.severity == .error { tell(problem) }
    }
    guard !complaints.hasErrors else { return 0 }
    let router = Router(table)
    for example in places.examples { run(example, router) }
    warnOfUntested()
    return places.examples.count + table.rules.reduce(0) { $0 + $1.examples.count }
  }

  /// Without an example nobody notices when a change takes a category's messages away.
  private func warnOfUntested() {
    let beside = places.examples.compactMap(\.example.category)
    let inRules = table.rules.flatMap { rule in rule.examples.compactMap { $0.category ?? rule.then.category } }
    let tested = Set(beside + inRules).union([table.fallbackCategory])
    for category in table.categories where !tested.contains(category.name) {
      complaints.add(
        ConfigurationProblem(
          .said(
            path: "category \(category.name)", words: "has no example",
            hint: "write what a customer would say under `examples:`; a change that moves it then does not go live"),
          file: "channels/routing/categories.yaml", at: places.marks[.category]?[category.name], severity: .warning))
    }
  }

  /// Names were checked where they were read, with the nearest word; here they would be told without their place.
  private func isToldAlready(_ problem: RoutingProblem) -> Bool {
    problem.message.hasPrefix("there is no ") || problem.message == "is defined twice"
  }

  private func tell(_ problem: RoutingProblem) {
    let file: String =
      switch problem.place {
      case .queue, .table: "queues"
      case .category, .rule: "categories"
      case .target: "targets"
      }
    let path = problem.place == .table ? problem.name : "\(problem.place.rawValue) \(problem.name)"
    complaints.add(
      ConfigurationProblem(
        .said(path: path, words: problem.message, hint: nil), file: "channels/routing/\(file).yaml",
        at: places.marks[problem.place]?[problem.name], severity: problem.severity == .error ? .error : .warning))
  }

  private func run(_ item: CategoryExample, _ router: Router) {
    let example = item.example
    let input = RoutingInput(
      channel: example.channel ?? "example", kind: ChannelKind("example"), subject: example.subject, text: example.text,
      addresses: [example.from].compactMap(\.self))
    var decision = router.route(input, now: example.at ?? Self.ordinaryMoment)
    if example.at == nil, let opensAt = decision.opensAt { decision = router.route(input, now: opensAt) }
    var differences: [String] = []
    func compare(_ what: String, _ expected: String?, _ got: String) {
      if let expected, expected != got { differences.append("\(what) \(got) instead of \(expected)") }
    }
    compare("category", example.category, decision.category)
    compare("queue", example.queue, decision.queue)
    compare("priority", example.priority?.rawValue, decision.priority.rawValue)
    guard !differences.isEmpty else { return }
    complaints.add(
      ConfigurationProblem(
        .said(
          path: "category \(item.category)",
          words: "example “\(clipped(example.text))” came out as \(differences.joined(separator: ", "))",
          hint: "decided by: \(decision.reason)"),
        file: "channels/routing/categories.yaml", at: item.mark))
  }
}
