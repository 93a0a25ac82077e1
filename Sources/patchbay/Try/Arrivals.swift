import Conversations
import Terminal

/// Where a message is expected to go.
struct Expected: Sendable {
  var queue: String?
  var category: String?
  var priority: String?
  var status: String?
}

extension Tour {
  /// The conversation that came to be since the last look: shown, checked and remembered under `name`.
  @discardableResult
  func arrived(_ name: String, _ expected: Expected) async throws -> Int64 {
    let fresh = try await eventually("\(name): a new conversation") { () -> JSON? in
      let list = try await self.client("ada").get("/conversations", [("limit", "200")])
      return list["conversations"]?.array?.first { !self.known.contains($0["id"]?.int64 ?? 0) }
    }
    guard let id = fresh?["id"]?.int64 else { throw Failure.error("\(name) led to no conversation") }
    known.insert(id)
    cases[name] = id
    try await show(id, name, expected)
    return id
  }

  /// `→ #7 refunds (open) · refund · normal · new` and the reason.
  func show(_ id: Int64, _ name: String, _ expected: Expected) async throws {
    let conversation = try await conversation(id)
    let text = { (key: String) in conversation[key]?.text ?? "" }
    let hours = try await hours(of: conversation)
    let line = [
      "#\(id)", "queue \(text("queue"))", hours, text("category"), text("priority"), text("status"), text("language"),
    ]
    detail("→ " + line.filter { !$0.isEmpty }.joined(separator: " · "), .green)
    detail("  because: \(text("reason"))", .dim)
    for (key, wanted) in [
      ("queue", expected.queue), ("category", expected.category), ("priority", expected.priority),
      ("status", expected.status),
    ] {
      if let wanted { expect(text(key) == wanted, "\(name): \(key) is \(text(key)), not \(wanted)") }
    }
  }

  /// `open`, or since when it is closed and where the conversation belongs.
  private func hours(of conversation: JSON) async throws -> String {
    let home = conversation["home_queue"]?.text ?? ""
    guard let queue = try await queue(home) else { return "" }
    if queue["open"]?.bool == true { return "\(home) is open" }
    return "\(home) is closed until \(queue["opens_at"]?.text ?? "further notice")"
  }

  func queue(_ name: String) async throws -> JSON? {
    try await client("ada").get("/queues")["queues"]?.array?.first { $0["queue"]?.text == name }
  }

  func sent(_ channel: String, _ count: Int = 1) { tallies[channel, default: DoorTally()].sent += count }

  func refused(_ channel: String) { tallies[channel, default: DoorTally()].refused += 1 }

  /// When the queue of case `name` opens again.
  func reopening(_ id: Int64) async throws -> Instant? {
    let home = try await conversation(id)["home_queue"]?.text ?? ""
    return try await queue(home)?["opens_at"]?.string.flatMap { Instant(rfc3339: $0) }
  }

  /// What the desk wrote by itself into conversation `id`, once it has been sent.
  func automaticReply(to id: Int64) async throws -> String? {
    try await eventually("#\(id): an automatic answer was delivered") { () -> String? in
      let messages = try await self.conversation(id)["messages"]?.array ?? []
      guard let bot = messages.last(where: { $0["direction"]?.text == "bot" }),
        ["accepted", "delivered", "read"].contains(bot["delivery"]?["state"]?.text ?? "")
      else { return nil }
      return bot["text"]?.string
    }
  }
}
