import Conversations

/// The three events that Zammad's generic CTI and sipgate.io share, with the same fields and the same hang-up causes.
/// Source: zammad-documentation api/generic-cti; sipgateio-node lib/webhook.
struct PushCall: Sendable {
  enum Stage: String { case newCall, answer, hangup }
  var stage: Stage
  /// As sent, for answers that repeat it.
  var rawTo: String
  var news: CallNews

  /// `nil` for other events (`dtmf` and what is still to be invented).
  init?(_ body: RequestBody, line: PhoneLine, receivedAt: Instant) throws(Unreadable) {
    guard let stage = body["event"].flatMap(Stage.init) else { return nil }
    // Zammad's own tests send call_id, its documentation says callId.
    guard let callID = PhoneLine.callID(body["callId"] ?? body["call_id"]) else {
      throw Unreadable(reason: "call without a usable callId")
    }
    self.stage = stage
    rawTo = body["to"]?.callLine() ?? ""
    let (from, to) = (line.number(body["from"]), line.number(body["to"]))
    let isOutbound =
      switch body["direction"]?.lowercased() {
      case "in": false
      case "out": true
      default: line.isOutbound(from: from, to: to)
      }
    // A mailbox that picks up is nobody: the caller still waits for a person.
    let isMailbox = body.all("user").contains { $0.lowercased() == "voicemail" }
    let disposition: CallRecord.Disposition =
      switch stage {
      case .newCall: .ringing
      case .answer: isMailbox ? .voicemail : .answered
      case .hangup: isMailbox ? .voicemail : Self.disposition(cause: body["cause"])
      }
    news = CallNews(
      callID: callID, isOutbound: isOutbound, from: from, to: to, disposition: disposition, at: receivedAt)
    news.category = line.category(body["queue"], body["to"])
  }

  private static let causes: [String: CallRecord.Disposition] = [
    "normalclearing": .completed, "busy": .busy, "cancel": .canceled, "noanswer": .noAnswer, "congestion": .failed,
    "notfound": .failed, "forwarded": .forwarded,
  ]

  /// A cause nobody knows yet is the end of a call all the same.
  private static func disposition(cause: String?) -> CallRecord.Disposition {
    causes[cause?.lowercased() ?? ""] ?? .completed
  }
}
