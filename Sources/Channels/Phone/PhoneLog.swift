package import Conversations

/// Calls as anybody can report them: an agent's own entry, a JSON webhook, a table with a header line.
package struct PhoneLog: PhoneOnly {
  package static let kind = ChannelKind("phone_log")
  package static let summary = "Calls written down by agents, sent as plain JSON, or listed in a table (CSV)."
  package static let settings: [Setting] =
    [
      Setting(
        "bearer_token", .secret, help: "shown by webhooks as `Authorization: Bearer …`; without it there are none")
    ]
    + [WallClock.setting] + PhoneLine.settings

  private let tokens: [Secret]
  private let entries: PhoneLogEntries

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets("bearer_token")
    let line = try PhoneLine(values)
    entries = PhoneLogEntries(
      line: line, clock: try WallClock(values), desk: values.list("our_numbers").first.map { line.number($0) } ?? "desk"
    )
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { CallImport.verify(delivery, tokens: tokens) }

  /// JSON: one call, a list of them, or `{"calls":[…]}`. Anything else: a table.
  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let type = RequestBody.mediaType(delivery.headers["Content-Type"] ?? "")
    let first = delivery.body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    let isJSON = type == "application/json" || first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    guard isJSON, type != "text/csv" else { return try table(delivery) }
    let body = try RequestBody.json(delivery)
    let calls = body.array ?? body["calls"]?.array ?? [body]
    guard calls.count <= CallImport.recordsMax else { throw CallImport.tooMany }
    return try reading(calls.map { call in PhoneLogEntry { call[$0]?.text } }, delivery)
  }

  /// What in an agent's entry cannot be meant: whoever typed it can mend it. What a system sends is a call all the same.
  package func problem(in call: JSON) -> String? { entries.problem(PhoneLogEntry { call[$0]?.text }) }

  private func table(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    var lines = TextLines(delivery.body)
    guard let header = lines.next(), let columns = PhoneLogColumns(RecordLine(header)) else {
      throw Unreadable(reason: "neither JSON nor a table whose first line names a column `from`")
    }
    var rows: [PhoneLogEntry] = []
    while let line = lines.next() {
      guard !line.isEmpty else { continue }
      guard rows.count < CallImport.recordsMax else { throw CallImport.tooMany }
      rows.append(columns.entry(RecordLine(line)))
    }
    return try reading(rows, delivery)
  }

  private func reading(_ rows: [PhoneLogEntry], _ delivery: RawDelivery) throws(Unreadable) -> Reading {
    var reading = Reading(answer: .json([:]))
    for row in rows {
      if let event = entries.event(row, receivedAt: delivery.receivedAt) {
        reading.events.append(event)
      } else {
        reading.ignored.append(CallImport.unreadableRecord)
      }
    }
    guard !reading.events.isEmpty else { throw Unreadable(reason: "no call in it: `from` is missing") }
    return reading
  }
}
