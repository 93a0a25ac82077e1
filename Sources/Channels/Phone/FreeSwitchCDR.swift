import Conversations

/// One leg of a call as FreeSWITCH writes it down: the channel variables that matter, percent-encoding taken off.
/// Source: freeswitch-docs mod_json_cdr, mod_xml_cdr, mod_cdr_csv; switch_types.h for the hang-up causes.
struct FreeSwitchCDR: Sendable {
  private let variables: [String: String]

  private static let names = [
    "uuid", "direction", "caller_id_name", "caller_id_number", "destination_number", "start_epoch", "answer_epoch",
    "end_epoch", "start_stamp", "answer_stamp", "end_stamp", "billsec", "hangup_cause", "last_app", "context",
    "ivr_choice",
  ]

  /// `value` finds a variable by its name. Values are percent-encoded unless the module was told otherwise; a percent
  /// sign that encodes nothing stays.
  private init(_ value: (String) -> String?) {
    let pairs = Self.names.compactMap { name in
      value(name).map { (name, String(decoding: FormFields.decode($0.utf8, plusIsSpace: false), as: UTF8.self)) }
    }
    variables = Dictionary(pairs) { first, _ in first }
  }

  /// Numbers and names stand among the variables or only in the caller profile of the first (latest) call flow.
  init?(json: JSON) {
    guard let variables = json["variables"], variables.members != nil else { return nil }
    let profile = (json["callflow"]?[0] ?? json["callflow"])?["caller_profile"]
    let lastApp = Self.lastApplication(json)
    self.init { variables[$0]?.text ?? profile?[$0]?.text ?? ($0 == "last_app" ? lastApp : nil) }
  }

  /// Where no variable says it, the dial plan's own log does.
  private static func lastApplication(_ json: JSON) -> String? {
    let flow = (json["callflow"]?[0] ?? json["callflow"])?["extension"]
    let lists = [json["app_log"]?["applications"], flow?["applications"]]
    return lists.lazy.compactMap { $0?.array?.last?["app_name"]?.string }.first
  }

  init?(xml: XMLTree) {
    guard xml.name == "cdr", let variables = xml["variables"] else { return nil }
    let profile = xml["callflow"]?["caller_profile"]
    self.init { variables[$0]?.text ?? profile?[$0]?.text }
  }

  /// A line of mod_cdr_csv in the template that ships as default, those that extend it, or the one named `asterisk`.
  init?(_ line: RecordLine, clock: WallClock) {
    let layout = Self.layouts.first { layout in
      layout.firstIndex(of: "start_stamp").map { clock.instant(line[$0]) != nil } ?? false
    }
    guard let layout, !line.isCut, line.fields.count >= layout.count else { return nil }
    self.init { name in layout.firstIndex(of: name).flatMap { line[$0] } }
    guard variables["uuid"] != nil else { return nil }
  }

  private static let layouts = [
    [
      "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp",
      "end_stamp", "duration", "billsec", "hangup_cause", "uuid",
    ],
    [
      "accountcode", "caller_id_number", "destination_number", "context", "caller_id", "channel_name",
      "bridge_channel", "last_app", "last_arg", "start_stamp", "answer_stamp", "end_stamp", "duration", "billsec",
      "hangup_cause", "amaflags", "uuid",
    ],
  ]

  enum Meaning: Sendable {
    case call(CallNews)
    /// The second leg of a call from outside, from the exchange to a telephone inside.
    case innerLeg
    case nameless
  }

  /// `uuid` of the request counts where the record has none.
  func meaning(line: PhoneLine, clock: WallClock, uuid: String?, receivedAt: Instant) -> Meaning {
    guard let callID = PhoneLine.callID(variables["uuid"]) ?? PhoneLine.callID(uuid) else { return .nameless }
    let (from, to) = (line.number(variables["caller_id_number"]), line.number(variables["destination_number"]))
    // `direction` is the leg's, seen from the exchange: an agent who dials out has an inbound leg too.
    let isOutboundLeg = variables["direction"] == "outbound"
    let isOutbound = line.isOutbound(from: from, to: to) || (isOutboundLeg && !line.ourNumbers.contains(to))
    if isOutboundLeg, !line.ourNumbers.contains(from), PhoneNumbers.e164(to) == nil { return .innerLeg }
    let talk = CallNews.seconds(variables["billsec"])
    let answered = time("answer", clock)
    let isAnswered = answered != nil || (talk ?? 0) > 0
    var news = CallNews(
      callID: callID, isOutbound: isOutbound, from: from, to: to,
      callerName: variables["caller_id_name"]?.callLine(), disposition: outcome(isAnswered: isAnswered),
      at: time("end", clock) ?? receivedAt, startedAt: time("start", clock), duration: talk,
      isVoicemail: !isOutbound && isAnswered && variables["last_app"] == "voicemail")
    news.answeredAt = answered
    news.category = line.category(variables["ivr_choice"], variables["context"], variables["destination_number"])
    return .call(news)
  }

  /// `…_epoch` in seconds, 0 = never; else `…_stamp` in the exchange's zone.
  private func time(_ name: String, _ clock: WallClock) -> Instant? {
    if let epoch = variables["\(name)_epoch"].flatMap({ Instant(epoch: $0) }) { return epoch == .epoch ? nil : epoch }
    return clock.instant(variables["\(name)_stamp"])
  }

  private func outcome(isAnswered: Bool) -> CallRecord.Disposition {
    if isAnswered { return .completed }
    return switch variables["hangup_cause"] {
    case "USER_BUSY": .busy
    case "ORIGINATOR_CANCEL", "LOSE_RACE", "PICKED_OFF": .canceled
    case "NO_ANSWER", "NO_USER_RESPONSE", "CALL_REJECTED", "ALLOTTED_TIMEOUT", "SUBSCRIBER_ABSENT", "NORMAL_CLEARING":
      .noAnswer
    case "BLIND_TRANSFER", "ATTENDED_TRANSFER", "REDIRECTION_TO_NEW_DESTINATION", "CALL_DEFLECTED": .forwarded
    default: .failed
    }
  }
}
