package import Conversations

/// Asterisk: call detail records (Master.csv as written, or `Cdr` events of the manager interface) and ARI events, as a
/// collector reads them and hands them in.
package struct Asterisk: PhoneOnly {
  package static let kind = ChannelKind("asterisk")
  package static let summary = "Calls of an Asterisk: Master.csv, manager events, ARI events."
  package static let settings: [Setting] =
    [
      CallImport.tokenSetting, CallImport.followSetting, WallClock.setting,
      Setting(
        "inbound_contexts", .textList, default: ["from-trunk"],
        help: "dialplan contexts in which calls from outside begin; all others are outbound"),
    ] + PhoneLine.settings

  private let tokens: [Secret]
  package let followedFile: String?
  private let line: PhoneLine
  private let clock: WallClock
  private let inboundContexts: Set<String>

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets(CallImport.tokenSetting.key)
    followedFile = try CallImport.followedFile(values)
    line = try PhoneLine(values)
    clock = try WallClock(values)
    inboundContexts = Set(values.list("inbound_contexts"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    CallImport.verify(delivery, tokens: tokens)
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    switch Self.form(of: delivery.body) {
    case .json: try stasis(delivery)
    case .manager: try manager(delivery)
    case .csv: try records(delivery)
    }
  }

  private enum Form { case csv, manager, json }

  /// The three forms differ in their first line, whatever the collector says they are.
  private static func form(of body: [UInt8]) -> Form {
    let start = body.firstIndex { $0 > 0x20 } ?? body.endIndex
    let first = body[start...].prefix(80).prefix { $0 != 0x0A && $0 != 0x0D }
    if first.first == UInt8(ascii: "{") { return .json }
    // Each CSV line begins with the quoted account code; manager text with `Key: value` or its greeting.
    if first.starts(with: Array("Asterisk Call Manager".utf8)) { return .manager }
    let key = first.prefix { (65...90).contains($0 & 0xDF) }
    return !key.isEmpty && first.dropFirst(key.count).first == UInt8(ascii: ":") ? .manager : .csv
  }

  private func records(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    try CallImport.reading(delivery.body) { record in AsteriskCDR(record).map { news($0, delivery) } }
  }

  private func manager(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    var (calls, ignored) = ([CallNews](), [String]())
    for fields in try Self.blocks(delivery.body) {
      guard let event = fields["event"] else { continue }
      if event.lowercased() != "cdr" {
        ignored.append(event.callLine() ?? "event without a name")
      } else if let cdr = AsteriskCDR(event: fields) {
        calls.append(news(cdr, delivery))
      } else {
        ignored.append(CallImport.unreadableRecord)
      }
    }
    return try CallImport.reading(calls, ignored: ignored)
  }

  private func news(_ cdr: AsteriskCDR, _ delivery: RawDelivery) -> CallNews {
    cdr.news(line: line, clock: clock, inboundContexts: inboundContexts, receivedAt: delivery.receivedAt)
  }

  /// `Key: value` lines, an empty line after each block; keys in lower case, empty values left out.
  private static func blocks(_ body: [UInt8]) throws(Unreadable) -> [[String: String]] {
    var (blocks, block) = ([[String: String]](), [String: String]())
    for line in TextLines(body) {
      if line.isEmpty, !block.isEmpty {
        blocks.append(block)
        block = [:]
        guard blocks.count <= CallImport.recordsMax else { throw CallImport.tooMany }
      }
      guard block.count < RecordLine.fieldsMax, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingBlanks()
      if !value.isEmpty { block[String(decoding: line[..<colon], as: UTF8.self).lowercased()] = value }
    }
    return block.isEmpty ? blocks : blocks + [block]
  }

  private func stasis(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let event = try RequestBody.object(delivery)
    let news = AsteriskARI.news(
      event, line: line, inboundContexts: inboundContexts, receivedAt: delivery.receivedAt)
    guard let news else { return Reading(ignored: [event["type"]?.string?.callLine() ?? "event without a type"]) }
    return Reading(events: [news.event()])
  }
}
