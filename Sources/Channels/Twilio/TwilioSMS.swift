package import Conversations

/// Text messages and WhatsApp messages through Twilio, in and out.
/// Source: twilio.com/docs/messaging/guides/webhook-request, …/messaging/api/message-resource.
package struct TwilioSMS: Adapter {
  package static let kind = ChannelKind("twilio_sms")
  package static let summary = "SMS, MMS and WhatsApp of Twilio numbers."
  package static let settings: [Setting] =
    TwilioAccount.settings + [
      Setting("api_base", .text, default: "https://api.twilio.com", help: "where Twilio's API is reached"),
      Setting("messaging_service_sid", .text, help: "send through this messaging service (MG…)"),
      Setting("text_max", .integer, default: 1600, help: "longest text of one message; longer ones are split"),
    ]

  private let account: TwilioAccount
  private let apiBase: String
  private let service: String?
  private let splitter: TextSplitter

  package init(_ values: SettingValues) throws(SettingProblem) {
    account = try TwilioAccount(values)
    apiBase = try BaseURL.check(values.text("api_base") ?? "https://api.twilio.com", key: "api_base")
    service = values.text("messaging_service_sid")
    splitter = TextSplitter(limit: try values.positive("text_max"))
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { account.verify(delivery) }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let fields = try account.parameters(delivery)
    guard let sid = (fields["MessageSid"] ?? fields["SmsSid"])?.callLine(), sid.utf8.count <= 100 else {
      throw Unreadable(reason: "no usable MessageSid")
    }
    if let status = fields["MessageStatus"], status != "received" {
      return Self.receipt(sid, status: status, fields, at: delivery.receivedAt)
    }
    // Events of Twilio's other products have neither.
    guard fields["To"]?.isEmpty == false, fields["From"]?.isEmpty == false else {
      return Reading(answer: TwiML.empty, ignored: [fields["EventType"]?.callLine() ?? "no sender or receiver"])
    }
    let message = TwilioMessage(fields, sid: sid)
    guard account.owns(fields, number: message.ours) else {
      return Reading(answer: TwiML.empty, ignored: ["message to a number that is not ours"])
    }
    return Reading(events: [message.event(receivedAt: delivery.receivedAt)], answer: TwiML.empty)
  }

  private static func receipt(_ sid: String, status: String, _ fields: FormFields, at: Instant) -> Reading {
    guard let meaning = statuses[status] else {
      return Reading(answer: TwiML.empty, ignored: [status.callLine() ?? "no status"])
    }
    let code = meaning == .failed ? fields["ErrorCode"]?.callLine(limit: 20) : nil
    return Reading(
      receipts: [Receipt(externalID: sid, status: meaning, at: at, errorCode: code)], answer: TwiML.empty)
  }

  /// `queued`, `accepted`, `sending` and the like say nothing that counts yet.
  private static let statuses: [String: Receipt.Status] = [
    "sent": .sent, "delivered": .delivered, "read": .read, "failed": .failed, "undelivered": .failed,
    "canceled": .failed,
  ]

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let line = try TwilioLine(message, ourNumbers: account.ourNumbers)
    // Twilio fetches media itself.
    let media = try message.attachments.map { attachment throws(Unrenderable) in
      try ChatText.address(of: attachment, for: "Twilio")
    }
    var texts = splitter.pieces(message.text)
    if texts.isEmpty, !media.isEmpty { texts = [""] }
    guard !texts.isEmpty else { throw Unrenderable("the message is empty") }
    var requests: [OutboundRequest] = []
    for (index, text) in texts.enumerated() {
      var form = [("To", line.to)]
      if let from = line.from { form.append(("From", from)) }
      if let service, !line.isWhatsApp { form.append(("MessagingServiceSid", service)) }
      if !text.isEmpty { form.append(("Body", text)) }
      if index == 0 { form += media.map { ("MediaUrl", $0) } }
      form.append(("StatusCallback", "\(account.publicURL)/status"))
      requests.append(try account.post("Messages.json", base: apiBase, form: form))
    }
    return requests
  }

  package static var receivers: String? { "a telephone number, e.g. +8613912345678" }

  /// From the first of our numbers, or the messaging service's.
  package func thread(telling receiver: String) -> String? {
    guard let number = PhoneNumbers.typed(receiver, plan: .international),
      let ours = account.ourNumbers.sorted().first ?? service
    else {
      return nil
    }
    return "sms:\(ours):\(number)"
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { TwilioAnswer.interpret(response) }

  package func window(ofThread threadKey: String) -> MessagingWindow {
    threadKey.hasPrefix("whatsapp:") ? .whatsApp : .unlimited
  }
  /// A long number sends one message a second.
  package static var pace: SendingPace { SendingPace(perMinute: 60, perMinuteToOne: 20) }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    account.mediaFetch(reference, base: apiBase)
  }
}

/// From and to whom a message goes, as the thread key says: `sms:OUR:THEIR` or `whatsapp:OUR:THEIR`.
private struct TwilioLine {
  var isWhatsApp: Bool
  var from: String?
  var to: String

  init(_ message: OutboundMessage, ourNumbers: Set<String>) throws(Unrenderable) {
    let parts = message.threadKey.split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count == 3 else { throw Unrenderable("the conversation names no customer") }
    guard parts[2].utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "+") }) else {
      throw Unrenderable("\(parts[2]) is a sender without a number: it takes no answers")
    }
    isWhatsApp = parts[0] == "whatsapp"
    let isService = parts[1].hasPrefix("MG")
    let ours = isService ? nil : PhoneNumbers.e164(parts[1]) ?? (parts[1].utf8.count > 2 ? parts[1] : nil)
    let prefix = isWhatsApp ? "whatsapp:" : ""
    (from, to) = (ours.map { prefix + $0 }, prefix + parts[2])
    guard !isWhatsApp || MessagingWindow.whatsApp.permission(message) == .anyone else {
      throw MessagingWindow.whatsApp.closed("WhatsApp", to: message)
    }
  }
}
