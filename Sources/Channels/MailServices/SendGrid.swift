import Crypto
package import Conversations

/// SendGrid: Inbound Parse (parsed or raw) with a security policy, and the Event Webhook; both signed the same way.
/// Source: twilio.com/docs/sendgrid/for-developers/parsing-email and …/tracking-events.
package struct SendGrid: MailAdapter {
  package static let kind = ChannelKind("sendgrid")
  package static let summary = "A mailbox received by SendGrid's Inbound Parse."
  package static var bodySizeMax: Int { 50 << 20 }
  package static let settings: [Setting] =
    [
      Setting("public_key", .text, required: true, help: "verification key of the webhook's security policy (base64)"),
      Setting("replay_window_s", .integer, default: 600, help: "older deliveries are refused, in seconds"),
    ] + ServiceMailbox.settings

  private let key: P256.Signing.PublicKey
  private let window: Int
  private let mailbox: ServiceMailbox
  package var addresses: MailboxAddresses { mailbox.addresses }

  package init(_ values: SettingValues) throws(SettingProblem) {
    guard let der = Signatures.decodeBase64(values.text("public_key")?.trimmingBlanks() ?? ""),
      let key = try? P256.Signing.PublicKey(derRepresentation: der)
    else { throw SettingProblem("public_key", "is not a base64 P-256 public key") }
    self.key = key
    window = try values.positive("replay_window_s")
    mailbox = try ServiceMailbox(values)
  }

  /// ECDSA over timestamp and raw body, written in DER.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let stamp = delivery.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    let written = delivery.headers["X-Twilio-Email-Event-Webhook-Signature"]
    guard let stamp, let written, let der = Signatures.decodeBase64(written),
      let signature = try? P256.Signing.ECDSASignature(derRepresentation: der),
      key.isValidSignature(signature, for: Array(stamp.utf8) + delivery.body)
    else { return .refused(status: 401, reason: "signature is missing or wrong") }
    guard ServiceFields.isRecent(stamp, now: now, window: window) else {
      return .refused(status: 401, reason: "timestamp is too far from now")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    switch try RequestBody.read(delivery) {
    case .json(let json): return try Self.receipts(json, delivery)
    case .form(let fields):
      if let raw = fields.fields.first(where: { $0.name == "email" && $0.filename == nil }) {
        return Reading(events: [try mailbox.event(raw: raw.bytes, delivery)])
      }
      let mail = Self.mail(fields)
      return Reading(events: [try mailbox.event(mail, messageID: ServiceFields.derivedID(mail), delivery)])
    }
  }

  private static func mail(_ fields: FormFields) -> ServiceMail {
    var mail = ServiceMail()
    let charsets = object(fields, "charsets")
    // Each field keeps the charset it had in the mail.
    let text = { (name: String) -> String? in
      let field = fields.fields.first { $0.name == name && $0.filename == nil }
      let decoded = field.map { ServiceFields.decoded($0.bytes, charset: charsets?[name]?.string) }
      return decoded.flatMap { $0.isEmpty ? nil : $0 }
    }
    mail.headers = ServiceFields.headerLines(text("headers") ?? "")
    for (field, name) in [("from", "From"), ("to", "To"), ("cc", "Cc"), ("subject", "Subject")] {
      if let value = text(field) { mail.named.append((name: name, value: value)) }
    }
    (mail.text, mail.html) = (text("text"), text("html"))
    let info = object(fields, "attachment-info")
    mail.attachments = fields.fields.filter { $0.filename != nil }.map { part in
      let told = info?[part.name]
      return ServiceFields.file(
        part.name, filename: told?["filename"]?.filled ?? part.filename,
        type: told?["type"]?.filled ?? part.contentType, part.bytes)
    }
    return mail
  }

  private static func object(_ fields: FormFields, _ name: String) -> JSON? {
    fields[name].flatMap { try? JSON(parsing: $0) }
  }

  private static func receipts(_ json: JSON, _ delivery: RawDelivery) throws(Unreadable) -> Reading {
    guard let events = json.array else { throw Unreadable(reason: "body is JSON but not a list of events") }
    var (reading, seen) = (Reading(), Set<String>())
    for event in events {
      let name = event["event"]?.string ?? ""
      if let id = event["sg_event_id"]?.filled, !seen.insert(id).inserted { continue }
      guard let status = statuses[name], let id = event["smtp-id"]?.filled ?? event["sg_message_id"]?.filled else {
        reading.ignored.append(name.callLine() ?? "event without a name")
        continue
      }
      let code = event["status"]?.filled ?? event["reason"]?.filled
      reading.receipts.append(
        Receipt(
          externalID: ServiceFields.bracketed(id), status: status,
          at: Instant(provider: event["timestamp"]) ?? delivery.receivedAt,
          errorCode: status == .failed ? code?.callLine(limit: 200) : nil))
    }
    return reading
  }

  /// `deferred` will be tried again by SendGrid.
  private static let statuses: [String: Receipt.Status] = [
    "delivered": .delivered, "open": .read, "bounce": .failed, "dropped": .failed,
  ]

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try mailbox.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { Email.outcome(of: response) }
}
