import Conversations

/// One call as written down: its fields under our names.
struct PhoneLogEntry: Sendable {
  private let fields: [String: String]

  static let keys = [
    "id", "from", "to", "direction", "started_at", "duration_s", "disposition", "name", "text", "category", "language",
    "recording_url",
  ]

  init(_ value: (String) -> String?) {
    fields = Dictionary(Self.keys.compactMap { key in value(key).map { (key, $0) } }) { first, _ in first }
  }

  /// `nil` when missing or blank.
  subscript(key: String) -> String? {
    guard let value = fields[key], !value.allSatisfy(\.isWhitespace) else { return nil }
    return value
  }

  /// Everything it says, for an id of those that have none.
  var bytes: [UInt8] { Self.keys.flatMap { Array("\($0)=\(fields[$0] ?? "")\u{0}".utf8) } }
}

/// The header line of a table: which column holds what.
struct PhoneLogColumns: Sendable {
  /// Column names of common exports; beside them each key may stand by its own name.
  private static let aliases: [String: [String]] = [
    "id": ["call_id", "callid", "uniqueid", "uuid"],
    "from": ["caller", "src", "source", "caller_number", "a_number", "from_number"],
    "to": ["callee", "dst", "destination", "called", "b_number", "to_number"],
    "started_at": ["start", "start_time", "started", "calldate", "datetime", "time", "date"],
    "duration_s": ["duration", "billsec", "seconds", "talk_time"],
    "disposition": ["status", "result", "outcome"], "name": ["caller_name", "contact"],
    "text": ["note", "notes", "comment", "remarks", "summary"], "recording_url": ["recording"],
  ]
  private let places: [String: Int]

  /// `nil` if no column says who called.
  init?(_ header: RecordLine) {
    var places: [String: Int] = [:]
    let names = header.fields.map { $0.trimmingBlanks().lowercased().replacing(" ", with: "_") }
    for key in PhoneLogEntry.keys {
      let candidates = [key] + (Self.aliases[key] ?? [])
      places[key] = candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    guard places["from"] != nil else { return nil }
    self.places = places
  }

  func entry(_ line: RecordLine) -> PhoneLogEntry {
    PhoneLogEntry { key in places[key].flatMap { line[$0] } }
  }
}

/// Makes events of entries.
struct PhoneLogEntries: Sendable {
  let line: PhoneLine
  let clock: WallClock
  /// Our number where an entry leaves it out.
  let desk: String

  private static let dispositions: [String: CallRecord.Disposition] = [
    "answered": .completed, "completed": .completed, "ok": .completed, "missed": .noAnswer, "no_answer": .noAnswer,
    "noanswer": .noAnswer, "unanswered": .noAnswer, "abandoned": .canceled, "canceled": .canceled,
    "cancelled": .canceled, "busy": .busy, "failed": .failed, "congestion": .failed, "voicemail": .voicemail,
    "forwarded": .forwarded, "transferred": .forwarded, "blocked": .blocked, "rejected": .blocked, "ringing": .ringing,
  ]

  /// The first thing in an entry that cannot be meant: a number, a time, a length, a word.
  func problem(_ entry: PhoneLogEntry) -> String? {
    if let problem = line.problem(entry["from"]) ?? line.problem(entry["to"]) { return problem }
    if let start = entry["started_at"], clock.instant(start) == nil, Instant(epoch: start) == nil {
      return "started_at is not a time: \(start)"
    }
    if let duration = entry["duration_s"], Int(duration.trimmingBlanks()).map({ $0 < 0 }) ?? true {
      return "duration_s is not a number of seconds: \(duration)"
    }
    if let word = entry["direction"], direction(entry) == nil {
      return "direction is neither inbound nor outbound: \(word)"
    }
    if let word = entry["disposition"], Self.dispositions[Self.word(word)] == nil {
      return "disposition is none of \(Self.dispositions.keys.sorted().joined(separator: ", ")): \(word)"
    }
    return nil
  }

  /// `nil` for an entry that does not say who called.
  func event(_ entry: PhoneLogEntry, receivedAt: Instant) -> InboundEvent? {
    guard let caller = entry["from"] else { return nil }
    let (from, to) = (line.number(caller), entry["to"].map { line.number($0) } ?? desk)
    let isOutbound = direction(entry) ?? line.isOutbound(from: from, to: to)
    let start = entry["started_at"].flatMap { clock.instant($0) ?? Instant(epoch: $0) }
    let disposition = disposition(entry)
    let news = CallNews(
      callID: id(entry, start: start, receivedAt: receivedAt), isOutbound: isOutbound, from: from, to: to,
      callerName: FormText.line(entry["name"]), disposition: disposition, at: start ?? receivedAt, startedAt: start,
      duration: entry["duration_s"].flatMap { Int($0.trimmingBlanks()) }.map { max(0, $0) },
      isVoicemail: disposition == .voicemail)
    return complete(news.event(), entry)
  }

  private func complete(_ event: InboundEvent, _ entry: PhoneLogEntry) -> InboundEvent {
    var event = event
    event.text = entry["text"]
    event.categoryHint = FormText.word(entry["category"])
    event.language = entry["language"].flatMap { FormText.word($0) }
    // Here the name is the other side's, whoever called.
    if event.contact.id != nil { event.contact.name = FormText.line(entry["name"]) }
    if let url = entry["recording_url"], url.hasPrefix("https://") { event.call?.recordingURL = FormText.line(url) }
    return event
  }

  private func direction(_ entry: PhoneLogEntry) -> Bool? {
    switch entry["direction"]?.lowercased() {
    case "outbound", "outgoing", "out": true
    case "inbound", "incoming", "in": false
    default: nil
    }
  }

  /// Somebody wrote it down without a word on how it went: they spoke.
  private func disposition(_ entry: PhoneLogEntry) -> CallRecord.Disposition {
    entry["disposition"].flatMap { Self.dispositions[Self.word($0)] } ?? .completed
  }

  private static func word(_ text: String) -> String {
    text.trimmingBlanks().lowercased().replacing(" ", with: "_").replacing("-", with: "_")
  }

  /// Without an id, what the entry says; without a start either, the moment too, because two calls may read alike.
  private func id(_ entry: PhoneLogEntry, start: Instant?, receivedAt: Instant) -> String {
    if let id = PhoneLine.callID(entry["id"]) { return id }
    let moment = start == nil ? Array(receivedAt.rfc3339.utf8) : []
    return CallImport.derivedID(entry.bytes + moment)
  }
}
