import Conversations
import Desk
import Rehearsal
import Routing
import Storage
import Testing

extension Bench {
  /// One customer's words through Messenger, signed as the provider signs.
  func message(_ text: String, id: String, from customer: String = "customer", at sent: Instant? = nil) async
    -> IntakeResult
  {
    await deliver([Bench.item(text, id: id, from: customer, at: sent ?? time.now)])
  }

  static func item(_ text: String, id: String, from customer: String, at sent: Instant) -> JSON {
    [
      "sender": ["id": .string(customer)], "recipient": ["id": .string(page)],
      "timestamp": JSON(sent.microseconds / 1000), "message": ["mid": .string(id), "text": .string(text)],
    ]
  }

  /// Several items in one signed delivery.
  func deliver(_ items: [JSON]) async -> IntakeResult {
    await desk.receive(Bench.delivery(items, at: time.now), on: "facebook")
  }

  static func delivery(_ items: [JSON], at now: Instant) -> RawDelivery {
    let body: JSON = [
      "object": "page",
      "entry": [["id": .string(page), "time": JSON(now.microseconds / 1000), "messaging": .array(items)]],
    ]
    return signed(body, at: now)
  }

  /// As Meta signs it, whatever the product.
  static func signed(_ body: JSON, at now: Instant) -> RawDelivery {
    ProviderAccount(.messenger, address: page, signing: .meta(appSecret: appSecret)).signed(json: body.bytes, at: now)
  }

  /// A mail as a mail server hands it over.
  func mail(_ text: String, from sender: String = "li@customer.example", to: [String] = ["support@example.com"]) async
    -> IntakeResult
  {
    let delivery = RawDelivery(
      door: .lmtp, body: Array(text.replacing("\n", with: "\r\n").utf8),
      envelope: .init(sender: sender, recipients: to), receivedAt: time.now)
    return await desk.receive(delivery, on: "support-mail")
  }

  static func letter(
    _ text: String, id: String, subject: String = "Question", from: String = "Li <li@customer.example>",
    extra: String = ""
  ) -> String {
    "From: \(from)\nTo: support@example.com\nSubject: \(subject)\nMessage-ID: <\(id)@customer.example>\n"
      + "\(extra)MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\(text)\n"
  }

  func agent(_ name: String, role: Agent.Role = .agent, queues: [String] = []) async throws -> Agent {
    let agent = Agent(name: name, display: name, email: nil, role: role, queues: queues, createdAt: time.now)
    try await desk.addAgent(agent)
    return agent
  }

  /// Sends what is due until nothing is.
  func sendAll() async throws {
    while try await desk.deliverDue() > 0 {}
  }

  func count(_ sql: String, _ values: [Value] = []) async throws -> Int {
    try await store.read { try $0.first(sql, values)?.int(0) ?? -1 }
  }

  func texts(_ sql: String, _ values: [Value] = []) async throws -> [String] {
    try await store.read { try $0.rows(sql, values).map { $0.optionalText(0) ?? "NULL" } }
  }

  func instant(_ sql: String) async throws -> Instant? {
    try await store.read { try $0.first(sql)?.optionalInstant(0) }
  }

  /// Rows of each table but those that only count.
  func rowCounts() async throws -> [String: Int] {
    try await store.read { tx in
      let tables = try Bench.tables(tx).filter { !$0.hasPrefix("search_index") && $0 != "parked" }
      return Dictionary(
        uniqueKeysWithValues: try tables.map { ($0, try tx.first("SELECT COUNT(*) FROM \($0)")?.int(0) ?? -1) })
    }
  }

  static func tables(_ tx: Transaction) throws -> [String] {
    let sql =
      switch tx.dialect {
      case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
      case .postgres: "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
      }
    return try tx.rows(sql).map { $0.text(0) }
  }

  /// The one conversation there is.
  func only() async throws -> ConversationID {
    let ids = try await store.read { try $0.rows("SELECT id FROM conversations").map { $0.int64(0) } }
    try #require(ids.count == 1)
    return ConversationID(ids[0])
  }

  func conversation(_ id: ConversationID) async throws -> ConversationRecord {
    try #require(try await store.read { try $0.conversation(id) })
  }

  /// What the event log says of it, as a report reads it.
  func log(of id: ConversationID) async throws -> [LogEntry] {
    try await store.read { try $0.eventLog(of: [id.rawValue], upTo: .max) }.map {
      LogEntry(
        id: $0.id, at: $0.at, kind: $0.kind, actor: $0.actor, data: (try? JSON(parsing: $0.dataJSON ?? "{}")) ?? [:])
    }
  }

  func clock(_ kind: String, of id: ConversationID) async throws -> ClockRecord {
    try #require(try await store.read { try $0.clocks(of: id) }.last { $0.kind == kind })
  }
}
