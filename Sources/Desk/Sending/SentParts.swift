import Conversations
import Storage

/// A reply may leave in several parts, and a provider may speak of each: in echoes and in receipts.
extension OutboxRecord {
  private var payload: JSON { payloadJSON.flatMap { try? JSON(parsing: $0) } ?? [:] }

  /// How many of the requests that a message was rendered into have been accepted; kept in the payload over attempts.
  var partsSent: Int { payload["parts_sent"]?.int ?? 0 }

  /// What the provider calls them, where it gave them names.
  var partIDs: [String] { (payload["part_ids"]?.array ?? []).compactMap(\.string) }

  mutating func noteSent(part: Int, id: String?) {
    set("part_ids", .array((partIDs + [id].compactMap(\.self)).map { .string($0) }))
    set("parts_sent", JSON(part + 1))
  }

  /// Under which id the provider told us that the whole message has reached it, while its answer was missing.
  var echoID: String? { payload["echo_id"]?.string }

  mutating func noteEcho(_ id: String) { set("echo_id", .string(id)) }

  /// Copies that the server refused, each with its words: the others got the mail.
  var leftOut: [(address: String, why: String)] {
    (payload["left_out"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }
  }

  /// What the agent reads beside a mail that went out without some of its copies.
  var leftOutWords: String? {
    leftOut.isEmpty ? nil : "without its copy to " + leftOut.map { "\($0.address) (\($0.why))" }.joined(separator: ", ")
  }

  mutating func leaveOut(_ address: String, why: String) {
    set("left_out", .object(leftOut.map { .init($0.address, .string($0.why)) } + [.init(address, .string(why))]))
  }

  private mutating func set(_ name: String, _ value: JSON) {
    // What is no message of a conversation is one request: its payload is its content.
    guard message != nil else { return }
    payloadJSON = JSON.object((payload.members ?? []).filter { $0.key != name } + [.init(name, value)]).description
  }
}

extension Desk {
  /// What a provider told of the parts of a message before it told us their ids: echoes are taken back, and while the
  /// message is not whole yet its parts are written down.
  func noteParts(_ entry: OutboxRecord, of message: MessageID, isWhole: Bool, now: Instant, _ tx: Transaction) throws {
    let ids = entry.partIDs
    guard !ids.isEmpty else { return }
    if ids.count > 1 || !isWhole { try tx.insertParts(ids, channel: entry.channel, of: message) }
    for echo in try tx.echoes(ids, channel: entry.channel) where echo.id != message {
      try tx.remove(echo.id)
      try tx.log(
        id: newID(now), echo.conversation, "echo_absorbed", at: now, actor: nil, queue: nil,
        data: ["seq": JSON(echo.seq)])
    }
  }

  /// How an accepted message stands by the receipts that were faster than its acceptance.
  func adoptReceipts(_ entry: OutboxRecord, of message: MessageID, _ tx: Transaction) throws -> DeliveryState {
    let ids = entry.partIDs
    var states = ids.count > 1 ? try tx.parts(of: message) : [:]
    for id in ids {
      let before = states[id] ?? .accepted
      let early = try tx.adoptReceipts(channel: entry.channel, externalID: id, message: message)
      let state = early.compactMap { DeliveryState($0) }.reduce(before) { $0.mayBecome($1) ? $1 : $0 }
      if state != before, ids.count > 1 { try tx.setPart(id, channel: entry.channel, to: state) }
      states[id] = state
    }
    return DeliveryState.weakest(states.values)
  }
}

extension DeliveryState {
  /// How a message stands whose parts stand so: failed if one failed, else as far as the last of them.
  static func weakest(_ parts: some Collection<DeliveryState>) -> DeliveryState {
    let order: [DeliveryState] = [.failed, .accepted, .delivered, .read]
    return order.first { parts.contains($0) } ?? .accepted
  }
}
