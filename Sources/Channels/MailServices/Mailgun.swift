package import Conversations

/// Mailgun: routes that forward mail (parsed, or raw at an address ending in `mime`) and event webhooks.
/// Source: Mailgun user manual, "Receiving, Forwarding and Storing Messages" and "Tracking Messages".
package struct Mailgun: MailAdapter {
  package static let kind = ChannelKind("mailgun")
  package static let summary = "A mailbox received by Mailgun."
  package static var bodySizeMax: Int { 50 << 20 }
  package static let settings: [Setting] =
    [
      Setting("webhook_signing_key", .secret, required: true, help: "the account's HTTP webhook signing key"),
      Setting("replay_window_s", .integer, default: 900, help: "older deliveries are refused, in seconds"),
    ] + ServiceMailbox.settings

  private let keys: [Secret]
  private let window: Int
  private let mailbox: ServiceMailbox
  package var addresses: MailboxAddresses { mailbox.addresses }

  package init(_ values: SettingValues) throws(SettingProblem) {
    keys = values.secrets("webhook_signing_key")
    window = try values.positive("replay_window_s")
    mailbox = try ServiceMailbox(values)
  }

  /// Only timestamp and token are signed, not the message: the signature proves the sender, TLS the rest.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard let body = try? RequestBody.read(delivery) else {
      return .refused(status: 401, reason: "no signature can be read")
    }
    let stamp = signed(body, "timestamp")
    let covered = Array(((stamp ?? "") + (signed(body, "token") ?? "")).utf8)
    guard Signatures.isGenuine(signed(body, "signature"), .sha256, written: .hex, over: covered, secrets: keys) else {
      return .refused(status: 401, reason: "signature is missing or wrong")
    }
    guard ServiceFields.isRecent(stamp, now: now, window: window) else {
      return .refused(status: 401, reason: "timestamp is too far from now")
    }
    return .accepted
  }

  /// Routes sign in fields of the form, events in an object of their own.
  private func signed(_ body: RequestBody, _ name: String) -> String? {
    switch body {
    case .form(let fields): fields[name]
    case .json(let json): json["signature"]?[name]?.text
    }
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    switch try RequestBody.read(delivery) {
    case .json(let json): return Self.receipt(json["event-data"], delivery)
    case .form(let fields):
      if let raw = fields.fields.first(where: { $0.name == "body-mime" }) {
        return Reading(events: [try mailbox.event(raw: raw.bytes, delivery)])
      }
      let mail = Self.mail(fields)
      return Reading(events: [try mailbox.event(mail, messageID: ServiceFields.derivedID(mail), delivery)])
    }
  }

  private static func mail(_ fields: FormFields) -> ServiceMail {
    var mail = ServiceMail()
    let pairs = fields["message-headers"].flatMap { try? JSON(parsing: $0) }?.array ?? []
    mail.headers = pairs.compactMap { pair in
      pair[0]?.string.flatMap { name in pair[1]?.string.map { (name: name, value: $0) } }
    }
    let names = ["Message-Id": "Message-ID", "from": "From", "subject": "Subject"]
    for name in ["from", "subject", "Date", "Message-Id", "In-Reply-To", "References", "Reply-To", "To", "Cc"] {
      if let value = fields[name] { mail.named.append((name: names[name] ?? name, value: value)) }
    }
    mail.text = filled(fields["body-plain"])
    mail.html = filled(fields["body-html"])
    let files = fields.fields.filter { $0.filename != nil }
    mail.attachments = files.map {
      ServiceFields.file($0.name, filename: $0.filename, type: $0.contentType, $0.bytes)
    }
    return mail
  }

  private static func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

  private static func receipt(_ event: JSON?, _ delivery: RawDelivery) -> Reading {
    let name = event?["event"]?.string ?? ""
    // A temporary failure will be tried again by Mailgun.
    let isFinal = name != "failed" || event?["severity"]?.string != "temporary"
    guard let status = receipts[name], isFinal, let id = event?["message"]?["headers"]?["message-id"]?.filled else {
      return Reading(ignored: [name.callLine() ?? "event without a name"])
    }
    let answer = event?["delivery-status"]
    let code = answer?["code"]?.text ?? event?["reason"]?.text
    return Reading(receipts: [
      Receipt(
        externalID: ServiceFields.bracketed(id), status: status,
        at: Instant(provider: event?["timestamp"]) ?? delivery.receivedAt,
        errorCode: status == .failed ? code?.callLine(limit: 200) : nil)
    ])
  }

  private static let receipts: [String: Receipt.Status] = [
    "delivered": .delivered, "opened": .read, "failed": .failed, "rejected": .failed,
  ]

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try mailbox.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { Email.outcome(of: response) }
}
