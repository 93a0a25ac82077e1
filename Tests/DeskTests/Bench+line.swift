import Conversations
import Desk
import Foundation
import Routing
import Storage
import Testing

extension Bench {
  private static func sample(_ name: String) throws -> String {
    try String(contentsOfFile: "\(root)/channels/routing/\(name).yaml", encoding: .utf8)
  }

  /// The sample's queues with more keys: of the desk, and of single queues (`refunds` → `offers: 30s`), one or more lines.
  static func queues(desk: String = "", _ more: [String: String] = [:]) throws -> String {
    var text = try sample("queues")
    if !desk.isEmpty { text = try replaced(text, "desk:\n", "desk:\n  \(desk)\n") }
    for (queue, lines) in more.sorted(by: { $0.key < $1.key }) {
      let inner = lines.split(separator: "\n").map { "    \($0)\n" }.joined()
      text = try replaced(text, "\n  \(queue):\n", "\n  \(queue):\n\(inner)")
    }
    return text
  }

  /// The sample's queues with somebody who is told of what cannot wait.
  static func queuesWithAlert() throws -> String {
    try replaced(try sample("queues"), "    enabled: false             # fill in `to:` and switch on\n", "")
  }

  /// The sample's categories, one of which asks for a skill.
  static func categories(skill: String, of category: String) throws -> String {
    try replaced(try sample("categories"), "\n  \(category):\n", "\n  \(category):\n    skills: [\(skill)]\n")
  }

  /// The sample's categories with these rules before all others.
  static func categories(rules: String) throws -> String {
    try replaced(try sample("categories"), "\nrules:\n", "\nrules:\n\(rules)")
  }

  private static func replaced(_ text: String, _ old: String, _ new: String) throws -> String {
    try #require(text.ranges(of: old).count == 1, "\(old)")
    return text.replacing(old, with: new)
  }

  /// Makes every choice of who gets what again, from what was kept of it: it must come out the same. Returns how many
  /// there were.
  func remakeChoices() async throws -> Int {
    struct Given: Hashable { let conversation, at: Int64 }
    let (decisions, events) = try await store.read { tx in
      (
        try tx.rows(
          """
          SELECT conversation_id, at, kind, inputs_json, inputs_hash, queue FROM decisions
          WHERE kind IN ('next', 'offer', 'overflow')
          """),
        try tx.rows("SELECT conversation_id, at, actor, data_json FROM events WHERE kind IN ('taken', 'offered')")
      )
    }
    var given: [Given: Set<String>] = [:]
    for event in events {
      let name = try event.optionalText(2) ?? JSON(parsing: event.text(3))["agent"]?.string
      given[Given(conversation: event.int64(0), at: event.int64(1)), default: []].insert(name ?? "")
    }
    for row in decisions {
      let (id, at, kind, json) = (row.int64(0), row.int64(1), row.text(2), try JSON(parsing: row.text(3)))
      #expect(sha256Hex(row.text(3).utf8) == row.text(4))
      if kind == "overflow" {
        let ways = try #require(Ways(json))
        #expect(ways.next.map { ways.targets[$0].queue } == row.text(5), "#\(id)")
        continue
      }
      let matching = try #require(Matching(json), "#\(id)")
      let outcome = try #require(matching.outcome(), "#\(id)")
      #expect(outcome.option.conversation.rawValue == id)
      #expect(given[Given(conversation: id, at: at)]?.contains(outcome.agent.name) == true, "#\(id) \(kind)")
    }
    return decisions.count
  }
}
