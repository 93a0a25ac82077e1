import Conversations
import Storage
import TestSupport
import Testing

@Suite("What was open when") struct LifetimeTests {
  private let now = Instant(seconds: 1_800_000_000)

  /// Conversation `number`, from `start` for `length` seconds; `nil` = it is open.
  private func insert(_ tx: Transaction, _ number: Int64, from start: Instant, for length: Int64?) throws {
    var record = ConversationRecord(
      id: ConversationID(number), channel: "c", channelKind: "email", threadKey: "t\(number)", contact: ContactID(1),
      subject: nil, category: "a", priority: .normal, queue: "q", homeQueue: "q", language: "en", reason: "",
      startedAt: start, now: start)
    if let length {
      (record.status, record.resolvedAt) = (.resolved, start.adding(seconds: length))
    }
    try tx.insert(record)
  }

  @Test("the same as looking at every conversation, at every moment", arguments: TestEngine.all)
  func everyMoment(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(now: now)
      let lengths: [Int64?] = [
        0, 1, 3599, 3600, 3601, 14_399, 14_400, 86_399, 86_400, 345_600, 1_382_399, 1_382_400, 7_775_999, 7_776_000,
        40_000_000, nil,
      ]
      var known: [(id: Int64, start: Instant, length: Int64?)] = []
      for (place, length) in lengths.enumerated() {
        for turn in 0..<6 {
          let start = now.adding(seconds: Int64(turn) * -1_300_000 - Int64(place))
          known.append((Int64(known.count + 1), start, length))
        }
      }
      try await store.write { [known] tx in
        try tx.insertContact(ContactID(1), name: nil, language: nil, at: now)
        for one in known { try insert(tx, one.id, from: one.start, for: one.length) }
      }
      let edges = known.flatMap { one in
        [one.start] + (one.length.map { [one.start.adding(seconds: $0), one.start.adding(seconds: $0 - 1)] } ?? [])
      }
      for moment in edges + [now, now.adding(seconds: -90_000_000)] {
        let expected = known.filter { one in
          guard one.start <= moment else { return false }
          return one.length.map { one.start.adding(seconds: $0) > moment } ?? true
        }
        let found = try await store.read { try $0.conversationsUnresolved(at: moment) }
        #expect(found.sorted() == expected.map(\.id), "\(moment)")
      }
    }
  }

  @Test("one that was merged was open until then, one that began resolved never was", arguments: TestEngine.all)
  func neverResolved(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(now: now)
      let found = try await store.write { tx in
        try tx.insertContact(ContactID(1), name: nil, language: nil, at: now)
        for number: Int64 in 1...3 { try insert(tx, number, from: now, for: nil) }
        for (number, merged) in [(Int64(2), ConversationID(1)), (3, nil)] {
          var record = try #require(try tx.conversation(ConversationID(number)))
          (record.status, record.mergedInto, record.updatedAt) = (.resolved, merged, now.adding(seconds: 50_000))
          try tx.save(record)
        }
        return try [0, 49_999, 50_000].map { try tx.conversationsUnresolved(at: now.adding(seconds: $0)).sorted() }
      }
      #expect(found == [[1, 2], [1, 2], [1]])
    }
  }

  @Test("what was open long ago is found by an index, not by reading what came since", arguments: TestEngine.all)
  func plan(engine: TestEngine) async throws {
    try await withStore(engine) { store in
      try await store.migrate(now: now)
      let plan = try await store.write { tx in
        try queryPlan(tx, Lifetime.unresolvedSQL, Lifetime.unresolvedValues(at: now))
      }
      #expect(plan.matches(of: /conversations_lifetime/).count >= 7, "\(plan)")
      #expect(!plan.contains("SCAN conversations\n") && !plan.contains("Seq Scan"), "\(plan)")
    }
  }
}
