package import Conversations
import Routing
import Storage

extension Desk {
  /// Makes a new conversation of the messages of `id` from one on, by its number in the conversation or its id. The new one
  /// starts at the first of them that the customer wrote (METRICS §5), with clocks as if it had been so all along.
  /// - Throws: `.notFound`, `.held`, `.invalid`.
  package func split(_ id: ConversationID, from message: Int64, by agent: Agent) async throws -> ConversationID {
    let (configuration, now) = (configuration.value, now())
    let (old, new) = try await store.write { [self] tx -> (ConversationRecord, ConversationRecord) in
      var old = try visible(id, to: agent, tx)
      try refuseIfHeldByAnother(old, agent, now, tx)
      let half = try SplitHalf(of: old, from: message, tx)
      let new = try splitOff(half, of: &old, agent, configuration, now, tx)
      old.updatedAt = now
      try tx.save(old)
      return (old, new)
    }
    feed.publish([LiveChange("split", old), LiveChange("new", new)])
    return new.id
  }

  private func splitOff(
    _ half: SplitHalf, of old: inout ConversationRecord, _ agent: Agent, _ configuration: DeskConfiguration,
    _ now: Instant, _ tx: Transaction
  ) throws -> ConversationRecord {
    var new = ConversationRecord(
      id: try tx.nextConversationID(), channel: old.channel, channelKind: old.channelKind, threadKey: old.threadKey,
      contact: old.contact, subject: half.start.subject ?? old.subject, category: old.category, priority: old.priority,
      queue: old.queue, homeQueue: old.homeQueue, language: half.start.language ?? old.language,
      reason: "split off #\(old.id) by \(agent.name)", startedAt: half.start.effectiveAt, now: now)
    (new.status, new.relatedTo, new.lastSeq) = (half.status(after: old.status), old.id, half.lastSeq)
    (new.customerSeq, new.lastInboundAt) = (half.customerSeq, half.lastInboundAt)
    (new.groups, new.skills) = (old.groups, old.skills)
    new.setFlag(ConversationRecord.splitFlag)
    try tx.insert(new)
    for message in half.messages { try tx.move(message.id, to: new.id, seq: message.seq) }
    let range: [JSON.Member] = [.init("first_seq", JSON(half.firstSeq)), .init("last_seq", JSON(half.lastSeq))]
    let target = configuration.table.target(for: new)
    try logEvent(
      "split", new, agent, now, tx,
      data: .object(
        [
          .init("from", JSON(old.id.rawValue)), .init("start_seq", JSON(half.start.seq)),
          .init("facts", new.placement(configuration).facts(target: target, start: new.status)),
        ] + range))
    let before = try Self.status(of: old, before: half, tx)
    try logEvent(
      "split_off", old, agent, now, tx,
      data: .object([.init("to", JSON(new.id.rawValue)), .init("facts", facts(old, configuration))] + range))
    try decided("split", new, agent, "from message \(half.firstSeq) of #\(old.id) on", configuration, now, tx)
    try decided(
      "split", old, agent, "from message \(half.firstSeq) on it is #\(new.id)", configuration, now, tx)
    _ = try clocks(configuration, now: now).retell(&new, tx)
    try tx.save(new)
    try settle(&old, to: before, agent, configuration, now, tx)
    return new
  }

  /// The part that stays: its clocks are told anew; if only what moved had opened it, it is what it was before.
  private func settle(
    _ old: inout ConversationRecord, to before: ConversationStatus?, _ agent: Agent, _ configuration: DeskConfiguration,
    _ now: Instant, _ tx: Transaction
  ) throws {
    old.customerSeq = try tx.lastCustomerSeq(of: old.id)
    old.clearFlag("topic_changed")
    _ = try clocks(configuration, now: now).retell(&old, tx)
    guard old.status.isWaiting, old.waitingSince == nil, let before, !before.isWaiting else { return }
    try change(
      &old, to: before, actor: agent.name, configuration: configuration, now: now, cause: "split", tx)
  }

  /// What its status was when the first of the messages came that move.
  private static func status(of old: ConversationRecord, before half: SplitHalf, _ tx: Transaction) throws
    -> ConversationStatus?
  {
    let log = try tx.eventLog(of: [old.id.rawValue], upTo: .max).map { LogEntry($0) }
    guard let end = log.firstIndex(where: { $0.data["seq"]?.int64 == half.firstSeq }) else { return nil }
    let change = log[..<end].last { $0.kind == "status" || $0.kind == "reopened" }
    return change?.data["to"]?.string.flatMap { ConversationStatus(rawValue: $0) }
  }
}

extension ConversationRecord {
  /// It was split off another, `relatedTo`.
  static let splitFlag = "split"
}

/// The messages that move when a conversation is split.
private struct SplitHalf {
  /// By number.
  let messages: [MessageRecord]
  /// The first that the customer wrote.
  let start: MessageRecord

  var firstSeq: Int64 { messages[0].seq }
  var lastSeq: Int64 { messages[messages.count - 1].seq }
  var customerSeq: Int64 { messages.last { $0.direction == .inbound }?.seq ?? start.seq }
  var lastInboundAt: Instant? { messages.filter { $0.direction == .inbound }.map(\.effectiveAt).max() }

  init(of conversation: ConversationRecord, from number: Int64, _ tx: Transaction) throws {
    let id = conversation.id
    if let other = conversation.mergedInto { throw DeskError.invalid("#\(id) is part of #\(other): split that one") }
    let all = try tx.messages(of: id).sorted { $0.seq < $1.seq }
    guard let first = all.firstIndex(where: { $0.seq == number || $0.id.rawValue == number }) else {
      throw DeskError.notFound("#\(id) has no message \(number)")
    }
    guard first > 0 else { throw DeskError.invalid("message \(number) is the first of #\(id): nothing would stay") }
    messages = Array(all[first...])
    guard let start = messages.first(where: { $0.direction == .inbound }) else {
      throw DeskError.invalid("from message \(number) on the customer wrote nothing: there is nothing to answer in it")
    }
    self.start = start
    let moving = Set(messages.map(\.id))
    if let merge = try tx.openMerges(into: id).first(where: { $0.moved.contains { moving.contains($0.message) } }) {
      throw DeskError.invalid(
        "among the messages are some of #\(merge.merged), which was merged into #\(id): unmerge #\(merge.merged) first")
    }
  }

  /// New until one of ours has answered in it; it goes on as the other part does, unless that is over.
  func status(after old: ConversationStatus) -> ConversationStatus {
    let answer = messages.last { $0.direction == .outbound }
    guard let answer else { return .new }
    return answer.seq < customerSeq || old == .resolved ? .open : old
  }
}
