import Channels
import Conversations
import Desk
import Routing
import Storage
import Testing

/// A day at the desk, told in wall-clock times: customers and agents act through the real doors, numbers come out of the
/// real report.
final class Scene {
  let bench: Bench
  private var letters = 0

  init(_ bench: Bench) { self.bench = bench }

  func at(_ time: String) {
    guard let instant = Instant(rfc3339: time) else {
      Issue.record("not a time: \(time)")
      return
    }
    bench.time.move(to: instant)
  }

  /// A customer's mail; `to` names the letter it answers. Returns its name.
  @discardableResult
  func mail(_ text: String = "我要申请退款", from: String = "li", answering: String? = nil) async throws -> String {
    letters += 1
    let name = "letter\(letters)"
    let reference = answering.map { "In-Reply-To: <\($0)@customer.example>\n" } ?? ""
    let letter = Bench.letter(
      text, id: name, subject: "退款", from: "Li <\(from)@customer.example>", extra: reference)
    let result = await bench.mail(letter, from: "\(from)@customer.example")
    #expect(result.filed == 1)
    try await bench.sendAll()
    return name
  }

  /// A visitor's words in the chat.
  func chat(_ text: String, visitor: String, id: String = "c1") async throws {
    let adapter = try #require(bench.desk.configuration.value.channels["webchat"]?.adapter as? WebChat)
    let session = try #require(adapter.sessions.issue(id: visitor, now: bench.time.now))
    let body: JSON = ["session": .string(session), "client_id": .string(id), "text": .string(text)]
    let result = await bench.desk.receive(
      RawDelivery(
        door: .http, method: "POST", headers: Headers([("Content-Type", "application/json")]), body: body.bytes,
        receivedAt: bench.time.now), on: "webchat")
    #expect(result.filed == 1)
    try await bench.sendAll()
  }

  func agent(_ name: String) async throws -> Agent {
    if let known = try await bench.store.read({ try $0.agent(name) }) { return known }
    return try await bench.agent(name, role: .lead)
  }

  func reply(_ id: Int64 = 1, by name: String = "wei", status: ConversationStatus? = nil) async throws {
    _ = try await bench.desk.reply(
      ReplyDraft(text: "已处理", seq: nil, anyway: true, status: status), to: ConversationID(id), by: try await agent(name)
    )
    try await bench.sendAll()
  }

  func resolve(_ id: Int64 = 1, by name: String = "wei") async throws {
    try await bench.desk.resolve(ConversationID(id), by: try await agent(name))
  }

  func report(_ from: String, _ to: String, format: String = "json", language: String = "en") async throws -> JSON {
    try JSON(parsing: try await text(from, to, format: format, language: language))
  }

  func text(_ from: String, _ to: String, format: String, language: String = "en") async throws -> String {
    let request = ReportRequest(
      name: "daily_sla", from: Instant(rfc3339: from), to: Instant(rfc3339: to), format: format, language: language)
    return try await bench.desk.makeReport(request, for: try await agent("lead")).text
  }
}

extension Scene {
  /// The sample desk with these hours behind its one calendar.
  static func hours(_ zone: String, _ weekly: [String: String], holidays: String = "[]", exceptions: String = "[]")
    -> [String: String]
  {
    let days = weekly.sorted { $0.key < $1.key }.map { "      \($0.key): \($0.value)\n" }.joined()
    return [
      "channels/routing/hours.yaml":
        "calendars:\n  hotline:\n    time_zone: \(zone)\n    weekly:\n\(days)    holidays: \(holidays)\n    exceptions: \(exceptions)\n"
    ]
  }

  static func everyDay(_ hours: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map { ($0, hours) })
  }

  static func weekdays(_ hours: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: ["mon", "tue", "wed", "thu", "fri"].map { ($0, hours) })
  }

  /// One promise for everybody.
  static func target(first: String, next: String = "8h", resolution: String = "8h") -> [String: String] {
    [
      "channels/routing/targets.yaml":
        "targets:\n  - name: all\n    hours: hotline\n    first_response: \(first)\n    next_reply: \(next)\n    resolution: \(resolution)\n"
    ]
  }
}

/// Minutes of a measure of the whole, as a report's JSON has it.
func minutes(_ report: JSON, _ group: String, _ measure: String) -> Double? {
  report["total"]?[group]?[measure]?.double.map { $0 / 60 }
}
