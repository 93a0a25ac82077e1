package import Conversations

/// One row of `conversations`.
package struct ConversationRecord: Sendable, Hashable {
  package var id: ConversationID
  package var channel: String
  package var channelKind: String
  package var threadKey: String
  package var contact: ContactID
  package var subject: String?
  package var status: ConversationStatus
  package var category: String
  package var priority: Priority
  /// Where it lies now; `homeQueue` is where it belongs when that queue is open.
  package var queue: String
  package var homeQueue: String
  package var language: String
  /// Why it lies where it lies, in one line.
  package var reason: String
  package var assignee: String?
  /// The sequence number of the newest message, 0 before the first.
  package var lastSeq: Int64
  /// The newest message the customer wrote.
  package var customerSeq: Int64
  /// Effective time of the oldest unanswered customer message; `nil` when nothing waits.
  package var waitingSince: Instant?
  /// Kept over re-queues: the place in the queue.
  package var enqueuedAt: Instant
  /// Not before this does `next` offer it (snooze).
  package var readyAt: Instant
  package var startedAt: Instant
  package var lastInboundAt: Instant?
  package var firstResponseAt: Instant?
  package var resolvedAt: Instant?
  package var reopenCount: Int64
  /// The nearest running clock's due time.
  package var dueAt: Instant?
  package var relatedTo: ConversationID?
  package var mergedInto: ConversationID?
  package var updatedAt: Instant
  /// Words separated by spaces: `alert`, `topic_changed`, `spam`.
  package var flags: String
  /// The agent it waits for alone until then: the one this customer knows.
  package var keptFor: String?
  package var keptUntil: Instant?
  /// When it moves on to another queue if nobody has taken it; the rest of its way as JSON (`Ways`).
  package var movesAt: Instant?
  package var ways: String?
  /// Names of the contact groups whose members have written in it, separated by spaces.
  package var groups = ""
  /// What its rules asked of whoever takes it: names in order, separated by spaces.
  package var skills = ""

  package init(
    id: ConversationID, channel: String, channelKind: String, threadKey: String, contact: ContactID, subject: String?,
    category: String, priority: Priority, queue: String, homeQueue: String, language: String, reason: String,
    startedAt: Instant, now: Instant
  ) {
    (self.id, self.channel, self.channelKind, self.threadKey) = (id, channel, channelKind, threadKey)
    (self.contact, self.subject, self.status, self.category) = (contact, subject, .new, category)
    (self.priority, self.queue, self.homeQueue, self.language) = (priority, queue, homeQueue, language)
    (self.reason, self.startedAt, self.enqueuedAt, self.readyAt) = (reason, startedAt, startedAt, startedAt)
    (lastSeq, customerSeq, reopenCount, flags, updatedAt) = (0, 0, 0, "", now)
  }

  static let columns = """
    id, channel, channel_kind, thread_key, contact_id, subject, status, category, priority, queue, home_queue, language, \
    reason, assignee, last_seq, customer_seq, waiting_since, enqueued_at, ready_at, started_at, last_inbound_at, \
    first_response_at, resolved_at, reopen_count, due_at, related_to, merged_into, updated_at, flags, kept_for, \
    kept_until, moves_at, ways, contact_groups, skills
    """

  /// The same columns for a query that calls the table `h`.
  static let columnsOfH = columns.split(separator: ", ").map { "h." + $0 }.joined(separator: ", ")

  init(_ row: Row) {
    id = ConversationID(row.int64(0))
    (channel, channelKind, threadKey) = (row.text(1), row.text(2), row.text(3))
    (contact, subject) = (ContactID(row.int64(4)), row.optionalText(5))
    status = ConversationStatus(rawValue: row.text(6)) ?? .open
    (category, priority) = (row.text(7), Priority(rank: row.int(8)))
    (queue, homeQueue, language, reason) = (row.text(9), row.text(10), row.text(11), row.text(12))
    (assignee, lastSeq, customerSeq) = (row.optionalText(13), row.int64(14), row.int64(15))
    (waitingSince, enqueuedAt, readyAt) = (row.optionalInstant(16), row.instant(17), row.instant(18))
    (startedAt, lastInboundAt, firstResponseAt) = (row.instant(19), row.optionalInstant(20), row.optionalInstant(21))
    (resolvedAt, reopenCount, dueAt) = (row.optionalInstant(22), row.int64(23), row.optionalInstant(24))
    relatedTo = row.optionalInt64(25).map { ConversationID($0) }
    mergedInto = row.optionalInt64(26).map { ConversationID($0) }
    (updatedAt, flags) = (row.instant(27), row.text(28))
    (keptFor, keptUntil) = (row.optionalText(29), row.optionalInstant(30))
    (movesAt, ways, groups) = (row.optionalInstant(31), row.optionalText(32), row.text(33))
    skills = row.text(34)
  }

  /// Where and when it has its turn while it waits.
  package var pool: Pool {
    assignee.map { .own(agent: $0) }
      ?? .shared(queue: queue, category: category, language: Pool.language(of: language), skills: neededSkills)
  }
  package var turn: Turn { Turn(priority, enqueuedAt: enqueuedAt, dueAt: dueAt) }

  /// What is written: the columns, and what follows from them and is only looked for by.
  fileprivate var written: [Value] { values + [.text(pool.text), .int(turn.key)] }
  fileprivate static let writtenColumns = columns.split(separator: ", ").map(String.init) + ["pool", "turn"]

  var values: [Value] {
    [
      .int(id.rawValue), .text(channel), .text(channelKind), .text(threadKey), .int(contact.rawValue), Value(subject),
      .text(status.rawValue), .text(category), .int(Int64(priority.rank)), .text(queue), .text(homeQueue),
      .text(language), .text(reason), Value(assignee), .int(lastSeq), .int(customerSeq), Value(waitingSince),
      Value(enqueuedAt), Value(readyAt), Value(startedAt), Value(lastInboundAt), Value(firstResponseAt),
      Value(resolvedAt), .int(reopenCount), Value(dueAt), Value(relatedTo?.rawValue), Value(mergedInto?.rawValue),
      Value(updatedAt), .text(flags), Value(keptFor), Value(keptUntil), Value(movesAt), Value(ways), .text(groups),
      .text(skills),
    ]
  }

  package func hasFlag(_ flag: String) -> Bool { flags.split(separator: " ").contains { $0 == flag } }
  package mutating func setFlag(_ flag: String) {
    if !hasFlag(flag) { flags = flags.isEmpty ? flag : flags + " " + flag }
  }
  package var contactGroups: [String] { groups.split(separator: " ").map(String.init) }
  package var neededSkills: [String] { skills.split(separator: " ").map(String.init) }
  package mutating func join(_ names: [String]) {
    let known = contactGroups
    groups = (known + names.filter { !known.contains($0) }).joined(separator: " ")
  }
  package mutating func clearFlag(_ flag: String) {
    flags = flags.split(separator: " ").filter { $0 != flag }.joined(separator: " ")
  }
}

extension Transaction {
  /// The next short conversation number. The counter's row is locked until the end of the transaction, so numbers have
  /// no holes and no doubles on either engine.
  package func nextConversationID() throws -> ConversationID {
    let row = try first("UPDATE counters SET value = value + 1 WHERE name = 'conversation' RETURNING value")
    guard let row else {
      throw StoreError(.unavailable, "the conversation counter is missing: run `patchbay database migrate`")
    }
    return ConversationID(row.int64(0))
  }

  package func insert(_ conversation: ConversationRecord) throws {
    _ = try run(Self.insertConversation, conversation.written)
  }

  /// Writes every column that may change after the start.
  package func save(_ conversation: ConversationRecord) throws {
    let all = conversation.written
    _ = try run(Self.saveConversation, [all[0]] + all[4...])
  }

  /// Writes the columns in which it differs from `before`, as it stands in the store: indexes over the others stay untouched.
  package func save(_ conversation: ConversationRecord, over before: ConversationRecord) throws {
    let (old, new) = (before.written, conversation.written)
    let changed = new.indices.filter { $0 >= 4 && new[$0] != old[$0] }
    guard !changed.isEmpty else { return }
    let sets = changed.enumerated().map { "\(ConversationRecord.writtenColumns[$0.element]) = $\($0.offset + 2)" }
    _ = try run(
      "UPDATE conversations SET \(sets.joined(separator: ", ")) WHERE id = $1", [new[0]] + changed.map { new[$0] })
  }

  package func conversation(_ id: ConversationID) throws -> ConversationRecord? {
    try first("SELECT \(ConversationRecord.columns) FROM conversations WHERE id = $1", [.int(id.rawValue)])
      .map { ConversationRecord($0) }
  }

  /// As `conversation`, and nobody else changes it before this transaction ends.
  package func lockedConversation(_ id: ConversationID) throws -> ConversationRecord? {
    try first(
      "SELECT \(ConversationRecord.columns) FROM conversations WHERE id = $1 \(dialect.forUpdate)", [.int(id.rawValue)]
    ).map { ConversationRecord($0) }
  }

  /// The newest conversation of a thread, merged-away ones left out.
  package func newestConversation(channel: String, threadKey: String) throws -> ConversationRecord? {
    try first(
      """
      SELECT \(ConversationRecord.columns) FROM conversations
      WHERE channel = $1 AND thread_key = $2 AND merged_into IS NULL ORDER BY id DESC LIMIT 1 \(dialect.forUpdate)
      """, [.text(channel), .text(threadKey)]
    ).map { ConversationRecord($0) }
  }

  /// As `newestConversation`, only to look at.
  package func latestConversation(channel: String, threadKey: String) throws -> ConversationRecord? {
    try first(
      """
      SELECT \(ConversationRecord.columns) FROM conversations
      WHERE channel = $1 AND thread_key = $2 AND merged_into IS NULL ORDER BY id DESC LIMIT 1
      """, [.text(channel), .text(threadKey)]
    ).map { ConversationRecord($0) }
  }

  private static let insertConversation: String = {
    let columns = ConversationRecord.writtenColumns
    let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
    return "INSERT INTO conversations (\(columns.joined(separator: ", "))) VALUES (\(places))"
  }()

  private static let saveConversation: String = {
    let columns = ConversationRecord.writtenColumns.dropFirst(4)
    let sets = columns.enumerated().map { "\($0.element) = $\($0.offset + 2)" }.joined(separator: ", ")
    return "UPDATE conversations SET \(sets) WHERE id = $1"
  }()
}
