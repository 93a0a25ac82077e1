package import Conversations

/// Zammad's generic CTI interface, seen from Zammad's place: every exchange with a Zammad plug-in can be connected.
/// Source: docs.zammad.org api/generic-cti.
package struct ZammadCTI: PhoneOnly {
  package static let kind = ChannelKind("zammad_cti")
  package static let summary = "Calls from any telephone system that speaks Zammad's generic CTI interface."
  package static let settings: [Setting] =
    [
      Setting("token", .secret, required: true, help: "the last part of the URL given to the telephone system"),
      Setting(
        "block_caller_ids", .textList, default: [],
        help: "callers the exchange is told to reject; * at the end = any rest"),
      Setting("default_caller_id", .text, help: "the number shown on outbound calls"),
      Setting(
        "outbound_caller_ids", .textMap, default: .object([]),
        help: "called numbers (49221*) to the number shown to them"),
    ] + PhoneLine.settings

  private let tokens: [Secret]
  private let line: PhoneLine
  private let blocked: [NumberPattern]
  private let callerIDs: [(pattern: NumberPattern, callerID: String)]
  private let defaultCallerID: String?

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets("token")
    line = try PhoneLine(values)
    let plan = line.plan
    blocked = values.list("block_caller_ids").map { NumberPattern($0, plan: plan) }
    // The longest pattern is the most precise one.
    callerIDs = values.map("outbound_caller_ids")
      .map { (pattern: NumberPattern($0.key, plan: plan), callerID: $0.value) }
      .sorted { ($0.pattern.digits.utf8.count, $1.pattern.digits) > ($1.pattern.digits.utf8.count, $0.pattern.digits) }
    defaultCallerID = values.text("default_caller_id")
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let token = delivery.path.utf8.split(separator: UInt8(ascii: "/")).last.map {
      String(decoding: FormFields.decode($0, plusIsSpace: false), as: UTF8.self)
    }
    guard Signatures.isToken(token, oneOf: tokens) else {
      return .refused(status: 401, reason: "URL token is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.read(delivery)
    guard var call = try PushCall(body, line: line, receivedAt: delivery.receivedAt) else {
      return Reading(answer: .json([:]), ignored: [body["event"]?.callLine() ?? "event without a name"])
    }
    let isRejected = call.stage == .newCall && !call.news.isOutbound && isBlocked(call.news.from)
    if isRejected { call.news.disposition = .blocked }
    return Reading(events: [call.news.event()], answer: .json(answer(to: call, isRejected: isRejected)))
  }

  private func isBlocked(_ caller: String) -> Bool { blocked.contains { $0.matches(caller) } }

  /// Only a new call can be acted on; `{}` lets it take its course.
  private func answer(to call: PushCall, isRejected: Bool) -> JSON {
    if isRejected { return ["action": "reject", "reason": "busy"] }
    guard call.stage == .newCall, call.news.isOutbound else { return [:] }
    let chosen = callerIDs.first { $0.pattern.matches(call.news.to) }?.callerID ?? defaultCallerID
    guard let chosen else { return [:] }
    return ["action": "dial", "caller_id": .string(chosen), "number": .string(call.rawTo)]
  }
}

/// A number, or the beginning of numbers (`4930*`).
struct NumberPattern: Sendable, Hashable {
  /// Without `+`.
  let digits: String
  let isPrefix: Bool
  private let plan: DialPlan

  init(_ text: String, plan: DialPlan) {
    (isPrefix, self.plan) = (text.hasSuffix("*"), plan)
    if isPrefix {
      // A beginning is no number that could be looked up: it is taken as written, apart from its prefixes.
      let beginning = String(text.dropLast())
      digits = DialledNumber(beginning).map { plan.beginning($0) } ?? beginning
    } else {
      digits = Self.plain(PhoneNumbers.normalize(text, plan: plan))
    }
  }

  /// `number` is normalised. `138*` means Chinese mobiles where those are dialled without a prefix.
  func matches(_ number: String) -> Bool {
    let plain = Self.plain(number)
    guard isPrefix else { return plain == digits }
    return plain.hasPrefix(digits) || plan.asDialled(plain)?.hasPrefix(digits) == true
  }

  private static func plain(_ number: String) -> String {
    number.hasPrefix("+") ? String(number.dropFirst()) : number
  }
}
