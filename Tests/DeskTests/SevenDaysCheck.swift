import Conversations
import Desk
import Rehearsal
import Storage
import Testing

/// What must hold when the days are over, asked of the store in plain SQL and of the pretend providers' ledgers.
struct SevenDaysCheck {
  let week: SevenDays
  private var bench: Bench { week.bench }

  init(_ week: SevenDays) { self.week = week }

  // MARK: - Inward

  /// Every message is there once, as its sender left it.
  func inward() async throws {
    #expect(week.callers.values.count { !$0.isDone } == 0)
    #expect(try await bench.texts("SELECT channel || ': ' || reason FROM parked") == [])
    for (channel, events) in week.told.sorted(by: { $0.key < $1.key }) {
      guard let account = week.callers[channel]?.account else { continue }
      let expected = Self.left(by: events, account).map { "\($0.key) \($0.value)" }.sorted()
      let kept = try await kept(channel, account.product)
      #expect(kept == expected, "\(channel): \(Set(expected).symmetricDifference(kept).sorted().prefix(8))")
      #expect(kept.count == Set(events.map(\.id)).count)
      let people = "SELECT COUNT(DISTINCT contact_id) FROM conversations WHERE channel = $1"
      #expect(try await bench.count(people, [.text(channel)]) == Set(events.map(\.customer)).count, "\(channel)")
    }
  }

  /// By external id: the last words, or that they were taken back; of a call how it ended.
  private static func left(by events: [ProviderEvent], _ account: ProviderAccount) -> [String: String] {
    var left: [String: String] = [:]
    for event in events {
      let id = account.externalID(of: event)
      switch event.content {
      case .said(let text, _), .edited(let text): left[id] = text
      case .pictured: left[id] = ""
      case .deleted: left[id] = "deleted"
      case .hungUp(let seconds): left[id] = seconds == nil ? "no_answer" : "completed"
      default: break
      }
    }
    return left
  }

  /// Every picture was fetched, or is missing with a reason.
  func pictures() async throws {
    #expect(try await bench.count("SELECT COUNT(*) FROM errands WHERE state IN ('waiting', 'working')") == 0)
    let kept = try await bench.texts("SELECT state || COALESCE(': ' || detail, '') FROM attachments")
    #expect(kept.contains("stored"))
    #expect(kept.filter { $0 != "stored" && !$0.hasPrefix("failed: ") } == [])
  }

  private func kept(_ channel: String, _ product: ProviderAccount.Product) async throws -> [String] {
    let rows = try await bench.store.read { tx in
      try tx.rows(
        "SELECT external_id, text, deleted_at, extra_json FROM messages WHERE direction = 'in' AND channel = $1",
        [.text(channel)]
      ).map { ($0.text(0), $0.optionalText(1) ?? "", $0.optionalInstant(2), $0.optionalText(3)) }
    }
    return rows.map { id, text, deleted, extra in
      if deleted != nil { return "\(id) deleted" }
      guard product == .calls else { return "\(id) \(text.last == "\n" ? String(text.dropLast()) : text)" }
      return "\(id) \((try? JSON(parsing: extra ?? ""))?["disposition"]?.string ?? "")"
    }.sorted()
  }

  /// Whoever reads a conversation reads each customer's words in the order in which they were said, as exactly as the
  /// provider states times; within one such moment in the order of the provider's ids, where these count (REQUIREMENTS 4);
  /// where it states no times, in the order in which they came.
  func order() async throws {
    let threads = try await bench.store.read { tx in
      try tx.rows("SELECT id FROM conversations ORDER BY id").map { row in
        try tx.messages(of: ConversationID(row.int64(0))).filter { $0.direction == .inbound }
      }
    }
    var ties = 0
    for thread in threads {
      guard let channel = thread.first?.channel, let account = week.callers[channel]?.account else { continue }
      let said = Dictionary(
        (week.told[channel] ?? []).map { (account.externalID(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
      for (before, after) in zip(thread, thread.dropFirst()) {
        guard let first = before.externalID.flatMap({ said[$0] }), let second = after.externalID.flatMap({ said[$0] })
        else { continue }
        let (one, other) = (account.stated(first.at), account.stated(second.at))
        let isInOrder =
          if one == nil {
            before.seq < after.seq
          } else if let one, let other, one != other {
            one < other
          } else {
            !account.isCounting || first.number < second.number
          }
        if one == other { ties += 1 }
        #expect(isInOrder, "\(channel): \(first) is read before \(second)")
      }
    }
    #expect(ties > 0)
  }

  // MARK: - Outward

  private struct Sent {
    var text: String
    var state: String
    var detail: String
    var delivery: String
    var conversation: Int64
    var channel: String
    var threadKey: String
  }

  private func sent(_ purpose: String) async throws -> [Sent] {
    try await bench.store.read { tx in
      try tx.rows(
        """
        SELECT m.text, o.state, COALESCE(o.detail, ''), m.delivery_state, COALESCE(m.delivery_detail, ''),
          m.conversation_id, o.channel, c.thread_key
        FROM outbox o JOIN messages m ON m.id = o.message_id JOIN conversations c ON c.id = m.conversation_id
        WHERE o.purpose = $1 ORDER BY m.conversation_id, m.seq
        """, [.text(purpose)]
      ).map {
        Sent(
          text: $0.text(0), state: $0.text(1), detail: $0.text(1) == "dead" ? $0.text(2) : $0.text(4),
          delivery: $0.text(3), conversation: $0.int64(5), channel: $0.text(6), threadKey: $0.text(7))
      }
    }
  }

  /// Who got which reply, in the order in which it came first there, each as often as it came.
  private var arrived: [String: (place: Int, customers: [String])] {
    let all =
      bench.web.taken.compactMap(TakenMessage.init).map { ($0.text, $0.customer) }
      + bench.post.received.map { (SeenMail($0).plain, $0.recipients.first ?? "") }
    var arrived: [String: (place: Int, customers: [String])] = [:]
    for (place, (text, customer)) in all.enumerated() {
      guard let start = text.firstRange(of: "答 R")?.lowerBound else { continue }
      let reply = text[start...].prefix { $0 != "." } + "."
      arrived[String(reply), default: (place, [])].customers.append(customer)
    }
    return arrived
  }

  /// Each reply is kept once and has reached its customer, in its turn, or is dead with a reason. Nothing waits.
  func replies() async throws {
    #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')") == 0)
    let replies = try await sent("reply")
    #expect(replies.map(\.text).sorted() == week.written.map(\.text).sorted())
    #expect(replies.count > 350)
    let arrived = arrived
    for reply in replies {
      switch reply.state {
      case "accepted":
        let customers = arrived[reply.text]?.customers ?? []
        #expect(!customers.isEmpty, "\(reply)")
        if reply.channel != "support-mail" {
          #expect(customers.allSatisfy { reply.threadKey.hasSuffix(":\($0)") }, "\(reply): \(customers)")
        }
        #expect(reply.delivery != "failed" || !reply.detail.isEmpty, "\(reply)")
      case "dead": #expect(!reply.detail.isEmpty && reply.delivery == "dead", "\(reply)")
      default: Issue.record("\(reply)")
      }
    }
    #expect(replies.contains { $0.state == "dead" && $0.detail.contains("more than 24 hours old") })
    for (_, thread) in Dictionary(grouping: replies.filter { $0.state == "accepted" }, by: \.conversation) {
      let places = thread.compactMap { arrived[$0.text]?.place }
      #expect(places == places.sorted(), "\(thread.map(\.text))")
    }
  }

  /// What stands in a conversation as written elsewhere is a copy that its customer has really got twice, because the
  /// provider took it and did not say so.
  func copies() async throws {
    let elsewhere = try await bench.texts(
      "SELECT external_id FROM messages WHERE direction = 'out' AND delivery_state IS NULL")
    #expect(Set(elsewhere).isSubset(of: doubled), "\(elsewhere)")
  }

  /// Ids of messages that a provider took more than once.
  private var doubled: Set<String> {
    let taken = bench.web.taken.compactMap(TakenMessage.init)
    let groups = Dictionary(grouping: taken) { "\($0.customer) \($0.text)" }.values.filter { $0.count > 1 }
    return Set(groups.flatMap { $0.map(\.id) })
  }

  /// Tokens expired, somebody was told, and every channel sends again.
  func stops() async throws {
    #expect(try await bench.store.read { try $0.channelStops() }.isEmpty)
    let stops = try await bench.texts("SELECT subject FROM audit WHERE action = 'channel stopped'")
    let letters = try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'alert' AND state = 'accepted'")
    #expect(!stops.isEmpty && letters > 0, "\(stops), \(letters)")
  }

  /// All that can go wrong did.
  func mishaps() {
    for mishap in PretendCaller.Mishap.allCases where mishap != .givenUp {
      #expect(week.callers.values.contains { ($0.tally[mishap] ?? 0) > 0 }, "\(mishap)")
    }
    #expect(week.callers.values.count { $0.tally[.givenUp] != nil } == 0)
    #expect(week.forgeriesRefused == week.callers.values.map { $0.tally[.forged] ?? 0 }.reduce(0, +))
    let met = Set(bench.web.received.map(\.fault))
    for fault in WebFaults.everything { #expect(met.contains(fault) || fault == .cutBeforeReading, "\(fault)") }
    #expect(week.known > 0 && week.unavailable > 0)
  }

  // MARK: - Figures

  func figures() async throws -> String {
    var lines: [String] = []
    func line(_ name: String, _ counts: [String: Int]) {
      lines.append(
        "  \(name): "
          + counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
          .joined(separator: ", "))
    }
    line(
      "inward",
      [
        "events": week.told.values.map(\.count).reduce(0, +), "calls": week.calls, "known": week.known,
        "forgeries refused": week.forgeriesRefused, "not stored at once": week.unavailable,
        "conversations": try await bench.count("SELECT COUNT(*) FROM conversations"),
        "messages": try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'"),
        "receipts": try await bench.count("SELECT COUNT(*) FROM receipts"),
      ])
    var mishaps: [String: Int] = [:]
    for (mishap, count) in week.callers.values.flatMap(\.tally) { mishaps[mishap.rawValue, default: 0] += count }
    line("mishaps inward", mishaps)
    line("faults outward", Dictionary(grouping: bench.web.received, by: { "\($0.fault)" }).mapValues(\.count))
    let replies = try await sent("reply")
    line("replies", Dictionary(grouping: replies, by: { "\($0.state)/\($0.delivery)" }).mapValues(\.count))
    let dead = replies.filter { $0.state == "dead" }
    line("dead", Dictionary(grouping: dead, by: { "“\($0.channel): \($0.detail)”" }).mapValues(\.count))
    let taken = bench.web.taken.compactMap(TakenMessage.init).filter { $0.text.hasPrefix("答 R") }
    let copies = Dictionary(grouping: taken) { "\($0.customer) \($0.text)" }.values.filter { $0.count > 1 }
    line("doubled outward", Dictionary(grouping: copies, by: { $0[0].product.rawValue }).mapValues(\.count))
    return lines.joined(separator: "\n")
  }
}
