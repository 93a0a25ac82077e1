package import Conversations

/// Placetel's Call Control and Notify API. Source: github.com/Placetel/call-control-notify-api.
package struct Placetel: PhoneOnly {
  package static let kind = ChannelKind("placetel")
  package static let summary = "Calls of a Placetel exchange, pushed by its Notify API."
  package static let settings: [Setting] =
    [
      Setting("shared_secret", .secret, required: true, help: "the secret entered under External APIs")
    ] + PhoneLine.settings

  private let secrets: [Secret]
  private let line: PhoneLine

  package init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("shared_secret")
    line = try PhoneLine(values)
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let signature = delivery.headers["X-PLACETEL-SIGNATURE"]
    guard Signatures.isGenuine(signature, .sha256, written: .hex, over: delivery.body, secrets: secrets) else {
      return .refused(status: 401, reason: "X-PLACETEL-SIGNATURE is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let fields = try RequestBody.urlEncoded(delivery.body)
    let stage = fields["event"] ?? ""
    guard let disposition = Self.disposition(stage: stage, type: fields["type"]) else {
      return Reading(answer: Self.answer, ignored: [stage.callLine() ?? "event without a name"])
    }
    guard let callID = PhoneLine.callID(fields["call_id"]) else {
      throw Unreadable(reason: "call without a usable call_id")
    }
    let duration = stage == "HungUp" ? CallNews.seconds(fields["duration"]) : nil
    // The end is now; how long ago it began, only a call that was taken says.
    let started = duration.flatMap { $0 > 0 ? delivery.receivedAt.adding(seconds: Int64(-$0)) : nil }
    let (from, to) = (line.number(fields["from"]), line.number(fields["to"]))
    var news = CallNews(
      callID: callID, isOutbound: isOutbound(fields, stage: stage, from: from, to: to), from: from, to: to,
      disposition: disposition, at: delivery.receivedAt, startedAt: started, duration: duration)
    news.category = line.category(fields["to"])
    return Reading(events: [news.event()], answer: Self.answer)
  }

  private func isOutbound(_ fields: FormFields, stage: String, from: String, to: String) -> Bool {
    switch fields["direction"]?.lowercased() {
    case "in": false
    case "out": true
    default: stage == "OutgoingCall" || (stage != "IncomingCall" && line.isOutbound(from: from, to: to))
    }
  }

  private static func disposition(stage: String, type: String?) -> CallRecord.Disposition? {
    switch stage {
    case "IncomingCall", "OutgoingCall": .ringing
    case "CallAccepted": .answered
    case "HungUp": hangups[type?.lowercased() ?? ""] ?? .completed
    default: nil
    }
  }

  private static let hangups: [String: CallRecord.Disposition] = [
    "accepted": .completed, "voicemail": .voicemail, "missed": .noAnswer, "blocked": .blocked, "busy": .busy,
    "canceled": .canceled, "cancelled": .canceled, "unavailable": .failed, "congestion": .failed,
  ]

  /// Read only where a number is routed to "External API": no instruction, so its backup routing takes the call.
  private static let answer = Answer(
    contentType: "application/xml", body: Array("\(XMLWriting.declaration)\n<Response/>".utf8))
}
