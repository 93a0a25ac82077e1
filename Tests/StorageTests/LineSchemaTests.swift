import Conversations
import Storage
import TestSupport
import Testing

@Suite("The line's schema")
struct LineSchemaTests {
  /// How conversations waited before the line had a column of its own.
  private static let before: [(priority: Int, language: String, assignee: String?, enqueued: Int64, due: Int64?)] = [
    (0, "zh", nil, 1000, nil), (0, "en", nil, 2000, 2100), (1, "zh-Hant", nil, 1000, 900), (2, "und", nil, 1000, 1500),
    (2, "en", "wei", 1000, 999_999), (3, "fil", nil, 1000, nil), (3, "x", nil, 1000, 87_399), (2, "", nil, 0, 14_400),
    (1, "EN-gb", nil, 5000, 5000), (2, "zz", nil, -5000, nil),
  ]

  @Test(
    "what waits when the program is brought up to date has the turn and pool that it would have got",
    arguments: TestEngine.all)
  func upgrade(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(Schema.migrations.filter { $0.number < 16 }, now: now)
      try await store.write { tx in
        try tx.run("INSERT INTO contacts (id, created_at) VALUES (1, 0)")
        for (id, row) in Self.before.enumerated() {
          try tx.run(
            """
            INSERT INTO conversations (id, channel, channel_kind, thread_key, contact_id, status, category, priority, queue,
              home_queue, language, reason, assignee, last_seq, customer_seq, enqueued_at, ready_at, started_at, due_at,
              updated_at)
            VALUES ($1, 'mail', 'email', 't', 1, 'new', 'refund', $2, 'refunds', 'refunds', $3, '', $4, 1, 1, $5, 0, 0, $6, 0)
            """,
            [
              Value(id + 1), Value(row.priority), .text(row.language), Value(row.assignee),
              Value(Instant(seconds: row.enqueued)), Value(row.due.map { Instant(seconds: $0) }),
            ])
        }
      }
      try await store.migrate(now: now)
      let found = try await store.read { tx in
        try tx.rows("SELECT id, pool, turn FROM conversations ORDER BY id").map { row in
          (try tx.conversation(ConversationID(row.int64(0))), row.text(1), row.int64(2))
        }
      }
      #expect(found.count == Self.before.count)
      for (conversation, pool, turn) in found {
        let conversation = try #require(conversation)
        #expect(pool == conversation.pool.text, "\(conversation.language)")
        #expect(turn == conversation.turn.key, "\(conversation.id)")
      }
    }
  }
}
