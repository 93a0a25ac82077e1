package import Conversations

/// One merge of two conversations, with all it changed: enough to take it back.
package struct ConversationMerge: Sendable {
  /// A message that moved, with its number before and after.
  package struct Moved: Sendable, Hashable {
    package var message: MessageID
    package var seq: Int64
    package var newSeq: Int64
    package init(message: MessageID, seq: Int64, newSeq: Int64) {
      (self.message, self.seq, self.newSeq) = (message, seq, newSeq)
    }
  }

  /// One of the two: the columns that the merge changed, and the clocks before it.
  package struct Side: Sendable {
    /// `{column: [before, after]}`.
    package var changes: JSON
    package var clocks: [ClockRecord]
    package init(changes: JSON, clocks: [ClockRecord]) { (self.changes, self.clocks) = (changes, clocks) }
  }

  package var id: Int64
  package var merged: ConversationID
  package var survivor: ConversationID
  package var at: Instant
  package var actor: String
  package var moved: [Moved]
  package var mergedSide: Side
  package var survivorSide: Side

  package init(
    id: Int64, merged: ConversationID, survivor: ConversationID, at: Instant, actor: String, moved: [Moved],
    mergedSide: Side, survivorSide: Side
  ) {
    (self.id, self.merged, self.survivor, self.at, self.actor) = (id, merged, survivor, at, actor)
    (self.moved, self.mergedSide, self.survivorSide) = (moved, mergedSide, survivorSide)
  }

  fileprivate init(_ row: Row) {
    (id, merged, survivor) = (row.int64(0), ConversationID(row.int64(1)), ConversationID(row.int64(2)))
    (at, actor) = (row.instant(3), row.text(4))
    let json = (try? JSON(parsing: row.text(5))) ?? .null
    moved = (json["messages"]?.array ?? []).map {
      Moved(message: MessageID($0[0]?.int64 ?? 0), seq: $0[1]?.int64 ?? 0, newSeq: $0[2]?.int64 ?? 0)
    }
    (mergedSide, survivorSide) = (Side(json["merged"] ?? .null), Side(json["survivor"] ?? .null))
  }

  fileprivate var changedJSON: JSON {
    [
      "messages": .array(moved.map { [JSON($0.message.rawValue), JSON($0.seq), JSON($0.newSeq)] }),
      "merged": mergedSide.json, "survivor": survivorSide.json,
    ]
  }

  fileprivate static let columns = "id, merged_id, survivor_id, at, actor, changed_json"
}

extension ConversationMerge.Side {
  fileprivate init(_ json: JSON) {
    changes = json["changes"] ?? .null
    clocks = (json["clocks"]?.array ?? []).map { ClockRecord(kept: $0) }
  }

  fileprivate var json: JSON { ["changes": changes, "clocks": .array(clocks.map(\.keptJSON))] }
}

extension Transaction {
  package func insert(_ merge: ConversationMerge) throws {
    _ = try run(
      """
      INSERT INTO conversation_merges (id, merged_id, survivor_id, at, actor, changed_json)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      [
        .int(merge.id), Value(merge.merged), Value(merge.survivor), Value(merge.at), .text(merge.actor),
        .text(merge.changedJSON.description),
      ])
  }

  /// The merge that `conversation` was swallowed by and that nobody has taken back.
  package func openMerge(of conversation: ConversationID) throws -> ConversationMerge? {
    try first(
      """
      SELECT \(ConversationMerge.columns) FROM conversation_merges
      WHERE merged_id = $1 AND undone_at IS NULL ORDER BY id DESC LIMIT 1
      """, [Value(conversation)]
    ).map { ConversationMerge($0) }
  }

  /// Merges into `conversation` that nobody has taken back, oldest first.
  package func openMerges(into conversation: ConversationID) throws -> [ConversationMerge] {
    try rows(
      """
      SELECT \(ConversationMerge.columns) FROM conversation_merges
      WHERE survivor_id = $1 AND undone_at IS NULL ORDER BY id
      """, [Value(conversation)]
    ).map { ConversationMerge($0) }
  }

  package func markUndone(_ merge: ConversationMerge, by actor: String, at now: Instant) throws {
    _ = try run(
      "UPDATE conversation_merges SET undone_at = $2, undone_by = $3 WHERE id = $1",
      [.int(merge.id), Value(now), .text(actor)])
  }

  /// Puts one message into a conversation under a number, in the search index as well. It remembers where it was said
  /// until it is back there.
  package func move(_ message: MessageID, to conversation: ConversationID, seq: Int64) throws {
    _ = try run(
      """
      UPDATE messages SET origin_id = NULLIF(COALESCE(origin_id, conversation_id), $2), conversation_id = $2, seq = $3
      WHERE id = $1
      """, [Value(message), Value(conversation), .int(seq)])
    try SearchIndex.move(self, message: message, to: conversation)
  }

  /// Number and id of each message of a conversation, by number.
  package func messageNumbers(of conversation: ConversationID) throws -> [(seq: Int64, message: MessageID)] {
    try rows("SELECT seq, id FROM messages WHERE conversation_id = $1 ORDER BY seq", [Value(conversation)]).map {
      ($0.int64(0), $0.identifier(1))
    }
  }

  /// A clock that turned out never to have run, with the rungs that were taken for it.
  package func removeClock(_ id: Int64) throws {
    _ = try run("DELETE FROM escalations WHERE clock_id = $1", [.int(id)])
    _ = try run("DELETE FROM clocks WHERE id = $1", [.int(id)])
  }
}

extension ConversationRecord {
  private static let names = columns.split(separator: ", ").map(String.init)
  /// When it was last touched moves on, whatever is taken back.
  private static let untold: Set<String> = ["updated_at"]

  /// The columns in which `after` differs, with both values: `{column: [before, after]}`.
  package func changes(to after: ConversationRecord) -> JSON {
    let (old, new) = (values, after.values)
    return .object(
      Self.names.indices.filter { old[$0] != new[$0] && !Self.untold.contains(Self.names[$0]) }.map {
        .init(Self.names[$0], .array([old[$0].kept, new[$0].kept]))
      })
  }

  /// As it would be without `changes`: what has changed once more since stays.
  package func undoing(_ changes: JSON) -> ConversationRecord {
    var values = values
    for (index, name) in Self.names.enumerated() {
      guard let pair = changes[name]?.array, pair.count == 2 else { continue }
      if name == "reopen_count", let before = pair[0].int64, let after = pair[1].int64 {
        values[index] = .int(max(0, reopenCount - after + before))
      } else if values[index].kept == pair[1] {
        values[index] = Value(kept: pair[0])
      }
    }
    return ConversationRecord(Row(values: values, misreadings: Misreadings(), sql: "a record kept with a merge"))
  }
}

extension ClockRecord {
  private static let columnsBeforePinned = 20
  fileprivate var keptJSON: JSON { .array(values.map(\.kept)) }

  fileprivate init(kept json: JSON) {
    var values = (json.array ?? []).map { Value(kept: $0) }
    // Kept before there was this column.
    if values.count == Self.columnsBeforePinned { values.append(.int(0)) }
    self.init(Row(values: values, misreadings: Misreadings(), sql: "a clock kept with a merge"))
  }
}

extension Value {
  /// Numbers, texts and NULL: all that conversations and clocks are made of.
  fileprivate var kept: JSON {
    switch self {
    case .int(let number): JSON(number)
    case .text(let text): .string(text)
    case .null, .real, .blob: .null
    }
  }

  fileprivate init(kept json: JSON) {
    if let text = json.string { self = .text(text) } else { self.init(json.int64) }
  }
}
