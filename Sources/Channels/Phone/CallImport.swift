import Conversations

/// What all collectors of call records share: how they show who they are, and how records become calls.
enum CallImport {
  static let tokenSetting = Setting(
    "bearer_token", .secret, required: true, help: "shown by the collector as `Authorization: Bearer …`")

  static let followSetting = Setting(
    "follow_file", .text,
    help: "a file of call records on this machine that is read as it grows, rotation included, e.g. Master.csv")

  /// The path in `follow_file`; only a whole one says the same whoever starts the router.
  static func followedFile(_ values: SettingValues) throws(SettingProblem) -> String? {
    guard let path = values.text(followSetting.key), !path.isEmpty else { return nil }
    guard path.hasPrefix("/") else { throw SettingProblem(followSetting.key, "must be a whole path, beginning with /") }
    return path
  }

  /// Files, pipes and sockets on this machine are trusted; whoever comes by HTTP shows the token.
  static func verify(_ delivery: RawDelivery, tokens: [Secret]) -> Verdict {
    guard delivery.door == .http else { return .accepted }
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard Signatures.isToken(Authorization.bearer(delivery.headers), oneOf: tokens) else {
      return .refused(status: 401, reason: "bearer token is missing or wrong")
    }
    return .accepted
  }

  /// More records in one delivery than ten megabytes of real ones; protects from a body of line ends and commas.
  static let recordsMax = 100_000

  /// Every record of a file of call records, read by `parse`; those it cannot read are counted.
  static func reading(_ body: [UInt8], _ parse: (RecordLine) -> CallNews?) throws(Unreadable) -> Reading {
    var (calls, ignored, count) = ([CallNews](), [String](), 0)
    for line in TextLines(body) where !line.isEmpty {
      count += 1
      guard count <= recordsMax else { throw tooMany }
      if let call = parse(RecordLine(line)) { calls.append(call) } else { ignored.append(unreadableRecord) }
    }
    return try reading(calls, ignored: ignored)
  }

  static var tooMany: Unreadable { Unreadable(status: 413, reason: "more than \(recordsMax) records") }

  /// One event per call id, in the order of first appearance: a call that was forked to several telephones leaves a
  /// record for each, and the one that was answered tells how the call went.
  static func reading(_ calls: [CallNews], ignored: [String]) throws(Unreadable) -> Reading {
    guard !calls.isEmpty || ignored.contains(where: { $0 != unreadableRecord }) else {
      throw Unreadable(reason: "no call record in it")
    }
    var (places, kept) = ([String: Int](), [CallNews]())
    for call in calls {
      guard let place = places[call.callID] else {
        places[call.callID] = kept.count
        kept.append(call)
        continue
      }
      if rank(call) > rank(kept[place]) { kept[place] = call }
    }
    return Reading(events: kept.map { $0.event() }, ignored: ignored)
  }

  static let unreadableRecord = "record that cannot be read"

  private static func rank(_ call: CallNews) -> Int {
    if call.isVoicemail { return 3 }
    return switch call.disposition {
    case .completed, .answered: 4
    case .voicemail, .forwarded: 3
    case .busy, .noAnswer, .canceled: 2
    case .failed, .blocked: 1
    case .ringing: 0
    }
  }

  /// For records without an id: the same record gives the same id whenever it is read.
  static func derivedID(_ record: some Collection<UInt8>) -> String {
    "cdr-" + Signatures.hex(Signatures.digest(.sha256, of: Array(record)).prefix(16))
  }
}
