import Channels
import Conversations
import Storage

/// One thing said of a part of a call. Stages come late, twice and in any order; what is known only grows.
struct CallStage {
  private let call: CallRecord
  private let partID: String
  private let note: String?
  private let at: Instant

  init(_ call: CallRecord, partID: String, note: String?, at: Instant) {
    (self.call, self.partID, self.note, self.at) = (call, partID, note, at)
  }

  /// A call's message as it is to be from now on.
  struct Told {
    var text: String
    var extra: JSON
    /// What is now known of the part that the stage speaks of.
    var call: CallRecord
    var note: String?
    /// Whether it calls for something else than before.
    var isTurn: Bool
  }

  /// What the first stage of a call keeps.
  var firstExtra: JSON {
    var record = call
    record.answeredAt = answeredAt(nil)
    return .object(members(record, note: note))
  }

  /// `nil` when the message has been told more than this. Another part of the call (a transfer) is told below the others;
  /// parts are told apart by the system's id of each.
  func continuing(_ known: MessageRecord) -> Told? {
    let extra = known.extraJSON.flatMap { try? JSON(parsing: $0) } ?? [:]
    var parts = extra["parts"]?.array ?? [Self.with(extra, id: known.externalID ?? partID, text: known.text ?? "")]
    let place = parts.firstIndex { $0["id"]?.string == partID }
    let before = place.map { Part(parts[$0]) }
    guard let record = merged(with: before) else { return nil }
    let note = note ?? before?.note
    let members = members(record, note: note)
    let part = Self.with(.object(members), id: partID, text: CallWords.text(record, note: note))
    if let place { parts[place] = part } else { parts.append(part) }
    let status = CallWords.status(after: record, note: note, isOutbound: false)
    return Told(
      text: parts.compactMap { $0["text"]?.string }.joined(separator: "\n"),
      extra: .object(members + (parts.count > 1 ? [.init("parts", .array(parts))] : [])), call: record, note: note,
      isTurn: before.flatMap { $0.status } != status)
  }

  /// `nil` for a stage that the part has left behind.
  private func merged(with before: Part?) -> CallRecord? {
    var record = call
    record.answeredAt = answeredAt(before)
    guard let before, let disposition = before.disposition else { return record }
    guard call.disposition.rank >= disposition.rank else { return nil }
    // A mailbox took it, whatever the hang-up calls that: the caller still waits for a person.
    let wasVoicemail = disposition == .voicemail
    if wasVoicemail { record.disposition = .voicemail }
    if record.from == PhoneNumbers.anonymous || record.from == "unknown" { record.from = before.from ?? record.from }
    if record.to == PhoneNumbers.anonymous || record.to == "unknown" { record.to = before.to ?? record.to }
    let talk = talkSeconds(since: before.answeredAt, record.disposition)
    record.durationSeconds = (wasVoicemail ? before.duration : nil) ?? call.durationSeconds ?? talk ?? before.duration
    record.startedAt = call.startedAt ?? before.startedAt ?? (talk == nil ? nil : before.answeredAt)
    record.recordingURL = call.recordingURL ?? before.recordingURL
    return record
  }

  /// Systems that push stages leave the length to whoever remembers when the call was taken.
  private func talkSeconds(since answered: Instant?, _ disposition: CallRecord.Disposition) -> Int? {
    guard let answered, answered <= at, [.completed, .forwarded, .voicemail].contains(disposition) else { return nil }
    return Int(at.seconds(since: answered))
  }

  private func answeredAt(_ before: Part?) -> Instant? {
    let isTaken = call.disposition == .answered || (call.disposition == .voicemail && call.durationSeconds == nil)
    return before?.answeredAt ?? call.answeredAt ?? (isTaken ? at : nil)
  }

  private func members(_ record: CallRecord, note: String?) -> [JSON.Member] {
    var members = CallWords.json(record, id: partID).members ?? []
    if let note { members.append(.init("note", .string(note))) }
    return members
  }

  private static func with(_ part: JSON, id: String, text: String) -> JSON {
    let rest = (part.members ?? []).filter { $0.key != "text" && $0.key != "parts" }
    let named = rest.contains { $0.key == "id" } ? rest : [.init("id", .string(id))] + rest
    return .object(named + [.init("text", .string(text))])
  }
}

/// What has been kept of a part of a call.
private struct Part {
  let disposition: CallRecord.Disposition?
  let (from, to): (String?, String?)
  let (startedAt, answeredAt): (Instant?, Instant?)
  let duration: Int?
  let (recordingURL, note): (String?, String?)

  init(_ json: JSON) {
    let instant = { (key: String) in json[key]?.string.flatMap { Instant(rfc3339: $0) } }
    disposition = json["disposition"]?.string.flatMap { CallRecord.Disposition(rawValue: $0) }
    (from, to) = (json["from"]?.string, json["to"]?.string)
    (startedAt, answeredAt) = (instant("started_at"), instant("answered_at"))
    duration = json["duration_s"]?.int
    (recordingURL, note) = (json["recording_url"]?.string, json["note"]?.string)
  }

  var status: ConversationStatus? {
    disposition.map {
      CallWords.status(after: CallRecord(from: "", to: "", disposition: $0), note: note, isOutbound: false)
    }
  }
}

extension CallRecord.Disposition {
  /// Stages of one call in their order, whatever the order they come in.
  fileprivate var rank: Int {
    switch self {
    case .ringing: 0
    case .answered: 1
    case .completed, .busy, .noAnswer, .canceled, .failed, .forwarded, .blocked, .voicemail: 2
    }
  }
}
