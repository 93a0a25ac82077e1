import Conversations
import Routing
import Storage

/// Makes one decision again and counts what is different.
struct BacktestJudge {
  let router: Router
  let tables: PastTables

  func judge(_ past: PastDecision, _ tally: inout BacktestTally) {
    guard let recalled = RecalledDecision(past) else {
      tally.unknownInputs += 1
      return
    }
    guard recalled.isExact != false else {
      tally.changedSince += 1
      return
    }
    if recalled.isExact == nil { tally.rebuilt += 1 }
    tally.note(past)
    let decision = router.route(recalled.input, now: past.at)
    let before = recalled.inputs.before
    let (after, _) = decision.placing(before, fallbackCategory: router.table.fallbackCategory)
    guard before == nil else {
      tally.later.lookedAt += 1
      if after.queue != past.queue || after.homeQueue != recalled.homeQueue(past) { tally.later.moved += 1 }
      return
    }
    tally.add(past, belongedTo: recalled.homeQueue(past), decision, excerpt: recalled.excerpt)
    compareFirstResponse(past, recalled, decision, &tally)
  }

  /// Whether the answer that was given would have kept the promise: the one that was made, and the one that would have
  /// been made, each counted in its own hours.
  private func compareFirstResponse(
    _ past: PastDecision, _ recalled: RecalledDecision, _ decision: RoutingDecision, _ tally: inout BacktestTally
  ) {
    guard let answeredAt = past.firstResponseAt, let start = past.message?.effectiveAt, !recalled.input.isAutomatic
    else { return }
    tally.answered += 1
    let table = tables.table(past.configuration)
    let promised = recalled.inputs.target.flatMap { name in table.targets.first { $0.name == name } }
    tally.count(promised, isMet(promised, table, start, answeredAt), \.before)
    tally.count(decision.target, isMet(decision.target, router.table, start, answeredAt), \.after)
  }

  private func isMet(_ target: ServiceTarget?, _ table: RoutingTable, _ start: Instant, _ answeredAt: Instant) -> Bool {
    guard let target, let seconds = target.firstResponseSeconds else { return false }
    let calendar = target.calendar.flatMap { table.calendars[$0] }
    let used = calendar?.elapsed(from: start, to: answeredAt) ?? max(0, answeredAt.seconds - start.seconds)
    return used <= seconds
  }
}

/// What a decision was made from, put together again.
struct RecalledDecision {
  let inputs: DecisionInputs
  let input: RoutingInput
  /// Whether it is what it was, by the hash kept with the decision; `nil` = rebuilt from the trace, as far as that goes.
  let isExact: Bool?

  /// Where the conversation belonged after the decision.
  func homeQueue(_ past: PastDecision) -> String {
    past.isPlacing ? inputs.intendedQueue : inputs.before?.homeQueue ?? inputs.intendedQueue
  }

  /// The beginning of the message, for people.
  var excerpt: String {
    String((input.subject.map { "\($0) · " } ?? "") + input.text).prefix(Self.excerptMax).description
  }
  private static let excerptMax = 80

  /// `nil` when too little is known.
  init?(_ past: PastDecision) {
    guard let message = past.message else { return nil }
    if let known = past.inputsJSON.flatMap({ try? JSON(parsing: $0) }) {
      guard let inputs = DecisionInputs(known) else { return nil }
      self.inputs = inputs
      input = inputs.input(subject: message.subject, text: Self.text(inputs.part, message))
      isExact = input.fingerprint(table: past.configuration, now: past.at) == past.inputsHash
      return
    }
    // Of a later message made before inputs were kept nobody knows how its conversation stood.
    guard message.seq == 1, let rebuilt = DecisionInputs(rebuilding: past, message) else { return nil }
    (inputs, input, isExact) = (rebuilt, rebuilt.input, nil)
  }

  static func text(_ part: DecisionInputs.TextPart, _ message: PastDecision.Message) -> String {
    switch part {
    case .reply, .text: message.text ?? ""
    case .note: message.extraJSON.flatMap { try? JSON(parsing: $0) }?["note"]?.string ?? ""
    case .none: ""
    }
  }
}

extension DecisionInputs {
  /// From the message and the decision's trace, for decisions older than the record of their inputs. The customer's
  /// addresses are not known: only rules and targets that ask for contacts or groups miss them.
  fileprivate init?(rebuilding past: PastDecision, _ message: PastDecision.Message) {
    guard let steps = past.traceJSON.flatMap({ try? JSON(parsing: $0) })?.array else { return nil }
    func step(_ name: String) -> JSON? { steps.first { $0["step"]?.string == name } }
    guard let outcome = step("outcome") else { return nil }
    let machines: Set<Substring> = ["auto_reply", "bounce", "bulk"]
    let part: TextPart = message.extraJSON == nil ? .text : .note
    let input = RoutingInput(
      channel: message.channel, kind: ChannelKind(past.channelKind), subject: message.subject,
      text: RecalledDecision.text(part, message), language: step("language")?["stated"]?.string,
      categoryHint: step("hint")?["category"]?.string,
      isAutomatic: message.flags.split(separator: " ").contains { machines.contains($0) },
      trust: message.trust.flatMap(SenderTrust.init) ?? .unknown)
    self.init(
      input, part: part, intendedQueue: step("hours")?["queue"]?.string ?? past.queue,
      target: outcome["target"]?.string)
  }
}
